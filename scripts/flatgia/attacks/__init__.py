"""The attacks: one file each under methods/; settings/registry.py has their names."""

from flatgia.attacks.view import Attack
from flatgia.core.plugins import build, load_class
from flatgia.settings.registry import attack_class
from flatgia.settings.sections import AttackEntry


def load_attack(entry: AttackEntry) -> Attack:
    """The attack of a config entry: its kind with its numbers."""
    where = f"attack {entry.label}"
    attack: Attack = build(load_class(attack_class(entry.kind), where), entry.numbers, where)
    return attack
