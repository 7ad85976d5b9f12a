"""The guard before every attack."""

import pytest
import torch

from flatgia.attacks.guard import check_gradient
from flatgia.core.errors import FlatgiaError


@pytest.mark.parametrize(
    ("value", "words"), [(torch.nan, "b holds NaN or inf"), (-torch.inf, "b holds NaN or inf"), (0.0, "all zeros")]
)
def test_a_gradient_that_tells_nothing_is_refused(value, words):
    with pytest.raises(FlatgiaError, match=f"g.pt: {words}"):
        check_gradient({"a": torch.zeros(2, 3), "b": torch.full((2,), value)}, "g.pt")


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64])
def test_what_is_no_real_number_is_refused(dtype):
    with pytest.raises(FlatgiaError, match=f"a is {dtype}, not floating point"):
        check_gradient({"a": torch.ones(2, dtype=dtype)}, "g.pt")


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_one_entry_is_enough(dtype):
    check_gradient({"a": torch.zeros(2), "b": torch.tensor([0, 1e-3], dtype=dtype)}, "g.pt")
