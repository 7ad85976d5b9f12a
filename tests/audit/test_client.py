"""The client: what it takes, what it shares, and what is said of it."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from flatgia.audit.client import Client
from flatgia.audit.sharing import Sharing
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods.fedsam import FedSAM


def by_hand(network, inputs, label, loss=cross_entropy):
    """The gradient of a module as PyTorch takes it, by name."""
    network = copy.deepcopy(network)
    params = {name: value for name, value in network.named_parameters() if value.requires_grad}
    return dict(zip(params, torch.autograd.grad(loss(network(inputs), label), params.values()), strict=True))


def same(found, expected, **tolerance):
    assert found.keys() == expected.keys()
    assert all(torch.allclose(found[name], expected[name], **tolerance) for name in expected)


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_it_shares_the_gradient_of_what_is_trained_in_its_mode(small, image, mode):
    network, inputs = small.double(), (image.double() - 0.5) / 0.25
    client = Client.of(network, (6, 8), [0.5], [0.25], mode)
    same(client.share(image, [2]), by_hand(network.train(mode == "train"), inputs, torch.tensor([2])))
    assert client.network is not network and network.stem.weight.requires_grad  # a user's module is left alone


def test_a_batch_is_averaged_and_may_hold_a_class_twice(small, image):
    images = torch.cat([image, 1 - image])
    client = Client.of(small.double(), (6, 8))
    one, other = (client.share(images[i : i + 1], [2]) for i in range(2))
    same(client.share(images, [2, 2]), {name: (one[name] + other[name]) / 2 for name in one})


@pytest.mark.parametrize("axis", [True, False])
@pytest.mark.parametrize("label", [0, 1])
def test_one_logit_is_trained_by_binary_cross_entropy(image, axis, label):
    layers = [nn.Flatten(), nn.Linear(48, 1)] + ([] if axis else [nn.Flatten(0)])
    network = nn.Sequential(*layers).double()
    client = Client.of(network, (6, 8))
    target = torch.full((1, 1) if axis else (1,), float(label)).double()
    same(client.share(image, [label]), by_hand(network, image.double(), target, binary_cross_entropy_with_logits))
    assert client.classes == 2 and any("one logit" in note for note in client.notes)
    with pytest.raises(FlatgiaError, match="--label: 2 is no class"):
        client.share(image, [2])


def test_a_method_is_run_and_an_attacker_may_not_know_it(small, image):
    client = Client.of(small.double(), (6, 8), method=FedSAM(0.3))
    plain = Client.of(small, (6, 8)).share(image, [1])
    shared = client.share(image, [1])
    assert not torch.allclose(shared["head.bias"], plain["head.bias"])
    same(client.naive().share(image, [1]), plain)


def test_an_update_of_several_steps_is_their_mean_gradient(small, image):
    network = small.double()
    client = Client.of(network, (6, 8), mode="train")
    client = Client(**(vars(client) | {"sharing": Sharing(steps=3, learning_rate=0.5)}))
    after = copy.deepcopy(network).train()
    trained = {name: value for name, value in after.named_parameters() if value.requires_grad}
    optimiser = torch.optim.SGD(trained.values(), lr=0.5)
    for _ in range(3):
        optimiser.zero_grad()
        cross_entropy(after(image.double()), torch.tensor([3])).backward()
        optimiser.step()
    before = dict(network.named_parameters())
    expected = {name: (before[name] - value).detach() / 1.5 for name, value in trained.items()}
    same(client.share(image, [3]), expected)


def test_a_scale_that_is_unknown_does_not_count(small, image):
    client = Client.of(small.double(), (6, 8))
    client = Client(**(vars(client) | {"sharing": Sharing(scaled=True)}))
    shared = client.share(image, [3])
    total = sum(value.square().sum() for value in shared.values())
    assert total.item() == pytest.approx(1)
    doubled = client.observed({name: 2 * value for name, value in shared.items()})
    assert all(torch.allclose(found[0], shared[name]) for found, name in zip(doubled, client.shared, strict=True))


def test_parameters_that_are_not_shared_stay_as_they_are(small, image):
    client = Client.of(small.double(), (6, 8))
    part = client.that_shared(["head.bias", "head.weight"])
    assert part.shared == ("head.weight", "head.bias")
    whole = client.share(image, [1])
    same(part.share(image, [1]), {name: whole[name] for name in part.shared})


def test_what_is_assumed_is_said(small):
    notes = " ".join(Client.of(small, (6, 8)).notes)
    assert "1 x 6 x 8 (as --size says)" in notes and "batch norm is taken to be in eval mode" in notes
    assert "never in train mode" not in notes
    small.norm.reset_running_stats()
    assert any("never in train mode" in note for note in Client.of(small, (6, 8)).notes)
    assert any("statistics of the images" in note for note in Client.of(small, (6, 8), mode="train").notes)
    dropping = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(48, 3), nn.Softmax(1))
    notes = " ".join(Client.of(dropping, (4, 4), mode="train").notes)
    assert "dropout is left out" in notes and "probabilities" in notes


MISTAKES = {
    "no deviation": ({"std": [0.0]}, "--std: a deviation must be above 0"),
    "too many means": ({"mean": [0.1, 0.2]}, "--mean: 2 numbers for 1 channels"),
    "bce of several": ({"loss": "bce"}, "--loss: .*the network has 4"),
    "another size": ({"size": 9}, "--size: the network takes no images of 9 x 9"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(small, name):
    arguments, words = MISTAKES[name]
    with pytest.raises(FlatgiaError, match=words):
        Client.of(small, **({"size": (6, 8)} | arguments))


class NoSecond(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(48, 4)

    def forward(self, x):
        y = self.head(x.flatten(1))
        return y * y.sum().item()


def test_a_gradient_that_cannot_be_taken_is_told():
    with pytest.raises(FlatgiaError, match="--model: the gradient of the network cannot be taken"):
        Client.of(NoSecond(), 4)


def test_cross_entropy_of_one_logit_is_refused():
    with pytest.raises(FlatgiaError, match="--loss: the network has one logit"):
        Client.of(nn.Sequential(nn.Flatten(), nn.Linear(48, 1)), 4, loss="cross-entropy")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(small, dtype):
    client = Client.of(small.to(dtype), (6, 8))
    assert client.mean.dtype == torch.float32 and any("the attack in float32" in note for note in client.notes)
