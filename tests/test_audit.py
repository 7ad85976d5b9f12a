"""The command that audits a user's own."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import audit
from flatgia.audit import Client, attack, open_network, read_checkpoint, write_answer
from flatgia.core.artifacts import Provenance, load_tensors, provenance_path
from flatgia.core.errors import FlatgiaError
from flatgia.generator.store import save_generator, untrained_generator
from flatgia.networks.checkpoint import save_checkpoint
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.settings.settings import Settings

NET = """
from torch import nn
class Net(nn.Sequential):
    def __init__(self, width=12):
        super().__init__(
            nn.Conv2d(1, width, 3, padding=1), nn.BatchNorm2d(width), nn.Sigmoid(), nn.Flatten(), nn.Linear(48 * width, 5)
        )
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A network for grey 6 x 8 images with its checkpoint, pictures, gradients and an update."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)
    torch.manual_seed(0)
    network = open_network("net.py:Net")
    with torch.no_grad():
        for _ in range(5):
            network.train()(torch.randn(8, 1, 6, 8))
    network.eval()
    torch.save(network.state_dict(), "net.pt")
    torch.save({n: v for n, v in network.state_dict().items() if "running" not in n}, "no_statistics.pt")
    pixels = np.add.outer(np.arange(6), np.arange(8)).astype(np.uint8) * 18
    Image.fromarray(pixels).save("cat.png")
    Image.fromarray(255 - pixels).save("dog.png")
    client = Client.of(network, (6, 8), [0.5], [0.25])
    images = torch.from_numpy(np.stack([pixels, 255 - pixels]))[:, None]
    gradient = client.share(images[:1], [3])
    save_file(gradient, "shared.safetensors")
    torch.save(list(client.share(images, [3, 1]).values()), "two.pt")
    state = network.state_dict()
    torch.save({name: value - 0.1 * gradient.get(name, 0) for name, value in state.items()}, "after.pt")
    torch.save({name: -0.1 * value for name, value in gradient.items()}, "difference.pt")
    torch.save({name: 0 * value for name, value in gradient.items()}, "zero.pt")
    params = initial_params(LeNet(), "dlg", 0)
    save_checkpoint("lenet.safetensors", params, None, {"method": "fedsam", "round": 3}, Provenance("test", {}))
    save_generator(
        "generator.safetensors", untrained_generator(8, [8] * 4, 1, 0).state_dict(), {}, Provenance("test", {})
    )
    return tmp_path


@pytest.fixture
def go(tiny, files, capsys):
    """`go(words)` runs the command with few steps and gives what it printed and result.json."""
    tiny["attacks"]["ig"] |= {"tv": [0.001, 0.00001], "steps": [20, 40], "restarts": 1}

    def call(words):
        audit.main(["--config", json.dumps(tiny), "--out", "out", *words.split()])
        return capsys.readouterr().out, json.loads((files / "out/result.json").read_text())

    return call


NETWORK = "--model net.py:Net --size 6 8"
OWN = f"{NETWORK} --checkpoint net.pt"
SEEN = f"{OWN} --mean 0.5 --std 0.25"
WAYS = {
    "an image": f"{SEEN} --image cat.png --label 3",
    "a gradient": f"{SEEN} --gradient shared.safetensors",
    "the label of a gradient": f"{SEEN} --gradient shared.safetensors --label 3",
    "before and after": f"{NETWORK} --mean 0.5 --std 0.25 --update net.pt after.pt --learning-rate 0.1",
    "before and after, rate unknown": f"{NETWORK} --mean 0.5 --std 0.25 --update net.pt after.pt",
    "a difference": f"{SEEN} --update difference.pt --learning-rate 0.1",
    "a size from the picture": "--model net.py:Net --checkpoint net.pt --image cat.png --label 3 --mean 0.5 --std 0.25",
    "a client in train mode": f"{SEEN} --mode train --image cat.png --label 3",
    "a method, known": f"{SEEN} --method fedsam --attacker adaptive --image cat.png --label 3",
}


@pytest.mark.parametrize("way", WAYS)
def test_the_image_is_found_and_everything_is_said(go, files, way):
    text, facts = go(WAYS[way])
    assert "out/overview.png: cost" in text and "explains this gradient" in text and "label: 3" in text
    assert facts["labels"] == [3] and facts["meaning"] == "explained" and facts["distance"] < 1e-3
    for note in facts["said_before"] + facts["notes"]:
        assert text.count(note) == 1
    found, truth = (
        np.asarray(Image.open(name).convert("L")).astype(float) for name in ("out/reconstruction.png", "cat.png")
    )
    if "train" not in way:  # there brightness and contrast are hidden
        assert ((found - truth) ** 2).mean() < 255**2 / 10**2.5  # 25 dB
    assert ("PSNR" in text) == ("--image" in WAYS[way]) == bool(facts["scores"])
    provenance = json.loads(provenance_path(files / "out/result.json").read_text())
    assert provenance["parameters"]["options"] == facts["options"] and len(provenance["inputs"]) >= 2


def test_a_batch_of_pictures_and_of_a_gradient(go, files):
    text, facts = go(f"{SEEN} --image cat.png dog.png --label 3 1")
    assert len(facts["scores"]["psnr"]) == 2 and "labels: 3 1 (as given)" in text
    text, facts = go(f"{SEEN} --gradient two.pt --batch 2")
    assert facts["labels"] == [1, 3] and "a guess" in text
    text, facts = go(f"{SEEN} --gradient two.pt")
    assert "looks like a batch" in text


def test_the_same_again_gives_the_same_bytes(go, files):
    go(f"{SEEN} --gradient shared.safetensors")
    first = (files / "out/result.safetensors").read_bytes()
    go(f"{SEEN} --gradient shared.safetensors")
    assert (files / "out/result.safetensors").read_bytes() == first


def test_a_naive_attacker_does_not_explain_a_method(go):
    text, facts = go(f"{SEEN} --method fedsam --image cat.png --label 3")
    assert "does not explain" in text and "--attacker adaptive" in text and facts["meaning"] == "not explained"


def test_what_is_assumed_of_normalisation_and_of_a_checkpoint_of_ours_is_said(go):
    text, _ = go(f"{OWN} --image cat.png --label 3")
    assert "inputs: (images - 0) / 1 (the config's are for 3 channels; --mean and --std say others)" in text
    text, _facts = go("--checkpoint lenet.safetensors --image cat.png --label 3")
    assert "a client that runs fedsam, and --method is fedavg" in text and "(images - 0.4914, " in text
    assert load_tensors("out/result.safetensors")[0]["reconstruction"].shape == (1, 3, 32, 32)


def test_from_python_it_is_the_same(go, files, tiny):
    network = open_network("net.py:Net")
    network.load_state_dict(torch.load("net.pt"))
    client = Client.of(network, (6, 8), mean=[0.5], std=[0.25])
    gradient = client.share(torch.from_numpy(np.asarray(Image.open("cat.png")).copy())[None, None], [3])
    answer = attack(client, gradient, settings=Settings(tiny))
    write_answer("python", answer)
    go(f"{SEEN} --gradient shared.safetensors")
    found, other = (load_tensors(f"{folder}/result.safetensors")[0] for folder in ("python", "out"))
    assert torch.allclose(found["reconstruction"], other["reconstruction"], atol=1e-3)
    assert torch.equal(read_checkpoint("net.pt", network).params["4.bias"], network[4].bias)


IMAGE = "--image cat.png --label 3"
MISTAKES = {
    "nothing to attack": (OWN, "audit.py: nothing to attack, or more than one thing; give --image with --label"),
    "two things to attack": (f"{OWN} {IMAGE} --gradient shared.safetensors", "more than one thing"),
    "no label": (f"{OWN} --image cat.png", "--label: missing"),
    "too few labels": (f"{OWN} --image cat.png dog.png --label 3", "--label: 1 labels for 2 images"),
    "label beyond the classes": (
        f"{OWN} --image cat.png --label 5",
        "--label: 5 is no class of this network; give 0 to 4",
    ),
    "label that torch ignores": (f"{OWN} --image cat.png --label -100", "--label: -100 is no class"),
    "not an image": (f"{OWN} --image net.pt --label 3", r"net\.pt: not a whole image file"),
    "no such image": (f"{OWN} --image none.png --label 3", r"none\.png: no such file"),
    "no checkpoint": (f"{NETWORK} {IMAGE}", "--checkpoint: missing"),
    "no such checkpoint": (f"{NETWORK} --checkpoint none.pt {IMAGE}", r"none\.pt: no such file"),
    "checkpoint of another": (
        f"--model net.py:Net(width=3) --checkpoint net.pt {IMAGE}",
        "not a checkpoint of Net: misshapen",
    ),
    "no statistics": (f"{NETWORK} --checkpoint no_statistics.pt {IMAGE}", "no running statistics .*--mode train"),
    "no such gradient": (f"{OWN} --gradient none.pt", "no such file"),
    "gradient of another": (f"{OWN} --gradient generator.safetensors", "not a gradient of Net: missing 0.weight"),
    "gradient of zeros": (f"{OWN} --gradient zero.pt", "zero.pt: all zeros"),
    "an update as a gradient": (f"{SEEN} --gradient difference.pt", "looks like|as in an update"),
    "an update of nothing": (f"{NETWORK} --update net.pt net.pt", "changes no weight"),
    "steps without a rate": (f"{NETWORK} --update net.pt after.pt --steps 2", "--learning-rate: missing"),
    "steps of a gradient": (f"{OWN} --gradient shared.safetensors --steps 2", "used with --update alone"),
    "three states": (f"{NETWORK} --update net.pt net.pt net.pt", "--update: 3 files"),
    "another size": (
        f"--model net.py:Net --checkpoint net.pt {IMAGE} --size 64",
        "--size: the network takes no images",
    ),
    "size without bound": (
        f"--model net.py:Net --checkpoint net.pt {IMAGE} --size 99999",
        "--size: 99999 .* give 1 to 512",
    ),
    "no class": (f"--model net --checkpoint net.pt {IMAGE}", "--model: 'net' names no class"),
    "bce of five logits": (f"{OWN} {IMAGE} --loss bce", "--loss: "),
    "unknown attack": (f"{OWN} {IMAGE} --attack dlg", "attack dlg: unknown; known: idlg, gi"),
    "unknown method": (f"{OWN} {IMAGE} --method fedmax", "method fedmax: unknown"),
    "no generator": (f"--checkpoint lenet.safetensors {IMAGE} --attack gifd", "give --generator"),
    "a generator of other images": (
        f"{OWN} {IMAGE} --generator generator.safetensors",
        "--generator: .*takes 1 x 6 x 8",
    ),
    "out is a file": (f"{OWN} {IMAGE} --out cat.png", r"cat\.png"),
    "no batch": (f"{OWN} --gradient shared.safetensors --batch 0", "--batch: 0"),
    "another batch": (f"{OWN} {IMAGE} --batch 2", "--batch: 2, and --image names 1"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(go, files, name):
    words, expected = MISTAKES[name]
    with pytest.raises(FlatgiaError, match=expected) as caught:
        go(words)
    assert "\n" not in str(caught.value)
    assert not (files / "out/overview.png").exists()


def test_a_module_of_the_users_comes_before_a_script_of_ours(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(audit.sys, "path", [str(audit.Path(audit.__file__).parent), "elsewhere"])
    audit.look_here_first()
    assert audit.sys.path == [str(tmp_path), "elsewhere", str(audit.Path(audit.__file__).parent)]
