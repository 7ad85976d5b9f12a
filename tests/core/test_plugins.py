"""Classes by name."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import build, load_class
from flatgia.networks.lenet import LeNet


def test_a_class_of_this_package_and_one_from_outside(tmp_path, monkeypatch):
    assert load_class("flatgia.networks.lenet:LeNet", "x") is LeNet
    (tmp_path / "outside_net.py").write_text("class Net:\n    def __init__(self, a): self.a = a\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert build(load_class("outside_net:Net", "x"), {"a": 3}, "x").a == 3


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("no_such_module:Net", "no module no_such_module"),
        ("flatgia.nothing:Net", "no module flatgia.nothing"),
        ("flatgia.networks.lenet:Net", "no class Net"),
        ("flatgia.networks.lenet", "'flatgia.networks.lenet' names no class"),
        (":Net", "':Net' names no class"),
        (".b:C", "'.b:C' names no class"),
        ("", "'' names no class"),
    ],
)
def test_a_wrong_name_is_told(reference, words):
    with pytest.raises(FlatgiaError, match=f"config key model.network: {words}"):
        load_class(reference, "config key model.network")


def test_a_module_that_fails_to_import_something_else_is_a_bug(tmp_path, monkeypatch):
    (tmp_path / "needs_more.py").write_text("import not_installed_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="not_installed_at_all"):
        load_class("needs_more:Net", "x")


def test_wrong_numbers_are_told():
    with pytest.raises(FlatgiaError, match=r"attack IG: .*depth.*takes"):
        build(LeNet, {"depth": 3}, "attack IG")
