"""Verdicts from made-up numbers."""

import numpy as np
import pandas as pd
import pytest

from flatgia.studies.membership.verdicts import EARLY, PRONE, judge, matched, paired


def scores(auc, accuracy, trained=100.0):
    """Of two epochs and eight models; `auc` and `accuracy` by optimiser and epoch."""
    rows = []
    for name in ("sgd", "sam"):
        for model in range(8):
            jitter = (model - 3.5) / 100
            for epoch in (1, 2):
                value = auc[name][epoch - 1] + jitter * (2 if name == "sam" else 1)
                rows += [(name, epoch, f"traced {kind}", "auc", model, value) for kind in ("confidence", "lira_fixed")]
                rows.append((name, epoch, "traced", "test_accuracy", model, accuracy[name][epoch - 1]))
            for attack, number in PRONE:
                rows.append((name, 2, attack, number, model, value))
            for number in ("test_accuracy", "memorised", "confidence_variance", "phi_variance"):
                rows.append((name, 2, "", number, model, value))
            rows.append((name, 2, "", "train_accuracy", model, trained))
    return pd.DataFrame(rows, columns=["optimiser", "epoch", "attack", "number", "model", "value"])


LINEAR = pd.DataFrame(
    [
        (features, labels, strength, number, draw, 1.0 + (strength if features == "pixels" else 0.0))
        for features in ("pixels", "whitened")
        for labels in ("true", "random")
        for strength in (0.0, 1.0)
        for number in ("variance", "confidence", "lira")
        for draw in range(8)
    ],
    columns=["features", "labels", "strength", "number", "draw", "value"],
)
BAND = {"optimiser": "sam", "curve": "memorisation beside", "x": -1.0, "mean": 2.0, "low": 1.0, "high": 3.0}
CURVES = pd.DataFrame([BAND])
HIGHER = {"sgd": (60, 70), "sam": (62, 72)}


def test_a_difference_is_paired_by_model():
    found = paired(scores(HIGHER, HIGHER), "confidence", "auc", "sgd", "sam")
    assert found.mean == pytest.approx(2) and found.low > 1.9 and found.high < 2.1


def test_at_the_same_accuracy_the_better_one_is_taken_earlier():
    accuracy = {"sgd": (40, 50), "sam": (45, 55)}
    found = matched(scores(HIGHER, accuracy), "traced confidence", "sgd", "sam")
    assert found.mean == pytest.approx((62 + 72) / 2 - 70)
    turned = matched(scores(HIGHER, {"sgd": (45, 55), "sam": (40, 50)}), "traced confidence", "sgd", "sam")
    assert turned.mean == pytest.approx(72 - (60 + 70) / 2)
    assert matched(scores(HIGHER, {"sgd": (40, 50), "sam": (53, 55)}), "traced confidence", "sgd", "sam") is None


def test_each_claim_has_its_sign():
    verdicts = {
        (row.claim, row.case): row.verdict for row in judge(scores(HIGHER, HIGHER), CURVES, LINEAR, ["sgd", "sam"])
    }
    assert verdicts["More prone to membership inference", "confidence auc"] == "reproduced"
    assert verdicts["Lower variance on unseen images", "phi_variance"] == "not reproduced"
    assert verdicts["Memorises more", "share of images with scores of 0.6 to 0.85"] == "reproduced"
    assert verdicts["Linear: a larger advantage, LiRA", "pixels, true labels, strength 1"] == "reproduced"
    assert verdicts["Linear: less variance on unseen images", "pixels, random labels, strength 1"] == "not reproduced"
    assert (
        verdicts["Linear: a larger advantage, LiRA (control: none)", "whitened, true labels, strength 1"]
        == "reproduced"
    )


def test_without_interpolation_nothing_is_decided():
    found = list(judge(scores(HIGHER, HIGHER, trained=90.0), CURVES, LINEAR, ["sgd", "sam"]))
    assert {row.verdict for row in found if row.subject == "sam" and row.ours} == {EARLY}


def test_noise_is_undecided():
    table = scores({"sgd": (60, 70), "sam": (60, 70)}, HIGHER)
    table["value"] += np.random.default_rng(0).normal(size=len(table)) * (table["number"] == "auc")
    found = {(row.claim, row.case): row.verdict for row in judge(table, CURVES, LINEAR, ["sgd", "sam"])}
    assert found["More prone to membership inference", "confidence auc"] == "undecided"
