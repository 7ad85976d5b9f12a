"""toy: how long is the vector of all parameters?"""

from dataclasses import dataclass
from typing import Any

from flatgia.core.parameters import Count
from flatgia.plotting.shown import FIGURE, TABLE, Config, Needs, Own
from flatgia.studies.study import Names, Study, Work


@dataclass(frozen=True)
class Toy:
    """Whose norm, and of which order."""

    methods: Names
    order: Count


def needs(config: Config) -> Needs:
    """The norm of each model at round 0."""
    methods = config["studies"]["toy"]["methods"]
    return Needs(methods, [], {"norms": [Own("toy", f"{method}.json") for method in methods]})


def norm_cost(wildcards: Any) -> Work:
    """As the rule's benchmark is named."""
    return ("toy", wildcards.method), 1


STUDY = Study(
    "toy",
    "norms of the initial models",
    "flatgia.studies.toy.bars:make",
    needs,
    takes=("norms",),
    writes=(*TABLE, *FIGURE[:2]),
    section=Toy,
    costs={"toy_norm": norm_cost},
)
