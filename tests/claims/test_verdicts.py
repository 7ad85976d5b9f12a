import numpy as np
import pandas as pd
import pytest

from flatgia.claims.claim import Claim, Key, minus
from flatgia.claims.interval import Estimate
from flatgia.claims.verdicts import decide, equality, number, rules

BASE, SAM = Key("psnr", "fedavg", "ig", 0), Key("psnr", "fedsam", "ig", 0)


def ours_of(mean, low, high):
    return Estimate(mean, low, high, 10, (mean,))


def judged(ours, low, high, paper=None, parts=None, **more):
    claim = Claim("4", "", "", [minus(SAM, BASE)], checks=parts or (), **more)
    table = pd.DataFrame({key: [0.0] for key in claim.keys})
    table.columns = claim.keys
    table[BASE], table[SAM] = 30.0, 30.0 + ours
    return decide(claim, ours_of(ours, low, high), table, paper or {})


@pytest.mark.parametrize(
    ("numbers", "verdict", "why"),
    [
        ((-9, -12, -6), "reproduced", "21.00 against 30.00; clear of zero"),
        ((-9, -12, 1), "undecided", "the interval includes zero"),
        ((-9, None, None), "undecided", "one value has no interval"),
        ((9, 6, 12), "not reproduced", "39.00 against 30.00; the sign is opposite"),
        ((9, -1, 12), "undecided", "39.00 against 30.00; the interval includes zero"),
        ((0, 0, 0), "not reproduced", "no difference"),
        ((-1e-15, -1e-15, -1e-15), "not reproduced", "no difference"),
    ],
)
def test_comparison(numbers, verdict, why):
    found = judged(*numbers, sign=-1)
    assert found[0] == verdict and why in found[1]
    paper = {BASE: 33.7, SAM: 16.6}
    assert judged(*numbers, paper=paper)[0] == verdict  # the sign is the paper's own


def test_as_many_parts_must_hold_as_in_the_paper():
    gi = minus(SAM._replace(attack="gi"), BASE._replace(attack="gi"))  # no difference in the table
    parts = [minus(SAM, BASE), gi]
    assert judged(-9, -12, -6, sign=-1, parts=parts)[0] == "direction only"
    paper = {BASE: 33.7, SAM: 16.6, gi[0][1]: 20.0, gi[1][1]: 19.0}
    assert judged(-9, -12, -6, paper=paper, sign=-1, parts=parts)[0] == "reproduced"
    paper[gi[0][1]] = 18.0
    verdict, why = judged(-9, -12, -6, paper=paper, sign=-1, parts=parts)
    assert verdict == "direction only" and "1 of 2 parts, in the paper in 2" in why


def test_a_percentage_must_also_have_the_size():
    paper = {BASE: 23.98, SAM: 13.17}  # -10.81
    assert judged(-10, -12, -8, paper=paper, kind="size")[0] == "reproduced"
    assert judged(-9, -12, -6, paper=paper, kind="size")[0] == "undecided"
    verdict, why = judged(-4, -5, -3, paper=paper, kind="size")
    assert verdict == "direction only" and "the difference is 6.81 smaller" in why


def test_likeness():
    assert equality("psnr", ours_of(0.4, -0.5, 0.9), [0.4, 2.5]) == ("reproduced", "parts differ by up to 2.50 dB")
    assert equality("psnr", ours_of(0.4, -0.5, 0.9), [0.4, -3.5])[0] == "direction only"
    assert equality("psnr", ours_of(0.4, -0.5, 2), [0.4])[0] == "undecided"
    assert equality("psnr", ours_of(0.4, None, None), [0.4])[0] == "undecided"
    assert equality("psnr", ours_of(2, 1.5, 2.5), [2])[0] == "direction only"
    assert equality("psnr", ours_of(-3.4, -4, -3), [-3.4]) == ("not reproduced", "ours differ by 3.40 dB")


@pytest.mark.parametrize(
    ("metric", "paper", "ours", "verdict", "why"),
    [
        ("psnr", 20, (20.2, 19.5, 20.9), "reproduced", "within 1 dB"),
        ("psnr", 20, (20.2, 18.9, 21.5), "undecided", "the interval leaves 1 dB"),
        ("psnr", 20, (25, 20.5, 29), "undecided", "the interval leaves 1 dB"),
        ("psnr", 20, (22, 21.5, 22.5), "direction only", "ours is the stronger attack: +2.00 dB"),
        ("psnr", 33.71, (43, 41, 45), "not reproduced", "ours is the stronger attack: +9.29 dB"),
        ("lpips", 0.2, (0.5, 0.4, 0.6), "not reproduced", "ours is the weaker attack: +0.300"),
        ("mse", 4, (0.4, 0.3, 0.5), "not reproduced", "ours is the stronger attack: 0.1 times"),
        ("mse", 4, (4, 3.5, 4.9), "reproduced", "within a factor of 1.26"),
    ],
)
def test_cell(metric, paper, ours, verdict, why):
    assert number(metric, paper, ours_of(*ours)) == (verdict, why)


def test_the_rules_name_their_bounds():
    assert "Near: 1 dB (PSNR)" in rules()[-1] and "a factor of 2 (MSE)" in rules()[-1]
    assert not np.any([len(rule) > 330 for rule in rules()])
