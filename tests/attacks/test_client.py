"""A client at a checkpoint: what it holds, and whose checkpoint it may be."""

import pytest
import torch

from flatgia.attacks.client import load_client
from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.networks.checkpoint import save_checkpoint
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.settings.config import PAPER
from flatgia.settings.settings import Settings


@pytest.fixture
def files(tmp_path):
    params = initial_params(LeNet(), "dlg", 0)
    facts = {"method": "fedsam", "round": 3, "accuracy": 0.5}
    save_checkpoint(tmp_path / "model", params, None, facts, Provenance("train", {}))
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (3, 3, 32, 32), dtype=torch.uint8, generator=draw)
    targets = {"images": images, "labels": torch.tensor([3, 1, 7]), "indices": torch.arange(2)}
    save_tensors(tmp_path / "targets", targets, {}, Provenance("targets", {}))
    return tmp_path / "model", tmp_path / "targets"


def test_it_holds_the_targets_and_runs_its_method(files):
    client = load_client(Settings.load(PAPER), "fedsam", *files)
    assert client.inputs.shape == (2, 3, 32, 32) and client.labels.tolist() == [3, 1]
    assert client.victim.method.rho == 0.2 and client.facts["round"] == 3


def test_the_checkpoint_of_another_method_is_refused(files):
    with pytest.raises(FlatgiaError, match="a checkpoint of fedsam, not of fedavg"):
        load_client(Settings.load(PAPER), "fedavg", *files)
