"""A user's network, by any usual name; what goes wrong is one sentence that can be followed."""

import sys

import pytest
import torch
from torch import nn

from flatgia.audit.border import open_network
from flatgia.core.errors import FlatgiaError

NET = """
from dataclasses import dataclass
from torch import nn
class Net(nn.Linear):
    def __init__(self):
        super().__init__(3, 2)
class Wide(nn.Linear):
    def __init__(self, width, *, name="x"):
        super().__init__(3, width)
def make():
    return Net()
def nothing():
    return 3
number = 3
built = Net()
"""


@pytest.fixture
def module(tmp_path, monkeypatch, request):
    """`module(text)` writes a module under a name of its own and gives the name."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    names = iter(f"border_{abs(hash(request.node.name))}_{number}" for number in range(9))

    def write(text):
        name = next(names)
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


@pytest.mark.parametrize(
    "form",
    ["{}:Net", "{}.Net", "{}.py:Net", "./{}.py:Net", "{}:make", "{}:Wide(width=2)", "{}:Wide(width=2, name='y')"],
)
def test_the_usual_forms_work(module, form):
    network = open_network(form.format(module(NET)))
    assert isinstance(network, nn.Linear) and network.out_features == 2 and not network.training
    assert network.weight.requires_grad


def test_a_module_imports_what_lies_beside_its_file(module, tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "helper_of_net.py").write_text("WIDTH = 5\n")
    (tmp_path / "deep" / "net.py").write_text(
        "from torch import nn\nfrom helper_of_net import WIDTH\ndef make(): return nn.Linear(3, WIDTH)\n"
    )
    assert open_network("deep/net.py:make").out_features == 5


def test_frozen_layers_are_not_forgotten(module):
    name = module(NET + "def frozen():\n    net = Net(); net.bias.requires_grad_(False); return net\n")
    assert [n for n, p in open_network(f"{name}:frozen").named_parameters() if p.requires_grad] == ["weight"]


MISTAKES = {
    "no such module": ("", "no_such_module:Net", "no module no_such_module"),
    "no such file": ("", "no_such_file.py:Net", "no file no_such_file.py"),
    "no name": ("", "net", "'net' names no class; write it as package.module:Class, file.py:Class"),
    "no such class": (NET, "{}:Nett", "no class Nett in "),
    "an argument is missing": (NET, "{}:Wide", r"without arguments .*width.*'module:Class\(width=2\)'.*\(a factory\)"),
    "an argument too many": (NET, "{}:Net(width=2)", "cannot be built with width"),
    "arguments without names": (NET, "{}:Wide(2)", r"\(2\) are no arguments by name"),
    "arguments that are code": (NET, "{}:Wide(width=open('x'))", "are no arguments by name"),
    "a package is missing": (
        "import not_installed_at_all\n",
        "{}:Net",
        "No module named.*install not_installed_at_all",
    ),
    "a package is missing later": ("def make():\n    import not_installed\n", "{}:make", "install not_installed"),
    "a name is missing": ("from torch import no_such_name\n", "{}:Net", "cannot be imported .ImportError"),
    "bad syntax": ("class Net(:\n", "{}:Net", "cannot be imported .SyntaxError"),
    "part of a package": ("from .blocks import Block\n", "{}.py:Net", "part of a package .*package.module:Class"),
    "it exits": ("raise SystemExit('usage: train.py')\n", "{}:Net", "cannot be imported .SystemExit: usage: train.py"),
    "it raises": ("raise RuntimeError('CUDA is needed')\n", "{}:Net", "cannot be imported .RuntimeError: CUDA"),
    "it raises as it is built": (
        "def make(): raise OSError('no disk')\n",
        "{}:make",
        "cannot be built .OSError: no disk",
    ),
    "no network": (NET, "{}:nothing", "is no torch.nn.Module but a int"),
    "a number": (NET, "{}:number", "is no class"),
    "an instance": (NET, "{}:built", "is no class; name the class of the network, or a function that makes it"),
    "no parameters": ("from torch import nn\nNet = nn.Flatten\n", "{}:Net", "has no parameters"),
    "lazy": ("from torch import nn\ndef make(): return nn.LazyLinear(3)\n", "{}:make", "has lazy parameters"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("form", ["module", "file"])
def test_a_mistake_is_one_sentence(module, name, form):
    text, reference, words = MISTAKES[name]
    reference = reference.format(module(text) + (".py" if form == "file" and ".py" not in reference else ""))
    with pytest.raises(FlatgiaError, match=f"--model: .*{words}") as caught:
        open_network(reference)
    assert "\n" not in str(caught.value)


def test_torchvision_beside_a_torch_for_the_cpu():
    network = open_network("torchvision.models:squeezenet1_1(num_classes=10)")
    assert network.eval()(torch.zeros(1, 3, 64, 64)).shape == (1, 10)
