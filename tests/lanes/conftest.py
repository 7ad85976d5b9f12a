"""LeNet, and nothing to test where no compiler is."""

import pytest

from flatgia.lanes.library import load_library
from flatgia.models.lenet import LeNet

collect_ignore_glob = [] if load_library() else ["test_*.py"]


@pytest.fixture
def network():
    return LeNet().eval().requires_grad_(False)
