"""images: how far are the ten images of Table 1 from fifty of the same client?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from flatgia.core.parameters import Limits
from flatgia.plotting.shown import FIGURE, TABLE, Config, Metrics, Needs, Own
from flatgia.settings.registry import needs_generator
from flatgia.settings.sections import RoundList
from flatgia.studies.axes import AXES, SENT
from flatgia.studies.rounds import no_rounds
from flatgia.studies.study import Mistake, Section, Study, Work

TEN = 10  # images, of Table 1
CASE = "{method}/{gradient}-{attacker}/{attack}.csv"  # metrics of all its rounds


@dataclass(frozen=True)
class Images(Section):
    """Whose gradients, by which attacks, of how many images; the first of `methods` is what the others are compared with."""

    images: Annotated[int, Limits(low=2, high=100)]
    rounds: Annotated[RoundList, Limits(length=(1, None))]


def axes_of(config: Config, method: str) -> list[tuple[str, str]]:
    """(gradient, attacker) of each setting; what a client of FedAvg sends is the plain gradient."""
    return [SENT] if config["methods"][method]["rule"] == "fedavg" else list(AXES)


def needs(config: Config) -> Needs:
    """The metrics of all the images, and those of the run's own targets, which they begin with."""
    section = config["studies"]["images"]
    methods, attacks = section["methods"], section["attacks"]
    cases = [(method, *axes) for method in methods for axes in axes_of(config, method)]
    many = [
        Own("images", CASE.format(method=method, gradient=gradient, attacker=attacker, attack=attack), method)
        for method, gradient, attacker in cases
        for attack in attacks
    ]
    few = [Metrics([method], attacks, ["table"], gradient=who, attacker=by) for method, who, by in cases]
    return Needs(methods, attacks, {"images": many, "metrics": few})


def checks(config: Config) -> Iterator[Mistake]:
    """More images than the run attacks anyway, at rounds where it does, under attacks that need no generator."""
    section, targets = config["studies"]["images"], config["targets"]["images"]
    if section["images"] <= targets:
        what = f"{section['images']} are no more than targets.images, {targets}"
        yield "studies.images.images", what, "raise it"
    elif section["images"] <= TEN:
        what = f"{section['images']} are no more than the {TEN} of Table 1"
        yield "studies.images.images", what, "raise it"
    yield from no_rounds(config, "images")
    first = section["methods"][0]
    if config["methods"].get(first, {}).get("rule", "fedavg") != "fedavg":
        what = f"the first, {first}, does not have the rule fedavg"
        yield "studies.images.methods", what, "the others are compared with the first: begin with FedAvg"
    for name in section["attacks"]:
        if needs_generator(config["attacks"].get(name, {"kind": ""})):
            yield "studies.images.attacks", f"{name} searches in the generator", "name attacks that do not"


def case_cost(wildcards: Any) -> Work:
    """A method, setting and attack at all its rounds."""
    return ("images", f"{wildcards.method}_{wildcards.gradient}-{wildcards.attacker}_{wildcards.attack}"), 1


STUDY = Study(
    "images",
    "the ten images, and fifty",
    "flatgia.studies.images.table:make",
    needs,
    takes=("images", "metrics"),
    writes=(*TABLE, *FIGURE[:2], "_claims.md", "_claims.tex", "_claims.csv"),
    section=Images,
    checks=checks,
    costs={"images_case": case_cost},
    kept=("**/*.csv",),
)
