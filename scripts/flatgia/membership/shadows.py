"""The models that an attacker has beside the target: what is asked of them, and each model of a pool as target in turn."""

from collections.abc import Callable

import numpy as np

from flatgia.core.errors import FlatgiaError

Array = np.ndarray


def check_shadows(members: Array, least: int) -> None:
    """Raises `FlatgiaError` unless every image is in the training set of `least` models, and out of that of as many."""
    inside = members.sum(0)
    if min(inside.min(), (len(members) - inside).min()) < least:
        what = f"an image is in, or out of, fewer than {least} of the {len(members)} shadow models"
        raise FlatgiaError("membership inference", what, "give more models, split by halves")


def leave_one_out(attack: Callable[[Array, int], Array], models: int) -> Array:
    """Scores (N, I) of `attack(others, target)`: each model is the target once, `others` (N,) marks its shadows."""
    return np.stack([attack(np.arange(models) != target, target) for target in range(models)])


def masked_median(values: Array, mask: Array) -> Array:
    """The median (I,) of what `mask` marks in each column of values (S, I); at least one in each."""
    ordered = np.sort(np.where(mask, values, np.inf), axis=0)
    count = mask.sum(0)
    low, high = (np.take_along_axis(ordered, place[None], 0)[0] for place in ((count - 1) // 2, count // 2))
    return (low + high) / 2


def masked_deviation(values: Array, mask: Array) -> Array:
    """The standard deviation (I,), by n, of what `mask` marks in each column of values (S, I)."""
    count = mask.sum(0)
    mean = np.where(mask, values, 0).sum(0) / count
    return np.sqrt((np.where(mask, values - mean, 0) ** 2).sum(0) / count)
