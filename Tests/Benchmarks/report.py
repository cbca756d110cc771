"""The comparison's tables."""

import statistics

from contest import caches

COLUMNS = [
    ("per second", "rate", "12,.0f"), ("p50 ms", "p50", "10.2f"), ("p99 ms", "p99", "10.2f"),
    ("CPU µs", "cost", "10,.0f"), ("peak MiB", "peak", "10,.0f"), ("upstream", "reached", "12,.0f"),
]


def median(runs, figure):
    return statistics.median(run[figure] for run in runs)


def label(name, kind):
    if name == "direct":
        return "no proxy"
    return f"{name}, from memory" if kind != "orders" and caches(name) else name


def print_table(title, kind, results):
    """`gateway ÷`: how many times a server's rate the gateway's is."""
    heads = "".join(f"{head:>{form.split(',')[0].split('.')[0]}}" for head, _, form in COLUMNS)
    print(f"\n{title}\n  {'':<24}{heads}{'gateway ÷':>11}")
    for name, runs in results.items():
        cells = "".join(f"{median(runs, figure):{form}}" for _, figure, form in COLUMNS)
        ratio = median(results["gateway"], "rate") / median(runs, "rate") if "gateway" in results else float("nan")
        print(f"  {label(name, kind):<24}{cells}{ratio:>11.2f}", flush=True)
    print()
