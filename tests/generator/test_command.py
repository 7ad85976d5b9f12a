"""The command scripts/generator.py, from data to files."""

import importlib.util
import json
from pathlib import Path

import pytest
import torch

from flatgia.core.artifacts import Provenance, check, load_tensors, save_tensors
from flatgia.generator.store import load_generator

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "generator.py"
GENERATOR = {"channels": [6, 6, 4, 4], "discriminator_channels": [6, 6, 4, 4], "latent": 6, "mapping_layers": 2}
GENERATOR |= {"images": 16, "batch_size": 8, "learning_rate": 0.002, "r1": 0.05, "r1_every": 2, "ema": 0.9}
GENERATOR |= {"style_mixing": 0.5, "precision": "bf16"}
FEDERATION = {"clients": 2, "clients_per_round": 1, "partition": "equal", "alpha": 10.0, "images_per_client": 10}
FEDERATION |= {"local_epochs": 1, "batch_size": 4, "learning_rate": 0.01, "weight_decay": 0.0, "test_images": 4}
CONFIG = {"scale": "test", "generator": GENERATOR, "federation": FEDERATION, "targets": {"client": 0, "images": 1}}
CONFIG |= {"compute": {"threads": 1, "device": "cpu", "instructions": "portable", "compile": "never"}}


@pytest.fixture
def command():
    spec = importlib.util.spec_from_file_location("generator_command", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def test_writes_generator_and_picture_twice_the_same(command, tmp_path):
    data = tmp_path / "data.safetensors"
    rng = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (20, 3, 32, 32), dtype=torch.uint8, generator=rng)
    save_tensors(data, {"train_images": images, "train_labels": torch.arange(20) % 10}, {}, Provenance("data", {}))
    outputs = []
    for name in ("a", "b"):
        out, picture = tmp_path / name / "generator.safetensors", tmp_path / name / "generator_samples.png"
        arguments = ["--config", json.dumps(CONFIG), "--data", str(data), "--seed", "0"]
        command([*arguments, "--out", str(out), "--picture", str(picture)])
        check(out)
        check(picture)
        outputs.append(out.read_bytes() + picture.read_bytes())
        left = sorted(file.name for file in out.parent.iterdir() if not file.name.endswith(".provenance.json"))
        assert left == ["generator.safetensors", "generator_samples.png"]
    assert outputs[0] == outputs[1]
    assert load_generator(out).channels == (6, 6, 4, 4)
    assert load_tensors(out)[1]["training_images"] == 10
