"""PSNR of a study's attacks by what it belongs to, as the rules of the claims take it."""

from collections.abc import Callable

import pandas as pd

from flatgia.claims.claim import Key
from flatgia.plotting.measures import arrived
from flatgia.studies.axes import SETTING

KEYS = ["round", "method", "gradient", "attacker", "attack"]


def values_of(rows: pd.DataFrame, chosen: Callable[[pd.Series], pd.Series]) -> dict[Key, pd.Series]:
    """PSNR by (seed, image) of the images that `chosen` takes by their numbers, without failed searches."""
    mine = arrived(rows)
    mine = mine[chosen(mine["image"])]
    found = {}
    for (number, method, gradient, attacker, attack), group in mine.groupby(KEYS, sort=False):
        key = Key("psnr", method, attack, number, setting=SETTING[gradient, attacker])
        found[key] = group.set_index(["seed", "image"])["value"].sort_index()
    return found


def every(image: pd.Series) -> pd.Series:
    """All of them."""
    return image >= 0
