"""Small victims whose images are quickly found, and a small generator."""

import dataclasses

import pytest
import torch
from torch import nn

from flatgia.attacks.observe import observe
from flatgia.attacks.victim import Victim
from flatgia.attacks.view import View
from flatgia.generator.store import untrained_generator
from flatgia.gradients.backend import Backend
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params


class Flat(nn.Module):
    """One linear layer on a 3 x size x size image."""

    def __init__(self, size):
        super().__init__()
        self.head = nn.Linear(3 * size * size, 10)

    def forward(self, x):
        return self.head(x.flatten(1))


def make_view(network, images, labels, method=None, believed=None, generator=None, params=None):
    """The view on gradients that a client of `method` shares of images (T, B, 3, H, W) in [0, 1], labels (T, B)."""
    network = network.eval().requires_grad_(False)
    params = params or initial_params(network, "pytorch", 0)
    mean, std = torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.25)
    client = Victim(Backend(network), params, method, None)
    observed = observe(client, (images - mean) / std, labels)
    gradient = client._replace(method=believed).gradient()
    return View(gradient, observed, labels, tuple(images.shape[1:]), mean, std, generator, ("test",), "never", "test")


@pytest.fixture
def view_of():
    return make_view


@pytest.fixture
def flat():
    return Flat


@pytest.fixture
def faces():
    """Two smooth 8 x 8 images (T = 2, B = 1)."""
    coarse = torch.rand(2, 3, 3, 3, generator=torch.Generator().manual_seed(0))
    return nn.functional.interpolate(coarse, size=(8, 8), mode="bilinear", align_corners=True)[:, None]


@pytest.fixture
def easy(faces):
    """The view on two images through one linear layer, and the images."""
    return make_view(Flat(8), faces, torch.tensor([[3], [7]])), faces


@pytest.fixture
def lenet_case():
    """A LeNet with the weights of DLG, and two images of noise with their labels."""
    network = LeNet().eval().requires_grad_(False)
    rng = torch.Generator().manual_seed(5)
    images = torch.rand(2, 1, 3, 32, 32, generator=rng)
    return network, initial_params(network, "dlg", 0), images, torch.tensor([[3], [7]])


@pytest.fixture
def in_range():
    """A view with a small generator, on two images that this generator makes, and the images."""
    generator = untrained_generator(8, [8, 8, 8, 8], 1, 0)
    rng = torch.Generator().manual_seed(9)
    with torch.no_grad():
        # Every style row is one of a z of its own: W+, where the attacks search.
        styles = generator.mapping(torch.randn(2 * generator.styles, 8, generator=rng)).view(2, generator.styles, 8)
        maps = [torch.zeros(2, 1, *shape) for shape in generator.noise_shapes]
        images = ((generator(styles, maps) + 1) / 2)[:, None]
    view = make_view(Flat(32), images, torch.tensor([[3], [7]]), generator=generator)
    return view, images


@pytest.fixture
def relabelled():
    """The same view under another name for the random starts."""
    return lambda view, *seed: dataclasses.replace(view, seed=seed)
