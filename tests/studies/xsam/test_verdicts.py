"""Each claim's rule on made-up trainings."""

import pandas as pd
import pytest

from flatgia.claims.verdicts import MISSING, NOT, REPRODUCED, UNDECIDED
from flatgia.settings.config import PAPER, load
from flatgia.studies.xsam.read import COLUMNS, END, epochs, finals, looks
from flatgia.studies.xsam.table import found_text
from flatgia.studies.xsam.verdicts import judge, widest

SECTION = load(PAPER)["studies"]["xsam"]
SECTION = SECTION | {"networks": {"relu_lenet": SECTION["networks"]["relu_lenet"]}}


def training(optimiser, seed, accuracy=0.6, sharp=10.0, loss=1.0, cost=100, angles=(0.5, -0.5), effects=(-1.0, -2.0)):
    """The rows of one training of one epoch."""
    about = ("relu_lenet", optimiser, seed)
    ends = {"test_accuracy": accuracy, "train_accuracy": 0.9, "held_out_accuracy": 0.6, "loss": 0.9, "lambda_max": sharp,
            "perturbed_loss": loss, "evaluations": cost}  # fmt: skip
    rows = [(*about, 0, END, "rate", 0.1), *((*about, 1, END, name, value) for name, value in ends.items())]
    for step, (cosine, effect) in enumerate(zip(angles, effects, strict=True)):
        seen = {"curvature": 5.0, "rise": 1.0, "plain_cosine": cosine, "perturbed_cosine": cosine, "effect": effect}
        rows += [(*about, 0, step, name, value) for name, value in seen.items()]
    return rows


def judged(rows, case=None):
    """Every claim, or those about one case."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    found = list(judge(SECTION, epochs(table), looks(table), finals(table)))
    return [one for one in found if case in (None, one.case)]


def three(**changes):
    return [row for seed in range(3) for row in [*training("sam", seed), *training("xsam_official", seed, **changes)]]


PAIR = "X-SAM (code) against SAM"


def test_flatter_and_better_in_every_draw():
    flatter, better = judged(three(accuracy=0.62, sharp=5.0), PAIR)
    assert (found_text(flatter), found_text(better)) == ("×0.50", "+2.00 points")
    assert flatter.verdict == better.verdict == REPRODUCED


def test_a_difference_of_changing_sign_is_undecided_and_the_opposite_is_not_reproduced():
    rows = [row for s in range(3) for row in training("sam", s) + training("xsam_official", s, 0.59 + s / 100, 20.0)]
    assert [one.verdict for one in judged(rows, PAIR)] == [NOT, UNDECIDED]


def test_one_draw_decides_nothing_and_what_was_not_trained_is_said():
    found = judged([*training("sam", 0), *training("xsam_official", 0, sharp=5.0)])
    assert {one.verdict for one in found if one.case == PAIR} == {UNDECIDED}
    assert {one.verdict for one in found if "(paper)" in one.case} == {MISSING}
    assert found[0].claim.startswith("Sharp and flat") and found[0].verdict == UNDECIDED
    assert judged(three(sharp=5.0))[0].verdict == REPRODUCED and judged(three(sharp=6.0))[0].verdict == NOT


def test_the_widest_ratio_is_among_small_and_like_losses():
    models = pd.DataFrame({"perturbed_loss": [1.0, 1.04, 1.2, 3.0, 3.0], "lambda_max": [2.0, 6.0, 50.0, 1.0, 99.0]})
    assert widest(models) == pytest.approx(3.0)  # not 25, 20 % apart; not 99, above the median
    assert widest(models[3:]) == pytest.approx(99.0) and widest(models[:1]) == 1.0


def test_the_angle_compares_what_sam_adds():
    # A step of SAM lowers the curvature by 1 at acute angles, by 2 at obtuse ones: weaker.
    for case in ("v along rising curvature", "v as followed"):
        (found,) = judged(three(), case)
        assert found.verdict == REPRODUCED and found.ours.mean == pytest.approx(1.0)


def test_v_is_turned_by_the_rise_of_the_curvature():
    rows = [row if row[5] != "rise" else (*row[:6], -1.0) for row in three()]
    found = {case: judged(rows, case)[0].verdict for case in ("v along rising curvature", "v as followed")}
    assert found == {"v along rising curvature": NOT, "v as followed": REPRODUCED}


def test_a_diverged_training_is_in_no_mean():
    lost = [("relu_lenet", "xsam_official", 3, 1, END, name, 1.0) for name in ("diverged", "evaluations")]
    table = pd.DataFrame([*three(sharp=5.0), *lost], columns=COLUMNS)
    assert set(finals(table)["seed"]) == {0, 1, 2}
