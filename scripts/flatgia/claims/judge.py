"""From a claim and the data to its row: the paper's number, ours with its interval, verdict, why."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from flatgia.claims.claim import UNIT, Claim, Key, brackets, evaluate, label_of, plain, signed
from flatgia.claims.data import Given
from flatgia.claims.interval import FEW, Estimate, estimate, of_correlation
from flatgia.claims.models import WHOLE
from flatgia.claims.scope import Scope
from flatgia.claims.twins import reduced
from flatgia.claims.verdicts import CONSTRUCTION, MISSING, decide

COLUMNS = ["group", "kind", "section", "claim", "case", "metric", "paper", "paper_value", "ours", "low", "high",
           "images", "seeds", "by_seed", "verdict", "why"]  # fmt: skip


def judge_all(claims: Iterable[Claim], given: Given, scope: Scope) -> pd.DataFrame:
    """A row per claim; what is not known is empty. A claim about rounds that the config does not have is left out."""
    rows = []
    before: dict[Any, str] = {}
    for claim in filter(of_parts, claims):
        row = judge(claim, given, scope)
        if row["verdict"] != MISSING and (why := constructed(claim, given.same, before)):
            row |= {"verdict": CONSTRUCTION, "why": why}
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def judge(claim: Claim, given: Given, scope: Scope) -> dict[str, Any]:
    """The row of one claim."""
    theirs = float(evaluate(claim.parts, given.paper)) if all(key in given.paper for key in of_parts(claim)) else None
    row = {"group": claim.group, "kind": claim.kind, "section": claim.section, "claim": claim.text, "case": claim.case,
           "metric": claim.metric, "paper": paper_text(claim, theirs), "paper_value": theirs}  # fmt: skip
    missing = [key for key in claim.keys if key not in given.values]
    if missing:
        return row | {"verdict": MISSING, "why": what_is_missing(missing, scope)}
    table = pd.concat({key: given.values[key] for key in claim.keys}, axis=1, join="inner")
    table.columns = claim.keys  # a Key is a tuple, which pandas takes for several levels
    if table.empty:
        return row | {"verdict": MISSING, "why": "the results have no image in common"}
    ours = measure(claim, table, given.errors)
    verdict, why = decide(claim, ours, table, given.paper)
    by_seed = " ".join(f"{value:.6g}" for value in ours.by_seed)
    found = {"ours": ours.mean, "low": ours.low, "high": ours.high, "images": ours.count, "seeds": ours.seeds}
    return row | found | {"by_seed": by_seed, "verdict": verdict, "why": why}


def constructed(claim: Claim, same: Mapping[Key, Key], before: dict[Any, str]) -> str:
    """Why a claim holds, or fails, by construction; empty where it does not. `before` remembers what was judged."""
    parts = reduced(claim.all_checks, same)
    zero = sum(not part for part in parts)
    if 2 * zero > len(parts):
        both = "the same model and gradient on both sides"
        return f"{zero} of {len(parts)} parts have {both}" if len(parts) > 1 else both
    about = (claim.group, claim.text, claim.metric, frozenset(parts))
    first = before.setdefault(about, claim.case)
    repeats = any(same.get(key, key) != key for key in claim.keys)
    return f"the same images as in {first}" if repeats and first != claim.case else ""


def of_parts(claim: Claim) -> list[Key]:
    """The quantities of the claim's number alone."""
    return [key for part in claim.parts for _, key in part]


def measure(claim: Claim, table: pd.DataFrame, errors: Mapping[Key, float]) -> Estimate:
    """Ours, paired by image, with its interval; the errors of estimates add up at worst."""
    error = None
    if any(key in errors for key in claim.keys):
        sizes = [tuple((abs(weight), key) for weight, key in part) for part in claim.parts]
        error = float(evaluate(sizes, {key: errors.get(key, 0.0) for key in claim.keys}))
    return (of_correlation if claim.metric == "rank" else estimate)(evaluate(claim.parts, table), error)


def paper_text(claim: Claim, theirs: float | None) -> str:
    """The paper's number as it is shown."""
    if theirs is None:
        return claim.paper
    number = plain(claim.metric, theirs) if claim.kind == "number" else signed(claim.metric, theirs)
    return ", ".join(filter(None, [claim.paper, number + UNIT.get(claim.metric, "")]))


def ours_text(row: Any) -> str:
    """`−9.13 dB [−10.20, −8.00]`, or nothing."""
    if pd.isna(row["ours"]):
        return ""
    metric, show = row["metric"], plain if row["kind"] == "number" else signed
    return show(metric, row["ours"]) + UNIT.get(metric, "") + brackets(metric, row["low"], row["high"], show)


def draws_text(row: Any) -> str:
    """`one`, or how many and the value of each where they are few."""
    if pd.isna(row["ours"]):
        return ""
    if row["seeds"] == 1:
        return "one"
    show = plain if row["kind"] == "number" else signed
    values = ", ".join(show(row["metric"], float(value)) for value in row["by_seed"].split())
    return f"{row['seeds']:.0f}" + (f": {values}" if row["seeds"] < FEW else "")


def what_is_missing(keys: list[Key], scope: Scope) -> str:
    """The first quantity that no file holds, in words, and how many more."""
    key = keys[0]
    method = scope.label("methods", key.method)
    if key.metric == "accuracy":
        words = f"no checkpoint of {method} at round {key.round}"
    elif key.metric == "rank":
        attack = scope.label("attacks", key.attack)
        words = (
            f"not every PSNR under {attack}, or not every log det H, of the methods at the rounds of Table 1 after 0"
        )
    elif key.setting.startswith("at the accuracy"):
        attack = scope.label("attacks", key.attack)
        words = f"no PSNR of {method} under {attack} at a round with the accuracy of the other at round {key.round}"
    elif key.metric in ("log_det", *WHOLE):
        words = f"no Hessian of {method} at round {key.round}"
    elif key.metric.startswith("log_det"):
        words = f"not every Hessian of {method} at late rounds, at least three of them"
    else:
        batch = f", B {key.batch}" if key.batch > 1 else ""
        setting = f" ({key.setting})" if key.setting != "naive" else ""
        attack = scope.label("attacks", key.attack) + setting
        words = f"no {label_of(key.metric)} of {method} under {attack} at round {key.round}{batch}"
    return words + (f", and {len(keys) - 1} more" if len(keys) > 1 else "")
