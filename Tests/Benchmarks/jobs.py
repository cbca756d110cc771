#!/usr/bin/env python3
"""The gateway's memory while jobs come and end by the ten thousands, and while they are polled by the hundred thousands."""

import argparse
import http.client
import json
import os
import tempfile
import threading
import time
import urllib.request

from measurement import describe_machine, load, version
from servers import READS_PER_MINUTE, Gateway, Simulator, leave_on_signals

GOAL_MIB = 96
CLIENTS = 16


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=os.path.abspath, required=True, help="a release build of vinci-gateway")
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--polls", type=int, default=1_000_000)
    parser.add_argument(
        "--keys", type=int, default=120, help="upstream keys and tokens; each takes 100 requests in a minute")
    parser.add_argument("--per-second", type=int, default=90, help="orders; their polls need as many requests again")
    parser.add_argument("--folder", help="where the store is put; the temporary folder unless given")
    return parser.parse_args()


class Orders:
    """Clients that order at an even pace, each over a connection of its own, the tokens in turn."""

    def __init__(self, gateway, tokens, per_second):
        self.gateway, self.tokens = gateway, tokens
        self.pause = 1 / per_second
        self.lock = threading.Lock()
        self.number = 0
        self.next = time.monotonic()
        self.last_job = None

    def place(self, count):
        end = self.number + count
        threads = [threading.Thread(target=self._client, args=(end,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _client(self, end):
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=60)
        while (number := self._turn(end)) is not None:
            headers = {
                "Authorization": f"Bearer {self.tokens[number % len(self.tokens)]}", "Content-Type": "application/json"}
            body = json.dumps({"prompt": f"A lighthouse in a storm, {number}", "duration_seconds": 5})
            connection.request("POST", "/api/v1/generate/text-to-video", body, headers)
            response = connection.getresponse()
            reply = response.read()
            if response.status != 200:
                os.write(2, f"an order was answered with {response.status}: {reply[:300]!r}\n".encode())
                os._exit(1)
            self.last_job = json.loads(reply)["request_id"]

    def _turn(self, end):
        with self.lock:
            if self.number >= end:
                return None
            self.number += 1
            self.next = max(self.next + self.pause, time.monotonic() - 1)
            number, moment = self.number, self.next
        time.sleep(max(0, moment - time.monotonic()))
        return number


def open_jobs(gateway):
    with urllib.request.urlopen(gateway.admin.removesuffix("/admin/v1") + "/metrics", timeout=10) as response:
        lines = response.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("vinci_gateway_jobs_open"))


def row(gateway, jobs, polls):
    resident = gateway.resident_mebibytes()
    print(f"  {jobs:>12,}{polls:>14,}{resident:>14.1f}", flush=True)
    return resident


def main():
    leave_on_signals()
    arguments = parse_arguments()
    arguments.rounds, arguments.seconds = 1, 5
    describe_machine(arguments, [
        ("gateway", version([arguments.program, "version"])), ("wrk", version(["wrk", "-v"], code=1))])
    keys = [f"sk-benchmark-upstream-key-{number:04}" for number in range(arguments.keys)]
    with tempfile.TemporaryDirectory(prefix="vinci-jobs-", dir=arguments.folder) as folder:
        with Simulator(arguments.program, folder, keys, job_seconds=1) as simulator:
            with Gateway(arguments.program, folder, simulator, keys, polls_upstream=True) as gateway:
                measure(arguments, gateway, folder, len(keys))


def measure(arguments, gateway, folder, key_count):
    tokens = gateway.make_tokens(key_count)
    orders = Orders(gateway, tokens, arguments.per_second)
    print(f"  {'ended jobs':>12}{'polls':>14}{'resident MiB':>14}")
    seen = [row(gateway, 0, 0)]
    for _ in range(10):
        orders.place(arguments.jobs // 10)
        while open_jobs(gateway) > 0:
            time.sleep(1)
        seen.append(row(gateway, orders.number, 0))
    polls = 0
    while polls < arguments.polls:
        # Each thread of wrk takes one token, of which one may read only so often in a minute: others every time.
        tokens = tokens[16:] + tokens[:16]
        part = load(gateway.url, "polls", 64, 5, tokens, orders.last_job, folder)
        if part["refused"] or part["broken"]:
            raise SystemExit(f"{part['refused']} polls refused, {part['broken']} broken; {READS_PER_MINUTE} a minute")
        polls += part["requests"]
        seen.append(row(gateway, orders.number, polls))
    gateway.check_ledger()
    growth = seen[-1] - seen[len(seen) // 2]
    verdict = "holds" if max(seen) <= GOAL_MIB else "MISSED"
    print(f"\n  most resident, MiB        {max(seen):>8.1f}   goal: at most {GOAL_MIB}: {verdict}")
    print(f"  since the middle, MiB     {growth:>+8.1f}")


if __name__ == "__main__":
    main()
