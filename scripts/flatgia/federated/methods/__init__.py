"""The federated methods: one file each; settings/registry.py has their names."""

from flatgia.core.plugins import build, load_class
from flatgia.federated.methods.base import Method
from flatgia.settings.registry import method_class
from flatgia.settings.sections import MethodEntry


def load_method(entry: MethodEntry) -> Method:
    """The method of a config entry: its rule with its numbers."""
    where = f"method {entry.label}"
    method: Method = build(load_class(method_class(entry.rule), where), entry.numbers, where)
    return method
