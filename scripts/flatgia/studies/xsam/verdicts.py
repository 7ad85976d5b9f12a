"""The claims about X-SAM, each judged by a rule stated before anything was run; docs/xsam.md has them in words."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from flatgia.claims.interval import Estimate, estimate
from flatgia.claims.verdicts import MISSING, NOT, REPRODUCED, UNDECIDED

ALIKE, APART = 0.05, 2.0  # perturbed losses at most so far apart, relatively; eigenvalues at least so many times
NEAR = 0.03  # costs that count as equal, relatively


class Judged(NamedTuple):
    """A claim on a network: our number by seed with its interval, in which unit, and the verdict."""

    claim: str
    network: str
    case: str
    unit: str  # factor, points or percent
    ours: Estimate | None
    verdict: str
    why: str


def judge(
    section: Mapping[str, Any], epochs: pd.DataFrame, looks: pd.DataFrame, finals: pd.DataFrame
) -> Iterator[Judged]:
    """Every claim on every network; what no training was made for is not run yet."""
    names = {name: entry["label"] for name, entry in section["optimisers"].items()}
    judged = section["judged"]
    for key, network in section["networks"].items():
        about = network["label"]
        mine = epochs[epochs["network"] == key]
        yield _spread(mine, about)
        for column, case in (("oriented_cosine", "v along rising curvature"), ("perturbed_cosine", "v as followed")):
            seen = looks[(looks["network"] == key) & (looks["optimiser"] == judged["sam"])] if len(looks) else looks
            yield _angle(seen, about, column, case)
        last = finals[finals["network"] == key].set_index(["optimiser", "seed"])
        pairs = [(each, other) for other in (judged["sam"], judged["normalised"]) for each in judged["xsam"]]
        pairs += [(each, judged["equal_cost"]) for each in judged["xsam"] if judged["equal_cost"]]
        for each, other in pairs:
            if each not in network["optimisers"] or other not in network["optimisers"]:
                continue
            case = f"{names[each]} against {names[other]}"
            note = _cost(last, each, other) if other == judged["equal_cost"] else ""
            yield _compared(
                "X-SAM lowers the largest eigenvalue more", about, case, last, each, other, "lambda_max", note
            )
            yield _compared("X-SAM generalises better", about, case, last, each, other, "test_accuracy", note)


def _spread(epochs: pd.DataFrame, network: str) -> Judged:
    """The largest ratio of eigenvalues among models of one seed with a small and like perturbed loss."""
    claim = "Sharp and flat regions can both have a small perturbed loss"
    case = f"λmax of two models, perturbed losses within {ALIKE:.0%}"
    if "lambda_max" not in epochs or epochs["lambda_max"].dropna().empty:
        return Judged(claim, network, case, "factor", None, MISSING, "")
    found = epochs.dropna(subset=["lambda_max"]).groupby("seed").apply(widest, include_groups=False)
    ours = _estimate(np.log(found))
    has = found >= APART
    verdict = UNDECIDED if len(has) == 1 or has.nunique() > 1 else REPRODUCED if has.all() else NOT
    return Judged(
        claim,
        network,
        case,
        "factor",
        ours,
        verdict,
        f"a factor of {APART:g} in {has.sum()} of {len(found)} draws",
    )


def widest(models: pd.DataFrame) -> float:
    """The largest ratio of `lambda_max` between two models whose `perturbed_loss` differs by at most `ALIKE` and is not above
    the median; 1 if there are no such two."""
    small = models[models["perturbed_loss"] <= models["perturbed_loss"].median()]
    loss, sharp = small["perturbed_loss"].to_numpy(), small["lambda_max"].to_numpy()
    alike = np.abs(loss[:, None] - loss) <= ALIKE * np.minimum(loss[:, None], loss)
    ratios = np.where(alike & (sharp > 0) & (sharp[:, None] > 0), sharp[:, None] / np.where(sharp > 0, sharp, 1), 1.0)
    return float(ratios.max(initial=1.0))


def _angle(looks: pd.DataFrame, network: str, column: str, case: str) -> Judged:
    """What SAM adds to the change of curvature, at acute angles less that at obtuse ones; weaker is higher."""
    claim = "SAM's effect is weaker where the angle is at most 90°"
    if looks.empty:
        return Judged(claim, network, case, "percent", None, MISSING, "")
    acute = looks[column] >= 0
    effect = looks["effect"].groupby([looks["seed"], acute]).mean().unstack()
    if effect.shape[1] < 2 or effect.isna().any(axis=None):
        return Judged(claim, network, case, "percent", None, UNDECIDED, "not both kinds of angle in every draw")
    ours = _estimate(effect[True] - effect[False])
    means = effect.mean()
    why = f"{100 * means[True]:+.2f} % at {acute.mean():.0%} of steps, {100 * means[False]:+.2f} % at the others"
    return Judged(claim, network, case, "percent", ours, _sign(ours, 1), why)


def _compared(
    claim: str, network: str, case: str, last: pd.DataFrame, each: str, other: str, column: str, note: str
) -> Judged:
    """The difference of two optimisers after the last epoch, by seed; of eigenvalues the logarithm of the ratio."""
    factor = column == "lambda_max"
    unit = "factor" if factor else "points"
    there = set(last.index.get_level_values("optimiser"))
    if not {each, other} <= there:
        return Judged(claim, network, case, unit, None, MISSING, "one has diverged" if len(there) else "")
    pair = pd.concat({name: last.loc[name, column] for name in (each, other)}, axis=1, join="inner").dropna()
    if factor and (pair <= 0).any(axis=None):
        return Judged(claim, network, case, unit, None, UNDECIDED, "an eigenvalue is not positive")
    found = np.log(pair[each] / pair[other]) if factor else 100 * (pair[each] - pair[other])
    ours = _estimate(found)
    wins = int((found < 0).sum() if factor else (found > 0).sum())
    text = f"in {wins} of {len(found)} draws" + (f"; {note}" if note else "")
    return Judged(claim, network, case, unit, ours, _sign(ours, -1 if factor else 1), text)


def _cost(last: pd.DataFrame, each: str, other: str) -> str:
    there = set(last.index.get_level_values("optimiser"))
    if not {each, other} <= there:
        return ""
    ratio = last.loc[each, "evaluations"].mean() / last.loc[other, "evaluations"].mean()
    return "at equal cost" if abs(ratio - 1) <= NEAR else f"at {ratio:.2f} times the cost"


def _estimate(by_seed: pd.Series) -> Estimate:
    index = pd.MultiIndex.from_arrays(
        [by_seed.index.get_level_values("seed"), [0] * len(by_seed)], names=["seed", "image"]
    )
    return estimate(pd.Series(by_seed.to_numpy(), index=index))


def _sign(ours: Estimate, wanted: int) -> str:
    if not ours.excludes_zero:
        return UNDECIDED
    return REPRODUCED if np.sign(ours.mean) == wanted else NOT
