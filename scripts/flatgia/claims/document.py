"""claims: the document that sets each claim of the paper beside this run's data, the same as a table, and a picture."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from flatgia.claims.cells import against_fedavg, cells, from_round_to_round
from flatgia.claims.claim import Claim
from flatgia.claims.controls import EQUAL, READING, accuracy_table, controls_table, equal_accuracy_table
from flatgia.claims.data import Given, gather
from flatgia.claims.flatness import conclusions, flatness, ranks
from flatgia.claims.forest import draw
from flatgia.claims.front import front
from flatgia.claims.judge import draws_text, judge_all, ours_text
from flatgia.claims.scope import Scope
from flatgia.claims.section4 import section_4
from flatgia.claims.section5 import attacks_apart, pictures_and_use, section_5
from flatgia.claims.spectra import hessian_chapter
from flatgia.claims.verdicts import MISSING, REPRODUCED, VERDICTS, rules
from flatgia.claims.words import OVERLAP, preamble
from flatgia.core.artifacts import artifact, replacing
from flatgia.plotting.beside import pair_rounds, read_reported
from flatgia.plotting.request import Request
from flatgia.plotting.tables import markdown
from flatgia.settings.paper_names import paper_label

PUBLISHED = "published settings"
GROUPS = {
    "claims": "The paper's claims",
    "published_claims": f"The paper's claims, {PUBLISHED}",
    "fedavg": "Each method against FedAvg",
    "published_fedavg": f"Each method against FedAvg, {PUBLISHED}",
    "rounds": "From round to round",
    "published_rounds": f"From round to round, {PUBLISHED}",
    "cells": "The numbers of Table 1",
    "published": f"The numbers of Table 1, {PUBLISHED}",
}
SENTENCES = ("claims", "published_claims")  # groups with sentences of the paper; the others are tables by round
CELLS = "cells.md"  # the tables by round, beside the CSV


def make(request: Request) -> None:
    """Writes the document `request.out`; beside each other claims.csv, claims.png, claims.pdf and `CELLS`."""
    reported = read_reported(request.files["reported"][0])
    config = request.config
    scope = Scope(config, pair_rounds(reported, config), request.notes["marks"], config["report"]["attacks"])
    given = gather(request, reported)
    table = judge_all(all_claims(scope, given), given, scope)
    with artifact(request.out_dir / f"{request.name}.csv", request.record) as temporary:
        table.to_csv(temporary, index=False, float_format="%.9g", lineterminator="\n")
    attacks = [*scope.attacks, *published_attacks(scope)]
    said = replace(request, config=config | {"attacks": {name: config["attacks"][name] for name in attacks}})
    draw(said, table, {scope.label("attacks", name): paper_label(config, name) for name in published_attacks(scope)})
    assert request.out is not None
    # Their provenance is that of the table.
    for path, parts in (
        (request.out, document(request, table, given, scope)),
        (request.out_dir / CELLS, by_cell(table)),
    ):
        with replacing(path) as temporary:
            temporary.write_text("\n".join(parts), encoding="utf-8")


def all_claims(scope: Scope, given: Given) -> Iterator[Claim]:
    """Every claim, then those about attacks again with published settings."""
    as_published = replace(scope, attacks=published_attacks(scope))
    published = {key: value for key, value in given.paper.items() if key.attack in as_published.attacks}
    ours = {key: value for key, value in given.paper.items() if key not in published}
    yield from flatness(scope)
    yield from section_4(scope, ours)
    yield from section_5(scope)
    yield from against_fedavg(scope, ours)
    yield from from_round_to_round(scope, ours)
    yield from cells(scope, ours)
    for claim in (*conclusions(as_published), *ranks(as_published)):
        yield replace(claim, group="published_claims")
    for claim in (*section_4(as_published, published), *attacks_apart(as_published), *pictures_and_use(as_published)):
        if all(key in published for key in claim.keys):  # of these attacks, methods and rounds alone
            yield replace(claim, group="published_claims")
    yield from against_fedavg(as_published, published, "published_fedavg")
    yield from from_round_to_round(as_published, published, "published_rounds")
    yield from cells(as_published, published, "published")


def published_attacks(scope: Scope) -> list[str]:
    """The attacks of Table 1 with the settings of their authors, where they are not those of `scope`."""
    return [name for name in scope.config["studies"]["published"]["attacks"] if name not in scope.attacks]


def document(request: Request, table: pd.DataFrame, given: Given, scope: Scope) -> Iterator[str]:
    """The parts of the document, each ending with a line break."""
    assert request.out is not None
    beside = os.path.relpath(request.out_dir.absolute(), request.out.absolute().parent)
    yield "# The paper's claims beside our data\n"
    yield f"Written by `scripts/claims.py` from the results at the scale {request.config['scale']}; do not edit.\n"
    yield from front(table, scope, f"{beside}/{request.name}.png")
    yield "## Count\n"
    yield counts(table)
    yield f"{OVERLAP}\n"
    yield "## How to read it\n"
    yield from (f"{line}\n" for line in preamble(request, scope, [*scope.attacks, *published_attacks(scope)]))
    yield "When a claim counts as reproduced:\n"
    yield "".join(f"- {rule}\n" for rule in rules())
    for group in SENTENCES:
        if (table["group"] == group).any():
            yield from chapter(table, group)
    yield "## Test accuracy (%)\n"
    yield accuracy_table(request, given, scope) or "No checkpoint of a listed round was given.\n"
    if equal := equal_accuracy_table(given, scope):
        yield f"## At equal accuracy\n\n{EQUAL}\n"
        yield equal
    if controls := controls_table(request, given, scope):
        yield f"## Controls\n\n{READING}\n"
        yield controls
    yield from hessian_chapter(given, scope)
    yield "## The numbers of Table 1\n"
    yield f"The paper's 300 numbers, each method against FedAvg, and each step of the rounds: [{CELLS}]({beside}/{CELLS}).\n"


def counts(table: pd.DataFrame) -> str:
    """How many rows of each group have which verdict; of those reproduced, how many on one draw."""
    found = pd.crosstab(table["group"], table["verdict"]).reindex(
        index=list(GROUPS), columns=list(VERDICTS), fill_value=0
    )
    alone = table[(table["verdict"] == REPRODUCED) & (table["seeds"] == 1)]["group"].value_counts()
    lines = [[title, *map(str, found.loc[group]), str(alone.get(group, 0))] for group, title in GROUPS.items()]
    return markdown(["", *VERDICTS, "reproduced on one draw"], lines)


def by_cell(table: pd.DataFrame) -> Iterator[str]:
    """The parts of the document of tables by round."""
    yield "# Table 1, number by number\n"
    yield "Written by `scripts/claims.py`; do not edit. How to read it: the document of claims that names this one.\n"
    for group in GROUPS:
        rows = table[table["group"] == group]
        if group not in SENTENCES and len(rows):
            yield f"## {GROUPS[group]}\n"
            yield from by_round(rows)


def chapter(table: pd.DataFrame, group: str) -> Iterator[str]:
    """A heading and the rows of one group; a sentence shared by several rows stands in the first."""
    rows = table[table["group"] == group]
    yield f"## {GROUPS[group]}\n"
    lines, before = [], None
    for _, row in rows.iterrows():
        sentence = (row["section"], row["claim"])
        first = sentence if sentence != before else ("", "")
        lines.append([*first, row["case"], *numbers(row)])
        before = sentence
    yield markdown(["Section", "Claim", "Case", *NUMBERS], lines, left=8)


NUMBERS = ("Paper", "Ours", "Draws", "Verdict", "Why")


def numbers(row: pd.Series) -> list[str]:
    """The cells under `NUMBERS`."""
    return [row["paper"], ours_text(row), draws_text(row), row["verdict"], row["why"]]


def by_round(rows: pd.DataFrame) -> Iterator[str]:
    """A table per round, which is the last thing that a case names; one line where nothing of a round was run."""
    cases = rows["case"].str.rpartition(", ")
    for when, part in rows.assign(who=cases[0]).groupby(cases[2], sort=False):
        yield f"### {str(when).capitalize()}\n"
        if (part["verdict"] == MISSING).all():
            yield f"Not run yet ({len(part)} rows).\n"
            continue
        yield markdown(["Case", *NUMBERS], [[row["who"], *numbers(row)] for _, row in part.iterrows()], left=6)
