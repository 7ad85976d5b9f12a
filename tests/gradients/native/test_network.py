"""When a gradient is taken in lanes."""

import pytest
import torch
from torch import nn

from flatgia.federated.training import Training
from flatgia.gradients.native.network import InLanes, fits, in_lanes, kernels
from flatgia.networks.lenet import LeNet
from flatgia.settings.settings import Settings


class Other(LeNet):
    """A network of one's own, with another forward pass."""


def test_a_lenet_on_the_cpu_that_may_be_compiled(network):
    assert isinstance(in_lanes(network, "auto"), InLanes)
    assert in_lanes(network, "never") is network
    assert type(in_lanes(Other(), "auto")) is Other
    assert type(in_lanes(nn.Linear(1, 1), "auto")) is nn.Linear
    assert type(in_lanes(LeNet(), "auto", "meta")) is LeNet
    assert in_lanes(LeNet(7), "auto").head.out_features == 7


def test_without_a_compiler_it_stays_as_it_is(network, monkeypatch):
    monkeypatch.setattr("flatgia.gradients.native.network.load_library", lambda: None)
    assert in_lanes(network, "auto") is network


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
    assert fits(in_lanes(network, "auto"), inputs) is yes
    assert not fits(network, inputs)


@pytest.mark.parametrize("method", ["fedavg", "fedasam", "fedgf"])
def test_training_in_lanes_gives_the_same_model_up_to_rounding(tiny, data_file, method):
    def trained(compile):
        tiny["compute"]["compile"] = compile
        training = Training.load(Settings(tiny), Settings(tiny).methods[method], data_file, 0)
        (*_, state) = training.rounds(training.begin(None, None), 2, "")
        return state.params

    ours, theirs = trained("auto"), trained("never")
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-4, atol=1e-5)
    assert any(not torch.equal(ours[name], theirs[name]) for name in ours)


def test_the_provenance_says_what_takes_the_gradients(monkeypatch):
    name = "flatgia.networks.lenet:LeNet"
    assert kernels(name, "auto", "cpu") == "C++, portable"
    assert kernels(name, "never", "cpu") == "PyTorch, portable"
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    assert kernels(name, "auto", "cpu") == f"C++, {torch.backends.cpu.get_cpu_capability()}"
    assert kernels(name, "auto", "meta") == "PyTorch"
