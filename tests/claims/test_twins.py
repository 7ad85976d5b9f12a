"""What holds by construction is found by its values."""

import pandas as pd

from flatgia.claims.claim import Claim, Key, minus
from flatgia.claims.judge import constructed
from flatgia.claims.twins import reduced, twins

CONFIG = {"methods": {"fedavg": {"rule": "fedavg"}, "fedsam": {"rule": "fedsam"}, "fedgf": {"rule": "fedgf"}},
          "report": {"methods": ["fedavg", "fedsam", "fedgf"]}}  # fmt: skip
AVG, SAM, GF = (Key("psnr", method, "ig", 0) for method in ("fedavg", "fedsam", "fedgf"))
PLAIN = SAM._replace(setting="plain")


def column(*values):
    index = pd.MultiIndex.from_product([[0], range(len(values))], names=["seed", "image"])
    return pd.Series(values, index=index, dtype=float)


def same():
    values = {GF: column(1, 2), SAM: column(1, 2, 5), AVG: column(3, 4), PLAIN: column(3, 4)}
    later = {key._replace(round=100): found for key, found in values.items()}
    return twins(values | later, CONFIG)


def test_the_first_method_stands_for_those_that_are_alike_at_round_0():
    assert same() == {AVG: AVG, SAM: SAM, GF: SAM, PLAIN: AVG}


def test_a_part_that_sets_a_model_against_itself_is_empty():
    assert reduced([minus(PLAIN, AVG), minus(GF, AVG)], same()) == [frozenset(), frozenset({(SAM, 1.0), (AVG, -1.0)})]


def claim(*parts, case="one", **more):
    return Claim("4", "text", case, list(parts), **more)


def test_three_zeros_of_four_are_no_measurement():
    zero, other = minus(PLAIN, AVG), minus(SAM, AVG)
    assert "3 of 4 parts" in constructed(claim(zero, zero, zero, other), same(), {})
    assert constructed(claim(zero, other), same(), {}) == ""
    assert constructed(claim(zero), same(), {}) == "the same model and gradient on both sides"


def test_the_same_images_are_counted_once():
    before = {}
    assert constructed(claim(minus(SAM, AVG), case="FedSAM, IG"), same(), before) == ""
    assert constructed(claim(minus(GF, AVG), case="FedGF, IG"), same(), before) == "the same images as in FedSAM, IG"
    assert constructed(claim(minus(GF, AVG), case="FedGF, IG", group="other"), same(), before) == ""
