"""The method that the others are held against."""

from collections.abc import Mapping
from typing import Any

from flatgia.core.errors import FlatgiaError


def baseline(config: Mapping[str, Any]) -> str:
    """The method of `report.methods` that is plain federated averaging. Raises `FlatgiaError` if there is none."""
    for method in config["report"]["methods"]:
        if config["methods"][method]["rule"] == "fedavg":
            return method
    raise FlatgiaError("config key report.methods", "no method has the rule fedavg", "name one, this figure shows it")
