"""membership: do flat minima give away more of who was in the training set?"""

from collections.abc import Iterator
from typing import Any

from flatgia.plotting.shown import FIGURE, TABLE, Config, Needs, Own
from flatgia.studies.membership.section import Membership, mistakes, schema
from flatgia.studies.study import Mistake, Study, Work

# In the order of their names what is made later comes later, as an archive restores it.
MODELS = "models/{optimiser}_{first}.safetensors"
SCORES, CURVES, LINEAR = "numbers/scores.csv", "numbers/curves.csv", "numbers/linear.csv"


def models_of(section: Config) -> list[str]:
    """The files of the pools, those of an optimiser together."""
    firsts = range(0, section["models"], section["models_per_job"])
    return [MODELS.format(optimiser=name, first=f"{first:03d}") for name in section["compared"] for first in firsts]


def needs(config: Config) -> Needs:
    """What is measured on the pools, and on the linear model."""
    files = {"scores": SCORES, "curves": CURVES, "linear": LINEAR}
    return Needs(files={kind: [Own("membership", path)] for kind, path in files.items()})


def checks(config: Config) -> Iterator[Mistake]:
    """What the schema cannot say."""
    yield from mistakes(config["studies"]["membership"])


def model_cost(wildcards: Any) -> Work:
    """One job: `models_per_job` models of an optimiser."""
    return ("membership", f"models_{wildcards.optimiser}"), 1


def scores_cost(wildcards: Any) -> Work:
    """All pools at once."""
    return ("membership", "scores"), 1


def linear_cost(wildcards: Any) -> Work:
    """All strengths and draws."""
    return ("membership", "linear"), 1


STUDY = Study(
    "membership",
    "membership inference at flat minima",
    "flatgia.studies.membership.table:make",
    needs,
    takes=("scores", "curves", "linear"),
    writes=(*TABLE, *FIGURE[:2]),
    section=Membership,
    schema_by=schema,
    checks=checks,
    costs={"membership_models": model_cost, "membership_scores": scores_cost, "membership_linear": linear_cost},
    kept=("models/*.safetensors", "numbers/*.csv"),
)
