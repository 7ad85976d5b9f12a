"""The section `studies.membership` of the config: one pool of images, models on its halves, and how they are trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from flatgia.core.parameters import (
    Count,
    Counts,
    Fraction,
    Limits,
    Nonnegative,
    Positive,
    convert,
    schema_of,
)
from flatgia.settings.registry import NETWORKS
from flatgia.studies.optimisers import optimiser_schema
from flatgia.studies.study import Mistake, Names

Even = Annotated[int, Limits(low=8, multiple=2)]


@dataclass(frozen=True)
class Entry:
    """An optimiser; its numbers stand beside."""

    kind: str
    label: str


@dataclass(frozen=True)
class Linear:
    """The interpolating linear model: training images, and strengths of the regularisation (0 is added)."""

    images: Even
    pool: Count  # pixels a side that become one
    draws: Even
    strengths: Annotated[tuple[Positive, ...], Limits(length=(1, None), unique=True)]


@dataclass(frozen=True)
class Membership:
    """The whole section."""

    network: Any  # as `model`, without init and mode
    optimisers: Any
    compared: Names  # the first is what the others are compared with
    images: Even  # of the pool; half of them train a model
    models: Even
    models_per_job: Count
    epochs: Count
    marks: Counts  # earlier epochs, to compare at the same accuracy
    traced: Count  # images of the pool that are looked at there
    test_images: Count
    population: Count  # the first test images, for RMIA
    batch_size: Annotated[int, Limits(low=2)]
    learning_rate: Positive
    momentum: Fraction
    weight_decay: Nonnegative
    linear: Linear


def schema(section: type) -> dict[str, Any]:
    """JSON Schema of the section, with the numbers of each optimiser's class."""
    found = schema_of(section)
    network = {"type": "object", "required": ["network"], "properties": {"network": {"type": "string"}}}
    found["properties"] |= {"network": network, "optimisers": optimiser_schema(Entry)}
    return found


def mistakes(section: Mapping[str, Any]) -> Iterator[Mistake]:
    """What the schema cannot say."""
    where, known = "studies.membership", section["optimisers"]
    for name in section["compared"]:
        if name not in known:
            yield f"{where}.compared", f"{name} is no optimiser", f"name some of {', '.join(known)}"
    name = section["network"]["network"]
    if name not in NETWORKS and ":" not in name:
        yield f"{where}.network.network", f"{name!r} is none", f"name one of {', '.join(NETWORKS)}"
    if section["models"] % section["models_per_job"]:
        yield f"{where}.models_per_job", "it does not divide `models`", "take a divisor"
    if sorted(section["marks"]) != list(section["marks"]) or max(section["marks"]) >= section["epochs"]:
        yield (
            f"{where}.marks",
            "they do not ascend, or one is not before the last epoch",
            "name earlier epochs in order",
        )
    for key, most in (("traced", "images"), ("population", "test_images")):
        if section[key] > section[most]:
            yield f"{where}.{key}", f"more than `{most}`", "lower it"


def read(section: Mapping[str, Any]) -> Membership:
    """The checked section as a dataclass."""
    found: Membership = convert(Membership, section)
    return found


def for_part(config: Mapping[str, Any], optimiser: str) -> dict[str, Any]:
    """The config with just this optimiser, and without what changes no model that it trains."""
    section = config["studies"]["membership"]
    entry = section["optimisers"][optimiser] | {"label": optimiser}
    neutral = {"models": 8, "models_per_job": 1, "population": 1, "compared": [optimiser]}
    neutral["linear"] = {"images": 8, "pool": 1, "draws": 8, "strengths": [1.0]}
    return dict(config) | {"studies": {"membership": section | neutral | {"optimisers": {optimiser: entry}}}}
