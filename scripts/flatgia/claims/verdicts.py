"""When a claim counts as reproduced, and why in a few words."""

from collections.abc import Mapping

import pandas as pd

from flatgia.claims.claim import UNIT, Claim, Key, as_stated, evaluate, plain, signed
from flatgia.claims.interval import Estimate
from flatgia.metrics.scores import SCORES
from flatgia.plotting.beside import NEAR_FAR, UNITS
from flatgia.plotting.beside import verdict as nearness

REPRODUCED, DIRECTION, UNDECIDED = "reproduced", "direction only", "undecided"
NOT, CONSTRUCTION, MISSING = "not reproduced", "by construction", "not run yet"
VERDICTS = (REPRODUCED, DIRECTION, UNDECIDED, NOT, CONSTRUCTION, MISSING)
RULES = (
    "A comparison (every claim but those below) is reproduced if the whole interval has the paper's sign and no fewer of its "
    "parts have it than in the paper (all of them where the paper has only a figure), direction only if fewer have it; not "
    "reproduced if the whole interval has the other sign; undecided if it holds zero.",
    "A part is one of the differences that ours is the mean of (one method under one attack at one round), or one of the "
    "steps that the claim names.",
    "Where the paper names a size (the percentages of section 4.3, a marginal gap), ours must also lie within the far bound "
    "of the paper's difference: undecided if the interval leaves that bound, direction only if it is all outside.",
    "A likeness, and a step of the rounds that in the paper is under the near bound, is reproduced if the interval lies within "
    "the near bound of zero and all its parts within the far one; undecided if the interval leaves the near bound; if it is "
    "all outside, direction only within the far bound, else not reproduced.",
    "A cell of Table 1 in the same way: reproduced if the interval lies within the near bound of the paper's number, undecided "
    "if it leaves that, and if it is all outside direction only within the far bound, else not reproduced.",
    "By construction are rows that no measurement could decide: more than half of the parts hold a model against itself (at "
    "round 0 all methods but FedSAI share one), or the same images stand in another row (FedGF sends at round 0 what FedSAM "
    "sends).",
)


def rules() -> list[str]:
    """The rules in words, and their bounds."""
    near, far = (
        ", ".join(f"{UNITS[score.name].format(NEAR_FAR[score.name][place])} ({metric.upper()})"
                  for metric, score in SCORES.items())
        for place in (0, 1)
    )  # fmt: skip
    return [*RULES, f"Near: {near}. Far: {far}."]


def decide(claim: Claim, ours: Estimate, table: pd.DataFrame, paper: Mapping[Key, float]) -> tuple[str, str]:
    """(verdict, why). `table` holds our values, a column per key; `paper` those the paper gives."""
    known = all(key in paper for key in claim.keys)
    theirs = evaluate(claim.parts, paper) if known else None
    if claim.kind == "number":
        return number(claim.metric, float(evaluate(claim.parts, paper)), ours)
    means = {key: float(table[key].mean()) for key in claim.keys}
    parts = [evaluate([part], means) for part in claim.all_checks]
    if claim.kind == "equality":
        return equality(claim.metric, ours, parts)
    sign = claim.sign or _sign(theirs)
    agree = sum(_sign(part) == sign for part in parts)
    needed = sum(_sign(evaluate([part], paper)) == sign for part in claim.all_checks) if known else len(parts)
    values = beside(claim, means)
    held = f"the sign holds in {agree} of {len(parts)} parts" if len(parts) > 1 else "clear of zero"
    if len(parts) == 1 and ours.low == ours.high:
        held = "exact, of one training"
    elif known and (needed < len(parts) or agree < needed):
        held += f", in the paper in {needed}"
    if ours.low is None:
        return UNDECIDED, values + "; ".join(["one value has no interval", *[held] * (len(parts) > 1)])
    if _sign(ours.low) != _sign(ours.high):
        return UNDECIDED, values + "; ".join(["the interval includes zero", *[held] * (len(parts) > 1)])
    if _sign(ours.mean) != sign:
        return NOT, values + ("no difference" if _sign(ours.mean) == 0 else "the sign is opposite")
    if agree < needed:
        return DIRECTION, values + held
    if claim.kind == "size" and theirs is not None:
        far = NEAR_FAR[SCORES[claim.metric].name][1]
        place = position(ours, theirs, far)
        if place != INSIDE:
            size = "smaller" if abs(ours.mean) < abs(theirs) else "larger"
            why = f"the difference is {plain(claim.metric, abs(ours.mean - theirs))} {size}"
            return (UNDECIDED if place == ACROSS else DIRECTION), values + why
    return REPRODUCED, values + held


INSIDE, ACROSS, OUTSIDE = "inside", "across", "outside"


def position(ours: Estimate, middle: float, bound: float, factor: bool = False) -> str:
    """Where the interval lies to the band of `bound` around `middle`; `factor`: bound is one, not a difference."""
    if ours.low is None or ours.high is None:
        return ACROSS
    low, high = (middle / bound, middle * bound) if factor else (middle - bound, middle + bound)
    if low <= ours.low and ours.high <= high:
        return INSIDE
    return OUTSIDE if ours.high < low or ours.low > high else ACROSS


def number(metric: str, paper: float, ours: Estimate) -> tuple[str, str]:
    """(verdict, why) of one of the paper's numbers."""
    score = SCORES[metric]
    near, far = NEAR_FAR[score.name]
    place, words = position(ours, paper, near, metric == "mse"), nearness(score.name, paper, ours.mean)
    if place == INSIDE:
        return REPRODUCED, words
    apart = ours.mean - paper
    difference = f"{ours.mean / paper:.2g} times" if metric == "mse" else signed(metric, apart) + UNIT.get(metric, "")
    which = "stronger" if (ours.mean < paper) == score.higher_is_safer else "weaker"
    why = f"ours is the {which} attack: {difference}"
    if place == ACROSS:
        return UNDECIDED, f"the interval leaves {UNITS[score.name].format(near)}"
    return (DIRECTION if words == f"within {UNITS[score.name].format(far)}" else NOT), why


def equality(metric: str, ours: Estimate, parts: list[float]) -> tuple[str, str]:
    """(verdict, why) of a claim that nothing differs."""
    near, far = NEAR_FAR[SCORES[metric].name]
    place, apart = position(ours, 0, near), max(map(abs, parts))
    said = f"parts differ by up to {plain(metric, apart)}{UNIT.get(metric, '')}" if len(parts) > 1 else ""
    if place == ACROSS:
        return UNDECIDED, "; ".join(
            filter(None, [f"the interval leaves {UNITS[SCORES[metric].name].format(near)}", said])
        )
    if place == INSIDE and apart <= far:
        return REPRODUCED, said or f"within {UNITS[SCORES[metric].name].format(near)}"
    if abs(ours.mean) <= far:
        return DIRECTION, said or f"within {UNITS[SCORES[metric].name].format(far)}"
    return NOT, f"ours differ by {plain(metric, abs(ours.mean))}{UNIT.get(metric, '')}"


def beside(claim: Claim, means: Mapping[Key, float]) -> str:
    """`12.10 against 20.30; ` for a claim about two quantities."""
    if len(claim.parts) > 1 or [weight for weight, _ in claim.parts[0]] != [1, -1]:
        return ""
    (_, left), (_, right) = claim.parts[0]
    if claim.kind == "size":
        return f"{as_stated(claim.metric, means[right], means[left])}; "
    return f"{plain(claim.metric, means[left])} against {plain(claim.metric, means[right])}; "


def _sign(value: float | None) -> int:
    """-1, 0 or 1; what rounding leaves of equal numbers is 0."""
    return 0 if value is None or abs(value) < 1e-9 else 1 if value > 0 else -1
