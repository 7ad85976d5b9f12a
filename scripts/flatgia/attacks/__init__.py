"""The attacks: one file each, and here their names."""

from collections.abc import Mapping
from typing import Any

from flatgia.attacks.registry import REGISTRY, WITH_PRIOR
from flatgia.errors import FlatgiaError
from flatgia.plugins import build, load_class

NOT_NUMBERS = {"kind", "label", "preset", "prior", "uses_prior"}


def reference(kind: str) -> str:
    """`module:Class` of an attack; one from outside is given so already. Raises `FlatgiaError` if unknown."""
    if ":" in kind:
        return kind
    if kind not in REGISTRY:
        raise FlatgiaError(f"attack {kind}", "unknown", f"known: {', '.join(REGISTRY)}, or package.module:Class")
    return REGISTRY[kind]


def needs_prior(entry: Mapping[str, Any]) -> bool:
    """Whether a config entry searches in a generator; an attack from outside says so with `uses_prior: true`."""
    return entry.get("uses_prior", entry["kind"] in WITH_PRIOR)


def load_attack(entry: Mapping[str, Any]) -> Any:
    """The attack of a config entry: its kind with its numbers."""
    numbers = {key: value for key, value in entry.items() if key not in NOT_NUMBERS}
    where = f"attack {entry['label']}"
    return build(load_class(reference(entry["kind"]), where), numbers, where)
