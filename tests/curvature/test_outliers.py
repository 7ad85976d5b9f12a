"""The eigenpairs of largest size, against a spectrum that is known."""

import torch

from flatgia.curvature.lanczos import lanczos
from flatgia.curvature.outliers import outliers

# Five outliers on both sides of a dense middle.
SPECTRUM = torch.cat([torch.linspace(-0.1, 0.1, 195), torch.tensor([-9.0, -3, 4, 8, 20])]).double()


def found(steps: int):
    return outliers(*lanczos(lambda v: SPECTRUM * v, torch.ones(200, dtype=torch.float64), steps))


def test_what_converges_first_are_the_outliers_and_their_vectors() -> None:
    few = found(12)
    torch.testing.assert_close(few.values, SPECTRUM[195:].sort().values)
    expected = torch.eye(200, dtype=torch.float64)[195:][SPECTRUM[195:].argsort()]
    torch.testing.assert_close(few.vectors.abs(), expected, rtol=0, atol=1e-4)
    assert few.ends.tolist() == [few.values[0], few.values[-1]]


def test_the_complement_is_blind_to_them() -> None:
    few = found(12)
    rest = few.without(torch.ones(200, dtype=torch.float64))
    assert rest[195:].abs().max() < 1e-3 and (rest[:195] - 1).abs().max() < 1e-3
    image = few.complement(lambda v: SPECTRUM * v)(rest)
    torch.testing.assert_close(few.vectors @ image, torch.zeros(5, dtype=torch.float64), rtol=0, atol=1e-12)
    torch.testing.assert_close(image[:195], SPECTRUM[:195] * rest[:195], rtol=0, atol=1e-3)


def test_nothing_has_converged_after_one_step() -> None:
    assert len(found(1).values) == 0
    assert found(1).vectors.shape == (0, 200)
