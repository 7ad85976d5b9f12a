"""What all sides are given: the network's first weights and images. The work does not depend on what is in the images."""

from typing import Any

import torch
from torch import Tensor, nn

from flatgia import config
from flatgia.data.inputs import to_inputs
from flatgia.data.synthetic import load_synthetic
from flatgia.models.network import Params, initial_params, load_network


def paper() -> dict[str, Any]:
    """The paper's configuration."""
    return config.load(config.PAPER)


def model() -> tuple[nn.Module, Params]:
    """The network of the paper and its weights at round 0."""
    settings = paper()["model"]
    network = load_network(settings)
    return network, initial_params(network, settings["init"], 0)


def images(count: int) -> tuple[Tensor, Tensor]:
    """Model inputs (count, 3, 32, 32) and labels."""
    tensors = load_synthetic()
    which = torch.arange(count) % len(tensors["train_labels"])
    return to_inputs(tensors["train_images"][which], paper()["data"]), tensors["train_labels"][which]
