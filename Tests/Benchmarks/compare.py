#!/usr/bin/env python3
"""The gateway beside other gateways and proxies: the same job for each in turn, several rounds, medians and ratios."""

import argparse
import os
import subprocess

from contest import contest
from goals import judge
from measurement import describe_machine, version
from peers import PEERS
from report import print_table
from servers import leave_on_signals

# --loads: title, what is sent, over how many connections
LOADS = {
    "polls": ("Polls of one live job, 64 connections", "polls", 64),
    "mixed": ("Polls with the tokens in turn on every connection, 64 connections", "mixed", 64),
    "orders": ("Orders, 32 connections", "orders", 32),
    "single": ("Orders, 1 connection", "orders", 1),
}
SERVERS = ["gateway", *PEERS, "direct"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=os.path.abspath, required=True, help="a release build of vinci-gateway")
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--seconds", type=positive, default=5, help="length of one measurement, after a warm-up")
    parser.add_argument("--servers", type=names_of(SERVERS), default=SERVERS, help=f"of {','.join(SERVERS)}")
    parser.add_argument("--loads", type=names_of(LOADS), default=list(LOADS), help=f"of {','.join(LOADS)}")
    parser.add_argument(
        "--keys", type=positive, default=300,
        help="the gateway's upstream keys and tokens; each takes 100 orders in a minute")
    parser.add_argument("--folder", help="where the stores are put; the temporary folder unless given")
    return parser.parse_args()


def positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def names_of(known):
    def parse(text):
        names = text.split(",")
        if strange := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"{strange[0]!r} is none of {','.join(known)}")
        return [name for name in known if name in names]

    return parse


def versions_of(servers):
    """What the peers among them say about themselves, by name; those that do not run here are left out."""
    found = {}
    for name in servers:
        if name not in PEERS:
            continue
        try:
            found[name] = version(PEERS[name].version)
        except (OSError, subprocess.SubprocessError) as reason:
            print(f"without   {name}: {reason}", flush=True)
    return found


def run(arguments, servers, load):
    """Every server's results, one for each round; nobody is always the first."""
    title, kind, connections = LOADS[load]
    results = {name: [] for name in servers}
    for number in range(arguments.rounds):
        for name in servers[number % len(servers):] + servers[:number % len(servers)]:
            with contest(arguments, name, kind) as server:
                results[name].append(server.measure(connections, arguments.seconds))
            print(f"  round {number + 1}  {title}  {name}: {results[name][-1]['rate']:,.0f}/s", flush=True)
    return results


def main():
    leave_on_signals()
    arguments = parse_arguments()
    peers = versions_of(arguments.servers)
    servers = [name for name in arguments.servers if name in peers or name not in PEERS]
    describe_machine(arguments, [
        ("gateway", version([arguments.program, "version"])), ("wrk", version(["wrk", "-v"], code=1)), *peers.items()])
    results = {}
    for load in arguments.loads:
        results[load] = run(arguments, servers, load)
        print_table(*LOADS[load][:2], results[load])
    judge(results)


if __name__ == "__main__":
    main()
