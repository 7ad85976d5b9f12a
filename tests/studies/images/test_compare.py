"""Ten images beside all: intervals, sets of ten, and that the run's targets are the first ten."""

import numpy as np
import pandas as pd
import pytest
import torch

from flatgia.datasets.partition import target_indices
from flatgia.studies.images.compare import same_images, sets_of_ten, summary, ten_beside_others


def values(seeds=1, images=50, shift=0.0):
    """Normal values of deviation 1; the first ten higher by `shift`."""
    draw = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([range(seeds), range(images)], names=["seed", "image"])
    found = pd.Series(draw.normal(30, 1, len(index)), index=index)
    return found + shift * (index.get_level_values("image") < 10)


def test_more_targets_begin_with_the_fewer_and_each_ten_has_every_class():
    labels = torch.arange(10).repeat(30)[torch.randperm(300, generator=torch.Generator().manual_seed(0))]
    many = target_indices(labels, torch.arange(300), 50)
    assert torch.equal(many[:10], target_indices(labels, torch.arange(300), 10))
    assert all(labels[ten].unique().numel() == 10 for ten in many.split(10))


@pytest.mark.parametrize("seeds", [1, 3])
def test_ten_that_differ_are_told_from_ten_that_do_not(seeds):
    far = ten_beside_others(values(seeds, shift=5.0))
    assert far.mean == pytest.approx(5, abs=1) and far.low > 3 and far.seeds == seeds
    same = ten_beside_others(values(seeds))
    assert same.low < 0 < same.high and same.mean == pytest.approx(0, abs=0.8)


def test_the_interval_of_ten_is_wider_than_that_of_fifty():
    rows = values().rename("value").reset_index()
    rows = rows.assign(run="tiny", method="fedavg", round=0, gradient="method", attacker="naive", attack="ig", batch=1)
    line = summary(rows.assign(metric="psnr", failed=[1.0] + [0.0] * 49)).iloc[0]
    assert line["ten_high"] - line["ten_low"] > line["all_high"] - line["all_low"] > 0
    assert (line["ten_failed"], line["all_failed"], line["ten_images"], line["all_images"]) == (1, 1, 10, 50)
    assert line["all_mean"] == pytest.approx(rows["value"][1:].mean())
    assert line["all_median"] == pytest.approx(rows["value"].median())
    assert line["set_lowest"] < line["all_mean"] < line["set_highest"] and line["sets"] == 5


def test_a_set_that_is_not_full_is_left_out():
    assert len(sets_of_ten(values(images=25))) == 2


def test_only_the_same_images_are_compared():
    about = {"run": "tiny", "seed": 0, "method": "fedavg", "round": 0, "gradient": "method", "attacker": "naive"}
    many = pd.DataFrame([about | {"attack": "ig", "batch": 1, "image": i, "metric": "psnr", "value": 20.0 + i}
                         for i in range(12)])  # fmt: skip
    few = many[:10].assign(value=many["value"] + 0.25)
    assert same_images(many, few) == (10, pytest.approx(0.25))
    assert same_images(many, few.assign(round=1)) == (0, 0.0)
