import pandas as pd
import pytest

from flatgia.plotting.beside import pair_rounds, same_side, verdict


@pytest.mark.parametrize(
    ("metric", "paper", "ours", "text"),
    [
        ("psnr", 20, 20.9, "within 1 dB"),
        ("psnr", 20, 17.5, "within 3 dB"),
        ("psnr", 20, 16, "below by more than 3 dB"),
        ("lpips", 0.2, 0.24, "within 0.05"),
        ("ssim", 0.2, 0.5, "above by more than 0.1"),
        ("mse_x100", 0.5, 0.6, "within a factor of 1.26"),
        ("mse_x100", 0.5, 0.26, "within a factor of 2"),
        ("mse_x100", 0.5, 1.1, "above by more than a factor of 2"),
    ],
)
def test_verdict(metric, paper, ours, text):
    assert verdict(metric, paper, ours) == text


def test_rounds_are_paired_by_place():
    reported = pd.DataFrame({"round": [200, 0, 100, 0]})
    assert pair_rounds(reported, {"rounds": {"table": [0, 4, 2]}}) == {0: 0, 100: 2, 200: 4}
    assert pair_rounds(reported, {"rounds": {"table": [0, 100]}}) == {0: 0, 100: 100}


def test_same_side_compares_each_method_with_the_baseline():
    rows = [("FedAvg", 30, 25), ("FedSAM", 20, 20), ("FedGF", 20, 26)]
    both = pd.DataFrame(rows, columns=["method", "paper", "ours"]).assign(paper_round=0, attack="IG", metric="psnr")
    assert same_side(both, "FedAvg").loc["psnr"].tolist() == [2, 1]
