"""A throw-away checkout of the repository, and a configuration small enough to run to the end in a test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LINKED = ["Snakefile", "workflow", "scripts", "config", "profiles", "environment.yml"]

TINY = {
    "scale": "tiny",
    "data": {"dataset": "synthetic"},
    "federation": {
        "clients": 4,
        "clients_per_round": 2,
        "images_per_client": 100,
        "local_epochs": 1,
        "test_images": 100,
    },
    "rounds": {"table": [0, 1], "curve": [2], "long": [3]},
    "methods": {"fedsai": {"pretraining": {"images": 64, "epochs": 1}}},
    "targets": {"images": 2},
    "attacks": {
        "idlg": {"tv": [0], "steps": [10], "restarts": 2},
        "gi": {"tv": [0.01, 0.001], "steps": [5, 5], "restarts": 2},
        "ig": {"tv": [0.01, 0.001], "steps": [5, 5], "restarts": 2},
        "ig_short": {"steps": 5},
        "gias": {"latent_steps": 4, "generator_steps": 4, "restarts": 2, "refine_tv": [0.001], "refine_steps": [3]},
        "gifd_untrained": {"steps_per_stage": 4, "restarts": 1, "refine_tv": [0.001], "refine_steps": [3]},
        "gifd": {"steps_per_stage": 4, "restarts": 2, "refine_tv": [0.001], "refine_steps": [3]},
    },
    "attack_jobs": {"rounds_per_job": 2},
    "generator": {"channels": [8, 8, 8, 8], "discriminator_channels": [8, 8, 8, 8], "latent": 8, "images": 64},
    "hessian": {"estimator": "slq", "images": 8, "probes": 2, "steps": 4},
    "metrics": ["psnr", "ssim", "mse"],
    "report": {
        "methods": ["fedavg", "fedsai"],
        "rho": {"methods": ["fedavg", "fedgf"]},
        "batch": {"methods": ["fedavg"], "sizes": [1, 2]},
    },
    "studies": {
        "controls": {"methods": ["fedavg", "fedsai"], "attacks": ["ig"]},
        "credit": {"methods": ["fedavg"], "attacks": ["ig", "gifd_untrained"]},
        "published": {"methods": ["fedavg"], "attacks": ["ig_short"]},
        "readings": {"inputs": ["raw"], "init": ["dlg", "pytorch"], "methods": ["fedavg"], "attacks": ["ig"]},
    },
}


def checkout(folder: Path) -> Path:
    """A folder that looks like a clone, with the tiny configuration as tiny.yaml."""
    folder.mkdir(parents=True)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    (folder / "tiny.yaml").write_text(yaml.safe_dump(TINY))
    return folder


def command(*arguments: str, cores: int = 2) -> list[str]:
    """A Snakemake command line with the tiny configuration; targets come last."""
    # --configfile takes all that follows up to the next option, so it does not stand last.
    snakemake = [sys.executable, "-m", "snakemake", "--configfile", "tiny.yaml", "--cores", str(cores)]
    return [*snakemake, *arguments]


def environment() -> dict[str, str]:
    """One thread a process, so that two jobs share two cores."""
    return os.environ | {"OMP_NUM_THREADS": "1"}


def run(
    folder: Path, *arguments: str, cores: int = 2, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs Snakemake in the folder and returns its output."""
    words = command(*arguments, cores=cores)
    return subprocess.run(words, cwd=folder, env=env or environment(), capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh checkout in a folder whose name has a blank and a letter that is not ASCII."""
    return checkout(tmp_path / "a clöne")
