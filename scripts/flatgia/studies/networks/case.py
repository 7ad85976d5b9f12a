"""A case: a network on a data set, as a config laid over the run's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from flatgia.core.parameters import Limits
from flatgia.settings import jobs
from flatgia.settings.config import overlay
from flatgia.settings.registry import network_class
from flatgia.settings.scales import images_name

Name = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]*\Z")]
Names = Annotated[tuple[Name, ...], Limits(unique=True)]
Overlay = Mapping[str, Any]  # of a section; what it may hold is checked where it is laid over


@dataclass(frozen=True)
class Case:
    """`model` stands in place of the run's, `data` and `federation` are laid over it."""

    name: Name
    label: str  # as tables and figures have it
    model: Overlay
    data: Overlay = field(default_factory=dict)
    federation: Overlay = field(default_factory=dict)
    modes: Annotated[tuple[Literal["eval", "train"], ...], Limits(length=(1, None), unique=True)] = ("eval",)
    train_attacks: Names = ()  # more attacks on a client in train mode


def case_named(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The case as the config has it."""
    return next(case for case in config["studies"]["networks"]["cases"] if case["name"] == name)


def laid_over(config: Mapping[str, Any], name: str, mode: str = "eval") -> dict[str, Any]:
    """The config of a case whose clients compute in that mode."""
    case, section = case_named(config, name), config["studies"]["networks"]
    own = {key: section.get(key, {}) for key in ("federation", "hessian", "targets")}
    own["data"] = case.get("data", {})
    whole = overlay(overlay(config, own), {"federation": case.get("federation", {})})
    return whole | {"model": {**case["model"], "mode": mode}}


def images_of(config: Mapping[str, Any], name: str) -> str:
    """The name of the file of a case's images."""
    data = laid_over(config, name)["data"]
    return images_name(data["dataset"], data["folder"])


def network_of(config: Mapping[str, Any], name: str) -> str:
    """`module:Class` of a case's network."""
    return network_class(case_named(config, name)["model"]["network"])


def config_of_case(
    config: Mapping[str, Any],
    wildcards: Any,
    sections: list[str],
    neutral: Mapping[str, Any] | None = None,
    **chosen: Any,
) -> str:
    """These sections of a case's config as a job is given them; `wildcards` have its `case` and may have a `mode`."""
    whole = laid_over(config, wildcards.case, getattr(wildcards, "mode", "eval"))
    return jobs.for_job(whole, sections, dict(neutral or {}), **chosen)
