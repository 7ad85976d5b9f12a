"""The long table of an attack's metrics: a row for each image and metric."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from flatgia.core.artifacts import remedy
from flatgia.core.errors import FlatgiaError
from flatgia.metrics.assign import assign
from flatgia.metrics.registry import Metric

DISTANCES = ("distance", "distance_truth")
FACTS = ("run", "seed", "method", "round", "gradient", "attacker", "attack", "batch")
COLUMNS = (*FACTS, "image", "metric", "value")


def score(
    reconstruction: Tensor, truth_index: Tensor, targets: Tensor, metrics: Mapping[str, Metric]
) -> Iterator[tuple[int, str, float]]:
    """Yields (index in `targets`, metric, value); reconstruction (T, B, 3, H, W) in [0, 1], truth_index (T, B)."""
    truth = targets[truth_index].double() / 255
    # In a batch the images count in the order that suits them best.
    order = torch.stack([assign(images, true) for images, true in zip(reconstruction, truth, strict=True)])
    index = truth_index.gather(1, order).flatten()
    images = reconstruction.flatten(0, 1).double()
    true = targets[index].double() / 255
    values = {name: metric(images, true).tolist() for name, metric in metrics.items()}
    for row, image in enumerate(index.tolist()):
        for name in metrics:
            yield image, name, values[name][row]


def fit(tensors: Mapping[str, Tensor]) -> Iterator[tuple[int, str, float]]:
    """Yields (first image of a batch, name, value) of how far the modelled gradient is from the observed one, where it is told.

    A search has failed where the truth explains the gradient and the answer does not; the rule is the reader's.
    """
    for name in DISTANCES:
        if name in tensors:
            for image, value in zip(tensors["truth_index"][:, 0].tolist(), tensors[name].tolist(), strict=True):
                yield image, name, value


def check_attack(tensors: Mapping[str, Tensor], facts: Mapping[str, Any], targets: int, where: Path) -> None:
    """Raises `FlatgiaError` unless the artifact can be scored: all there, finite, in [0, 1], about `targets` images."""
    again = remedy(where, "give what scripts/attack.py wrote")
    missing = [name for name in ("reconstruction", "truth_index") if name not in tensors]
    missing += [name for name in FACTS if name not in facts]
    if missing:
        raise FlatgiaError(where, f"lacks {', '.join(missing)}", again)
    images, index = tensors["reconstruction"], tensors["truth_index"]
    if images.dim() != 5 or images.shape[:2] != index.shape:
        what = f"reconstruction {tuple(images.shape)} and truth_index {tuple(index.shape)} do not fit together"
        raise FlatgiaError(where, what, again)
    if not images.isfinite().all():
        count = int((~images.isfinite().flatten(2).all(2)).sum())
        raise FlatgiaError(where, f"{count} of its images are not finite", again)
    if images.min() < 0 or images.max() > 1:
        raise FlatgiaError(where, f"values from {images.min():.3g} to {images.max():.3g}, not in [0, 1]", again)
    if index.min() < 0 or index.max() >= targets:
        raise FlatgiaError(where, f"speaks of image {int(index.max())} of {targets} targets", again)


def write_table(path: Path, scored: Iterable[tuple[Mapping[str, Any], Iterable[tuple[int, str, float]]]]) -> None:
    """Writes the rows of each (facts, scores) as CSV, values with nine digits."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for facts, scores in scored:
            for image, metric, value in scores:
                writer.writerow([*(facts[name] for name in FACTS), image, metric, f"{value:.9g}"])
