"""A SLURM of one node for all tests of this folder, taken down by pid afterwards."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import cluster


@pytest.fixture(scope="session")
def slurm_cluster() -> Iterator[Path]:
    """The folder of a cluster that runs."""
    if not shutil.which("slurmctld") or os.geteuid() != 0:
        pytest.skip("needs root and the packages slurm-wlm and munge")
    folder = Path("/tmp") / f"slurm-{os.getpid()}"  # pytest's own folders are closed to munged
    with cluster.cluster(folder, accounts=bool(os.environ.get("SLURM_ACCOUNTING"))):
        yield folder
    shutil.rmtree(folder)
