"""What the tests of training and of attacks share: a small configuration and the synthetic images."""

import copy

from flatgia.core.instructions import use_instructions

use_instructions("portable")  # as every command does, before torch is imported

import pytest
from hypothesis import settings

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.datasets.synthetic import load_synthetic
from flatgia.settings import config

# The same examples in every run: a red test is a change of the code, not of the dice.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

CHANGES = {
    "scale": "tiny",
    "compute": {"compile": "never"},
    "data": {"dataset": "synthetic"},
    "federation": {
        "clients": 3, "clients_per_round": 2, "images_per_client": 40, "local_epochs": 1, "batch_size": 20,
        "test_images": 50,
    },
    "rounds": {"table": [0, 2], "curve": [1], "long": []},
    "methods": {"fedsai": {"pretraining": {"images": 40, "epochs": 1, "batch_size": 20}}},
    "targets": {"images": 4},
    "attacks": {
        "idlg": {"tv": [0], "steps": [5], "restarts": 2},
        "ig": {"tv": [0.01, 0.001], "steps": [3, 3], "restarts": 2},
        "gifd": {"steps_per_stage": 2, "restarts": 1, "refine_tv": [0.001], "refine_steps": [2]},
    },
}  # fmt: skip
TINY = config.check(config.overlay(config.load(config.PAPER), CHANGES))


@pytest.fixture
def tiny():
    """A valid configuration of three clients with 40 images each, free to be changed."""
    return copy.deepcopy(TINY)


@pytest.fixture(scope="session")
def data_file(tmp_path_factory):
    """The synthetic images as scripts/data.py writes them."""
    path = tmp_path_factory.mktemp("data") / "synthetic.safetensors"
    save_tensors(path, load_synthetic(), {}, Provenance("data", {}))
    return path
