import pytest

from flatgia.metrics.scores import SCORES, scores_of, significant


@pytest.mark.parametrize(
    ("value", "text"), [(3.28, "3.28"), (0.0710, "0.0710"), (0.696, "0.696"), (12.34, "12.3"), (123.4, "123")]
)
def test_significant_prints_as_the_paper_does(value, text):
    assert significant(value) == text


def test_arrows_follow_the_paper():
    assert {name: score.arrow for name, score in SCORES.items()} == {"psnr": "↓", "lpips": "↑", "ssim": "↓", "mse": "↑"}


def test_scores_follow_the_config():
    assert scores_of(["mse", "psnr"]) == ["psnr", "mse"]
    assert scores_of(["mse", "psnr"], ("lpips", "mse")) == ["mse"]
