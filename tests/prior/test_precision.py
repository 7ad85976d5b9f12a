"""The precision that training uses."""

import pytest
import torch

from flatgia.prior.precision import usable_precision


@pytest.mark.parametrize(
    ("wanted", "device", "able", "used"),
    [
        ("bf16", "cpu", True, "bf16"),
        ("bf16", "cpu", False, "fp32"),
        ("bf16", "cuda", False, "bf16"),
        ("fp32", "cpu", True, "fp32"),
    ],
)
def test_falls_back_only_where_the_processor_cannot(monkeypatch, wanted, device, able, used):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: able)
    assert usable_precision(wanted, device) == used
