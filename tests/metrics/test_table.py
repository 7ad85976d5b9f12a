"""The long table: the right truth for each image, and no score for a broken artifact."""

from pathlib import Path

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.metrics.registry import metrics_named
from flatgia.metrics.table import FACTS, check_attack, fit, score

TARGETS = torch.randint(0, 256, (10, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def test_the_index_is_that_of_the_true_image():
    index = torch.tensor([[7, 1], [2, 9]])
    images = TARGETS[index].float() / 255
    images[1] = images[1].flip(0)  # the attack cannot know the order
    rows = list(score(images, index, TARGETS, metrics_named(["mse", "ssim"], None)))
    assert [(image, name) for image, name, _ in rows] == [(i, n) for i in (7, 1, 9, 2) for n in ("mse", "ssim")]
    for _, name, value in rows:
        assert value == pytest.approx(1.0 if name == "ssim" else 0.0, abs=1e-9)


def test_one_image_is_scored_against_its_own_truth_even_if_another_is_nearer():
    images = TARGETS[torch.tensor([[3], [4]])].float() / 255
    rows = list(score(images, torch.tensor([[4], [3]]), TARGETS, metrics_named(["mse"], None)))
    assert [image for image, _, _ in rows] == [4, 3]
    assert min(value for _, _, value in rows) > 0.1


@pytest.fixture
def good():
    facts = dict.fromkeys(FACTS, 0)
    return {"reconstruction": torch.zeros(2, 1, 3, 32, 32), "truth_index": torch.tensor([[0], [1]])}, facts


def test_a_good_artifact_passes(good):
    check_attack(*good, 2, Path("here"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [(float("nan"), "1 of its images are not finite"), (float("inf"), "not finite"), (1.5, "not in"), (-0.1, "not in")],
)
def test_a_bad_value_is_named(good, value, reason):
    good[0]["reconstruction"][1, 0, 2, 5, 5] = value
    with pytest.raises(FlatgiaError, match=f"here: .*{reason}"):
        check_attack(*good, 2, Path("here"))


def test_what_is_missing_or_does_not_fit_is_named(good):
    tensors, facts = good
    with pytest.raises(FlatgiaError, match="lacks reconstruction, method"):
        check_attack(
            {"truth_index": tensors["truth_index"]}, {k: v for k, v in facts.items() if k != "method"}, 2, Path("here")
        )
    with pytest.raises(FlatgiaError, match="image 1 of 1 targets"):
        check_attack(tensors, facts, 1, Path("here"))
    with pytest.raises(FlatgiaError, match="do not fit"):
        check_attack(tensors | {"truth_index": torch.tensor([0, 1])}, facts, 2, Path("here"))


def test_the_distances_of_a_batch_stand_with_its_first_image():
    tensors = {"truth_index": torch.tensor([[2, 0], [0, 1]]), "distance": torch.tensor([0.5, 0.25])}
    assert list(fit(tensors)) == [(2, "distance", 0.5), (0, "distance", 0.25)]
    assert list(fit({"truth_index": torch.tensor([[0]])})) == []
