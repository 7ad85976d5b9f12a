"""The attacks: one file each under methods/; settings/registry.py has their names."""

from collections.abc import Mapping
from typing import Any

from flatgia.core.plugins import build, load_class
from flatgia.settings.registry import attack_class

NOT_NUMBERS = {"kind", "label", "preset", "generator", "uses_generator"}


def load_attack(entry: Mapping[str, Any]) -> Any:
    """The attack of a config entry: its kind with its numbers."""
    numbers = {key: value for key, value in entry.items() if key not in NOT_NUMBERS}
    where = f"attack {entry['label']}"
    return build(load_class(attack_class(entry["kind"]), where), numbers, where)
