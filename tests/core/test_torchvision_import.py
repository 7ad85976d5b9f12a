"""torchvision is importable beside a CPU build of torch, and its operators are declared only where that is needed."""

import importlib
import types

import pytest
import torch

from flatgia.core import torchvision_import


def test_torchvision_and_lpips_import():
    assert torchvision_import.import_torchvision().models.vgg16
    assert torchvision_import.import_lpips().LPIPS


def test_nothing_is_declared_where_the_plain_import_works(monkeypatch):
    whole = types.ModuleType("torchvision")
    monkeypatch.setattr(importlib, "import_module", lambda name: whole)
    monkeypatch.setattr(torch.library, "define", lambda *_: pytest.fail("declared an operator"))
    assert torchvision_import.import_torchvision() is whole


def test_operators_are_declared_before_the_second_try(monkeypatch):
    declared, whole = [], types.ModuleType("torchvision")

    def import_module(name):
        if len(declared) < 2:
            raise RuntimeError("operator torchvision::nms does not exist")
        return whole

    monkeypatch.setattr(importlib, "import_module", import_module)
    monkeypatch.setattr(torch.library, "define", lambda name, schema: declared.append(name))
    assert torchvision_import.import_torchvision() is whole
    assert declared == ["torchvision::nms", "torchvision::qnms"]


def test_another_failure_is_not_hidden(monkeypatch):
    def import_module(name):
        raise RuntimeError("something else")

    monkeypatch.setattr(importlib, "import_module", import_module)
    with pytest.raises(RuntimeError, match="something else"):
        torchvision_import.import_torchvision()
