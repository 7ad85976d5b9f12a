"""Networks built for the images of a data set."""

import pytest
import torch
from torch import nn

from flatgia.core.errors import FlatgiaError
from flatgia.networks.built import network_for
from flatgia.networks.forward import logits
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_state
from flatgia.settings.config import check, load
from flatgia.settings.registry import NETWORKS
from flatgia.settings.sections import Model

SHAPES = [(3, 32, 32), (1, 28, 28), (4, 16, 40)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_takes_any_images(name, shape):
    network = network_for(Model(name, "pytorch"), shape, 7)
    state = initial_state(network, "pytorch", 0)
    found = logits(network, state, torch.randn(3, *shape, generator=torch.Generator().manual_seed(0)))
    assert found.shape == (3, 7) and found.isfinite().all() and not torch.equal(found[0], found[1])


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("LeNet", 15_826),
        ("ReLULeNet", 15_826),
        ("MLP", 855_050),
        ("ConvNet", 24_714),
        ("ResNet20", 269_722),
        ("SmallVGG", 198_426),
        ("NormLeNet", 17_362),
    ],
)
def test_sizes_for_cifar10(name, parameters):
    network = network_for(Model(name, "pytorch"), (3, 32, 32), 10)
    assert sum(value.numel() for value in network.parameters()) == parameters


@pytest.mark.parametrize("name", ["ConvNet", "ResNet20"])
def test_norms_by_option(name):
    for norm, kind in (("batch", nn.BatchNorm2d), ("group", nn.GroupNorm), ("none", nn.Identity)):
        network = network_for(Model(name, "pytorch", options={"norm": norm}), (3, 32, 32), 10)
        assert any(isinstance(module, kind) for module in network.modules())
        assert any(True for _ in network.buffers()) == (norm == "batch")


def test_the_lenet_is_dlgs():
    network = network_for(Model("LeNet", "dlg"), (3, 32, 32), 10)
    assert type(network) is LeNet
    assert {name: value.shape for name, value in network.named_parameters()} == {
        name: value.shape for name, value in LeNet().named_parameters()
    }


def outside(tmp_path, monkeypatch, body):
    (tmp_path / "outside_net.py").write_text(f"import torch\nfrom torch import nn\n{body}")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "outside_net", raising=False)


def test_a_class_gets_what_it_asks_for(tmp_path, monkeypatch):
    outside(tmp_path, monkeypatch, "def make(num_classes, in_channels, wide=2):\n"
            "    return nn.Sequential(nn.Conv2d(in_channels, wide, 3), nn.Flatten(), nn.LazyLinear(num_classes))\n"
            "class Plain(nn.Sequential):\n"
            "    def __init__(self): super().__init__(nn.Flatten(), nn.Linear(12, 10))\n")  # fmt: skip
    with pytest.raises(FlatgiaError, match="lazy parameters"):
        network_for(Model("outside_net:make", "dlg", options={"wide": 3}), (2, 6, 6), 5)
    assert network_for(Model("outside_net:Plain", "dlg"), (3, 2, 2), 10)[1].out_features == 10
    with pytest.raises(FlatgiaError, match=r"Plain gives \(2, 10\) for two images, and the data set has 5 classes"):
        network_for(Model("outside_net:Plain", "dlg"), (3, 2, 2), 5)
    with pytest.raises(FlatgiaError, match="Plain takes no images of 3 x 4 x 4"):
        network_for(Model("outside_net:Plain", "dlg"), (3, 4, 4), 10)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ({"network": "LeNet", "norm": "batch"}, "config key model.norm: unknown"),
        ({"network": "ConvNet", "norm": "layer"}, r"config key model\.norm: 'layer' is not one of"),
        ({"network": "ConvNet", "width": 0}, r"config key model\.width: 0 is less than the minimum of 1"),
        ({"network": "ConvNet", "classes": 5}, "config key model.classes: unknown"),
        (
            {"network": "VGG"},
            "config key model.network: VGG is unknown; known: LeNet, ReLULeNet, MLP, ConvNet, ResNet20",
        ),
    ],
)
def test_a_wrong_option_is_told_before_anything_runs(tiny, model, said):
    with pytest.raises(FlatgiaError, match=said):
        check(tiny | {"model": {"init": "dlg"} | model})


def test_options_of_a_class_from_outside_are_checked_too(tiny, tmp_path, monkeypatch):
    outside(tmp_path, monkeypatch, "class Net(nn.Module):\n    def __init__(self, classes, wide: int = 3): ...\n")
    check(tiny | {"model": {"init": "dlg", "network": "outside_net:Net", "wide": 5}})
    with pytest.raises(FlatgiaError, match="wide: 'x' is not of type 'integer'"):
        check(tiny | {"model": {"init": "dlg", "network": "outside_net:Net", "wide": "x"}})


def test_the_papers_network_has_both_names():
    assert load('{"model": {"network": "LeNet", "init": "dlg"}}')
