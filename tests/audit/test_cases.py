"""Inputs as public reports of this trade have them, each through the whole command: it finds the image, or says why not."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from safetensors.torch import save_file, save_model
from torch.nn.functional import binary_cross_entropy_with_logits

from flatgia.settings.config import ROOT

from .cases import nets

pytestmark = pytest.mark.slow
SHORT = {"scale": "own", "attacks": {"ig": {"tv": [0.01, 0.001, 0.0001], "steps": [100, 100, 100]}}}
MODEL = str(ROOT / "tests/audit/cases/nets.py")
ONE = "--gradient shared.pt"


@pytest.fixture
def audit(tmp_path, monkeypatch):
    """`audit(words)` runs the command in a folder of its own; it gives exit status, text and PSNR in dB."""
    monkeypatch.chdir(tmp_path)
    image = nets.picture("picture.png")

    def go(words, config=SHORT):
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
        command = [
            sys.executable,
            str(ROOT / "scripts/audit.py"),
            "--config",
            "config.yaml",
            "--out",
            "out",
            *words.split(),
        ]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert "Traceback" not in done.stderr
        found = tmp_path / "out/reconstruction.png"
        return done.returncode, done.stdout + done.stderr, decibels(found) if found.exists() else 0

    return image, (image - nets.MEAN) / nets.STD, go


def decibels(path):
    found, truth = (np.asarray(Image.open(name).convert("RGB")) / 255 for name in (path, "picture.png"))
    return -10 * np.log10(((found[:, : truth.shape[1]] - truth) ** 2).mean() + 1e-12)  # of a batch, the first


def saved(name):
    net = getattr(nets, name)()
    torch.save(net.state_dict(), "net.pt")
    return net, f"--model {MODEL}:{name} --checkpoint net.pt"


def test_grey_28_by_28(audit):
    net, words = saved("grey")
    image = nets.picture("picture.png", 1, 28)
    save_file(nets.gradient(net, image, [3]), "shared.pt")
    for way in ("--image picture.png --label 3", ONE):
        assert audit[2](f"{words} {way}")[2] > 18


@pytest.mark.parametrize("kind", ["list", "dict", "npz", "flat"])
def test_a_gradient_however_it_is_kept(audit, kind):
    net, words = saved("lenet")
    gradient = nets.gradient(net, audit[1], [3])
    if kind == "npz":
        np.savez("shared.npz", *gradient.values())
        Path("shared.npz").rename("shared.pt")
    else:
        flat = torch.cat([value.flatten() for value in gradient.values()])
        torch.save({"list": list(gradient.values()), "dict": gradient, "flat": flat}[kind], "shared.pt")
    assert audit[2](f"{words} {ONE}")[2] > 22


def test_a_wrapped_checkpoint_and_tied_layers(audit):
    net, words = saved("Tied")
    inner = {f"model.{name}": value for name, value in net.state_dict().items()}
    torch.save({"epoch": 3, "best": np.float64(0.5), "state_dict": inner}, "net.pt")
    assert audit[2](f"{words} --image picture.png --label 3")[2] > 22
    save_model(net, "net.pt")
    assert audit[2](f"{words} --image picture.png --label 3")[2] > 22


def test_batch_norm_in_train_mode(audit):
    net, words = saved("normed")
    torch.save(nets.gradient(net.train(), audit[1], [3]), "shared.pt")
    assert "explains this gradient" in audit[2](f"{words} {ONE} --mode train")[1]
    assert "does not explain" in audit[2](f"{words} {ONE}")[1]


def test_frozen_layers_updates_and_batches(audit):
    net, words = saved("frozen")
    gradient = nets.gradient(net, audit[1], [3])
    torch.save(gradient, "shared.pt")
    _, text, found = audit[2](f"{words} {ONE}")
    assert found > 15 and "frozen: 2.weight, 2.bias" in text
    torch.save({name: -0.1 * value for name, value in gradient.items()}, "update.pt")
    assert "--update" in audit[2](f"{words} --gradient update.pt")[1]
    assert audit[2](f"{words} --update update.pt")[2] > 15
    four = torch.cat([audit[1], audit[1].flip(3), -audit[1], audit[1].transpose(2, 3)])
    torch.save(nets.gradient(nets.lenet(), four, [3, 3, 7, 1]), "shared.pt")
    _, text, _ = audit[2](f"--model {MODEL}:lenet --checkpoint net.pt {ONE} --batch 4")
    assert "labels: 1 3 3 7" in text and "explains this gradient" in text
    assert "looks like a batch" in audit[2](f"--model {MODEL}:lenet --checkpoint net.pt {ONE}")[1]


@pytest.mark.parametrize("name", ["without_bias", "convolutional"])
def test_the_label_of_other_heads(audit, name):
    net, words = saved(name)
    torch.save(nets.gradient(net, audit[1], [3]), "shared.pt")
    for label in ("", " --label 3"):
        status, text, found = audit[2](f"{words} {ONE}{label}")
        assert status == 0 and "label: 3" in text and found > 12


def test_sixteen_bits_other_normalisation_double_precision(audit):
    _, words = saved("double")
    assert audit[2](f"{words} --image picture.png --label 3")[2] > 22
    net, words = saved("lenet")
    torch.save(nets.gradient(net, (audit[0] - 0.5) / 0.5, [3]), "shared.pt")
    data = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    assert audit[2](f"{words} {ONE}", SHORT | {"data": data})[2] > 22
    pixels = np.asarray(Image.open("picture.png").convert("L"))
    Image.fromarray(pixels).save("picture.png")
    Image.fromarray(pixels.astype(np.uint16) * 257).save("sixteen.png")
    assert audit[2](f"{words} --image sixteen.png --label 3")[2] > 15


def test_one_logit(audit):
    net, words = saved("one_logit")
    torch.save(nets.gradient(net, audit[1], [[1.0]], binary_cross_entropy_with_logits), "shared.pt")
    for way in ("--image picture.png --label 1", ONE):
        _, text, found = audit[2](f"{words} {way}")
        assert found > 15 and "label: 1" in text


@pytest.mark.parametrize("name", ["Attention", "attention_by_function", "attention_by_layer", "Residual"])
def test_what_networks_have(audit, name):
    _, words = saved(name)
    status, text, _ = audit[2](f"{words} --image picture.png --label 3")
    assert status == 0 and float(re.findall(r"overview.png: cost (\S+)", text)[-1]) < (0.1 if "ttention" in name else 1)


def test_compiled(audit):
    _, words = saved("Tied")
    _, text, found = audit[2](f"{words} --image picture.png --label 3 --compile")
    assert found > 22 and "does not compile" not in text


def test_networks_by_name_and_of_torchvision(audit):
    torch.save(nets.Wide(4).state_dict(), "net.pt")
    image = "--image picture.png --label 3"
    status, text, _ = audit[2](f"--model {MODEL}:Wide --checkpoint net.pt {image}")
    assert status == 1 and "without arguments" in text
    assert audit[2](f"--model {MODEL}:Wide(classes=4) --checkpoint net.pt {image}")[0] == 0
    few = {"scale": "own", "attacks": {"ig": {"tv": [0.01], "steps": [2]}}}
    status, text, _ = audit[2](f"--model torchvision.models:resnet18 --checkpoint net.pt {image}", few)
    assert status == 1 and "not a checkpoint of ResNet: missing conv1.weight" in text
