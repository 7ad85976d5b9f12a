"""A disk that is full or read-only: one sentence; once it is mended the same command ends with the same bytes."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..workflow.conftest import run
from .small import hashes, small_checkout, small_run

pytestmark = pytest.mark.slow
MEGABYTE = 1 << 20


def mount(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    """`mount`, for root alone."""
    return subprocess.run(["mount", *map(str, words)], capture_output=True, check=False)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 MiB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    if mount("-t", "tmpfs", "-o", "size=32m", "none", place).returncode:
        pytest.skip("only root can mount a disk")
    yield place
    subprocess.run(["umount", "--recursive", place], check=True)


def ends_well(folder: Path, expected: dict[str, str], before: dict[str, str]) -> None:
    """What was whole is as it was, and the same command ends with the bytes expected."""
    if any(folder.glob(".snakemake/locks/*")):
        assert run(folder, "--unlock").returncode == 0
    done = small_run(folder)
    assert done.returncode == 0, done.stderr[-3000:]
    found = hashes(folder)
    assert found == expected and before.items() <= found.items()
    assert not list((folder / "results").rglob(".*"))


@pytest.mark.parametrize("left", [0.1, 2.7])  # megabytes: too few for the images; enough for some of what follows
def test_a_full_disk(disk: Path, expected: dict[str, str], left: float) -> None:
    folder = small_checkout(disk / "clone")
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "ballast").write_bytes(bytes(int(free - left * MEGABYTE)))
    done = small_run(folder)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "no space left on the disk; mend that and run again" in said and "Traceback" not in said, said[-3000:]
    before = hashes(folder)
    (disk / "ballast").unlink()
    ends_well(folder, expected, before)


def test_a_read_only_folder_of_results(disk: Path, expected: dict[str, str]) -> None:
    folder = small_checkout(disk / "clone")
    results = folder / "results"
    assert small_run(folder, "--until", "targets").returncode == 0
    before = hashes(folder)
    assert before
    mount("--bind", results, results)
    mount("-o", "remount,ro,bind", results)
    done = small_run(folder)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "ead-only" in said and "Traceback" not in said, said[-3000:]
    assert hashes(folder) == before
    subprocess.run(["umount", results], check=True)
    ends_well(folder, expected, before)


def test_a_read_only_folder_of_the_run(disk: Path, expected: dict[str, str]) -> None:
    folder = small_checkout(disk / "clone")
    mount("-o", "remount,ro", disk)
    done = small_run(folder)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "nothing can be written here" in said and "Traceback" not in said, said[-3000:]
    mount("-o", "remount,rw", disk)
    ends_well(folder, expected, {})
