"""Rules on made-up gains whose verdict is known."""

import pandas as pd
import pytest

from flatgia.claims.interval import Estimate, estimate
from flatgia.studies.updates.case import Case
from flatgia.studies.updates.verdicts import (
    BACK,
    HOLDS,
    IDLE,
    NOTHING,
    REFUTED,
    UNDECIDED,
    came_back,
    judged,
    last_back,
)

CASE = Case(4, 2, 2)


def gains(levels, seeds=3):
    """Four images a seed around the level (dB) of each (method, attacker)."""
    return pd.DataFrame([
        {"method": method, "round": 0, "images": 4, "batch": 2, "steps": 2, "seed": seed, "attacker": attacker,
         "image": image, "gain": level + 0.1 * (image - 1.5) + 0.01 * seed}
        for (method, attacker), level in levels.items() for seed in range(seeds) for image in range(4)
    ])  # fmt: skip


def found(levels, seeds=3):
    verdicts = judged(gains(levels, seeds), ["fedavg", "fedsam"], [0], [CASE], str)
    return {one.sentence: one.verdict for one in verdicts}


@pytest.mark.parametrize(("low", "high", "said"), [(1.1, 2, BACK), (-3, 0.9, NOTHING), (0.5, 1.5, UNDECIDED)])
def test_something_is_back_where_the_whole_interval_is(low, high, said):
    assert came_back(Estimate(1.0, low, high, 4)) == said


def test_one_value_decides_nothing():
    values = pd.Series([9.0], index=pd.MultiIndex.from_tuples([(0, 0)], names=["seed", "image"]))
    assert came_back(estimate(values)) == UNDECIDED


FEDAVG = {("fedavg", "gradient"): 2.0, ("fedavg", "plain"): 20.0, ("fedavg", "shuffled"): 3.0}
PLAINLY = "fedsam protects from an attacker who simulates plain steps"
AWARE = "fedsam protects from an attacker who simulates its steps"


def test_protection_from_the_naive_alone():
    sam = {("fedsam", "gradient"): 2.0, ("fedsam", "plain"): 4.0, ("fedsam", "knowing"): 25.0}
    verdicts = found(FEDAVG | sam)
    assert verdicts[PLAINLY] == HOLDS and verdicts[AWARE] == REFUTED
    assert verdicts["fedavg: to simulate beats taking the update for a gradient"] == HOLDS
    assert verdicts["fedavg: to know the order of the batches helps"] == HOLDS
    assert "fedsam: to know the order of the batches helps" not in verdicts


def test_where_neither_gets_anything_nothing_is_compared():
    low = dict.fromkeys([("fedavg", "gradient"), ("fedavg", "plain"), ("fedsam", "plain"), ("fedsam", "knowing")], -1.0)
    low["fedsam", "plain"] = -3.0
    assert found(low)[PLAINLY] == IDLE


def test_one_draw_decides_no_sentence():
    assert found(FEDAVG, seeds=1)["fedavg: to know the order of the batches helps"] == "undecided: one draw"


def test_how_far_it_comes_back_is_the_last_case_that_does():
    cases = [Case(1, 1, 1), Case(1, 1, 5), Case(1, 1, 10), Case(16, 4, 4)]
    verdicts = [BACK, BACK, UNDECIDED, NOTHING]
    rows = pd.DataFrame(
        [dict(zip(["images", "batch", "steps", "verdict"], [*case, verdict], strict=True))
         for case, verdict in zip(cases, verdicts, strict=True)]
    )  # fmt: skip
    assert last_back(rows, cases) == "one image up to 5 steps; no set of several"
    rows["verdict"] = [NOTHING, NOTHING, NOTHING, BACK]
    assert last_back(rows, cases) == "no image alone; 16/4/4"
