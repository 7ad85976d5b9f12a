"""updates: what comes back from the weights that a client sends after many steps on many images?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from flatgia.core.parameters import Count, Limits
from flatgia.plotting.shown import FIGURE, TABLE, Config, Needs, Own
from flatgia.settings.config import all_rounds
from flatgia.settings.registry import needs_generator
from flatgia.settings.sections import RoundList
from flatgia.studies.study import Mistake, Section, Study, Work
from flatgia.studies.updates.case import cases_of, mistake_in

SCORES = "{method}/round_{round}/{case}.csv"


@dataclass(frozen=True)
class Updates(Section):
    """Whose updates; the first of `attacks` is the search; `cases` are triples of images, batch and local steps."""

    rounds: RoundList
    images: Count
    cases: Annotated[tuple[tuple[Count, Count, Count], ...], Limits(length=(1, None), unique=True)]


def rounds_of(config: Config) -> list[int]:
    """Those of `rounds` that the config trains to."""
    return [number for number in config["studies"]["updates"]["rounds"] if number in all_rounds(dict(config))]


def needs(config: Config) -> Needs:
    """The scores of every case at every checkpoint."""
    section = config["studies"]["updates"]
    scores = [
        Own("updates", SCORES.format(method=method, round=f"{number:04d}", case=case.name), method)
        for method in section["methods"]
        for number in rounds_of(config)
        for case in cases_of(section["cases"])
    ]
    return Needs(section["methods"], section["attacks"], {"scores": scores})


def checks(config: Config) -> Iterator[Mistake]:
    """Cases that use all their images, rounds that are trained to, an attack on pixels."""
    section = config["studies"]["updates"]
    for place, case in enumerate(cases_of(section["cases"])):
        if wrong := mistake_in(case):
            yield f"studies.updates.cases.{place}", wrong, "give [images, batch, steps] that use every image"
    if not rounds_of(config):
        yield "studies.updates.rounds", "the config trains to none of them", "name one of the groups in rounds"
    entry = config["attacks"].get(section["attacks"][0], {})
    if entry and needs_generator(entry):
        what = f"{section['attacks'][0]} searches in the generator"
        yield "studies.updates.attacks", what, "name an attack on pixels first"


def scores_cost(wildcards: Any) -> Work:
    """One case at one checkpoint."""
    return ("updates", f"{wildcards.method}_{wildcards.round}_{wildcards.case}"), 1


CLAIMS = tuple(f"_claims.{ending}" for ending in TABLE)

STUDY = Study(
    "updates",
    "what a client really sends",
    "flatgia.studies.updates.table:make",
    needs,
    takes=("scores",),
    writes=(*TABLE, *FIGURE[:2], *CLAIMS),
    section=Updates,
    checks=checks,
    costs={"updates_scores": scores_cost},
    kept=("**/*.csv",),
)
