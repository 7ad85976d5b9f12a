"""What the tests of training and of attacks share: a small configuration and the synthetic images."""

import copy

from flatgia.core.instructions import use_instructions

use_instructions("portable")  # as every command does, before torch is imported

import pytest
from hypothesis import settings

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.datasets.synthetic import load_synthetic
from flatgia.settings import config

from . import tiny as tiny_config

# The same examples in every run: a red test is a change of the code, not of the dice.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

TINY = config.check(config.overlay(config.load(config.PAPER), tiny_config.TINY))


def pytest_collection_modifyitems(items):
    """Puts first what takes longest, so that no worker is left with it at the end."""
    items.sort(key=lambda item: not {"workflow", "faults"} & set(item.path.parts))


@pytest.fixture
def tiny():
    """A valid configuration of three clients with 40 images each, free to be changed."""
    return copy.deepcopy(TINY)


@pytest.fixture(scope="session")
def data_file(tmp_path_factory):
    """The synthetic images as scripts/data.py writes them."""
    path = tmp_path_factory.mktemp("data") / "synthetic.safetensors"
    save_tensors(path, load_synthetic()[0], {}, Provenance("data", {}))
    return path
