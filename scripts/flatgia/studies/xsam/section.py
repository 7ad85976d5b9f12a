"""The section `studies.xsam` of the config: networks and optimisers by name, and what all trainings share."""

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
    Whole,
    convert,
    schema_of,
)
from flatgia.settings.registry import NETWORKS, network_class, optimiser_class
from flatgia.studies.optimisers import named, optimiser_schema
from flatgia.studies.study import Mistake, Names

Rates = Annotated[tuple[Positive, ...], Limits(length=(1, None), unique=True)]
UNIT = ("xsam",)  # kinds whose steps have about unit length; known without importing them, for the workflow


@dataclass(frozen=True)
class Network:
    """A network, how much it is trained and on what, by which optimisers, and how much of it is measured."""

    network: str
    label: str
    images: Count
    epochs: Count
    tuning_epochs: Count
    measured: Counts  # epochs at which losses and the Hessian are measured; the last of the training is added
    hessian_images: Count
    optimisers: Names


@dataclass(frozen=True)
class Entry:
    """An optimiser; its numbers stand beside. `longer` multiplies the epochs."""

    kind: str
    label: str
    longer: Positive = 1.0


@dataclass(frozen=True)
class Grid:
    """Learning rates to choose from, for steps along a gradient and for steps of unit length."""

    gradient: Rates
    unit: Rates


@dataclass(frozen=True)
class Judged:
    """Which optimisers the claims compare."""

    sam: str  # the others against it
    normalised: str  # X-SAM with alpha 0
    xsam: Names
    equal_cost: str  # SAM trained until it has cost as much as X-SAM; empty: not judged


@dataclass(frozen=True)
class XSam:
    """The whole section."""

    methods: Names
    attacks: Names
    networks: Any
    optimisers: Any
    rates: Grid
    judged: Judged
    held_out: Count
    test_images: Count
    batch_size: Annotated[int, Limits(low=2)]
    momentum: Fraction
    weight_decay: Nonnegative
    rho: Positive  # of the perturbed loss that is measured, and of the differences of curvatures
    probe: Whole  # steps between two looks at the angle; 0: none
    lanczos: Count  # steps of each look, from the vector of the last one


def schema(section: type) -> dict[str, Any]:
    """JSON Schema of the section, with the numbers of each optimiser's class."""
    found = schema_of(section)
    found["properties"] |= {"networks": named(schema_of(Network)), "optimisers": optimiser_schema(Entry)}
    return found


def mistakes(section: Mapping[str, Any]) -> Iterator[Mistake]:
    """What the schema cannot say."""
    known = section["optimisers"]
    for name, entry in section["networks"].items():
        where = f"studies.xsam.networks.{name}"
        for optimiser in entry["optimisers"]:
            if optimiser not in known:
                yield f"{where}.optimisers", f"{optimiser} is none", f"name some of {', '.join(known)}"
        if entry["network"] not in NETWORKS and ":" not in entry["network"]:
            yield f"{where}.network", f"{entry['network']!r} is none", f"name one of {', '.join(NETWORKS)}"
        if max(entry["measured"]) > entry["epochs"]:
            yield f"{where}.measured", "an epoch after the last", "name epochs up to `epochs`"
        if entry["hessian_images"] > entry["images"]:
            yield f"{where}.hessian_images", "more than `images`", "lower it"
    judged = section["judged"]
    for name in filter(None, [judged["sam"], judged["normalised"], *judged["xsam"], judged["equal_cost"]]):
        if name not in known:
            yield "studies.xsam.judged", f"{name} is no optimiser", f"name some of {', '.join(known)}"


def read(section: Mapping[str, Any], network: str) -> tuple[XSam, Network]:
    """The checked section and one of its networks, as dataclasses."""
    return convert(XSam, section), convert(Network, section["networks"][network])


def numbers_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What of an optimiser's entry is its class's."""
    return {key: value for key, value in entry.items() if key not in ("kind", "label", "longer")}


def grid(section: Mapping[str, Any], optimiser: str) -> tuple[float, ...]:
    """The learning rates to choose from."""
    unit = section["optimisers"][optimiser]["kind"] in UNIT
    return tuple(section["rates"]["unit" if unit else "gradient"])


def classes_of(section: Mapping[str, Any], network: str, optimiser: str) -> list[str]:
    """`module:Class` of an optimiser and a network, whose code a training runs."""
    entry, kind = section["networks"][network], section["optimisers"][optimiser]["kind"]
    return [optimiser_class(kind), network_class(entry["network"])]


def for_one(config: Mapping[str, Any], network: str, optimiser: str) -> dict[str, Any]:
    """The config with just this network and optimiser, and without what changes no training of theirs."""
    section = config["studies"]["xsam"]
    chosen = section["networks"][network] | {"label": network, "optimisers": [optimiser]}
    entry = section["optimisers"][optimiser] | {"label": optimiser}
    judged = {"sam": "", "normalised": "", "xsam": ["none"], "equal_cost": ""}
    neutral = {"methods": ["none"], "attacks": ["none"], "judged": judged}
    cut = section | neutral | {"networks": {network: chosen}, "optimisers": {optimiser: entry}}
    return dict(config) | {"studies": {"xsam": cut}}
