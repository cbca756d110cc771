#!/usr/bin/env python3
"""Durable orders: how many, how fast, how many fsyncs, on both engines, and what a long past changes."""

import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import tempfile
import time

from measurement import WARM_UP_SECONDS, describe_machine, load, version
from servers import Simulator, leave_on_signals
from stores import PostgresServer, PostgresStore, SQLiteStore


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=os.path.abspath, required=True, help="a release build of vinci-gateway")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement, after a warm-up")
    parser.add_argument("--clients", type=numbers, default=[1, 8, 64], help="connections that order, such as 1,8,64")
    parser.add_argument(
        "--jobs", type=numbers, default=[0, 1_000, 1_000_000],
        help="finished jobs that are in the store already; the first is what the others are compared with")
    parser.add_argument("--engines", type=lambda text: text.split(","), default=["SQLite", "PostgreSQL"])
    parser.add_argument(
        "--keys", type=int, default=300, help="upstream keys and tokens; each takes 100 orders in a minute")
    parser.add_argument("--folder", help="where the stores are put; the temporary folder unless given")
    return parser.parse_args()


def numbers(text):
    return [int(number.replace("_", "")) for number in text.split(",")]


@contextlib.contextmanager
def running(arguments, store, tracer=()):
    """The gateway on a copy of the store, and Vinci."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=arguments.folder) as folder:
        store.copy(folder)
        with Simulator(arguments.program, folder, store.keys) as simulator:
            with store.serve_copy(folder, simulator, tracer=tracer) as gateway:
                yield gateway, folder


def order(gateway, store, clients, seconds, folder):
    result = load(gateway.url, "orders", clients, seconds, store.tokens, "", folder)
    if result["refused"] or result["broken"] or not result["requests"]:
        raise SystemExit(
            f"{result['requests']} answered, {result['refused']} refused, {result['broken']} broken; "
            f"more --keys may help\n{gateway.refusals()}")
    return result


def measure_orders(arguments, store, clients):
    """Orders/s, p50 and p99 in ms, fsyncs per order (nan: the engine does not count them)."""
    with running(arguments, store) as (gateway, folder):
        gateway.wait_until_ready()
        # The first use of a token and of a key costs more than every other one. Together with the connections of the
        # measurement these are fewer than the 100 that one address may have.
        order(gateway, store, 32, WARM_UP_SECONDS, folder)
        before = store.syncs()
        result = order(gateway, store, clients, arguments.seconds, folder)
        if before is None:
            syncs = float("nan")
        else:
            # The server's own count comes a little later.
            time.sleep(1)
            syncs = (store.syncs() - before) / result["requests"]
        if store.jobs <= 1000:
            gateway.check_ledger()
        return result["requests"] / result["seconds"], result["p50"], result["p99"], syncs


def count_syncs(arguments, store, clients):
    """fsyncs per order on SQLite, in a run of its own: strace tells each and costs time."""
    idle, _ = traced_syncs(arguments, store, 0)
    calls, orders = traced_syncs(arguments, store, clients)
    return (calls - idle) / orders


def traced_syncs(arguments, store, clients):
    with tempfile.TemporaryDirectory(prefix="trace-", dir=arguments.folder) as traces:
        report = pathlib.Path(traces) / "calls"
        tracer = ["strace", "-D", "-f", "-c", "--seccomp-bpf", "-e", "trace=fdatasync,fsync", "-o", str(report)]
        orders = 1
        with running(arguments, store, tracer) as (gateway, folder):
            gateway.wait_until_ready()
            if clients:
                orders = order(gateway, store, clients, 3, folder)["requests"]
        deadline = time.monotonic() + 10
        while not (report.exists() and "total" in report.read_text()) and time.monotonic() < deadline:
            time.sleep(0.1)
        calls = sum(
            int(line.split()[3]) for line in report.read_text().splitlines()
            if line.split() and line.split()[-1] in ("fdatasync", "fsync"))
        return calls, orders


def measure_start(arguments, store):
    """Seconds until the gateway takes orders."""
    with running(arguments, store) as (gateway, _):
        return gateway.wait_until_ready()


def measure_proof(arguments, store):
    """Seconds that `ledger verify` takes."""
    with running(arguments, store) as (gateway, _):
        gateway.wait_until_ready()
        return gateway.check_ledger()


def report_engine(arguments, name, stores):
    for clients in arguments.clients:
        results = {store.jobs: [] for store in stores}
        for number in range(arguments.rounds):
            for store in stores:
                results[store.jobs].append(measure_orders(arguments, store, clients))
                rate = results[store.jobs][-1][0]
                print(f"  round {number + 1}  {name}, {clients} clients, {store.jobs:,} jobs: {rate:,.0f}/s", flush=True)
        print(f"\n{name}, {clients} client{'s' if clients > 1 else ''}")
        print(f"  {'jobs in the store':<24}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}{'fsyncs':>10}{'ratio':>10}")
        base = statistics.median(run[0] for run in results[stores[0].jobs])
        for store in stores:
            rate, p50, p99, syncs = (statistics.median(column) for column in zip(*results[store.jobs]))
            if syncs != syncs and shutil.which("strace"):
                syncs = count_syncs(arguments, store, clients)
            print(
                f"  {store.jobs:<24,}{rate:>12,.0f}{p50:>10.2f}{p99:>10.2f}{syncs:>10.2f}{rate / base:>10.2f}",
                flush=True)
    print(f"\n{name}, {'jobs in the store':<24}{'start s':>10}{'ledger verify s':>18}")
    for store in stores:
        starts = statistics.median(measure_start(arguments, store) for _ in range(arguments.rounds))
        print(f"  {store.jobs:<34,}{starts:>10.2f}{measure_proof(arguments, store):>18.1f}", flush=True)


def main():
    leave_on_signals()
    arguments = parse_arguments()
    describe_machine(arguments, [
        ("gateway", version([arguments.program, "version"])), ("wrk", version(["wrk", "-v"], code=1))])
    keys = [f"sk-benchmark-upstream-key-{number:04}" for number in range(arguments.keys)]
    now = int(time.time() * 1_000_000)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vinci-durable-", dir=arguments.folder))
        arguments.folder = folder
        terms = (arguments.program, folder, keys)
        if "SQLite" in arguments.engines:
            report_engine(arguments, "SQLite", [SQLiteStore(*terms, jobs, now) for jobs in arguments.jobs])
        if "PostgreSQL" in arguments.engines:
            server = stack.enter_context(PostgresServer(folder))
            report_engine(arguments, "PostgreSQL", [PostgresStore(server, *terms, jobs, now) for jobs in arguments.jobs])


if __name__ == "__main__":
    main()
