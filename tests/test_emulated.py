"""The libraries on this processor beside an emulated one of another maker; qemu-x86_64 is Debian's package qemu-user."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flatgia.core.instructions import can_be_portable

QEMU = shutil.which("qemu-x86_64")
ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.skipif(QEMU is None or not can_be_portable(), reason="qemu-x86_64, and an x86-64 with AVX2")
@pytest.mark.parametrize("processor", ["EPYC-Milan", "Haswell"])
def test_the_libraries_give_the_same_bytes_on_a_processor_of_another_maker(processor):
    """MKL picks by the maker's name, so AMD's and Intel's need both be seen; about a minute each."""
    here, there = results(), results(QEMU, "-cpu", processor)
    assert len(here) > 50
    assert there == here


def results(*emulator):
    """The lines of operations.py."""
    python = os.path.realpath(sys.executable)  # an emulated interpreter does not find its environment by the link
    paths = [str(ROOT / "scripts"), *(path for path in sys.path if path.endswith("site-packages"))]
    command = [*emulator, python, str(Path(__file__).with_name("operations.py"))]
    found = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)}, capture_output=True, text=True, check=True
    )
    return found.stdout.splitlines()
