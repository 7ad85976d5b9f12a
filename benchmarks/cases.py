"""What all sides are given: the network's first weights and images. The work does not depend on what is in the images."""

import torch
from torch import Tensor, nn

from flatgia.datasets.inputs import to_inputs
from flatgia.datasets.synthetic import load_synthetic
from flatgia.networks.network import Params, initial_params, load_network
from flatgia.settings.config import PAPER
from flatgia.settings.settings import Settings


def paper() -> Settings:
    """The paper's configuration."""
    return Settings.load(PAPER)


def model() -> tuple[nn.Module, Params]:
    """The network of the paper and its weights at round 0."""
    model = paper().model
    network = load_network(model.network)
    return network, initial_params(network, model.init, 0)


def images(count: int) -> tuple[Tensor, Tensor]:
    """Model inputs (count, 3, 32, 32) and labels."""
    tensors = load_synthetic()[0]
    which = torch.arange(count) % len(tensors["train_labels"])
    return to_inputs(tensors["train_images"][which], paper().data), tensors["train_labels"][which]
