"""What is the same by construction: at round 0 methods share one model, and some send the same gradient."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from flatgia.claims.claim import Key, Part
from flatgia.plotting.baseline import baseline

SETTINGS = ("naive", "adaptive", "plain")
Weights = frozenset[tuple[Key, float]]


def twins(values: Mapping[Key, pd.Series], config: Mapping[str, Any]) -> dict[Key, Key]:
    """Each quantity of round 0 by the first that has its very values: FedAvg's before the others', naive before plain."""
    order = [baseline(dict(config)), *config["report"]["methods"], *config["methods"]]
    keys = [key for key in values if key.round == 0 and key.method in order and key.setting in SETTINGS]
    keys.sort(key=lambda key: (order.index(key.method), SETTINGS.index(key.setting)))
    found: dict[Key, Key] = {}
    firsts: dict[tuple[Any, ...], list[Key]] = {}
    for key in keys:
        known = firsts.setdefault((key.metric, key.attack, key.batch), [])
        same = next((first for first in known if equal(values[first], values[key])), None)
        known += [key] * (same is None)
        found[key] = same or key
    return found


def equal(left: pd.Series, right: pd.Series) -> bool:
    """Whether they agree in all that both have."""
    both = left.index.intersection(right.index)
    return len(both) > 0 and left[both].equals(right[both])


def reduced(parts: Sequence[Part], same: Mapping[Key, Key]) -> list[Weights]:
    """Each part over first quantities alone; empty where it is zero by construction."""
    found = []
    for part in parts:
        weights: dict[Key, float] = {}
        for weight, key in part:
            first = same.get(key, key)
            weights[first] = weights.get(first, 0.0) + weight
        found.append(frozenset((key, round(weight, 9)) for key, weight in weights.items() if abs(weight) > 1e-9))
    return found
