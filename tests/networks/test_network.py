"""Networks by name and their initial weights."""

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params, load_network


def test_a_network_comes_ready_for_functional_calls():
    network = load_network("flatgia.networks.lenet:LeNet", classes=7)
    assert not network.training and not any(parameter.requires_grad for parameter in network.parameters())
    assert network.head.out_features == 7


def test_dlg_weights_are_uniform_on_half_the_unit():
    params = initial_params(LeNet(), "dlg", 0)
    values = torch.cat([value.flatten() for value in params.values()])
    assert values.abs().max() <= 0.5 and values.abs().max() > 0.499
    assert values.mean().abs() < 0.01 and values.std().item() == pytest.approx(12**-0.5, rel=0.02)
    assert list(params) == [name for name, _ in LeNet().named_parameters()]


def test_pytorch_weights_have_its_bounds():
    params = initial_params(LeNet(), "pytorch", 0)
    for name, fan_in in (("conv1", 75), ("conv2", 300), ("head", 768)):
        for part in ("weight", "bias"):
            bound, largest = fan_in**-0.5, params[f"{name}.{part}"].abs().max().item()
            assert 0.5 * bound < largest <= bound * (1 + 1e-6)


def test_weights_depend_on_the_seed_alone():
    torch.manual_seed(3)
    a, b, c = (initial_params(LeNet(), "dlg", seed) for seed in (0, 0, 1))
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not torch.equal(a["head.weight"], c["head.weight"])
    # Another head leaves the convolutions as they are.
    wide = initial_params(LeNet(classes=100), "dlg", 0)
    assert torch.equal(a["conv3.bias"], wide["conv3.bias"])


@pytest.mark.parametrize("name", ["no_such:Net", "flatgia.networks.lenet:Net", "math:sqrt", "collections:OrderedDict"])
def test_a_wrong_network_is_told(name):
    with pytest.raises(FlatgiaError, match=r"config key model\.network"):
        load_network(name)
