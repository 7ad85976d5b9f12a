"""The federated methods: one file each, and here their names."""

from collections.abc import Mapping
from typing import Any

from flatgia.errors import FlatgiaError
from flatgia.federated.methods.registry import REGISTRY
from flatgia.plugins import build, load_class


def reference(rule: str) -> str:
    """`module:Class` of an update rule; a rule from outside is given so already. Raises `FlatgiaError` if unknown."""
    if ":" in rule:
        return rule
    if rule not in REGISTRY:
        remedy = f"known: {', '.join(REGISTRY)}, or package.module:Class"
        raise FlatgiaError(f"update rule {rule}", "unknown", remedy)
    return REGISTRY[rule]


def load_method(entry: Mapping[str, Any]) -> Any:
    """The method of a config entry: its rule with its numbers."""
    numbers = {key: value for key, value in entry.items() if key not in {"rule", "label"}}
    where = f"method {entry['label']}"
    return build(load_class(reference(entry["rule"]), where), numbers, where)
