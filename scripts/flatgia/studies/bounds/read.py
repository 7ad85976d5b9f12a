"""Reads what the command of `bounds` wrote, the Hessians and the spectra: a row a model, and a row an image."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from flatgia.core.artifacts import load_json, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.curvature.histogram import log_det_at
from flatgia.plotting.figures.curvature import read_hessians
from flatgia.studies.bounds import formulas
from flatgia.studies.information.numbers import NOISE
from flatgia.studies.information.read import read_spectra

KEYS = ["method", "round", "seed"]
TERMS = (
    "loss",
    "norm",
    "rise",
    "rise_step",
    "lambda_max",
    "lambda_min",
    "sigma_l",
    "fisher_cosine",
    "rho",
    "parameters",
)
LEAST = 1e-12  # the damping that stands for none: its log det bounds that of H itself from above
CHANNELS = {"channel": "norm", "channel_fixed": "reference"}


def read_models(
    terms: Iterable[Path], hessian: Sequence[Path], methods: Sequence[str], rounds: Sequence[int]
) -> pd.DataFrame:
    """Columns `KEYS`, what scripts/studies/bounds.py measured, `log_det` of the Hessian, and `log_det_raw`: an upper bound of
    log |det H|, None where the Hessian's file holds no spectrum. Raises `FlatgiaError` on foreign, damaged or missing files.
    """
    rows = pd.DataFrame([_terms(path) for path in terms])
    found = read_hessians(hessian, methods, rounds)[[*KEYS, "log_det", "trace"]]
    raw = {tuple(value[name] for name in KEYS): _raw(value) for value in map(load_json, hessian)}
    found["log_det_raw"] = [raw[tuple(row)] for row in found[KEYS].itertuples(index=False)]
    table = rows.merge(found, on=KEYS, validate="one_to_one")
    if len(table) < len(rows):
        raise FlatgiaError(
            "--hessian", f"{len(rows) - len(table)} of the models of --terms have none", "give those too"
        )
    return table


def _terms(path: Path) -> dict[str, Any]:
    value = load_json(path)
    if not isinstance(value, dict) or not {*KEYS, *TERMS} <= value.keys():
        what = "not a result of scripts/studies/bounds.py"
        raise FlatgiaError(path, what, remedy(path, "give a .json that it wrote"))
    return value


def _raw(value: Mapping[str, Any]) -> float | None:
    return log_det_at(value["spectrum"], LEAST) if "spectrum" in value else None


def read_channels(spectra: Iterable[Path], first: str, start: int) -> pd.DataFrame:
    """Columns `KEYS`, image, gradient, entries, directions (of J), norm, log_det (of J^T J), and each of `CHANNELS`.

    Nats through noise of 1e-2 of the gradient's own norm, or of the mean norm of the method `first` at round `start`.
    """
    rows = read_spectra(spectra, first, start)
    mine = rows[(rows["method"] == first) & (rows["round"] == start) & (rows["gradient"] == "plain")]
    reference = mine.groupby("seed")["norm"].mean()
    rows["reference"] = rows["seed"].map(reference).fillna(reference.mean())
    for name, size in CHANNELS.items():
        rows[name] = [
            formulas.channel(row["values"], row["entries"], max(NOISE) * row[size]) for row in rows.to_dict("records")
        ]
    rows["directions"] = [len(values) for values in rows["values"]]
    return rows[[*KEYS, "image", "gradient", "entries", "directions", "norm", "log_det", *CHANNELS]]


def by_batch(models: pd.DataFrame, batches: Sequence[int], entries: int) -> pd.DataFrame:
    """A row a model and batch size: (2), (3), (3) of the raw spectrum, (5), the data's entropy, and why (3) and (5) are
    vacuous; in nats."""
    rows = []
    for model in models.to_dict("records"):
        size = model["parameters"]
        for batch in batches:
            most = formulas.capacity(entries, batch)
            third = formulas.by_hessian(size, model["log_det"], batch)
            fifth = formulas.by_sharpness(size, model["rise"], model["norm"], model["rho"], batch)
            raw = model["log_det_raw"]
            rows.append(
                {name: model[name] for name in KEYS}
                | {
                    "batch": batch,
                    "rank": model[f"rank_{batch}"],
                    "second": formulas.gaussian(size, model[f"log_det_covariance_{batch}"]),
                    "third": third,
                    "third_raw": None if raw is None or pd.isna(raw) else formulas.by_hessian(size, raw, batch),
                    "fifth": fifth,
                    "most": most,
                    "third_vacuous": formulas.vacuous(third, most),
                    "fifth_vacuous": formulas.vacuous(fifth, most),
                }
            )
    return pd.DataFrame(rows)
