#!/usr/bin/env python3
"""Gateway beside nginx: the same load on each in turn, several rounds, medians in a table."""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import tempfile

from servers import Gateway, Nginx, Simulator, http

GATEWAY = "gateway"
NGINX = "nginx, plain proxy"
CACHE = "nginx, proxy_cache 1 s"
DIRECT = "no proxy"

# name, load, connections, who is measured
PLANS = [
    ("Polls of one live job, 64 connections", "polls", 64, [GATEWAY, NGINX, CACHE, DIRECT]),
    ("Orders, 32 connections", "orders", 32, [GATEWAY, NGINX, DIRECT]),
    ("Orders, 1 connection", "orders", 1, [GATEWAY, NGINX, DIRECT]),
]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=os.path.abspath, required=True, help="a release build of vinci-gateway")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement")
    parser.add_argument(
        "--keys", type=int, default=100, help="upstream keys and tokens; each takes 100 orders in a minute")
    parser.add_argument("--folder", help="where the stores are put; the temporary folder unless given")
    return parser.parse_args()


def load(url, kind, connections, seconds, tokens, job, folder):
    file = pathlib.Path(folder) / "tokens"
    file.write_text("\n".join(tokens) + "\n")
    script = pathlib.Path(__file__).with_name("load.lua")
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), url],
        env={"PATH": os.environ["PATH"], "LOAD": kind, "TOKENS": str(file), "JOB": job},
        capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise SystemExit(f"wrk gave no result:\n{output}")


def measure(arguments, who, kind, connections):
    """One measurement with new processes and an empty store: requests/s, p50 and p99 in ms, peak MiB."""
    keys = [f"sk-benchmark-upstream-key-{number:04}" for number in range(arguments.keys)]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vinci-bench-", dir=arguments.folder))
        simulator = stack.enter_context(Simulator(arguments.program, folder, keys))
        tokens = keys[:1]
        if who == GATEWAY:
            server = stack.enter_context(
                Gateway(arguments.program, folder, simulator, keys, polls_upstream=kind == "polls"))
            tokens = server.make_tokens(arguments.keys)
        elif who == DIRECT:
            server = simulator
        else:
            server = stack.enter_context(Nginx(folder, simulator, keys[0], caches=who == CACHE))
        order = {"prompt": "A calm lake", "duration_seconds": 5}
        job = http("POST", f"{server.url}/api/v1/generate/text-to-video", tokens[0], order)["request_id"]
        result = load(server.url, kind, connections, arguments.seconds, tokens, job, folder)
        if result["refused"] or result["broken"]:
            raise SystemExit(f"{who}: {result['refused']} refused, {result['broken']} broken; more --keys may help")
        if who == GATEWAY:
            server.check_ledger()
        return (
            result["requests"] / result["seconds"], result["p50"], result["p99"], server.peak_mebibytes())


def describe_machine(arguments, programs):
    cpu = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if "model name" in line),
        platform.machine())
    folder = arguments.folder or tempfile.gettempdir()
    listing = subprocess.run(["df", "--output=fstype", folder], capture_output=True, text=True, check=True).stdout
    disk = listing.split()[-1]
    print(f"machine   {os.cpu_count()} × {cpu}, Linux {platform.release()}, stores on {disk}")
    print(f"load      {os.getloadavg()[0]:.1f} before the first round (anything but 0 disturbs the figures)")
    for name, command in programs:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        print(f"{name:<9} {(result.stdout + result.stderr).splitlines()[0]}")
    print(f"rounds    {arguments.rounds} of {arguments.seconds} s each, in turn; medians below\n", flush=True)


def print_table(title, servers, results):
    print(f"\n{title}")
    print(f"  {'':<24}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}{'peak MiB':>10}{'× nginx':>10}")
    base = statistics.median(run[0] for run in results[NGINX])
    for who in servers:
        rate, p50, p99, peak = (statistics.median(column) for column in zip(*results[who]))
        print(f"  {who:<24}{rate:>12,.0f}{p50:>10.2f}{p99:>10.2f}{peak:>10.0f}{rate / base:>10.2f}", flush=True)


def main():
    # Leaves every `with` block, so that no server stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse_arguments()
    describe_machine(
        arguments,
        [("gateway", [arguments.program, "version"]), ("nginx", ["nginx", "-v"]), ("wrk", ["wrk", "-v"])])
    for title, kind, connections, servers in PLANS:
        results = {who: [] for who in servers}
        for number in range(arguments.rounds):
            for who in servers:
                results[who].append(measure(arguments, who, kind, connections))
                print(f"  round {number + 1}  {title}  {who}: {results[who][-1][0]:,.0f}/s", flush=True)
        print_table(title, servers, results)


if __name__ == "__main__":
    main()
