"""Every number of the study, by optimiser and model."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from flatgia.core.seeds import seed_of
from flatgia.membership.rates import Ranked, area, balanced_accuracies
from flatgia.membership.shadows import Array
from flatgia.studies.membership.attacks import ATTACKS, TRACED, Pool, scores_of

FALSE = (0.01, 0.001)  # false positive rates at which the true one is given
GRID = np.logspace(-4, 0, 41)
BAND = (0.6, 0.85)  # where the paper finds SAM to memorise more
DRAWS = 1000


class Row(NamedTuple):
    """A number of a model; `attack` is empty for what is of the model itself, `epoch` counts from 1."""

    optimiser: str
    epoch: int
    attack: str
    number: str
    model: int
    value: float


class Point(NamedTuple):
    """A point of a curve (an attack's ROC, or `memorisation`) with its 95 % interval over models."""

    optimiser: str
    curve: str
    x: float
    mean: float
    low: float
    high: float


def of_models(name: str, pool: Pool, epoch: int) -> Iterator[Row]:
    """Accuracies in %, and the variance of what models say of images that they have not seen."""
    members, correct = pool["members"], pool["correct"].astype(bool)
    confidence = 1 / (1 + np.exp(-pool["phi"]))
    for model in range(len(members)):
        inside = members[model]
        train, unseen = (100 * correct[model, side].mean() for side in (inside, ~inside))
        numbers = {
            "train_accuracy": train,
            "test_accuracy": 100 * pool["test_correct"][model].mean(),
            "memorised": train - unseen,
            "confidence_variance": confidence[model, ~inside].var(),
            "phi_variance": pool["phi"][model, ~inside].var(),
        }
        for number, value in numbers.items():
            yield Row(name, epoch, "", number, model, float(value))


def of_attacks(name: str, pool: Pool, epoch: int) -> Iterator[Row | Point]:
    """AUC, balanced accuracy and true positives in %, and the ROC; a threshold of few false positives is one for all models."""
    members, labels = pool["members"], pool["labels"]
    for attack in ATTACKS:
        scores = scores_of(pool, attack)
        yield from _areas(name, epoch, attack, scores, members)
        for model, value in enumerate(balanced_accuracies(scores, members, labels)):
            yield Row(name, epoch, attack, "balanced_accuracy", model, 100 * float(value))
        outside = np.sort(scores[~members])[::-1]
        for share in FALSE:
            for model, value in enumerate(_true_beyond(scores, members, outside, share)):
                yield Row(name, epoch, attack, f"tpr_{share:g}", model, 100 * float(value))
        for share in GRID:
            if share * len(outside) >= 10:  # fewer false positives draw no line
                yield Point(name, attack, float(share), *_interval(_true_beyond(scores, members, outside, share)))


def of_marks(name: str, pool: Pool, marks: tuple[int, ...], last: int) -> Iterator[Row]:
    """AUC on the traced images and test accuracy, at the marks and at the end; in %."""
    traced = pool["marks_phi"].shape[2]
    members = pool["members"][:, :traced]
    for place, epoch in enumerate((*marks, last)):
        ended = place == len(marks)
        phi = pool["phi"][:, :traced] if ended else pool["marks_phi"][:, place]
        accuracy = pool["test_correct"].mean(1) if ended else pool["marks_test"][:, place]
        for model, value in enumerate(accuracy):
            yield Row(name, epoch, "traced", "test_accuracy", model, 100 * float(value))
        for attack in TRACED:
            scores = scores_of({"phi": phi, "members": members}, attack)
            for row in _areas(name, epoch, attack, scores, members):
                yield row._replace(attack=f"traced {attack}")


def of_memorisation(pools: dict[str, Pool]) -> Iterator[Point]:
    """Shares in % of images by memorisation, and of those within `BAND`, each also less the first optimiser's; pairs of models,
    which share the images between them, are drawn with replacement."""
    first = next(iter(pools))
    count = len(pools[first]["phi"]) // 2
    random = np.random.default_rng(seed_of("membership pairs", count))
    draws = np.stack([np.bincount(random.integers(count, size=count), minlength=count) for _ in range(DRAWS)])
    draws = np.concatenate([np.ones((1, count)), draws]).repeat(2, axis=1)
    shares = {name: np.stack([_shares(pool, weights) for weights in draws]) for name, pool in pools.items()}
    for name, found in shares.items():
        for kind, table in (("memorisation", found), ("memorisation beside", found - shares[first])):
            low, high = np.percentile(table[1:], (2.5, 97.5), axis=0)
            for place, x in enumerate((*(np.arange(count + 1) / count), -1.0)):  # -1: the band
                yield Point(name, kind, float(x), *(float(value[place]) for value in (table[0], low, high)))


def _shares(pool: Pool, weights: Array) -> Array:
    members, correct = pool["members"].astype(np.float64), pool["correct"].astype(np.float64)
    inside, outside = weights @ members, weights @ (1 - members)
    right_in, right_out = weights @ (members * correct), weights @ ((1 - members) * correct)
    value = right_in / inside - right_out / outside
    steps = len(members) // 2  # with each model once these are all the values there are; 0 stands for less, too
    counts = np.bincount(np.rint(value.clip(min=0) * steps).astype(int), minlength=steps + 1)
    band = ((value >= BAND[0]) & (value <= BAND[1])).sum()
    return 100 * np.append(counts, band) / len(value)


def _areas(name: str, epoch: int, attack: str, scores: Array, members: Array) -> Iterator[Row]:
    for model in range(len(scores)):
        value = area(*Ranked.of(scores[model], members[model]).curve())
        yield Row(name, epoch, attack, "auc", model, 100 * value)


def _true_beyond(scores: Array, members: Array, outside: Array, share: float) -> Array:
    """True positive rate of each model (N,) above the threshold that at most `share` of all non-members reach."""
    admitted = int(share * len(outside))
    threshold = outside[admitted] if admitted < len(outside) else -np.inf
    found: Array = ((scores > threshold) & members).sum(1) / members.sum(1)
    return found


def _interval(values: Array) -> tuple[float, float, float]:
    random = np.random.default_rng(seed_of("membership models", len(values)))
    means = values[random.integers(len(values), size=(DRAWS, len(values)))].mean(1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(values.mean()), float(low), float(high)
