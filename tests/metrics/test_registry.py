"""Metrics by name."""

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.metrics.registry import metrics_named


def test_names_keep_their_order():
    metrics = metrics_named(["mse", "psnr", "ssim"], None)
    assert list(metrics) == ["mse", "psnr", "ssim"]
    images = torch.rand(2, 3, 32, 32)
    assert all(metric(images, images).shape == (2,) for metric in metrics.values())


@pytest.mark.parametrize(("name", "reason"), [("lpips", "pass --vgg"), ("fid", "known: psnr")])
def test_what_cannot_be_had_is_named(name, reason):
    with pytest.raises(FlatgiaError, match=reason):
        metrics_named([name], None)
