"""Other dampings from the kept histogram, against the whole spectrum."""

import math

import numpy as np
import pytest
import torch

from flatgia.curvature.exact import spectrum_numbers
from flatgia.curvature.histogram import BINS, count_at, histogram, log_det_at
from flatgia.curvature.slq import slq_numbers
from flatgia.curvature.surrogate import log_det

SPECTRUM = torch.cat([torch.logspace(-7, 2, 700), -torch.logspace(-6, 1, 300)]).double()


@pytest.mark.parametrize("damping", [1e-5, 1e-3, 1e-1])
def test_any_damping_is_to_be_had_from_the_histogram(damping):
    kept = spectrum_numbers(torch.diag(SPECTRUM), 1e-3)["spectrum"]
    exact = log_det(SPECTRUM, torch.ones_like(SPECTRUM), damping).item()
    above = (SPECTRUM.abs() > damping**0.5).sum().item()
    assert len(kept) == BINS and sum(kept) == 1000
    assert abs(log_det_at(kept, damping) - exact) < 0.001 * above
    assert abs(count_at(kept, damping) - above) <= 10  # what a bin holds


def test_stochastic_quadrature_keeps_the_same_spectrum():
    # Signs weigh every coordinate of a diagonal matrix alike.
    values = torch.linspace(-1, 3, 25, dtype=torch.float64)
    kept = slq_numbers(lambda v: values * v, 25, 1e-3, probes=2, steps=25, seed=0)["spectrum"]
    assert np.allclose(kept, spectrum_numbers(torch.diag(values), 1e-3)["spectrum"], atol=1e-5)


def test_what_lies_beyond_the_bins_is_not_lost():
    kept = histogram(np.array([0.0, 1e-12, -1e9]), np.ones(3))
    assert (kept[0], kept[-1], sum(kept)) == (2, 1, 3) and math.isfinite(log_det_at(kept, 1e-3))
