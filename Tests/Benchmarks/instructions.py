#!/usr/bin/env python3
"""How many instructions the gateway's processor runs for one request, and in which functions: figures that neither other work
nor the minute changes by more than a few in a hundred. Valgrind counts them; the kernel's are not among them."""

import argparse
import contextlib
import os
import re
import secrets
import shutil
import subprocess
import tempfile

from measurement import WARM_UP_SECONDS, load, version
from servers import Gateway, Simulator, http, leave_on_signals

# --loads: what is sent, over how many connections
LOADS = {"polls": 16, "mixed": 16, "orders": 8}
TOKENS = 100
# Few enough for each to send an order every second: then it follows on a connection that is kept, as under load.
KEYS = 25


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=os.path.abspath, required=True, help="a release build of vinci-gateway")
    parser.add_argument("--loads", default="polls,mixed,orders", help="of polls,mixed,orders")
    parser.add_argument("--seconds", type=int, default=8, help="length of one count")
    parser.add_argument("--functions", type=int, default=12, help="how many to print, the costliest first")
    arguments = parser.parse_args()
    arguments.loads = arguments.loads.split(",")
    if strange := [name for name in arguments.loads if name not in LOADS]:
        parser.error(f"--loads: {strange[0]!r} is none of {','.join(LOADS)}")
    return arguments


def stripped(program, folder):
    """Without the line tables, which Valgrind cannot read; the functions' names stay."""
    copy = os.path.join(folder, "vinci-gateway")
    subprocess.run(["strip", "--strip-debug", "-o", copy, program], check=True)
    return copy


def control(process, *switches):
    subprocess.run(["callgrind_control", *switches, str(process)], check=True, capture_output=True)


def count(arguments, kind):
    """Instructions for one request, and the same for each function."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vinci-bench-"))
        keys = [f"sk-benchmark-upstream-key-{number:04}" for number in range(KEYS)]
        simulator = stack.enter_context(Simulator(arguments.program, folder, keys))
        profile = os.path.join(folder, "profile")
        tracer = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}"]
        gateway = stack.enter_context(Gateway(
            stripped(arguments.program, folder), folder, simulator, keys, kind != "orders", tracer=tracer))
        tokens = gateway.make_tokens(TOKENS)
        job = http("POST", f"{gateway.url}/api/v1/generate/text-to-video", tokens[0], {
            "prompt": f"A calm lake {secrets.token_hex(8)}", "duration_seconds": 5})["request_id"]
        load(gateway.url, kind, LOADS[kind], WARM_UP_SECONDS, tokens, job, folder)
        control(gateway.process.pid, "-i", "on")
        result = load(gateway.url, kind, LOADS[kind], arguments.seconds, tokens, job, folder)
        control(gateway.process.pid, "-i", "off")
        control(gateway.process.pid, "-d")
        if result["refused"] or result["broken"] or not result["requests"]:
            raise SystemExit(f"{kind}: {result}\n{gateway.refusals()}")
        return functions(f"{profile}.1", result["requests"])


def functions(profile, requests):
    """(instructions, name), the whole program first."""
    listing = subprocess.run(
        ["callgrind_annotate", "--threshold=100", profile], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^ *([\d,]+) \([ \d.]+%\)  (.+)$", listing, re.MULTILINE)
    return [(int(figure.replace(",", "")) / requests, name) for figure, name in found]


def readable(name):
    name = re.sub(r"^\S*:|\s+\[\S+\]$", "", name)
    if shutil.which("swift"):
        name = subprocess.run(
            ["swift", "demangle", "--simplified"], input=name, capture_output=True, text=True, check=True).stdout.strip()
    return name if len(name) <= 100 else f"{name[:99]}…"


def main():
    leave_on_signals()
    arguments = parse_arguments()
    print(f"{version([arguments.program, 'version'])}, {version(['valgrind', '--version'])}\n", flush=True)
    for kind in arguments.loads:
        (total, _), *rest = count(arguments, kind)
        print(f"{kind:<8}{total:>12,.0f} instructions for one request", flush=True)
        for figure, name in rest[:arguments.functions]:
            print(f"{figure:>20,.0f}  {readable(name)}")


if __name__ == "__main__":
    main()
