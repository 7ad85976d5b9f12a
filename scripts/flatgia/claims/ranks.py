"""Do PSNR and log det H go together? Spearman's coefficient over models: the images of one model are no new models."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pandas as pd

from flatgia.claims.claim import Key
from flatgia.claims.models import Z, over_seeds
from flatgia.plotting.baseline import baseline

Columns = Mapping[Key, pd.Series]


def rank_correlations(values: Columns, config: Mapping[str, Any]) -> Iterator[tuple[Key, tuple[pd.Series, float]]]:
    """Per seed the coefficient of mean PSNR and log det, over the methods at the rounds of Table 1 after the first; its error
    is that of its z. With a `method` in the key, without that one.

    Not at the first round, where most methods hold the same model. An attack that lacks one of either is left out.
    """
    (_, *rounds), base = sorted(config["rounds"]["table"]), baseline(dict(config))
    for attack, setting, without in product(config["attacks"], ("naive", "plain"), ("", base)):
        methods = [name for name in config["report"]["methods"] if name != without]
        places = list(product(methods, rounds))
        scores = [Key("psnr", method, attack, number, setting=setting) for method, number in places]
        curvatures = [Key("log_det", method, "", number) for method, number in places]
        if len(places) > 3 and all(key in values for key in (*scores, *curvatures)):
            found = correlation(by_model(values, scores), by_model(values, curvatures))
            if len(found):
                yield Key("rank", without, attack, rounds[-1], setting=setting), (found, error_of(found, len(places)))


def by_model(values: Columns, keys: list[Key]) -> pd.DataFrame:
    """A row a seed, a column a model: means over the images."""
    return pd.concat(
        [values[key].groupby(level="seed").mean() for key in keys], axis=1, join="inner", keys=range(len(keys))
    )


def correlation(left: pd.DataFrame, right: pd.DataFrame) -> pd.Series:
    """Spearman's coefficient of each row of both, indexed like values of images."""
    left, right = left.align(right, join="inner")
    found = left.rank(axis=1).corrwith(right.rank(axis=1), axis=1).dropna()
    return over_seeds(found.index, found)


def error_of(found: pd.Series, models: int) -> float:
    """Half-width of the 95 % interval of Fisher's z of Spearman's coefficient (Bonett and Wright 2000)."""
    return Z * ((1 + found.mean() ** 2 / 2) / (models - 3)) ** 0.5
