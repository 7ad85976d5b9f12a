"""An audit's attack: what it finds, assumes and says."""

import pytest
import torch
from torch import nn

from flatgia.audit.attack import attack
from flatgia.audit.client import Client
from flatgia.audit.sharing import Sharing
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.metrics.psnr import psnr
from flatgia.settings.settings import Settings


@pytest.fixture
def go(tiny):
    """`attack` with few steps."""
    tiny["attacks"]["ig"] |= {"tv": [0.001, 0.00001], "steps": [30, 50], "restarts": 1}
    return lambda *arguments, **others: attack(*arguments, **({"settings": Settings(tiny)} | others))


def decibels(answer, image):
    return psnr(answer.images.double(), image.double()).min().item()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("mode", ["eval", "train"])
def test_a_right_model_explains_the_gradient(go, small, image, dtype, mode):
    client = Client.of(small.to(dtype), (6, 8), [0.5], [0.25], mode)
    answer = go(client, client.share(image, [2]))
    assert (answer.labels, answer.sure, answer.verdict.meaning) == ([2], "exact", "explained")
    assert answer.distance < 1e-5 and answer.images.shape == (1, 1, 6, 8) and answer.images.dtype == dtype
    if mode == "eval":  # in train mode brightness and contrast are hidden
        assert decibels(answer, image) > 30
    assert answer.facts()["notes"] == answer.notes and answer.facts()["labels_are"] == "exact"


WRONG = {
    "the mode": lambda client, image: Client(**(vars(client) | {"mode": "train"})).share(image, [2]),
    "a method": lambda client, image: Client(**(vars(client) | {"sharing": Sharing(FedSAM(0.5))})).share(image, [2]),
    "several images": lambda client, image: client.share(torch.cat([image, 1 - image, image.flip(3)]), [2, 0, 1]),
    "the weights": lambda client, image: Client.of(other(client.network), (6, 8), [0.5], [0.25]).share(image, [2]),
}


def other(network):
    """The network after some training."""
    with torch.no_grad():
        for number, parameter in enumerate(network.parameters()):
            parameter.add_(0.3 * parameter.abs().mean() * torch.randn_like(parameter), alpha=(-1) ** number)
    return network


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_model_does_not(go, small, image, what):
    client = Client.of(small, (6, 8), [0.5], [0.25])
    shared = WRONG[what](client, image)
    answer = go(Client.of(small, (6, 8), [0.5], [0.25]), shared, labels=[2])
    assert answer.verdict.meaning == "not explained" and answer.sure == "given"
    words = {
        "the mode": "train mode",
        "a method": "another method",
        "several images": "--batch",
        "the weights": "weights",
    }
    assert words[what] in answer.verdict.words


def test_a_batch_with_a_class_twice(go, small, image):
    images = torch.cat([image, 1 - image])
    client = Client.of(small, (6, 8), [0.5], [0.25])
    answer = go(client, client.share(images, [2, 2]), batch=2)
    assert (answer.labels, answer.sure, answer.images.shape) == (
        [2, 2],
        "guess",
        (2, 1, 6, 8),
    ) and answer.distance < 0.03


def test_a_search_that_has_not_ended_is_made_again(go, small, image):
    client = Client.of(small, (6, 8), [0.5], [0.25])
    shared = client.share(image, [2])
    short = {"settings": short_settings()}
    once = go(client, shared, **short)
    again = go(client, shared, retries=4, **short)
    assert again.distance < once.distance


def short_settings():
    """An attack that ends early."""
    attacks = {"ig": {"kind": "quasi_newton", "label": "IG", "objective": "cosine", "tv": [0], "steps": [12], "restarts": 1,
                      "start": 1.0}}  # fmt: skip
    compute = {"threads": 1, "device": "cpu", "instructions": "portable", "compile": "never"}
    return Settings({"attacks": attacks, "compute": compute})


def test_one_logit(go, image):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(48, 12), nn.Sigmoid(), nn.Linear(12, 1))
    client = Client.of(network, (6, 8))
    for label in (0, 1):
        answer = go(client, client.share(image, [label]))
        assert (answer.labels, answer.sure) == ([label], "exact") and decibels(answer, image) > 20


def test_labels_that_the_gradient_hides_are_tried(go, image):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(48, 12), nn.Tanh(), nn.Linear(12, 2, bias=False))
    client = Client.of(network, (6, 8))
    for label in (0, 1):
        answer = go(client, client.share(image, [label]))
        assert (answer.labels, answer.sure) == ([label], "least cost") and answer.verdict.meaning == "explained"


def test_an_update_by_itself_is_not_taken_for_a_gradient(go, small, image):
    client = Client.of(small, (6, 8), [0.5], [0.25])
    update = {name: -0.1 * value for name, value in client.share(image, [2]).items()}
    with pytest.raises(FlatgiaError, match="one class alone has a positive gradient .*--update"):
        go(client, update)
    answer = go(client, update, labels=[2])
    assert any("looks like an update" in note for note in answer.notes)
    steps = Client(**(vars(client) | {"sharing": Sharing(scaled=True)}))
    assert go(steps, {name: -value for name, value in update.items()}).verdict.meaning == "explained"


def test_a_clipped_gradient_is_told(go, small, image):
    client = Client.of(small, (6, 8), [0.5], [0.25])
    clipped = {name: value / 4 for name, value in client.share(image, [2]).items()}
    answer = go(client, clipped)
    assert "0.25 times as long" in answer.verdict.words and decibels(answer, image) > 30


def test_frozen_layers(go, small, image):
    client = Client.of(small, (6, 8), [0.5], [0.25])
    shared = {name: value for name, value in client.share(image, [2]).items() if not name.startswith("stem")}
    answer = go(client, shared)
    assert answer.labels == [2] and answer.verdict.meaning == "explained"


MISTAKES = {
    "no class": ({"labels": [4]}, "--label: 4 is no class"),
    "too few labels": ({"labels": [1], "batch": 2}, "--label: 1 labels for a batch of 2"),
    "a generator": ({"generator": "x"}, "--generator: the generator makes images of 3 x 32 x 32, .*takes 1 x 6 x 8"),
    "no attack": ({"attack": "dlg"}, "attack dlg: unknown"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(go, small, image, name):
    options, words = MISTAKES[name]
    client = Client.of(small, (6, 8))
    with pytest.raises(FlatgiaError, match=words):
        go(client, client.share(image, [2]), **options)


def test_a_gradient_of_nothing_is_refused(go, small):
    with pytest.raises(FlatgiaError, match="the gradient: all zeros"):
        go(Client.of(small, (6, 8)), {"head.bias": torch.zeros(4)})


def test_pixels_outside_the_range_of_images_are_told(go, image):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(48, 12), nn.Sigmoid(), nn.Linear(12, 4))
    bright = Client.of(network, (6, 8), [0.0], [0.2])
    answer = go(Client.of(network, (6, 8)), bright.share(image, [1]))
    assert any("outside the range of images" in note and "--mean" in note for note in answer.notes)
