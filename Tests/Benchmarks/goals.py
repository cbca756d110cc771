"""What the gateway is to reach beside its peers, and whether it did."""

import dataclasses

from report import median


@dataclasses.dataclass(frozen=True)
class Goal:
    """The gateway's figure divided by the peer's, at least or at most so much."""

    load: str
    text: str
    peer: str
    figure: str = "rate"
    least: float | None = None
    most: float | None = None

    def holds(self, ratio):
        return (self.least is None or ratio >= self.least) and (self.most is None or ratio <= self.most)


POLLS = {"polls": "cached polls", "mixed": "cached polls, tokens in turn,"}
CLEARLY = 1.25
OTHERS = ["haproxy", "caddy", "traefik", "envoy", "litellm"]
GOALS = [
    *(Goal(load, text, "nginx", least=1.0) for load, text in POLLS.items()),
    *(Goal(load, text, peer, least=CLEARLY) for load, text in POLLS.items() for peer in OTHERS),
    Goal("orders", "orders", "caddy", least=0.5),
    Goal("orders", "orders", "litellm", least=15.0),
    Goal("single", "p50 of an order, 1 connection,", "traefik", figure="p50", most=3.0),
]


def judge(results):
    """A line for each goal whose servers were measured."""
    for goal in GOALS:
        runs = results.get(goal.load, {})
        if not {"gateway", goal.peer} <= runs.keys():
            continue
        ratio = median(runs["gateway"], goal.figure) / median(runs[goal.peer], goal.figure)
        rounds = [ours[goal.figure] / theirs[goal.figure] for ours, theirs in zip(runs["gateway"], runs[goal.peer])]
        bound = f"≥ {goal.least:g}" if goal.most is None else f"≤ {goal.most:g}"
        verdict = "holds" if goal.holds(ratio) else "MISSED"
        print(
            f"goal      {goal.text} {bound} × {goal.peer}: {ratio:.2f} "
            f"(rounds {min(rounds):.2f} … {max(rounds):.2f}) {verdict}", flush=True)
