"""One row a model: what it leaks of an image, what of membership, how sharp it is."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from flatgia.plotting.figures.curvature import read_hessians
from flatgia.plotting.measures import arrived, read_measures
from flatgia.plotting.request import Request
from flatgia.studies.information.read import read_spectra
from flatgia.studies.privacy import SETTINGS
from flatgia.studies.rows import read_rows

KEYS = ["method", "round", "seed"]
COLUMNS = [*KEYS, "number", "value"]
PSNR = [f"psnr_{name}" for name in SETTINGS]


def read_models(request: Request, methods: list[str], start: int) -> pd.DataFrame:
    """Columns `KEYS`, those of scripts/studies/privacy.py, `PSNR`, directions, log_det, lambda_max; what is not known of a
    model is NaN. A method that shares the plain gradient has one PSNR for all three attackers."""
    scores = read_scores(request.files["scores"])
    spectra = read_spectra(request.files["spectra"], methods[0], start)
    plain = spectra[spectra["gradient"] == "plain"].groupby(KEYS)["directions_0.01"].mean().rename("directions")
    hessian = pd.concat(
        [
            read_hessians(request.files["hessian"], [method], sorted(set(scores["round"]))).set_index(KEYS)
            for method in methods
        ]
    )
    psnr = reached(request.files["metrics"])
    joined = scores.join(psnr, on=KEYS).join(plain, on=KEYS).join(hessian[["log_det", "lambda_max"]], on=KEYS)
    alike = ~joined["method"].isin(spectra.loc[spectra["gradient"] == "sent", "method"])
    for name in PSNR:
        joined.loc[alike, name] = joined.loc[alike, name].fillna(joined.loc[alike, PSNR[0]])
    return joined[joined["method"].isin(methods)].reset_index(drop=True)


def reached(paths: Iterable[Path]) -> pd.DataFrame:
    """Mean PSNR over the images whose search did not fail: `PSNR` by `KEYS`."""
    rows = arrived(read_measures(paths))
    rows = rows[rows["metric"] == "psnr"]
    found = {
        f"psnr_{name}": rows[(rows["gradient"] == what) & (rows["attacker"] == who)].groupby(KEYS)["value"].mean()
        for name, (what, who) in SETTINGS.items()
    }
    return pd.DataFrame(found)


def read_scores(paths: Iterable[Path]) -> pd.DataFrame:
    """Columns `KEYS` and a column a number. Raises `FlatgiaError` on a foreign or damaged file."""
    rows = read_rows(paths, COLUMNS, "privacy", "membership")
    return rows.pivot(index=KEYS, columns="number", values="value").reset_index()
