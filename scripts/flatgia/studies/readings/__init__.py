"""readings: which reading of what the paper leaves open agrees with its numbers?"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any

from flatgia.core.parameters import Limits
from flatgia.plotting.shown import REPORTED, Config, Needs, Own
from flatgia.settings.registry import needs_generator
from flatgia.settings.sections import Init, Inputs
from flatgia.studies.study import Mistake, Section, Study, Work

CASE = "{inputs}-{init}/{method}/{attack}.csv"  # a file of metrics
SOME = Limits(length=(1, None), unique=True)


@dataclass(frozen=True)
class Readings(Section):
    """Which readings are tried, of what."""

    inputs: Annotated[tuple[Inputs, ...], SOME]
    init: Annotated[tuple[Init, ...], SOME]


def needs(config: Config) -> Needs:
    """The metrics of every case at round 0, made by a rule of its own, and the paper's numbers."""
    section = config["studies"]["readings"]
    axes = [section[key] for key in ("inputs", "init", "methods", "attacks")]
    cases = [
        Own("readings", CASE.format(inputs=inputs, init=init, method=method, attack=attack))
        for inputs, init, method, attack in product(*axes)
    ]
    return Needs(section["methods"], section["attacks"], {"metrics": cases, "reported": [REPORTED]})


def checks(config: Config) -> Iterator[Mistake]:
    """A case is given no generator."""
    for name in config["studies"]["readings"]["attacks"]:
        if needs_generator(config["attacks"][name]):
            yield "studies.readings.attacks", f"{name} searches in the generator", "name attacks that do not"


def changes(wildcards: Any) -> Config:
    """What a case has other than the run: its inputs and initial weights, and of the metrics PSNR alone."""
    return {"data": {"inputs": wildcards.inputs}, "model": {"init": wildcards.init}, "metrics": ["psnr"]}


def case_cost(wildcards: Any) -> Work:
    """A case is hardly more than its attack: at round 0 nothing is trained."""
    return ("attack", f"{wildcards.attack}, method-naive"), 1


STUDY = Study(
    "readings",
    "readings of the paper at round 0",
    "flatgia.studies.readings.table:make",
    needs,
    takes=("metrics", "reported"),
    section=Readings,
    checks=checks,
    costs={"readings_case": case_cost},
    kept=("**/*.csv",),
)
