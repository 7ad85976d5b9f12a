"""LeNet, and nothing to test in C++ where no compiler is."""

import pytest

from flatgia.gradients.native.library import load_library
from flatgia.networks.lenet import LeNet

collect_ignore_glob = [] if load_library() else ["test_native_*.py"]


@pytest.fixture
def network():
    return LeNet().eval().requires_grad_(False)
