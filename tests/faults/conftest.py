"""One of each artifact, made by the real commands from a tiny configuration."""

import json
import shutil
from pathlib import Path

import pytest
import torch

import attack
import auxiliary
import curvature
import data
import evaluate
import notes
import targets
import train
from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.generator.store import save_generator, untrained_generator
from flatgia.metrics.vgg16 import CHANNELS, LAYERS
from flatgia.settings import config

from ..tiny import TINY
from .small import hashes, small_checkout, small_run

CHANGES = {
    "rounds": {"table": [0], "curve": [], "long": []},
    "attacks": {
        "ig": {"tv": [0.01], "steps": [2], "restarts": 1, "preset": "published"},
        "gifd": {"steps_per_stage": 1, "restarts": 1, "refine_tv": [0.001], "refine_steps": [1]},
    },
    "metrics": ["psnr", "mse"],
    "report": {
        "methods": ["fedavg"],
        "attacks": ["ig"],
        "pictures": {"attacks": ["ig"], "image": 0},
        "batch": {"methods": ["fedavg"], "attacks": ["ig"], "sizes": [1]},
    },
    "studies": {
        "controls": {"methods": ["fedavg"], "attacks": ["ig"]},
        "credit": {"methods": ["fedavg"], "attacks": ["ig"]},
        "published": {"methods": ["fedavg"], "attacks": ["ig"]},
    },
}  # fmt: skip
CONFIG = json.dumps(config.check(config.overlay(config.overlay(config.load(config.PAPER), TINY), CHANGES)))
# Where each artifact lies, as in results/; fig07 reads from the path what an attack is.
KINDS = {
    "data": "data.safetensors",
    "auxiliary": "auxiliary.safetensors",
    "weights": "vgg16.safetensors",
    "targets": "targets.safetensors",
    "checkpoint": "checkpoints/fedavg/round_0000.safetensors",
    "generator": "generator.safetensors",
    "attack": "attacks/fedavg/method-naive/ig/b1/round_0000.safetensors",
    "metrics": "metrics.csv",
    "hessian": "hessian.json",
    "notes": "notes.json",
}


@pytest.fixture(scope="session")
def originals(tmp_path_factory) -> Path:
    """The folder of the artifacts; not to be changed."""
    folder = tmp_path_factory.mktemp("artifacts")
    at = {kind: str(folder / name) for kind, name in KINDS.items()}
    common = ["--config", CONFIG]
    data.main(["--dataset", "synthetic", "--out", at["data"]])
    auxiliary.main(["--data", at["data"], "--out", at["auxiliary"]])
    # Zeros: what is tested is what is said of a damaged file.
    pairs = zip(LAYERS, CHANNELS[:-1], CHANNELS[1:], strict=True)
    weights = {f"features.{layer}.weight": torch.zeros(wide, narrow, 3, 3) for layer, narrow, wide in pairs}
    weights |= {f"features.{layer}.bias": torch.zeros(wide) for layer, wide in zip(LAYERS, CHANNELS[1:], strict=True)}
    save_tensors(at["weights"], weights, {}, Provenance("weights", {}))
    targets.main([*common, "--data", at["data"], "--out", at["targets"]])
    train.main([*common, "--method", "fedavg", "--round", "0", "--data", at["data"], "--out", at["checkpoint"]])
    generator = untrained_generator(8, [8, 8, 8, 8], 1, 0)
    save_generator(at["generator"], generator.state_dict(), {}, Provenance("generator", {}))
    given = ["--targets", at["targets"], "--checkpoint", at["checkpoint"]]
    attack.main([*common, "--attack", "ig", *given, "--out", at["attack"]])
    evaluate.main([*common, "--attack", at["attack"], "--targets", at["targets"], "--out", at["metrics"]])
    curvature.main([*common, "--checkpoint", at["checkpoint"], "--data", at["data"], "--out", at["hessian"]])
    notes.main([*common, "--out", at["notes"]])
    return folder


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory) -> Path:
    """The folder of a small run that nothing disturbed; not to be changed."""
    place = small_checkout(tmp_path_factory.mktemp("undisturbed") / "clone")
    done = small_run(place)
    assert done.returncode == 0, done.stderr[-3000:]
    return place


@pytest.fixture(scope="session")
def expected(undisturbed) -> dict[str, str]:
    """The hashes of that run."""
    return hashes(undisturbed)


@pytest.fixture
def folder(originals, tmp_path) -> Path:
    """A copy of the artifacts that may be damaged; the largest are links until they are."""
    place = tmp_path / "artifacts"
    shutil.copytree(originals, place, copy_function=lambda source, target: Path(target).hardlink_to(source))
    return place
