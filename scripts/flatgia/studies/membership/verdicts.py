"""The paper's claims, each judged by a rule stated before anything was run; docs/membership.md has them in words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from flatgia.claims.interval import Estimate, estimate
from flatgia.claims.verdicts import CONSTRUCTION, MISSING, NOT, REPRODUCED, UNDECIDED

PRONE = (
    ("confidence", "auc"), ("modified", "auc"), ("modified", "balanced_accuracy"), ("lira", "auc"), ("lira_fixed", "auc"),
    ("lira_fixed", "tpr_0.001"), ("rmia", "auc"), ("votes", "auc"),
)  # fmt: skip
INTERPOLATES = 99.0  # % of its half that the first optimiser must be right on; the theory is about nothing else
EARLY = "undecided, it does not interpolate"
ZERO = 1e-6  # points below which a difference is rounding


class Judged(NamedTuple):
    """A claim about an optimiser: ours less the first optimiser's, over models, and the verdict."""

    claim: str
    subject: str
    case: str
    ours: Estimate | None
    verdict: str


def judge(scores: pd.DataFrame, curves: pd.DataFrame, linear: pd.DataFrame, names: Sequence[str]) -> Iterator[Judged]:
    """Every claim for every optimiser but the first of `names`."""
    first, *others = names
    last = scores[scores["epoch"] == scores["epoch"].max()]
    trained = last[(last["optimiser"] == first) & (last["number"] == "train_accuracy")]
    reached = trained["value"].mean()
    for row in _of_pools(scores, curves, last, first, others):
        early = reached < INTERPOLATES
        yield row._replace(verdict=EARLY) if early and row.ours is not None else row
    yield from _theorem(linear)


def _of_pools(
    scores: pd.DataFrame, curves: pd.DataFrame, last: pd.DataFrame, first: str, others: Sequence[str]
) -> Iterator[Judged]:
    for other in others:
        for attack, number in PRONE:
            yield _sign(
                "More prone to membership inference",
                other,
                f"{attack} {number}",
                paired(last, attack, number, first, other),
                1,
            )
        for attack in ("traced confidence", "traced lira_fixed"):
            yield _sign("The same at the same test accuracy", other, attack, matched(scores, attack, first, other), 1)
        yield _sign("Lower test error", other, "test accuracy", paired(last, "", "test_accuracy", first, other), 1)
        yield _sign("Memorises more", other, "mean score", paired(last, "", "memorised", first, other), 1)
        yield _band(curves, other)
        for number in ("confidence_variance", "phi_variance"):
            ours = paired(last, "", number, first, other)
            yield _sign("Lower variance on unseen images", other, number, ours, -1)


def paired(rows: pd.DataFrame, attack: str, number: str, first: str, other: str) -> Estimate | None:
    """Mean difference over models, which share their half, their start and their order; None where one has none."""
    chosen = rows[(rows["attack"] == attack) & (rows["number"] == number)]
    wide = chosen.pivot(index="model", columns="optimiser", values="value")
    return None if not {first, other} <= set(wide) else _estimate(wide[other] - wide[first])


def matched(scores: pd.DataFrame, attack: str, first: str, other: str) -> Estimate | None:
    """The difference in AUC at the lower of the two last test accuracies: of the better one on the line between the two epochs
    whose mean accuracies enclose it; None where none do."""
    traced = scores[scores["attack"] == "traced"].pivot_table(index="epoch", columns="optimiser", values="value")
    found = scores[(scores["attack"] == attack) & (scores["number"] == "auc")]
    wide = found.pivot(index="model", columns=["optimiser", "epoch"], values="value")
    end = traced.index.max()
    better = max((first, other), key=lambda name: traced.loc[end, name])
    worse = other if better == first else first
    goal, path = traced.loc[end, worse], traced[better]
    for before, after in zip(path.index[:-1], path.index[1:], strict=True):
        low, high = path[before], path[after]
        if low <= goal <= high and high > low:
            share = (goal - low) / (high - low)
            there = (1 - share) * wide[better, before] + share * wide[better, after]
            sign = 1 if better == other else -1
            return _estimate(sign * (there - wide[worse, end]))
    return None


def _theorem(linear: pd.DataFrame) -> Iterator[Judged]:
    for kind in ("random", "true"):
        for features in ("pixels", "whitened"):
            mine = linear[(linear["features"] == features) & (linear["labels"] == kind)]
            strongest = mine["strength"].max()
            for number, claim, sign in (
                ("variance", "Linear: less variance on unseen images", -1),
                ("confidence", "Linear: a larger advantage, confidence", 1),
                ("lira", "Linear: a larger advantage, LiRA", 1),
            ):
                wide = mine[mine["number"] == number].pivot(index="draw", columns="strength", values="value")
                ours = _estimate(wide[strongest] - wide[0.0])
                case = f"{features}, {kind} labels, strength {strongest:g}"
                if features == "whitened":
                    control = REPRODUCED if (wide[strongest] - wide[0.0]).abs().max() < ZERO else NOT
                    yield Judged(f"{claim} (control: none)", "Linear", case, ours, control)
                    continue
                judged = _sign(claim, "Linear", case, ours, sign)
                # The inequality of the proof holds for E over the images that the curvature is of, members among them.
                yield (
                    judged._replace(verdict=CONSTRUCTION)
                    if number == "variance" and judged.verdict == REPRODUCED
                    else judged
                )


def _band(curves: pd.DataFrame, other: str) -> Judged:
    claim, case = "Memorises more", "share of images with scores of 0.6 to 0.85"
    found = curves[(curves["optimiser"] == other) & (curves["curve"] == "memorisation beside") & (curves["x"] == -1)]
    if found.empty:
        return Judged(claim, other, case, None, MISSING)
    row = found.iloc[0]
    ours = Estimate(row["mean"], row["low"], row["high"], 0)
    return _sign(claim, other, case, ours, 1)


def _estimate(values: pd.Series) -> Estimate:
    keys = pd.MultiIndex.from_arrays([values.index, np.zeros(len(values), dtype=int)], names=["seed", "image"])
    return estimate(pd.Series(values.to_numpy(), index=keys))


def _sign(claim: str, other: str, case: str, ours: Estimate | None, sign: int) -> Judged:
    if ours is None:
        return Judged(claim, other, case, None, "not comparable")
    if not ours.excludes_zero:
        return Judged(claim, other, case, ours, UNDECIDED)
    return Judged(claim, other, case, ours, REPRODUCED if ours.mean * sign > 0 else NOT)
