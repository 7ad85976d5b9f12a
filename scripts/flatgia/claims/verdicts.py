"""When a claim counts as reproduced, and why in a few words."""

from collections.abc import Mapping

import pandas as pd

from flatgia.claims.claim import UNIT, Claim, Key, as_stated, evaluate, plain, signed
from flatgia.claims.interval import Estimate
from flatgia.metrics.scores import SCORES
from flatgia.plotting.beside import NEAR_FAR, UNITS
from flatgia.plotting.beside import verdict as nearness

REPRODUCED, DIRECTION, NOT, MISSING = "reproduced", "direction only", "not reproduced", "not run yet"
VERDICTS = (REPRODUCED, DIRECTION, NOT, MISSING)
RULES = (
    "A comparison (every claim but those below) is reproduced if ours has the paper's sign, its interval excludes zero, "
    "and no fewer of its parts have that sign than in the paper (all of them where the paper has only a figure); "
    "direction only if ours has the sign.",
    "A wrong sign is not reproduced, also where the interval leaves it open.",
    "A part is one of the differences that ours is the mean of (one method under one attack at one round), or one of the "
    "steps that the claim names.",
    "Where the paper names a size (the percentages of section 4.3, a marginal gap), ours must also come within the far "
    "bound of the paper's difference.",
    "A likeness, and a step of the rounds that in the paper is under the near bound, is reproduced if ours lies within the "
    "near bound of zero, its interval and all its parts within the far one; direction only if ours lies within the far one.",
    "A cell of Table 1 is reproduced within the near bound of the paper's number, direction only within the far one.",
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
        return number(claim.metric, float(theirs), ours.mean)
    means = {key: float(table[key].mean()) for key in claim.keys}
    parts = [evaluate([part], means) for part in claim.all_checks]
    if claim.kind == "equality":
        return equality(claim.metric, ours, parts)
    sign = claim.sign or _sign(theirs)
    agree = sum(_sign(part) == sign for part in parts)
    needed = sum(_sign(evaluate([part], paper)) == sign for part in claim.all_checks) if known else len(parts)
    values = beside(claim, means)
    unclear = "one value has no interval" if ours.low is None else "the interval includes zero"
    held = f"the sign holds in {agree} of {len(parts)} parts" if len(parts) > 1 else "clear of zero"
    if len(parts) == 1 and ours.low == ours.high:
        held = "exact, of one training"
    elif known and (needed < len(parts) or agree < needed):
        held += f", in the paper in {needed}"
    if _sign(ours.mean) != sign:
        opposite = "no difference" if _sign(ours.mean) == 0 else "the sign is opposite"
        return NOT, values + opposite + ("" if ours.excludes_zero else f", {unclear}")
    if not ours.excludes_zero:
        return DIRECTION, values + "; ".join([unclear, *[held] * (len(parts) > 1)])
    if agree < needed:
        return DIRECTION, values + held
    if claim.kind == "size" and abs(ours.mean - theirs) > NEAR_FAR[SCORES[claim.metric].name][1]:
        size = "smaller" if abs(ours.mean) < abs(theirs) else "larger"
        return DIRECTION, values + f"the difference is {plain(claim.metric, abs(ours.mean - theirs))} {size}"
    return REPRODUCED, values + held


def number(metric: str, paper: float, ours: float) -> tuple[str, str]:
    """(verdict, why) of one of the paper's numbers."""
    score = SCORES[metric]
    near, far = NEAR_FAR[score.name]
    words = nearness(score.name, paper, ours)
    if words == f"within {UNITS[score.name].format(near)}":
        return REPRODUCED, words
    difference = f"{ours / paper:.2g} times" if metric == "mse" else signed(metric, ours - paper) + UNIT.get(metric, "")
    which = "stronger" if (ours < paper) == score.higher_is_safer else "weaker"
    verdict = DIRECTION if words == f"within {UNITS[score.name].format(far)}" else NOT
    return verdict, f"ours is the {which} attack: {difference}"


def equality(metric: str, ours: Estimate, parts: list[float]) -> tuple[str, str]:
    """(verdict, why) of a claim that nothing differs."""
    near, far = NEAR_FAR[SCORES[metric].name]
    widest = max(abs(end) for end in (ours.mean, ours.low, ours.high) if end is not None)
    apart = max(map(abs, parts))
    said = f"parts differ by up to {plain(metric, apart)}{UNIT.get(metric, '')}" if len(parts) > 1 else ""
    if abs(ours.mean) <= near and widest <= far and apart <= far and ours.low is not None:
        return REPRODUCED, said or f"within {UNITS[SCORES[metric].name].format(near)}"
    if abs(ours.mean) <= far:
        wide = abs(ours.mean) <= near and "the interval or a part is wider"
        return DIRECTION, said or wide or f"within {UNITS[SCORES[metric].name].format(far)}"
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
