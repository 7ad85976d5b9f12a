"""lia: can a server behind secure aggregation read each client's labels, and does SAM on the clients prevent it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from flatgia.core.parameters import Count, Counts, Fraction, Limits, Positive
from flatgia.plotting.shown import FIGURE, TABLE, Config, Needs, Own
from flatgia.settings.registry import NETWORKS
from flatgia.studies.study import Mistake, Names, Study, Work

ALL = "all"  # the questions in one job, where they take less than starting Python
PARTS = ("gamma", "methods", "clients", "stealth", "steps", "defences", "baselines")  # a job each
ROUNDS = "{part}.csv"
Part = Literal["gamma", "methods", "clients", "stealth", "steps", "defences", "baselines", "all"]
Shares = Annotated[tuple[Fraction, ...], Limits(length=(1, None), unique=True)]
Strengths = Annotated[tuple[Positive, ...], Limits(length=(1, None), unique=True)]
Networks = Annotated[
    tuple[Annotated[str, Limits(pattern=r"^[A-Za-z_][\w.:]*\Z")], ...], Limits(length=(1, None), unique=True)
]


@dataclass(frozen=True)
class Lia:
    """The first network and the first method are the usual ones; each part of the study varies one thing."""

    parts: Annotated[tuple[Part, ...], Limits(length=(1, None), unique=True)]  # the jobs
    networks: Networks
    methods: Names  # of the clients
    clients: Annotated[int, Limits(low=2)]
    images: Annotated[int, Limits(low=2)]  # of each client
    alpha: Positive  # of the Dirichlet distribution of each client's classes
    subclasses: Count  # into which each class is cut by brightness, for a round with so many times as many
    design: Literal["simplex", "blocks", "random"]
    strength: Positive  # root mean square by which a channel of the norm is moved
    strengths: Strengths
    strengths_of_methods: Strengths
    shortcut_strength: Positive  # where a shortcut passes the norm
    gammas: Shares
    gammas_of_stealth: Shares
    batches: Annotated[tuple[Annotated[int, Limits(low=2)], ...], Limits(length=(1, None), unique=True)]
    scale: Annotated[tuple[Annotated[int, Limits(low=2)], ...], Limits(length=(1, None), unique=True)]  # clients
    largest: Count  # up to which a network's own limit is tried
    images_at_scale: Annotated[int, Limits(low=2)]
    steps: Counts
    clips: Strengths
    noises: Strengths
    learning_rate: Positive
    pretraining_images: Count
    pretraining_epochs: Annotated[int, Limits(low=0)]
    bits: Literal[32, 64]
    fraction: Annotated[int, Limits(low=0, high=60)]
    degree: Count  # neighbours of a client in the graph of masks
    threshold: Annotated[float, Limits(above=0, high=1)]  # share of them that must be left
    test_images: Annotated[int, Limits(low=2)]


def needs(config: Config) -> Needs:
    """The rounds of each part and seed."""
    return Needs(
        config["studies"]["lia"]["methods"],
        [],
        {"rounds": [Own("lia", ROUNDS.format(part=part)) for part in config["studies"]["lia"]["parts"]]},
    )


def checks(config: Config) -> Iterator[Mistake]:
    """What the schema cannot say."""
    section = config["studies"]["lia"]
    for name in section["networks"]:
        if ":" not in name and name not in NETWORKS:
            yield "studies.lia.networks", f"{name!r} names no network", f"known: {', '.join(NETWORKS)}, or module:Class"
    for name in section["methods"]:
        rule = config["methods"].get(name, {}).get("rule")
        if rule in ("fedgf", "fedsai"):
            yield (
                "studies.lia.methods",
                f"{name} needs more than a model",
                "name one that runs FedAvg, FedSAM or FedASAM",
            )
    if section["fraction"] >= section["bits"]:
        yield "studies.lia.fraction", f"{section['fraction']} of {section['bits']} bits", "take fewer"


def rounds_cost(wildcards: Any) -> Work:
    """One part of a seed."""
    return ("lia", wildcards.part), 1


STUDY = Study(
    "lia",
    "labels through secure aggregation",
    "flatgia.studies.lia.table:make",
    needs,
    takes=("rounds",),
    writes=(*TABLE, *FIGURE[:2]),
    section=Lia,
    checks=checks,
    costs={"lia_rounds": rounds_cost},
    kept=("**/*.csv",),
)
