"""shift: how much of a defence is predicted, without an attack, by the wrong model of a naive attacker?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from flatgia.core.parameters import Count, Limits
from flatgia.plotting.shown import FIGURE, TABLE, Config, Metrics, Needs, Own
from flatgia.settings.registry import needs_generator
from flatgia.settings.sections import RoundList
from flatgia.studies.rounds import no_rounds, rounds_of
from flatgia.studies.study import Mistake, Section, Study, Work

SHIFTS = "{method}/round_{round}.csv"


@dataclass(frozen=True)
class Shift(Section):
    """Whose gradients; the first of `attacks` has the prior, and is run on other disturbances of the same size."""

    images: Count
    rounds: Annotated[RoundList, Limits(length=(1, None))]


def needs(config: Config) -> Needs:
    """The predictions, and what the attacks reach on the same images."""
    section = config["studies"]["shift"]
    methods, attacks = section["methods"], section["attacks"]
    shifts = [
        Own("shift", SHIFTS.format(method=method, round=f"{number:04d}"), method)
        for method in methods
        for number in rounds_of(config, "shift")
    ]
    return Needs(methods, attacks, {"shifts": shifts, "metrics": [Metrics(methods, attacks, ["table"])]})


def checks(config: Config) -> Iterator[Mistake]:
    """Rounds that the run attacks at; the prior is that of an attack on pixels, through ever weaker total variation."""
    yield from no_rounds(config, "shift")
    name = config["studies"]["shift"]["attacks"][0]
    entry = config["attacks"].get(name, {})
    if entry and (needs_generator(entry) or not isinstance(entry.get("tv"), list | tuple)):
        what = f"{name} has no list `tv`, which tells how its prior weakens"
        yield "studies.shift.attacks", what, "name an attack of kind quasi_newton first"


def shift_cost(wildcards: Any) -> Work:
    """One checkpoint."""
    return ("shift", f"{wildcards.method}_{wildcards.round}"), 1


STUDY = Study(
    "shift",
    "the first-order shift of a wrong model",
    "flatgia.studies.shift.table:make",
    needs,
    takes=("shifts", "metrics"),
    writes=(*TABLE, *FIGURE[:2]),
    section=Shift,
    checks=checks,
    costs={"shift_predicted": shift_cost},
    kept=("**/*.csv",),
)
