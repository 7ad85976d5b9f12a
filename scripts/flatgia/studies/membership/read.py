"""The pool of an optimiser, put together from the files of its models."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from flatgia.core.artifacts import load_arrays, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.membership.splits import halves
from flatgia.studies.membership.attacks import Pool


def read_pools(paths: Iterable[Path], population: int) -> dict[str, Pool]:
    """By optimiser. Raises `FlatgiaError` where models are missing, twice there, or of another seed."""
    parts: dict[str, list[tuple[int, dict[str, np.ndarray]]]] = {}
    seeds = set()
    for path in paths:
        arrays, facts = load_arrays(path)
        try:
            parts.setdefault(facts["optimiser"], []).append((facts["first"], dict(arrays)))
            seeds.add(facts["seed"])
            arrays["marks_phi"], arrays["test_phi"]
        except KeyError:
            give = remedy(path, "give what scripts/studies/membership.py wrote")
            raise FlatgiaError(path, "it holds no models of the pool", give) from None
    if len(seeds) != 1:
        raise FlatgiaError("--models", f"models of the seeds {', '.join(map(str, sorted(seeds)))}", "give those of one")
    found = {name: _together(name, sorted(mine, key=lambda part: part[0])) for name, mine in parts.items()}
    counts = {len(pool["phi"]) for pool in found.values()}
    if len(counts) != 1:
        raise FlatgiaError("--models", "not as many of every optimiser", "give the same models of each")
    for pool in found.values():
        pool["members"] = halves(len(pool["phi"]), pool["phi"].shape[1], seeds.copy().pop())
        pool["population"] = pool["test_phi"][:, :population]
    return dict(found)


def _together(name: str, parts: list[tuple[int, dict[str, np.ndarray]]]) -> dict[str, np.ndarray]:
    expected = 0
    for first, arrays in parts:
        if first != expected:
            raise FlatgiaError("--models", f"{name} has no model {expected}, or has it twice", "give each once, from 0")
        expected += len(arrays["phi"])
    labels = parts[0][1]["labels"]
    wide = {"phi", "entropy", "modified", "test_phi", "marks_phi"}
    joined = {key: np.concatenate([arrays[key] for _, arrays in parts]) for key in parts[0][1] if key != "labels"}
    return {key: value.astype(np.float64) if key in wide else value for key, value in joined.items()} | {
        "labels": labels
    }
