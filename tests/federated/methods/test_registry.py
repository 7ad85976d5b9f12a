"""Methods by name, and what all of them share."""

from dataclasses import replace

import pytest
import torch

from flatgia.attacks.victim import Victim
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods import load_method
from flatgia.gradients.backend import Backend
from flatgia.settings.config import PAPER
from flatgia.settings.registry import METHODS as REGISTRY
from flatgia.settings.registry import method_class
from flatgia.settings.sections import MethodEntry, Model
from flatgia.settings.settings import Settings

MODEL = Model("flatgia.networks.lenet:LeNet", "dlg")
METHODS = Settings.load(PAPER).methods


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_the_paper_can_be_made(name):
    method = load_method(METHODS[name])
    assert type(method).__name__.lower() == METHODS[name].rule
    assert getattr(method, "rho", 0) == METHODS[name].numbers.get("rho", 0)
    assert method.needs_auxiliary == (METHODS[name].rule == "fedsai")


def test_unknown_rules_and_numbers_are_told():
    with pytest.raises(FlatgiaError, match="update rule fedmax: unknown; known: fedavg, fedsam"):
        load_method(MethodEntry("fedmax", "x", {}))
    with pytest.raises(FlatgiaError, match="method Mine: .*rho"):
        load_method(MethodEntry("fedsam", "Mine", {}))
    assert method_class("outside:Method") == "outside:Method" and set(REGISTRY) >= {"fedavg", "fedgf"}


def test_a_method_from_outside(tmp_path, monkeypatch, two, slope):
    text = "from flatgia.federated.methods.base import Method\nclass Half(Method):\n"
    text += "    def __init__(self, share): self.share = share\n    def gradient(self, at, params, broadcast):\n"
    text += "        return {n: self.share * g for n, g in at(params).items()}\n"
    (tmp_path / "outside_half.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    method = load_method(MethodEntry("outside_half:Half", "x", {"share": 0.5}))
    assert method.gradient(slope, two(2, 2), None) == two(3, 4)
    assert method.broadcast(two(1, 1), two(1, 1)) is None and method.initial(two(1, 1), MODEL, None, 0) == two(1, 1)


@pytest.mark.parametrize("name", ["fedsam", "fedasam", "fedgf"])
def test_no_perturbation_is_fedavg(name, network, params, clients):
    zero = {"rho": 0} | ({"c": 0} if name == "fedgf" else {})
    entry = replace(METHODS[name], numbers=METHODS[name].numbers | zero)
    found = Victim(Backend(network), params, load_method(entry), params).gradient()(*clients[0])
    expected = Victim(Backend(network), params, load_method(METHODS["fedavg"]), None).gradient()(*clients[0])
    assert all(torch.equal(found[name], expected[name]) for name in params)


def test_the_plain_gradient_at_the_start_is_one_and_the_same(network, params, clients):
    starts = [
        load_method(entry).initial(params, MODEL, None, 0) for entry in METHODS.values() if entry.rule != "fedsai"
    ]
    assert all(start is params for start in starts)
