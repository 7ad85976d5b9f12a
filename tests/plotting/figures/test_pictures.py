from pathlib import Path

import numpy as np
import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.metrics.psnr import psnr
from flatgia.plotting.figures.pictures import by_key, peak_signal_to_noise, read_guess


def test_psnr_of_a_known_distance():
    assert peak_signal_to_noise(np.zeros((3, 2, 2)), np.full((3, 2, 2), 0.1)) == pytest.approx(20)


@pytest.mark.parametrize("distance", [0, 1e-7, 0.3])
def test_psnr_is_capped_as_the_metric_is(distance):
    truth, guess = np.zeros((3, 2, 2)), np.full((3, 2, 2), distance)
    expected = psnr(torch.from_numpy(guess)[None], torch.from_numpy(truth)[None]).item()
    assert peak_signal_to_noise(truth, guess) == pytest.approx(expected)
    assert expected <= 120


def test_files_are_told_apart_by_the_end_of_their_path():
    path = Path("S/seed_0/attacks/fedavg/method-naive/ig/b1/round_0000.safetensors")
    assert by_key([path, Path("odd.safetensors")])["fedavg", "method-naive", "ig", "b1", "round_0000"] == path


def test_missing_reconstruction_is_named():
    with pytest.raises(FlatgiaError, match="fedavg/method-naive/ig/b1/round_0000"):
        read_guess({}, ("fedavg", "method-naive", "ig", "b1", "round_0000"), 0)
