"""A file of a finished run is damaged: the next call names it, and once it is deleted and asked for, all is as it was."""

import shutil
from pathlib import Path

import pytest

from ..workflow.conftest import run
from .small import ARGUMENTS, hashes
from .test_damage import flip


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "results/shared/synthetic.safetensors",
        "results/tiny/seed_0/checkpoints/fedavg/round_0000.safetensors",
        "results/tiny/seed_0/hessian/fedavg/round_0000.json",
        "results/tiny/seed_0/metrics/fedavg/method-naive/ig/b1/table.csv",
    ],
)
def test_a_bit_that_flips_in_a_finished_run(tmp_path: Path, undisturbed: Path, expected: dict[str, str], name: str):
    folder = tmp_path / "clone"
    shutil.copytree(undisturbed, folder, symlinks=True)
    damaged = folder / name
    damaged.write_bytes(flip(damaged.read_bytes()))
    # A finished run reads the images no more, however new their file: some job has to.
    again = ("--forcerun", "targets") if "/shared/" in name else ()
    done = run(folder, *again, *ARGUMENTS, cores=1)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and f"error: {name}: damaged: its SHA-256" in said and "Traceback" not in said, said[
        -3000:
    ]
    damaged.unlink()
    # By its name: Snakemake makes nothing again that only a whole figure would need.
    done = run(folder, *ARGUMENTS, name, cores=1)
    assert done.returncode == 0, done.stderr[-3000:]
    assert hashes(folder) == expected
