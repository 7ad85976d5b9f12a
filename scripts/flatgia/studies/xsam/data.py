"""The images of a training: drawn by seed, and beside them held-out images for the learning rate."""

from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator
from flatgia.datasets.dataset import Dataset
from flatgia.datasets.inputs import to_inputs
from flatgia.gradients.backend import Backend
from flatgia.settings.sections import Data

Pair = tuple[Tensor, Tensor]  # model inputs and labels


class Images(NamedTuple):
    """Training, held-out and test images; the held-out ones are none of the training's, the test set's serve no choice."""

    train: Pair
    held_out: Pair
    test: Pair


def draw(
    tensors: dict[str, Tensor],
    data: Data,
    dataset: Dataset,
    backend: Backend,
    counts: tuple[int, int, int],
    *seed: object,
) -> Images:
    """So many training, held-out and test images (the first). Raises `FlatgiaError` if there are fewer."""
    train, held_out, test = counts
    there, tests = len(tensors["train_labels"]), len(tensors["test_labels"])
    if train + held_out > there:
        what = f"{train} images and {held_out} held out, of {there}"
        raise FlatgiaError("config key studies.xsam.networks", what, "lower `images`, or `held_out`")
    order = torch.randperm(there, generator=generator("xsam images", *seed))
    chosen = [order[:train], order[train : train + held_out]]

    def pair(kind: str, places: Tensor) -> Pair:
        inputs = to_inputs(tensors[f"{kind}_images"][places], data, dataset)
        return backend.laid_out(inputs), tensors[f"{kind}_labels"][places]

    return Images(pair("train", chosen[0]), pair("train", chosen[1]), pair("test", torch.arange(min(test, tests))))
