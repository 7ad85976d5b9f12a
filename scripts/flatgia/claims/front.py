"""The document's first page: the question, the answer as far as the data give one, and what they leave undecided."""

from collections.abc import Iterator, Mapping

import pandas as pd

from flatgia.claims.flatness import CONCLUSIONS
from flatgia.claims.judge import ours_text
from flatgia.claims.scope import Scope
from flatgia.claims.verdicts import CONSTRUCTION, MISSING, NOT, REPRODUCED, UNDECIDED
from flatgia.plotting.tables import markdown

QUESTION = (
    "The paper finds that models of FedSAM, FedASAM, FedGF and FedSAI resist gradient inversion better than FedAvg's, and "
    "explains it by their flatter minima. But a SAM client sends ∇L(w + δ), while an attacker who does not know this models "
    "∇L(w): he fits the wrong function, however flat the minimum. So two things change at once, the model and the gradient "
    "that is sent. We judge the paper's claims as they stand, and then each change by itself."
)
SHORT = {
    "naive": "What is sent, attacker who does not know the method (the paper's case)",
    "plain": "Plain gradient: only the model differs",
    "adaptive": "What is sent, attacker who knows the method",
}


def front(table: pd.DataFrame, scope: Scope, picture: str) -> Iterator[str]:
    """The parts of the page, each ending with a line break."""
    yield f"## The question\n\n{QUESTION}\n"
    yield "## The answer so far\n"
    yield f"{rests_on(table)}\n"
    yield "PSNR of the flat-minima methods minus FedAvg's (dB), 95 % interval, verdict:\n"
    yield answer_table(table, scope)
    yield "".join(f"- {sentence}\n" for sentence in answers(table))
    yield "## What is undecided\n"
    yield from undecided(table)
    yield f"## The claims in one picture\n\n![The paper's effects and ours, by section]({picture})\n"


def rests_on(table: pd.DataFrame) -> str:
    """How many draws the rows rest on, and what that means."""
    seeds = table["seeds"].dropna()
    if seeds.empty or seeds.max() == 1:
        return (
            "**One draw**: one seed for initial weights, split and images. The intervals are over its images alone and say "
            "nothing about another training; no verdict here is a conclusion about the methods."
        )
    shares = seeds.astype(int).value_counts().sort_index()
    counts = ", ".join(f"{rows:,} on {n} draw{'s' * (n > 1)}" for n, rows in shares.items())
    return (
        f"A draw is one seed for initial weights, split and images. Of the rows with a number, {counts}. What rests on one "
        "draw has an interval over its images alone, which says nothing about another training."
    )


def conclusions_of(table: pd.DataFrame, setting: str) -> pd.DataFrame:
    """The rows of one setting that set methods against FedAvg at the same round."""
    rows = table[table["claim"] == CONCLUSIONS[setting]]
    return rows[~rows["case"].str.endswith("at equal accuracy")]


def answer_table(table: pd.DataFrame, scope: Scope) -> str:
    """A row per setting and attack, a column per round of Table 1."""
    rounds = scope.config["rounds"]["table"]
    lines = []
    for setting, words in SHORT.items():
        rows = conclusions_of(table, setting)
        for attack in dict.fromkeys(case.split(", ")[1] for case in rows["case"]):
            cells = []
            for number in rounds:
                found = rows[rows["case"] == f"PSNR, {attack}, {scope.named(number)}"]
                cells.append("" if found.empty else cell(found.iloc[0]))
            lines.append([words, attack, *cells])
    return markdown(["", "Attack", *(f"Round {number}" for number in rounds)], lines, left=2 + len(rounds))


def cell(row: pd.Series) -> str:
    """`−4.22 dB [−6.14, −2.29], reproduced`; of what was not run the verdict alone."""
    return ", ".join(filter(None, [ours_text(row), row["verdict"]]))


def answers(table: pd.DataFrame) -> Iterator[str]:
    """What the rows say, counted: true whatever they say."""
    for setting, words in (
        ("naive", "The paper's gap, against an attacker who does not know the method"),
        ("plain", "A gap that the model alone makes, with the plain gradient"),
        ("adaptive", "A gap that is left to an attacker who knows the method"),
    ):
        yield f"{words}: {tally(conclusions_of(table, setting)['verdict'])}."
    equal = table[table["case"].str.endswith("at equal accuracy") & (table["claim"] == CONCLUSIONS["plain"])]
    if (equal["verdict"] != MISSING).any():
        yield f"The same with the plain gradient, at equal test accuracy: {tally(equal['verdict'])}."
    ranks = table[table["claim"].str.startswith("The same with the plain gradient, where only the model")]
    if (ranks["verdict"] != MISSING).any():
        yield f"That log det H goes with PSNR where only the model differs: {tally(ranks['verdict'])}."


def tally(verdicts: pd.Series) -> str:
    """`found in 3 rows, undecided in 1`; rows by construction do not count."""
    words: Mapping[str, str] = {REPRODUCED: "found", "direction only": "in part", UNDECIDED: "undecided",
                                NOT: "the opposite or nothing found", MISSING: "not run"}  # fmt: skip
    counted = verdicts[verdicts != CONSTRUCTION]
    counts = [
        f"{name} in {(counted == verdict).sum()}" for verdict, name in words.items() if (counted == verdict).any()
    ]
    return f"{', '.join(counts)} of {len(counted)} rows" if counts else "no row"


def undecided(table: pd.DataFrame) -> Iterator[str]:
    """A line per sentence of the paper with rows whose interval leaves them open, then how many were not run."""
    rows = table[table["group"].isin(["claims", "published_claims"])]
    rows = rows.assign(where=rows["case"] + rows["group"].map({"claims": "", "published_claims": " (published)"}))
    part = rows[rows["verdict"] == UNDECIDED]
    lines = [f"- {text} *{short(cases)}*" for text, cases in part.groupby("claim", sort=False)["where"]]
    if missing := int((rows["verdict"] == MISSING).sum()):
        lines.append(f"- Not run yet: {missing} rows, named in the tables.")
    yield "".join(f"{line}\n" for line in lines) or "Nothing.\n"


def short(cases: pd.Series) -> str:
    """At most three cases, and how many more."""
    names = list(cases)
    return "; ".join(names[:3]) + (f"; {len(names) - 3} more" if len(names) > 3 else "")
