"""FedAvg at equal test accuracy: beside a method's model, FedAvg's of the attacked round whose accuracy is nearest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from flatgia.claims.claim import Key

NEAR = 2.0  # points of accuracy; where no attacked round of FedAvg comes so near, there is no match
Columns = Mapping[Key, pd.Series]


@dataclass(frozen=True)
class Match:
    """A model of one seed, and FedAvg's round beside it; accuracies in percent."""

    key: Key  # of FedAvg's PSNR beside it
    method: str
    seed: int
    accuracy: float
    base_round: int
    base_accuracy: float


def beside(base: str, method: str, attack: str, number: int) -> Key:
    """FedAvg's PSNR at the accuracy that `method` has at the round."""
    return Key("psnr", base, attack, number, setting=f"at the accuracy of {method}")


def matches(values: Columns, base: str, methods: Sequence[str], attacks: Sequence[str]) -> list[Match]:
    """Every model after round 0 that has a match."""
    found = []
    reached = {(key.method, key.round): column.droplevel("image") for key, column in values.items()
               if key.metric == "accuracy"}  # fmt: skip
    for (method, number), attack in product(reached, attacks):
        rounds = [at for name, at in reached if name == base and Key("psnr", base, attack, at) in values]
        if method not in methods or number == 0:
            continue
        for seed, accuracy in reached[method, number].items():
            there = {at: reached[base, at][seed] for at in rounds if seed in reached[base, at].index
                     and seed in values[Key("psnr", base, attack, at)].index.unique("seed")}  # fmt: skip
            nearest = min(there, key=lambda at: (abs(there[at] - accuracy), at), default=None)
            if nearest is not None and abs(there[nearest] - accuracy) <= NEAR:
                key = beside(base, method, attack, number)
                found.append(Match(key, method, int(seed), float(accuracy), nearest, float(there[nearest])))
    return found


def matched(values: Columns, found: Sequence[Match]) -> dict[Key, pd.Series]:
    """FedAvg's PSNR per match, indexed by (seed, image)."""
    parts: dict[Key, list[pd.Series]] = {}
    for one in found:
        column = values[one.key._replace(round=one.base_round, setting="naive")]
        parts.setdefault(one.key, []).append(column[column.index.get_level_values("seed") == one.seed])
    return {key: pd.concat(columns) for key, columns in parts.items()}
