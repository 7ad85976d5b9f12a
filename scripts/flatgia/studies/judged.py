"""Statements of a study, judged by the rules of the claims: over draws and images, undecided where an interval is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from flatgia.claims.claim import UNIT, Claim, Key, brackets, signed
from flatgia.claims.interval import FEW, Estimate
from flatgia.claims.judge import measure
from flatgia.claims.verdicts import CONSTRUCTION, MISSING, decide
from flatgia.plotting.page import save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table

Values = Mapping[Key, pd.Series]  # each indexed by (seed, image)


@dataclass(frozen=True)
class Judged:
    """A statement, about what, and how it came out."""

    text: str
    case: str
    metric: str
    ours: Estimate | None
    verdict: str
    why: str

    @property
    def found(self) -> str:
        """`−9.13 dB [−10.20, −8.00]`; nothing where it could not be judged."""
        if self.ours is None:
            return ""
        unit = UNIT.get(self.metric, "")
        return signed(self.metric, self.ours.mean) + unit + brackets(self.metric, self.ours.low, self.ours.high)


def judge(claim: Claim, values: Values, errors: Mapping[Key, float] | None = None) -> Judged:
    """One statement, `errors` as in `claims.data.Given`; by construction where nothing differs at all."""
    about = claim.text, claim.case, claim.metric
    if any(key not in values for key in claim.keys):
        return Judged(*about, None, MISSING, "")
    table = pd.concat({key: values[key] for key in claim.keys}, axis=1, join="inner")
    table.columns = claim.keys
    if table.empty:
        return Judged(*about, None, MISSING, "no image in common")
    ours = measure(claim, table, errors or {})
    differences = [sum(weight * table[key] for weight, key in part) for part in claim.all_checks]
    if all((difference == 0).all() for difference in differences):
        return Judged(*about, ours, CONSTRUCTION, "the same model and gradient on both sides")
    return Judged(*about, ours, *decide(claim, ours, table, {}))


def write_judged(
    request: Request, heading: str, header: Sequence[str], rows: Sequence[Sequence[Judged]], remarks: Sequence[str]
) -> None:
    """NAME_claims.md, .tex and .csv: a line for each statement, with found number and verdict for each of `header`'s cases."""
    named = replace(request, name=f"{request.name}_claims")
    lines = [[row[0].text, row[0].case, *(cell for one in row for cell in (one.found, one.verdict))] for row in rows]
    titles = ["Statement", "Where", *(title for name in header for title in (name, "verdict"))]
    write_small_table(named, heading, heading, titles, [lines], remarks, left=2)
    save_csv(named, pd.DataFrame([_numbers(one, name) for row in rows for name, one in zip(header, row, strict=True)]))


def _numbers(one: Judged, name: str) -> dict[str, object]:
    found = one.ours
    numbers = {"ours": found.mean, "low": found.low, "high": found.high, "values": found.count} if found else {}
    text = {word: f"{value:.9g}" if value is not None else "" for word, value in numbers.items()}
    empty = dict.fromkeys(("ours", "low", "high", "values"), "")
    about = {"statement": one.text, "where": one.case, "metric": one.metric, "of": name}
    return about | empty | text | {"seeds": found.seeds if found else 0, "verdict": one.verdict, "why": one.why}


def about_draws(seeds: int) -> str:
    """What an interval is over."""
    if seeds == 1:
        return "In brackets the 95 % interval of the mean over the images, paired: one draw of weights and split."
    few = ", and holds the value of each" if seeds < FEW else ""
    return f"In brackets the 95 % interval of the mean: a bootstrap over {seeds} draws and the images of each{few}."


def overall(lines: Sequence[Sequence[Judged]], rounds: Sequence[int], over: str) -> list[str]:
    """How often each statement that was made of several cases came out how, at the last round; `over` says what these are."""
    counts: dict[str, Counter[str]] = {}
    for line in lines:
        counts.setdefault(line[-1].text, Counter())[line[-1].verdict] += 1
    told = [
        f"{text}: {', '.join(f'{verdict} {count}' for verdict, count in sorted(found.items()))}"
        for text, found in counts.items()
        if found.total() > 1
    ]
    return [f"At round {rounds[-1]}, over {over}. {'; '.join(told)}."] if told else []
