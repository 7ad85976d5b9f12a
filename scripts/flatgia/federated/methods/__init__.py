"""The federated methods: one file each; settings/registry.py has their names."""

from collections.abc import Mapping
from typing import Any

from flatgia.core.plugins import build, load_class
from flatgia.settings.registry import method_class


def load_method(entry: Mapping[str, Any]) -> Any:
    """The method of a config entry: its rule with its numbers."""
    numbers = {key: value for key, value in entry.items() if key not in {"rule", "label"}}
    where = f"method {entry['label']}"
    return build(load_class(method_class(entry["rule"]), where), numbers, where)
