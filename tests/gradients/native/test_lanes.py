"""When a gradient is taken in lanes."""

import pytest
import torch
from torch import nn

from flatgia.federated.training import Training
from flatgia.gradients.backend import Backend
from flatgia.gradients.choice import choose_backend, kernels
from flatgia.gradients.native.lanes import Lanes
from flatgia.networks.lenet import LeNet
from flatgia.settings.settings import Settings


class Other(LeNet):
    """A network of one's own, with another forward pass."""


def test_a_lenet_on_the_cpu_that_may_be_compiled(network):
    assert choose_backend(network, "auto") == Lanes(network)
    assert choose_backend(network, "never") == Backend(network)
    assert type(choose_backend(Other(), "auto")) is Backend
    assert type(choose_backend(nn.Linear(1, 1), "auto")) is Backend
    assert type(choose_backend(LeNet(), "auto", "meta")) is Backend
    assert choose_backend(LeNet(7), "auto").network.head.out_features == 7


def test_without_a_compiler_pytorch_takes_it(network, monkeypatch):
    monkeypatch.setattr("flatgia.gradients.choice.load_library", lambda: None)
    assert type(choose_backend(network, "auto")) is Backend


@pytest.mark.parametrize(
    ("shape", "dtype", "device", "yes"),
    [
        ((2, 3, 32, 32), torch.float32, "cpu", True),
        ((2, 3, 32, 32), torch.float64, "cpu", True),
        ((3, 32, 32), torch.float32, "cpu", False),
        ((2, 3, 30, 30), torch.float32, "cpu", False),
        ((2, 3, 32, 32), torch.bfloat16, "cpu", False),
        ((2, 3, 32, 32), torch.float32, "meta", False),
    ],
)
def test_only_what_the_kernels_are_made_for(network, shape, dtype, device, yes):
    inputs = torch.zeros(shape, dtype=dtype, device=device)
    assert Lanes(network).covers(inputs) is yes
    assert not Backend(network).covers(inputs)


@pytest.mark.parametrize("method", ["fedavg", "fedasam", "fedgf"])
def test_training_in_lanes_gives_the_same_model_up_to_rounding(tiny, data_file, network, method):
    settings = Settings(tiny)

    def trained(compile):
        backend = choose_backend(network, compile)
        training = Training.load(settings, settings.methods[method], data_file, 0, backend)
        (*_, reached) = training.rounds(training.begin(None, None), 2, "")
        return reached.state

    ours, theirs = trained("auto"), trained("never")
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-4, atol=1e-5)
    assert any(not torch.equal(ours[name], theirs[name]) for name in ours)


def test_the_provenance_says_what_takes_the_gradients(network, monkeypatch):
    assert kernels(choose_backend(network, "auto"), "cpu") == "C++, portable"
    assert kernels(choose_backend(network, "never"), "cpu") == "PyTorch, portable"
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    assert kernels(choose_backend(network, "auto"), "cpu") == f"C++, {torch.backends.cpu.get_cpu_capability()}"
    assert kernels(choose_backend(network, "auto", "meta"), "meta") == "PyTorch"
