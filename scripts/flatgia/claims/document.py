"""claims: the document that sets each claim of the paper beside this run's data, and the same as a table."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from flatgia.claims.cells import against_fedavg, cells, from_round_to_round
from flatgia.claims.claim import Claim
from flatgia.claims.controls import READING, accuracy_table, controls_table
from flatgia.claims.data import Given, gather
from flatgia.claims.flatness import conclusions, flatness, ranks
from flatgia.claims.judge import judge_all, ours_text
from flatgia.claims.scope import Scope
from flatgia.claims.section4 import section_4
from flatgia.claims.section5 import attacks_apart, pictures_and_use, section_5
from flatgia.claims.verdicts import MISSING, VERDICTS, rules
from flatgia.core.artifacts import artifact, replacing
from flatgia.plotting.beside import moved_rounds, pair_rounds, read_reported
from flatgia.plotting.page import common_remarks
from flatgia.plotting.request import Request
from flatgia.plotting.tables import markdown

PUBLISHED = "the attacks as published"
GROUPS = {
    "claims": "The paper's claims",
    "fedavg": "Each method against FedAvg",
    "rounds": "From round to round",
    "cells": "The numbers of Table 1",
    "published_claims": f"The paper's claims, {PUBLISHED}",
    "published_fedavg": f"Each method against FedAvg, {PUBLISHED}",
    "published_rounds": f"From round to round, {PUBLISHED}",
    "published": f"The numbers of Table 1, {PUBLISHED}",
}
SENTENCES = ("claims", "published_claims")  # groups with sentences of the paper; the others are tables by round
OVERLAP = (
    "Rows overlap: the rows of the second table are the parts of rows in the first, and one sentence of the paper may have "
    "a row for each metric and round. So the counts say how much of each table holds, and are not to be added."
)
WHAT_WAS_RUN = (
    "GI, GIAS and GIFD follow their papers' ideas on this network: a LeNet has no batch norm for GI's prior and its group "
    "term is left out, so GI is iDLG with total variation; the generator is a small StyleGAN2 trained on the other clients' "
    "images. With one image the label is inferred from the gradient; with several the attacker is told the labels. As "
    "published are GI and IG, but for what config/README.md names, and beside them iDLG by Adam: our guess at what gives the "
    "paper's numbers, found in no published code. Its original by L-BFGS, which comes out far from them, stands in the table "
    "`credit`. The generative attacks as published were not run."
)


def make(request: Request) -> None:
    """Writes the document `request.out`, and claims.csv."""
    reported = read_reported(request.files["reported"][0])
    config = request.config
    scope = Scope(config, pair_rounds(reported, config), request.notes["marks"], config["report"]["attacks"])
    given = gather(request, reported)
    table = judge_all(all_claims(scope, given), given, scope)
    with artifact(request.out_dir / f"{request.name}.csv", request.record) as temporary:
        table.to_csv(temporary, index=False, float_format="%.9g", lineterminator="\n")
    assert request.out is not None
    with replacing(request.out) as temporary:  # its provenance is that of the table
        temporary.write_text("\n".join(document(request, table, given, scope)), encoding="utf-8")


def all_claims(scope: Scope, given: Given) -> Iterator[Claim]:
    """Every claim, then those about attacks again with the attacks as published."""
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
    yield "# The paper's claims beside our data\n"
    yield from (f"{line}\n" for line in preamble(request, scope, given))
    yield "## Count\n"
    counts = pd.crosstab(table["group"], table["verdict"]).reindex(
        index=list(GROUPS), columns=list(VERDICTS), fill_value=0
    )
    lines = [[GROUPS[group], *map(str, row)] for group, row in zip(GROUPS, counts.to_numpy().tolist(), strict=True)]
    yield markdown(["", *VERDICTS], lines)
    yield f"{OVERLAP}\n"
    yield "When a claim counts as reproduced:\n"
    yield "".join(f"- {rule}\n" for rule in rules())
    yield from chapter(table, "claims")
    yield "## Test accuracy (%)\n"
    yield accuracy_table(request, given, scope) or "No checkpoint of a listed round was given.\n"
    if controls := controls_table(request, given, scope):
        yield f"## Controls\n\n{READING}\n"
        yield controls
    for group in list(GROUPS)[1:]:
        if (table["group"] == group).any():
            yield from chapter(table, group)


def preamble(request: Request, scope: Scope, given: Given) -> Iterator[str]:
    """What the numbers come from, in words."""
    yield f"Written by `scripts/claims.py` from the results at the scale {request.config['scale']}; do not edit."
    shown = (*scope.attacks, *published_attacks(scope))
    attacks = {name: request.config["attacks"][name] for name in shown}
    yield from common_remarks(replace(request, config=request.config | {"attacks": attacks}))
    yield from moved_rounds(scope.rounds)
    yield (
        "Settings of ours are tuned to make an attack as strong as we can. Where it is stronger than the paper's, its cells "
        "are expected to differ; then the comparisons between methods are what counts."
    )
    yield (
        "At round 0 all methods but FedSAI hold the same random model: what differs there is the gradient that is sent, not "
        "the flatness of a minimum. FedGF sends there what FedSAM sends, so their rows are the same by construction."
    )
    yield WHAT_WAS_RUN
    seeds = sorted({seed for column in given.values.values() for seed in column.index.unique("seed")})
    one = " With one seed they say nothing about another training." if len(seeds) == 1 else ""
    yield (
        "In brackets: 95 % bootstrap intervals over images and seeds, paired by image where methods are compared. With ten "
        "images they are short: they cover about 90 %, and less where a few images are far from the rest. Images of one batch "
        f"are taken as if they were alone.{one} With one seed the interval of a log det is the error of its estimate, none "
        "where it is exact, and that of an accuracy the error of a share of the test images. Many claims are tested, with no "
        "correction for that. Percentages of decibels depend on where zero lies: ours are differences. log det H is "
        "½ tr log(HᵀH + damping·I), × 10⁻⁴ as in the paper."
    )


def chapter(table: pd.DataFrame, group: str) -> Iterator[str]:
    """A heading and the rows of one group; a sentence shared by several rows stands in the first."""
    rows = table[table["group"] == group]
    yield f"## {GROUPS[group]}\n"
    if group not in SENTENCES:
        yield from by_round(rows)
        return
    lines, before = [], None
    for _, row in rows.iterrows():
        sentence = (row["section"], row["claim"])
        first = sentence if sentence != before else ("", "")
        lines.append([*first, row["case"], row["paper"], ours_text(row), row["verdict"], row["why"]])
        before = sentence
    yield markdown(["Section", "Claim", "Case", "Paper", "Ours", "Verdict", "Why"], lines, left=7)


def by_round(rows: pd.DataFrame) -> Iterator[str]:
    """A table per round, which is the last thing that a case names; one line where nothing of a round was run."""
    cases = rows["case"].str.rpartition(", ")
    for when, part in rows.assign(who=cases[0]).groupby(cases[2], sort=False):
        yield f"### {when.capitalize()}\n"
        if (part["verdict"] == MISSING).all():
            yield f"Not run yet ({len(part)} rows).\n"
            continue
        lines = [[row["who"], row["paper"], ours_text(row), row["verdict"], row["why"]] for _, row in part.iterrows()]
        yield markdown(["Case", "Paper", "Ours", "Verdict", "Why"], lines, left=5)
