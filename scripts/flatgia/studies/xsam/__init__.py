"""xsam: does correcting SAM along the leading eigenvector of the Hessian flatten more, centrally and in a federation?"""

from collections.abc import Iterator, Sequence
from typing import Any

from flatgia.plotting.shown import FIGURE, TABLE, Checkpoints, Config, Hessians, Metrics, Needs, Own, Source
from flatgia.settings.seeds import seeds_of
from flatgia.studies.axes import AXES
from flatgia.studies.study import Mistake, Study, Work
from flatgia.studies.xsam.section import XSam, mistakes, schema

TUNED = "tuned/{network}_{optimiser}.json"
PARTS = ("claims", "federated")  # tables of their own
TRAINED = "trained/{network}_{optimiser}.csv"


def needs(config: Config) -> Needs:
    """The trainings of every network and optimiser, and FedXSAM beside other methods."""
    section = config["studies"]["xsam"]
    pairs = [(name, each) for name, entry in section["networks"].items() for each in entry["optimisers"]]
    trained = [Own("xsam", TRAINED.format(network=network, optimiser=optimiser)) for network, optimiser in pairs]
    methods, attacks = section["methods"], section["attacks"]
    metrics = [
        Metrics(methods, attacks, ["table"], gradient=gradient, attacker=attacker) for gradient, attacker in AXES
    ]
    files: dict[str, Sequence[Source]] = {"trained": trained, "metrics": metrics}
    files |= {"checkpoints": [Checkpoints(methods, ["table"])], "hessian": [Hessians(methods, ["table"])]}
    return Needs(methods, attacks, files)


def checks(config: Config) -> Iterator[Mistake]:
    """What the schema cannot say."""
    yield from mistakes(config["studies"]["xsam"])
    if not seeds_of(config, ["xsam"]):
        yield "seeds.xsam", "there is none", "name one"


def tuned_cost(wildcards: Any) -> Work:
    """One optimiser's grid."""
    return ("xsam", f"tuned_{wildcards.network}_{wildcards.optimiser}"), 1


def trained_cost(wildcards: Any) -> Work:
    """One training."""
    return ("xsam", f"trained_{wildcards.network}_{wildcards.optimiser}"), 1


STUDY = Study(
    "xsam",
    "SAM corrected along the leading eigenvector",
    "flatgia.studies.xsam.table:make",
    needs,
    takes=("trained", "metrics", "checkpoints", "hessian"),
    writes=(*TABLE, *FIGURE[:2], *(f"_{part}.{ending}" for part in PARTS for ending in TABLE)),
    section=XSam,
    schema_by=schema,
    checks=checks,
    costs={"xsam_tuned": tuned_cost, "xsam_trained": trained_cost},
    kept=("tuned/*.json", "trained/*.csv"),
)
