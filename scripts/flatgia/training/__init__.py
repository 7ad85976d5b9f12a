"""Central training: optimisers, one a file, as functions of all weights in one vector, and the loop around them."""

from typing import Any

from flatgia.core.plugins import build, load_class
from flatgia.settings.registry import optimiser_class
from flatgia.training.optimiser import Optimiser


def load_optimiser(kind: str, numbers: dict[str, Any], where: str) -> Optimiser:
    """The optimiser of that kind, or `module:Class`, with its numbers; `where` is where the user wrote them."""
    optimiser: Optimiser = build(load_class(optimiser_class(kind), where), numbers, where)
    return optimiser
