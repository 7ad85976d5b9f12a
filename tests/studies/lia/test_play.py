"""Whole rounds on small networks: every label is read from the sum alone, or it is known why not."""

from dataclasses import replace

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.federated.secure.fixed_point import FixedPoint
from flatgia.federated.secure.protocol import Protocol
from flatgia.studies.lia.baselines import ilrg, llg
from flatgia.studies.lia.cases import Case
from flatgia.studies.lia.deal import deal, subdivided
from flatgia.studies.lia.play import Clients, play

from .nets import Small, images, server

PROTOCOL = Protocol(FixedPoint(64, 36), 6, 0.5)
CASE = Case("clients", "Small", 5, 12, 4, 0.0, "simplex", 0.5, "fedavg")


def held(count):
    inputs, labels = images(count)
    return Clients(inputs.__getitem__, labels, 0.5)


def played(case, method=FedAvg(), network=None, rate=0.05, **more):  # noqa: B008
    host = server(network or Small(), more.get("rectified", True))
    found = play(case, host, held(200), method, PROTOCOL, rate, 0)
    return {score.server: score for score in found.scores}, found


@pytest.mark.parametrize("relu", [True, False])
@pytest.mark.parametrize("design", ["simplex", "blocks", "random"])
@pytest.mark.parametrize("clients", [2, 7])
def test_every_label_is_read_from_the_sum(design, relu, clients):
    case = replace(CASE, design=design, clients=clients)
    scores, found = played(case, network=Small(relu), rectified=relu)
    if found.least > 0:  # seven random rows may lose rank through the ReLU
        assert scores["naive"].exact == 1
    assert found.least > 0 or design == "random"


@pytest.mark.parametrize(
    "change", [{"weights": "known"}, {"weights": "unknown"}, {"clip": 0.1}, {"dropped": 1}, {"noise": 1e-4}]
)
def test_nor_do_weights_clipping_or_drop_outs_hide_one(change):
    assert played(replace(CASE, **change))[0]["naive"].exact == 1


@pytest.mark.parametrize(
    ("method", "steps"),
    [
        (FedSAM(0.2), 1),
        *(pytest.param(*case, marks=pytest.mark.slow) for case in ((FedASAM(0.3, 0.9), 1), (FedSAM(0.2), 2))),
    ],
)
def test_a_server_that_knows_of_sam_reads_all_of_them_and_one_that_does_not_fewer(method, steps):
    scores, _ = played(replace(CASE, steps=steps, method="sam"), method)
    assert scores["aware"].right == 1 > scores["naive"].right


def test_noise_hides_them():
    assert played(replace(CASE, noise=3.0))[0]["naive"].right < 0.9


def test_more_clients_than_channels_and_one_are_not_told_apart():
    scores, found = played(replace(CASE, clients=20, design="random"))
    assert found.least == 0 and scores["naive"].exact < 0.5 and scores["naive"].population > 0.8


def test_an_honest_model_leaves_the_population_and_an_own_gradient_each_client():
    scores, _ = played(replace(CASE, design="honest", gamma=1.0))
    assert set(scores) == {"iLRG on the sum", "LLG on the sum", "chance", "own gradient"}
    assert scores["iLRG on the sum"].exact < 0.5 and scores["own gradient"].right > scores["iLRG on the sum"].right


def test_a_range_that_is_too_small_is_named():
    host = server(Small())
    with pytest.raises(FlatgiaError, match="overflow 32 bits"):
        play(CASE, host, held(50), FedAvg(), Protocol(FixedPoint(32, 31), 6, 0.5), 0.1, 0)


def test_closed_forms_find_the_labels_of_constant_embeddings():
    """With one embedding for all, p - g_b is the share of labels, and LLG's rule holds for a uniform p."""
    labels = torch.tensor([0, 0, 1, 3, 3, 3])
    truth, embedding = torch.bincount(labels, minlength=4), torch.tensor([1.0, -2.0, 0.5]).double()
    weight, bias = torch.zeros(4, 3).double(), torch.zeros(4).double()
    g = torch.full((4,), 0.25).double() - truth / 6
    assert torch.equal(ilrg(g.outer(embedding), g, weight, bias, 6), truth)
    assert torch.equal(llg(g, 6).sum(), truth.sum())


def test_images_are_dealt_by_their_seed_and_labels_outside_are_named():
    labels = torch.arange(400) % 4
    one, again, other = (deal(labels, 4, 3, 20, 0.5, seed) for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True)) and not torch.equal(one[0], other[0])
    assert all(len(held.unique()) == 20 for held in one)
    with pytest.raises(FlatgiaError, match="labels from 0 to 3, and 3 classes"):
        deal(labels, 3, 2, 4, 0.5, 0)


def test_classes_are_cut_into_equal_parts_by_brightness():
    labels, pixels = torch.tensor([0, 1] * 6), torch.arange(12).view(-1, 1, 1, 1)
    assert subdivided(labels, pixels, 3).tolist() == [0, 3, 0, 3, 1, 4, 1, 4, 2, 5, 2, 5]
