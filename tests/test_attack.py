"""The command that attacks the pipeline's targets."""

import json

import pytest
import torch

import attack
import train
from flatgia.core.artifacts import Provenance, load_tensors, provenance_path, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.generator.store import save_generator, untrained_generator
from flatgia.networks.checkpoint import save_checkpoint
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params

RECORD = Provenance("test", {})


@pytest.fixture
def files(tmp_path, data_file):
    """Two checkpoints, targets and a generator."""
    params = initial_params(LeNet(), "dlg", 0)
    for number in (0, 10):
        facts = {"method": "fedsam", "round": number}
        save_checkpoint(tmp_path / f"{number}.safetensors", params, None, facts, RECORD)
    data, _ = load_tensors(data_file)
    images, labels = data["train_images"][:2], data["train_labels"][:2]
    save_tensors(
        tmp_path / "targets.safetensors", {"images": images, "labels": labels, "indices": torch.arange(2)}, {}, RECORD
    )
    generator = untrained_generator(8, [8, 8, 8, 8], 1, 0)
    save_generator(tmp_path / "generator.safetensors", generator.state_dict(), {}, RECORD)
    return tmp_path


@pytest.fixture
def go(tiny, files):
    """`go(words)` runs the command; a word that begins with @ is a file of the test."""

    def call(words, settings=None):
        given = [str(files / word[1:]) if word[0] == "@" else word for word in words.split()]
        attack.main(["--config", json.dumps(settings or tiny), *given])

    return call


PIPELINE = "--method fedsam --targets @targets.safetensors --attack"


def test_a_job_attacks_several_checkpoints(go, files):
    go(f"{PIPELINE} ig --seed 3 --checkpoint @0.safetensors @10.safetensors --out @a @b")
    (a, facts), (b, later) = load_tensors(files / "a"), load_tensors(files / "b")
    assert (facts["round"], later["round"], facts["seed"], facts["run"]) == (0, 10, 3, "tiny")
    assert a["reconstruction"].shape == (2, 1, 3, 32, 32) and a["cost"].shape == (2, 2)
    assert a["reconstruction"].min() >= 0 and a["reconstruction"].max() <= 1
    assert torch.equal(a["reconstruction"], b["reconstruction"])  # the weights are the same
    provenance = json.loads(provenance_path(files / "a").read_text())
    assert list(provenance["parameters"]["attacks"]) == ["ig"] and len(provenance["inputs"]) == 2


def test_the_same_again_gives_the_same_bytes(go, files):
    for name in ("a", "b"):
        go(f"{PIPELINE} idlg --attacker adaptive --checkpoint @0.safetensors --out @{name}")
    assert (files / "a").read_bytes() == (files / "b").read_bytes()


def test_with_a_generator_and_with_a_batch(go, files):
    go(f"{PIPELINE} gifd --generator @generator.safetensors --checkpoint @0.safetensors --out @a")
    go(f"{PIPELINE} ig --batch 2 --gradient plain --checkpoint @0.safetensors --out @b")
    assert load_tensors(files / "a")[0]["reconstruction"].shape == (2, 1, 3, 32, 32)
    tensors, facts = load_tensors(files / "b")
    assert tensors["reconstruction"].shape == (2, 2, 3, 32, 32) and (facts["batch"], facts["gradient"]) == (2, "plain")


MISTAKES = {
    "unknown attack": (f"{PIPELINE} dlg --checkpoint @0.safetensors --out @a", "attack dlg: unknown; known: idlg, gi"),
    "unknown method": (f"{PIPELINE} ig --method fedmax --checkpoint @0.safetensors --out @a", "method fedmax: unknown"),
    "checkpoint of another": (f"{PIPELINE} ig --checkpoint @generator.safetensors --out @a", "not a checkpoint"),
    "no generator": (f"{PIPELINE} gifd --checkpoint @0.safetensors --out @a", "give --generator"),
    "not a generator": (
        f"{PIPELINE} ig --checkpoint @0.safetensors --generator @0.safetensors --out @a",
        "no StyleGAN2",
    ),
    "an input is overwritten": (f"{PIPELINE} ig --checkpoint @0.safetensors --out @0.safetensors", "is an input"),
    "out is a folder": (f"{PIPELINE} ig --checkpoint @0.safetensors --out @", "is a folder"),
    "two of one name": (f"{PIPELINE} ig --checkpoint @0.safetensors @10.safetensors --out @a @a", "named twice"),
    "unpaired": (f"{PIPELINE} ig --checkpoint @0.safetensors --out @a @b", "2 names for 1 checkpoints"),
    "no targets": ("--method fedsam --targets @none --attack ig --checkpoint @0.safetensors --out @a", "no such file"),
    "no checkpoint": (f"{PIPELINE} ig --checkpoint @none --out @a", "none: no such file"),
    "other method": (f"{PIPELINE} ig --method fedavg --checkpoint @0.safetensors --out @a", "a checkpoint of fedsam"),
    "batch beyond the targets": (f"{PIPELINE} ig --batch 3 --checkpoint @0.safetensors --out @a", "--batch"),
    "no batch": (f"{PIPELINE} ig --batch 0 --checkpoint @0.safetensors --out @a", "--batch"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(go, files, name):
    words, expected = MISTAKES[name]
    with pytest.raises(FlatgiaError, match=expected) as caught:
        go(words)
    assert "\n" not in str(caught.value)
    assert not (files / "a").exists()


def test_training_then_attacking(go, files, tiny, data_file):
    words = ["--config", json.dumps(tiny), "--method", "fedgf", "--round", "1", "--data", str(data_file)]
    train.main([*words, "--out", str(files / "1.safetensors")])
    go(
        "--method fedgf --attacker adaptive --targets @targets.safetensors --attack ig --checkpoint @1.safetensors --out @a"
    )
    assert load_tensors(files / "a")[1]["round"] == 1
