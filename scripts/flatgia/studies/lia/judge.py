"""What the rounds say of the abstract's claim, and of ours: verdicts over the seeds, by rules that stand in docs/lia.md."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from flatgia.claims.interval import Estimate, estimate

HOLDS, FAILS, UNDECIDED = "holds", "fails", "undecided"
POINT = 0.01  # of the labels: a protection below it is none


class Verdict(NamedTuple):
    """A statement about one case, with its number, a share of labels, over the seeds."""

    statement: str
    case: str
    ours: Estimate
    verdict: str

    @property
    def found(self) -> str:
        """`99.8 % [99.5, 100.0]`."""
        low, high = self.ours.low, self.ours.high
        ends = "" if low is None or high is None or low == high else f" [{100 * low:.1f}, {100 * high:.1f}]"
        return f"{100 * self.ours.mean:.1f} %{ends}".replace("-", "−")


def judge(rounds: pd.DataFrame, first: str) -> Iterator[Verdict]:
    """Each statement; `first` is the method that defends nothing."""
    plain = rounds[(rounds["part"] == "clients") & (rounds["clients"] <= rounds["channels"] + 1)]
    for network, mine in plain.groupby("network", sort=False):
        ours = over_seeds(mine.groupby("seed")["right"].mean())
        yield Verdict("Every label of every client is read", str(network), ours, all_of_them(ours))
    beyond = rounds[(rounds["part"] == "clients") & (rounds["clients"] > rounds["channels"] + 1)]
    for network, mine in beyond.groupby("network", sort=False):
        ours = over_seeds(1 - mine.groupby("seed")["right"].mean())
        case = f"{network}, {mine['clients'].iloc[0]} clients"
        yield Verdict("More clients than channels + 1 keep labels hidden", case, ours, protects(ours))
    methods = rounds[rounds["part"] == "methods"]
    undefended = methods[methods["method"] == first].groupby("seed")["right"].max()
    for server in ("naive", "aware"):
        for method, mine in methods[(methods["server"] == server) & (methods["method"] != first)].groupby(
            "method", sort=False
        ):
            # The server chooses how far it moves the norm, so the best of its strengths counts.
            means = mine.groupby("strength")["right"].mean()
            chosen = mine[mine["strength"] == means.idxmax()].set_index("seed")["right"]
            ours = over_seeds(undefended - chosen)
            case = f"{method}, {server} server, strength {means.idxmax():g}"
            yield Verdict("SAM on the clients hides labels", case, ours, protects(ours))


def over_seeds(values: pd.Series) -> Estimate:
    """The interval of one value a seed."""
    index = pd.MultiIndex.from_arrays([values.index, [0] * len(values)], names=["seed", "image"])
    return estimate(pd.Series(values.to_numpy(), index=index))


def all_of_them(ours: Estimate) -> str:
    """100 %: holds if nothing is missed on any of several seeds, fails if the interval lies below, else undecided."""
    if ours.seeds > 1 and min(ours.by_seed) == 1:
        return HOLDS
    return FAILS if ours.high is not None and ours.high < 1 else UNDECIDED


def protects(ours: Estimate) -> str:
    """Holds if the whole interval lies above a point, fails if below, else undecided; one seed decides nothing."""
    if ours.low is None or ours.high is None:
        return UNDECIDED
    return HOLDS if ours.low > POINT else FAILS if ours.high < POINT else UNDECIDED
