"""When something has come back, and the sentences that `updates` judges; both fixed before any number was seen."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from flatgia.claims.interval import Estimate, estimate
from flatgia.claims.verdicts import UNDECIDED
from flatgia.studies.updates.case import Case
from flatgia.studies.updates.read import CASE

NEAR = 1.0  # dB of mean PSNR over the blind guess: up to here nothing has come back
BACK, NOTHING = "comes back", "nothing"
HOLDS, REFUTED, IDLE = "holds", "refuted", "nothing to compare"
MARKS = {BACK: "+", NOTHING: "−", UNDECIDED: "?"}
DRAWS = 2  # fewer draws of the federation decide nothing


class Verdict(NamedTuple):
    """A sentence, what it is about, the mean difference with its interval, the verdict."""

    sentence: str
    where: str
    found: str
    verdict: str


def gain_of(table: pd.DataFrame, method: str, number: int, case: Case, attacker: str) -> pd.Series:
    """dB over the blind guess, indexed by (seed, image); empty where it was not run."""
    here = (table["method"] == method) & (table["round"] == number) & (table["attacker"] == attacker)
    here &= (table[CASE] == list(case)).all(axis=1)
    return table[here].set_index(["seed", "image"])["gain"].sort_index()


def came_back(found: Estimate) -> str:
    """By the interval of the mean gain: above `NEAR`, below it, or across; of one draw it is over images."""
    if found.low is None or found.high is None or found.low <= NEAR <= found.high:
        return UNDECIDED
    return BACK if found.low > NEAR else NOTHING


def best_known(table: pd.DataFrame, method: str, number: int, case: Case) -> str:
    """The attacker who models what the client does, in the order of its batches."""
    ran = (name for name in ("knowing", "plain") if len(gain_of(table, method, number, case, name)))
    return next(ran, "gradient")


def plain_model(table: pd.DataFrame, method: str, number: int, case: Case) -> str:
    """The attacker who knows the order and models plain steps: one of them is the gradient."""
    return "plain" if len(gain_of(table, method, number, case, "plain")) else "gradient"


def judged(
    table: pd.DataFrame,
    methods: Sequence[str],
    rounds: Sequence[int],
    cases: Sequence[Case],
    label: Callable[[str], str],
) -> Iterator[Verdict]:
    """Each sentence at each round and case where both of its sides were run."""
    first, *others = methods
    for number in rounds:
        for case in cases:
            place = f"round {number}, {case.images} image{'s' * (case.images > 1)}, B {case.batch}, {case.steps} steps"
            known = {method: best_known(table, method, number, case) for method in methods}
            for method in others:
                naive = [(first, known[first]), (method, plain_model(table, method, number, case))]
                aware = [(first, known[first]), (method, known[method])]
                text = f"{label(method)} protects from an attacker who simulates plain steps"
                yield from _pair(table, text, place, number, case, naive)
                text = f"{label(method)} protects from an attacker who simulates its steps"
                yield from _pair(table, text, place, number, case, aware)
            for method in methods:
                who = f"{label(method)}: "
                if known[method] != "gradient" and case.steps > 1:
                    sides = [(method, known[method]), (method, "gradient")]
                    text = f"{who}to simulate beats taking the update for a gradient"
                    yield from _pair(table, text, place, number, case, sides)
                if len(gain_of(table, method, number, case, "shuffled")):
                    sides = [(method, known[method]), (method, "shuffled")]
                    yield from _pair(table, f"{who}to know the order of the batches helps", place, number, case, sides)


def _pair(
    table: pd.DataFrame, text: str, place: str, number: int, case: Case, sides: Sequence[tuple[str, str]]
) -> Iterator[Verdict]:
    """The first side has the higher PSNR: by the interval of the paired difference; nothing where neither got anything."""
    left, right = (gain_of(table, method, number, case, attacker) for method, attacker in sides)
    paired = (left - right).dropna()
    if paired.empty:
        return
    found = estimate(paired)
    if found.seeds < DRAWS:
        verdict = f"{UNDECIDED}: one draw"
    elif all(came_back(estimate(side)) == NOTHING for side in (left, right)):
        verdict = IDLE
    elif not found.excludes_zero:
        verdict = UNDECIDED
    else:
        verdict = HOLDS if found.mean > 0 else REFUTED
    yield Verdict(text, place, f"{found.mean:+.1f} dB{ends(found)}", verdict)


def ends(found: Estimate) -> str:
    """` [+1.0, +2.0]`, or nothing where there is no interval."""
    return "" if found.low is None or found.high is None else f" [{found.low:+.1f}, {found.high:+.1f}]"


def last_back(summary: pd.DataFrame, cases: Sequence[Case]) -> str:
    """How far something came back, in words, of one method, round and attacker: the steps on one image, and the others."""
    marks = {Case(*row[:3]): row[3] for row in summary[[*CASE, "verdict"]].itertuples(index=False, name=None)}
    alone = [case.steps for case in cases if case.images == 1 and marks.get(case) == BACK]
    ran = [case for case in cases if case.images > 1 and case in marks]
    more = [f"{case.images}/{case.batch}/{case.steps}" for case in ran if marks[case] == BACK]
    one = f"one image up to {max(alone)} step{'s' * (max(alone) > 1)}" if alone else "no image alone"
    return f"{one}; {', '.join(more) if more else 'no set of several'}"
