"""The Hessian's chapter, from models whose spectra are known."""

import numpy as np
import pandas as pd
import pytest

from flatgia.claims.claim import Key
from flatgia.claims.data import Given
from flatgia.claims.scope import Scope
from flatgia.claims.spectra import COLUMNS, hessian_chapter
from flatgia.curvature.histogram import histogram, log_det_at
from flatgia.settings.config import PAPER, load

CONFIG = load(PAPER) | {"rounds": {"table": [0, 100, 200], "curve": [], "long": []}}
METHODS = CONFIG["report"]["methods"]


def column(value, images=1):
    index = pd.MultiIndex.from_product([[0], range(images)], names=["seed", "image"])
    return pd.Series(float(value), index=index)


def spectrum(place):
    """The more eigenvalues of 1 among those of 0.003, the higher the place; at a damping of 1e-5 they hardly matter."""
    return histogram(np.r_[np.full(100 - place, 3e-3), np.ones(place)], np.ones(100))


@pytest.fixture
def given():
    models = [(method, number) for number in (100, 200) for method in METHODS]
    values, spectra = {}, {}
    for place, (method, number) in enumerate(models):
        for name in COLUMNS:
            values[Key(name, method, "", number)] = column(-place if name == "lambda_max" else place)
        values[Key("psnr", method, "ig", number)] = column(20 + place, 3)
        spectra[method, number] = {0: spectrum(place)}
    return Given(values, {}, {}, {}, [], {}, spectra, [(3.0, 8.0), (-5.0, 9.0)])


def test_companions_and_sweep_are_ranked_over_the_models(given):
    text = "".join(hessian_chapter(given, Scope(CONFIG, {0: 0, 100: 100, 200: 200}, {}, ["ig"])))
    assert "over these 10 models: count above √damping 1.00 [1.00, 1.00], largest eigenvalue −1.00" in text
    assert "2 of these Hessians were measured both ways: stochastic quadrature is up to 5.0 from" in text
    # Places rise from FedAvg on: no flat-minima model lies below it, and PSNR rises with the surrogate.
    assert "| 0.001 | 0 of 8 | 1.00 [1.00, 1.00] | – |" in text
    assert log_det_at(spectrum(5), 1e-3) > log_det_at(spectrum(4), 1e-3)


def test_without_spectra_it_says_so_and_without_hessians_nothing(given):
    scope = Scope(CONFIG, {}, {}, ["ig"])
    older = Given(given.values, {}, {}, {}, [], {}, {}, [])
    assert "No sweep of the damping" in "".join(hessian_chapter(older, scope))
    assert list(hessian_chapter(Given({}, {}, {}, {}, [], {}, {}, []), scope)) == []
