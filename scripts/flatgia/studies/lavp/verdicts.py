"""Verdicts of the three claims, by the rules of docs/lavp.md, which were written before looking."""

import pandas as pd

from flatgia.studies.lavp.cases import stated

HOLDS, REFUTED, UNDECIDED = "holds", "refuted", "undecided"


def signs(rows: pd.DataFrame) -> dict[str, int]:
    """How many cases have their whole interval above zero, below it, or neither."""
    above, below = int((rows["low"] > 0).sum()), int((rows["high"] < 0).sum())
    return {HOLDS: above, REFUTED: below, UNDECIDED: len(rows) - above - below}


def everywhere(counts: dict[str, int]) -> str:
    """Of a claim about all cases."""
    if not sum(counts.values()):
        return "no case"
    if counts[REFUTED]:
        return REFUTED
    return UNDECIDED if counts[UNDECIDED] else HOLDS


def verdicts(found: pd.DataFrame) -> list[str]:
    """A sentence a claim: its verdict over all cases, and how many of them decide which way."""
    lavp = stated(found)
    claims = {
        "The ranking depends on the loss": found[(found["proxy"] == "losses") & (found["statistic"] == "difference")],
        "The gradient norm cannot explain it (partial correlation of LAVP with MSE)": lavp[
            (lavp["statistic"] == "partial") & (lavp["metric"] == "mse")
        ],
        "LAVP beats the norm everywhere": lavp[lavp["statistic"] == "difference"],
    }
    lines = []
    for words, rows in claims.items():
        counts = signs(rows)
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        lines.append(f"{words}: {everywhere(counts)} ({told}, of {len(rows)} cases).")
    return lines
