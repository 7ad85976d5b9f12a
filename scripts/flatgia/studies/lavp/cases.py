"""Each case, a model under a loss, an optimiser and a start: how its rankings go together, with intervals."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from flatgia.core.errors import FlatgiaError
from flatgia.curvature.proxies import LAVP, RISKY
from flatgia.studies.lavp.ranks import Interval, Ranks, interval
from flatgia.studies.lavp.read import BETTER, Key, Seen

ABOUT = ["model", "method", "round", "loss", "optimiser", "start"]
OTHER = {"l2": "cosine", "cosine": "l2"}
STATISTICS = ("spearman", "partial", "difference")
FOUND = [*ABOUT, "metric", "proxy", "statistic", "value", "low", "high"]


def correlations(spectra: Mapping[Key, Seen], recoveries: pd.DataFrame) -> pd.DataFrame:
    """Columns `FOUND`, seeds averaged: each proxy's `spearman` with a metric (mean over the draws of a start), `partial`, given
    the norm, and the `difference` of its coefficient from the norm's; a coefficient that is not defined has no row.

    The proxy `draws` is the correlation between two draws of a start, `losses` that between both losses, on MSE, and
    `losses` has the `difference` by which the former is above the latter.
    """
    rows: list[dict[str, Any]] = []
    shown = recoveries[recoveries["metric"].isin(BETTER) & (recoveries["metric"] != "psnr")]
    for about, case in shown.groupby(ABOUT, sort=False):
        by_seed = [_ranks(spectra, recoveries, dict(zip(ABOUT, about, strict=True)), seed) for seed in _seeds(case)]
        metrics = [name for name in BETTER if name in set(case["metric"])]
        for metric, proxy, statistic, found in _found(by_seed, metrics):
            if found is not None:
                numbers = {"value": found.value, "low": found.low, "high": found.high}
                names = {"metric": metric, "proxy": proxy, "statistic": statistic}
                rows.append(dict(zip(ABOUT, about, strict=True)) | names | numbers)
    return pd.DataFrame(rows, columns=FOUND)


def _seeds(case: pd.DataFrame) -> list[int]:
    return sorted(case["seed"].unique().tolist())


def _ranks(spectra: Mapping[Key, Seen], rows: pd.DataFrame, about: Mapping[str, Any], seed: int) -> Ranks:
    """The images' ranks of one seed: its proxies, metrics, MSE of two draws and MSE under the other loss."""
    key = (about["model"], about["method"], about["round"], seed)
    mask = rows["seed"] == seed
    for name in ABOUT:
        mask &= (rows[name] == about[name]) if name != "loss" else True
    mine = rows[mask]
    if key not in spectra:
        what = f"no spectra of {key[0]}, {key[1]}, round {key[2]}, seed {seed}, which --recoveries has"
        raise FlatgiaError("--spectra", what, "give that file too")
    variables = dict(spectra[key].proxies[about["loss"]])
    for name, sign in BETTER.items():
        values = mine[(mine["metric"] == name) & (mine["loss"] == about["loss"])]
        if len(values):
            variables[f"metric {name}"] = sign * values.groupby("image")["value"].mean().to_numpy()
    mse = mine[mine["metric"] == "mse"].pivot_table(index="image", columns=["loss", "draw"], values="value")
    ours, theirs = mse[about["loss"]], mse.get(OTHER[about["loss"]])
    variables |= {"first": ours[0].to_numpy(), "second": ours[1].to_numpy()}
    if theirs is not None:
        variables |= {"other first": theirs[0].to_numpy(), "other second": theirs[1].to_numpy()}
    if len({len(values) for values in variables.values()}) > 1:
        what = f"spectra and recoveries of {key[0]}, round {key[2]}, seed {seed}, are of different images"
        raise FlatgiaError("--recoveries", what, "make both from the same images")
    return Ranks(variables, *key[:3], seed)


def _found(by_seed: list[Ranks], metrics: list[str]) -> Iterator[tuple[str, str, str, Interval | None]]:
    for metric in metrics:
        if metric == "psnr":  # the ranks of MSE
            continue
        to = f"metric {metric}"
        norm = [ranks.spearman("norm", to) for ranks in by_seed]
        for proxy in RISKY:
            plain = [ranks.spearman(proxy, to) for ranks in by_seed]
            yield metric, proxy, "spearman", interval(plain)
            if proxy != "norm":
                yield metric, proxy, "partial", interval([ranks.partial(proxy, to, "norm") for ranks in by_seed])
                yield metric, proxy, "difference", interval([a - b for a, b in zip(plain, norm, strict=True)])
    # Each loss's first draw with the other's second: as many draws apart as two draws under one loss.
    within = [ranks.spearman("first", "second") for ranks in by_seed]
    yield "mse", "draws", "spearman", interval(within)
    if all("other second" in ranks for ranks in by_seed):
        across = [
            np.mean([ranks.spearman("first", "other second"), ranks.spearman("second", "other first")], axis=0)
            for ranks in by_seed
        ]
        yield "mse", "losses", "spearman", interval(across)
        yield "mse", "losses", "difference", interval([a - b for a, b in zip(within, across, strict=True)])


def stated(found: pd.DataFrame) -> pd.DataFrame:
    """The rows of the eigenvalue that was fixed for each loss."""
    return found[found["proxy"] == found["loss"].map(LAVP)]
