"""Exposure without an attack: what stands out, how it compares, and what is refused."""

import pytest
import torch
from torch import nn

from flatgia.audit.client import Client
from flatgia.audit.proxy import expose, in_words, predicted, random_images
from flatgia.core.errors import FlatgiaError


def client(scale=1.0, **options):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(48, 20), nn.Sigmoid(), nn.Linear(20, 4))
    with torch.no_grad():
        network[3].weight.mul_(scale)
    return Client.of(network, 4, **options)


def test_the_cosine_is_blind_to_the_scale_of_images_but_not_to_a_layer_that_is_cut():
    images = random_images(client(), 0)[:2]
    whole, cut = (expose(client(scale), images, [1, 2], 0, "test") for scale in (1.0, 1e-3))
    assert all(a.directions > b.directions for a, b in zip(whole, cut, strict=True))
    assert all(one.norm > 0 and one.l2 > 0 and one.cosine >= 0 for one in whole)


class FirstForty(nn.Module):
    """What comes after 40 entries is not seen."""

    def forward(self, inputs):
        return inputs.flatten(1)[:, :40]


def test_pixels_that_the_network_does_not_see_are_told():
    network = nn.Sequential(FirstForty(), nn.Linear(40, 60), nn.Sigmoid(), nn.Linear(60, 4))
    one = expose(Client.of(network, 4), torch.rand(1, 3, 4, 4), [1], 0, "test")[0]
    assert one.lost == 8 and "do not move the gradient" in "\n".join(in_words(1, one, 48, [one]))


def test_a_uint8_image_at_the_edge_of_the_range_is_finite():
    white = torch.full((1, 3, 4, 4), 255, dtype=torch.uint8)
    one = expose(client(), white, [0], 0, "test")[0]
    assert all(torch.isfinite(torch.tensor(float(value))) for value in vars(one).values())


def test_a_gradient_of_zero_is_told():
    network = nn.Sequential(nn.Flatten(), nn.Linear(48, 2, bias=False))
    with torch.no_grad():
        network[1].weight.zero_()
    with pytest.raises(FlatgiaError, match="the gradient of this image at label 1 is zero"):
        expose(Client.of(network, 4), torch.zeros(1, 3, 4, 4), [1], 0, "test")


def test_half_precision_and_frozen_layers_are_taken_in_double():
    for change in (lambda n: n.half(), lambda n: n[1].requires_grad_(False) and n):
        torch.manual_seed(0)
        network = change(nn.Sequential(nn.Flatten(), nn.Linear(48, 20), nn.Sigmoid(), nn.Linear(20, 4)))
        assert expose(Client.of(network, 4), torch.rand(1, 3, 4, 4), [1], 0, "test")[0].directions > 0


def test_references_are_the_same_for_a_seed_and_at_predicted_classes():
    one = client()
    assert torch.equal(random_images(one, 0), random_images(one, 0))
    assert set(predicted(one, random_images(one, 0))) <= set(range(4))
