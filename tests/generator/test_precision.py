"""The precision that training uses."""

import pytest
import torch

from flatgia.generator.precision import usable_precision


@pytest.mark.parametrize(
    ("wanted", "device", "able", "portable", "used"),
    [
        ("bf16", "cpu", True, False, "bf16"),
        ("bf16", "cpu", True, True, "fp32"),
        ("bf16", "cpu", False, False, "fp32"),
        ("bf16", "cuda", False, True, "bf16"),
        ("fp32", "cpu", True, False, "fp32"),
    ],
)
def test_falls_back_only_where_the_processor_cannot_or_may_not(monkeypatch, wanted, device, able, portable, used):
    monkeypatch.setattr("flatgia.generator.precision.are_portable", lambda: portable)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: able)
    assert usable_precision(wanted, device) == used
