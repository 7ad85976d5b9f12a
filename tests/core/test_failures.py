"""The rule of a failed search."""

import numpy as np
import torch

from flatgia.core.failures import FAILED_ABOVE, has_failed


def test_a_failure_is_an_answer_that_explains_less_than_the_truth():
    low, high = FAILED_ABOVE / 2, FAILED_ABOVE * 2
    assert has_failed(high, low)
    assert not has_failed(low, low) and not has_failed(high, high)
    assert has_failed(np.array([high, low]), np.array([low, low])).tolist() == [True, False]
    assert has_failed(torch.tensor([high]), torch.tensor([low])).tolist() == [True]
