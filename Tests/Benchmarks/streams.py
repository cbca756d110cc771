#!/usr/bin/env python3
"""Clients that follow one job by its events: the gateway's memory, and how soon one change of state reaches all."""

import argparse
import os
import selectors
import socket
import statistics
import tempfile
import time

from measurement import describe_machine, version
from servers import Gateway, Simulator, http, leave_on_signals

# The gateway lets one address have 100 connections; every address of 127/8 is this machine.
STREAMS_PER_ADDRESS = 95
MEMORY_GOAL_MIB = 200
NEWS_GOAL_SECONDS = 1.0
PATIENCE_SECONDS = 120


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=os.path.abspath, required=True, help="a release build of vinci-gateway")
    parser.add_argument("--streams", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--seconds", type=int, default=30, help="until the followed job ends; all streams must be open before")
    parser.add_argument("--folder", help="where the store is put; the temporary folder unless given")
    return parser.parse_args()


class Streams:
    """Open streams of one job, each a connection of its own."""

    def __init__(self, gateway, job, token, count):
        self.selector = selectors.DefaultSelector()
        target = f"/gateway/v1/jobs/{job}/events"
        request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        for number in range(count):
            address = number // STREAMS_PER_ADDRESS
            stream = socket.create_connection(
                ("127.0.0.1", gateway.port), timeout=10, source_address=(f"127.1.{address // 250}.{1 + address % 250}", 0))
            stream.sendall(request)
            stream.setblocking(False)
            self.selector.register(stream, selectors.EVENT_READ, bytearray())

    def await_event(self, kind):
        """When each of them had that event, in seconds of the monotonic clock; what came with it is forgotten."""
        wanted = f"event: {kind}\n".encode()
        waiting = {key.fd for key in self.selector.get_map().values()}
        times = []
        end = time.monotonic() + PATIENCE_SECONDS
        while waiting:
            if time.monotonic() > end:
                raise SystemExit(f"{len(waiting)} streams had no event {kind} within {PATIENCE_SECONDS} s")
            for key, _ in self.selector.select(1):
                piece = key.fileobj.recv(65_536)
                if not piece:
                    raise SystemExit(f"a stream ended before the event {kind}: {bytes(key.data[-500:])}")
                key.data.extend(piece)
                if key.fd in waiting and wanted in key.data:
                    waiting.discard(key.fd)
                    times.append(time.monotonic())
                    key.data.clear()
        return times

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


def measure(arguments):
    """MiB before any stream, with all open, the most there were; seconds from the first client's news to the last's."""
    keys = ["sk-benchmark-upstream-key-0000"]
    with tempfile.TemporaryDirectory(prefix="vinci-events-", dir=arguments.folder) as folder:
        with Simulator(arguments.program, folder, keys, job_seconds=arguments.seconds) as simulator:
            with Gateway(arguments.program, folder, simulator, keys, polls_upstream=True) as gateway:
                (token,) = gateway.make_tokens(1)
                job = http(
                    "POST", f"{gateway.url}/api/v1/generate/text-to-video", token,
                    {"prompt": "a harbour at dawn", "duration_seconds": 5})["request_id"]
                ordered = time.monotonic()
                before = gateway.resident_mebibytes()
                streams = Streams(gateway, job, token, arguments.streams)
                streams.await_event("status")
                if time.monotonic() > ordered + arguments.seconds:
                    raise SystemExit("the job ended before all streams were open; --seconds N gives more time")
                with_all = gateway.resident_mebibytes()
                times = streams.await_event("end")
                peak = gateway.peak_mebibytes()
                streams.close()
                return before, with_all, peak, max(times) - min(times)


def main():
    leave_on_signals()
    arguments = parse_arguments()
    describe_machine(arguments, [("gateway", version([arguments.program, "version"]))])
    rounds = []
    for number in range(arguments.rounds):
        rounds.append(measure(arguments))
        before, with_all, peak, spread = rounds[-1]
        print(
            f"  round {number + 1}  {before:.0f} MiB before, {with_all:.0f} with {arguments.streams:,} streams, "
            f"{peak:.0f} at most; last client {spread:.2f} s after the first", flush=True)
    before, with_all, peak, spread = (statistics.median(column) for column in zip(*rounds))
    print(f"\n{arguments.streams:,} streams")
    print(f"  resident before, MiB      {before:>8.0f}")
    print(f"  resident with all, MiB    {with_all:>8.0f}")
    print(f"  most resident, MiB        {peak:>8.0f}   goal: at most {MEMORY_GOAL_MIB}: {held(peak <= MEMORY_GOAL_MIB)}")
    print(f"  first to last client, s   {spread:>8.2f}   goal: at most {NEWS_GOAL_SECONDS}: {held(spread <= NEWS_GOAL_SECONDS)}")


def held(holds):
    return "holds" if holds else "MISSED"


if __name__ == "__main__":
    main()
