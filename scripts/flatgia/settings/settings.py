"""What a command is given: the checked configuration as dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, get_type_hints

from flatgia.core.compute import Compute
from flatgia.core.errors import FlatgiaError
from flatgia.core.parameters import convert
from flatgia.settings import config
from flatgia.settings.sections import (
    AttackEntry,
    Data,
    Federation,
    Generator,
    Hessian,
    MethodEntry,
    Model,
    Rounds,
    Targets,
)


@dataclass(frozen=True, init=False, eq=False)
class Settings:
    """The sections that were given; to ask for another raises a `FlatgiaError`."""

    compute: Compute
    data: Data
    model: Model
    federation: Federation
    rounds: Rounds
    targets: Targets
    generator: Generator
    hessian: Hessian
    metrics: tuple[str, ...]
    methods: Mapping[str, MethodEntry]
    attacks: Mapping[str, AttackEntry]
    given: Mapping[str, Any]  # as it was read, for the records
    scale: str = "own"

    def __init__(self, given: Mapping[str, Any]) -> None:
        """From a checked mapping."""
        found = {name: convert(kind, given[name]) for name, kind in KINDS.items() if name in given and name != "model"}
        for name, entry in ENTRIES.items():
            if name in given:
                found[name] = {key: entry.of(value) for key, value in given[name].items()}
        if "model" in given:
            found["model"] = Model.of(given["model"])
        vars(self).update(found, given=given)  # past the frozen attributes

    @classmethod
    def load(cls, source: Path | str, *needed: str) -> "Settings":
        """From a YAML file or JSON text; `needed` as in `config.load`."""
        return cls(config.load(source, *needed))

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise FlatgiaError("the configuration text", f"missing {name}", "give that section too")

    def method(self, name: str) -> MethodEntry:
        """The entry of `methods`. Raises `FlatgiaError` that lists those there are."""
        config.entry(self.given, "methods", name)
        return self.methods[name]

    def attack(self, name: str) -> AttackEntry:
        """The entry of `attacks`. Raises `FlatgiaError` that lists those there are."""
        config.entry(self.given, "attacks", name)
        return self.attacks[name]

    def partition(self) -> dict[str, Any]:
        """What decides who holds which image, for the record."""
        return {key: self.given["federation"][key] for key in PARTITION_KEYS}

    def record(self, *sections: str, **chosen: str) -> dict[str, Any]:
        """These sections for the record, as they were given; `methods="fedsam"` takes that entry alone."""
        entries = {section: {name: self.given[section][name]} for section, name in chosen.items()}
        return {section: self.given[section] for section in sections} | entries


PARTITION_KEYS = ("clients", "partition", "alpha", "images_per_client")
ENTRIES: dict[str, type[MethodEntry] | type[AttackEntry]] = {"methods": MethodEntry, "attacks": AttackEntry}
KINDS = get_type_hints(Settings, include_extras=True)
