"""FedSAI's start."""

from dataclasses import asdict, replace

import pytest
import torch

from flatgia.federated.flat_start import flat_start
from flatgia.federated.methods import load_method
from flatgia.networks.network import initial_params, load_network
from flatgia.settings.sections import MethodEntry, Model, Pretraining

MODEL = Model("flatgia.networks.lenet:LeNet", "dlg")
NUMBERS = Pretraining(images=8, epochs=2, batch_size=4, learning_rate=0.05, weight_decay=0.0, rho=0.1)


@pytest.fixture
def auxiliary():
    rng = torch.Generator().manual_seed(0)
    return torch.randn(12, 3, 32, 32, generator=rng), torch.randint(0, 100, (12,), generator=rng)


@pytest.fixture
def start():
    return initial_params(load_network(MODEL.network), "dlg", 0)


@pytest.mark.parametrize("classes", [100, 10])
def test_only_the_convolutions_differ(start, auxiliary, classes):
    inputs, labels = auxiliary
    found = flat_start(MODEL, start, NUMBERS, inputs, labels % classes, classes, 0)
    assert list(found) == list(start)
    for name in start:
        assert torch.equal(found[name], start[name]) == name.startswith("head"), name


def test_the_same_again_and_only_the_first_images_count(start, auxiliary):
    inputs, labels = auxiliary
    first = flat_start(MODEL, start, NUMBERS, inputs, labels, 100, 0)
    again = flat_start(MODEL, start, NUMBERS, inputs[:8], labels[:8], 100, 0)
    assert all(torch.equal(first[name], again[name]) for name in first)
    other = flat_start(MODEL, start, replace(NUMBERS, rho=0.0), inputs, labels, 100, 0)
    assert not torch.equal(first["conv1.weight"], other["conv1.weight"])


def test_fedsai_starts_there_and_goes_on_as_fedsam(start, auxiliary, two, slope):
    method = load_method(MethodEntry("fedsai", "x", {"rho": 0.5, "pretraining": asdict(NUMBERS)}))
    found = method.initial(start, MODEL, (*auxiliary, 100), 0)
    expected = flat_start(MODEL, start, NUMBERS, *auxiliary, 100, 0)
    assert all(torch.equal(found[name], expected[name]) for name in found)
    sam = load_method(MethodEntry("fedsam", "x", {"rho": 0.5}))
    assert method.gradient(slope, two(1, 1), None) == sam.gradient(slope, two(1, 1), None)


@pytest.mark.parametrize("classes", [100, 10])
def test_the_auxiliary_head_is_not_the_one_that_is_put_back(start, auxiliary, classes, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "flatgia.federated.flat_start.train_locally", lambda _, first, *rest: seen.append(first) or first
    )
    flat_start(MODEL, start, NUMBERS, *auxiliary, classes, 0)
    assert torch.equal(seen[0]["conv1.weight"], start["conv1.weight"])
    assert not (seen[0]["head.weight"][:10] == start["head.weight"]).any()
