"""What each client holds is counted, agrees with what is trained on and attacked, and too little is refused."""

import csv
import json

import numpy as np
import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.partition import client_indices, target_indices
from flatgia.settings.settings import Settings
from flatgia.studies.heterogeneity.clients import holdings
from flatgia.studies.heterogeneity.split import laid_over
from studies.heterogeneity_clients import main

LABELS = torch.arange(10).repeat_interleave(500)


@pytest.fixture
def federation(tiny):
    """Gives the federation at an alpha, all images given away."""
    tiny["studies"]["heterogeneity"]["federation"] = {"images_per_client": 5000, "clients": 10}
    return lambda alpha: Settings(laid_over(tiny, alpha)).federation


def test_every_image_is_held_once(federation):
    held = list(holdings(LABELS, federation(0.5), 10, 0))
    assert [row[0] for row in held] == list(range(10)) and sum(row[1] for row in held) == len(LABELS)
    for (client, images, classes, largest), part in zip(held, client_indices(LABELS, federation(0.5), 0), strict=True):
        counts = np.unique(LABELS[part].numpy(), return_counts=True)[1]
        assert (images, classes, largest) == (counts.sum(), len(counts), counts.max() / counts.sum())
        assert client < 10


def test_the_smaller_alpha_the_fewer_classes(federation):
    mean = [np.mean([row[2] for row in holdings(LABELS, federation(alpha), 1, 3)]) for alpha in (0.1, 0.5, 10.0)]
    assert mean[0] < mean[1] <= mean[2] == 10


def test_the_shares_are_those_of_the_convention(federation):
    # NIID-Bench and Flower: of each class the clients' shares are Dirichlet(alpha), whose entries have the mean 1/K and the
    # variance (1/K)(1 - 1/K)/(K alpha + 1); nothing is balanced, and what is left of rounding is under an image.
    labels = torch.arange(400).repeat_interleave(100)
    parts = client_indices(labels, federation(0.1), 0)
    shares = np.stack([np.bincount(labels[part].numpy(), minlength=400) / 100 for part in parts])
    assert shares.sum(0) == pytest.approx(1) and shares.mean() == pytest.approx(0.1)
    assert shares.var() == pytest.approx(0.1 * 0.9 / 2, rel=0.12)  # two standard errors
    drawn = np.random.default_rng(0).dirichlet([0.1] * 10, 400)
    assert np.quantile(shares, [0.5, 0.9, 0.99]) == pytest.approx(np.quantile(drawn, [0.5, 0.9, 0.99]), abs=0.03)


def test_of_fewer_classes_more_images_are_attacked(federation):
    part = client_indices(LABELS, federation(0.1), 0)[0]
    attacked = LABELS[target_indices(LABELS, part, 10)].bincount(minlength=10)
    held = LABELS[part].bincount(minlength=10)
    assert 1 < (held > 0).sum() < 10 and torch.equal(attacked > 0, held > 0)
    whole = attacked[held > attacked]  # classes that are not used up
    assert whole.max() - whole.min() <= 1


@pytest.mark.parametrize(
    ("minimum", "words"),
    [
        (501, "10 clients of 501 images or more need 5010, and there are 5000; lower it, or federation.clients"),
        (400, "at alpha 0.1 and seed 0 client "),
    ],
)
def test_too_few_images_are_refused(federation, minimum, words):
    with pytest.raises(FlatgiaError) as raised:
        list(holdings(LABELS, federation(0.1), minimum, 0))
    assert str(raised.value).startswith(f"config key studies.heterogeneity.minimum: {words}")


def test_the_command_writes_every_alpha(tiny, data_file, tmp_path):
    tiny["studies"]["heterogeneity"] |= {"alphas": [0.5, 10.0], "minimum": 2}
    given = {"compute": tiny["compute"], "federation": tiny["federation"]}
    given["studies"] = {"heterogeneity": tiny["studies"]["heterogeneity"]}
    words = ["--config", json.dumps(given), "--seed", "3", "--data", str(data_file), "--out"]
    for name in ("one.csv", "two.csv"):
        main([*words, str(tmp_path / name)])
    text = (tmp_path / "one.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["alpha"], row["client"]) for row in rows] == [(a, c) for a in ("0.5", "10") for c in "012"]
    assert {row["images"] for row in rows} == {"20"} and {row["seed"] for row in rows} == {"3"}
    assert text == (tmp_path / "two.csv").read_text()
