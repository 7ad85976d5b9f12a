"""Reads spectra and recoveries: of each model and seed the proxies of its images, and what each attack reached on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flatgia.core.artifacts import load_arrays, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.curvature.proxies import RISKY, noise_of, proxies, rising, untold
from flatgia.studies.lavp import LOSSES
from flatgia.studies.rows import read_rows

Array = NDArray[np.float64]
CASE = ["model", "method", "round", "seed"]
COLUMNS = [*CASE, "loss", "optimiser", "start", "draw", "image", "metric", "value"]
BETTER = {"mse": -1.0, "psnr": 1.0, "ssim": 1.0, "lpips": -1.0}  # sign that turns a metric into how much is revealed
Key = tuple[str, str, int, int]


@dataclass(frozen=True)
class Seen:
    """The spectra of one model and seed: the proxies of each loss, signed so that larger is at greater risk."""

    proxies: dict[str, dict[str, Array]]
    entries: int
    directions: int
    untold: dict[str, float]  # eigenvalues not told from 0, mean over the images


def read_spectra(paths: Iterable[Path], steps: int) -> dict[Key, Seen]:
    """By model, method, round and seed; `steps` are those of `score`. Raises `FlatgiaError` on a foreign file."""
    return dict(_seen(path, steps) for path in paths)


def _seen(path: Path, steps: int) -> tuple[Key, Seen]:
    tensors, facts = load_arrays(path)
    if not {"norm", *LOSSES, *(f"{loss}_largest" for loss in LOSSES)} <= tensors.keys():
        what = "not the spectra of scripts/studies/lavp.py"
        raise FlatgiaError(path, what, remedy(path, "give a file that it wrote"))
    entries, norms = facts["entries"], tensors["norm"].astype(np.float64)
    found, lost = {}, {}
    for loss in LOSSES:
        values, largest = tensors[loss], tensors[f"{loss}_largest"]
        noise, rate = noise_of(loss, norms), 1 / largest.max()
        rows = [
            rising(proxies(row, float(top), entries, float(norm), noise, float(rate), steps))
            for row, top, norm in zip(values, largest, norms, strict=True)
        ]
        found[loss] = {name: np.array([row[name] for row in rows]) for name in RISKY}
        lost[loss] = float(np.mean([untold(row, float(top)) for row, top in zip(values, largest, strict=True)]))
    key = (facts["model"], facts["method"], facts["round"], facts["seed"])
    return key, Seen(found, entries, tensors[LOSSES[0]].shape[1], lost)


def read_recoveries(paths: Iterable[Path]) -> pd.DataFrame:
    """Columns `COLUMNS`, start as text. Raises `FlatgiaError` on a foreign or damaged file."""
    return read_rows(paths, COLUMNS, "lavp", "recoveries", types={"start": str})
