"""FedAvg at equal accuracy, per seed."""

import pandas as pd
import pytest

from flatgia.claims.claim import Key
from flatgia.claims.matched import beside, matched, matches


def column(values):
    """By seed: one value, or one for each image."""
    pairs = {(seed, image): value for seed, found in values.items() for image, value in enumerate(found)}
    return pd.Series(pairs, dtype=float).rename_axis(["seed", "image"])


VALUES = {
    Key("accuracy", "fedavg", "", 0): column({0: [10], 1: [10]}),
    Key("accuracy", "fedavg", "", 50): column({0: [40], 1: [44]}),
    Key("accuracy", "fedavg", "", 100): column({0: [47], 1: [48]}),
    Key("accuracy", "fedsam", "", 0): column({0: [10], 1: [10]}),
    Key("accuracy", "fedsam", "", 100): column({0: [41], 1: [47]}),
    Key("psnr", "fedavg", "ig", 0): column({0: [50, 51], 1: [52, 53]}),
    Key("psnr", "fedavg", "ig", 50): column({0: [30, 31], 1: [32, 33]}),
    Key("psnr", "fedavg", "ig", 100): column({0: [20, 21], 1: [22, 23]}),
}


def test_each_seed_has_the_round_of_its_nearest_accuracy():
    found = matches(VALUES, "fedavg", ["fedsam"], ["ig", "gi"])
    assert [(one.seed, one.base_round, one.base_accuracy) for one in found] == [(0, 50, 40), (1, 100, 48)]
    ((key, values),) = matched(VALUES, found).items()
    assert key == beside("fedavg", "fedsam", "ig", 100) and values.tolist() == [30, 31, 22, 23]


def test_without_a_round_near_enough_there_is_no_match():
    far = VALUES | {Key("accuracy", "fedsam", "", 100): column({0: [60], 1: [43.5]})}
    assert [(one.seed, one.base_round) for one in matches(far, "fedavg", ["fedsam"], ["ig"])] == [(1, 50)]


@pytest.mark.parametrize("methods", [["fedgf"], []])
def test_only_the_methods_asked_for_are_matched(methods):
    assert matches(VALUES, "fedavg", methods, ["ig"]) == []
