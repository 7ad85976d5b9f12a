"""The command that attacks: in the pipeline, and on a user's own."""

import json

import pytest
import torch
from PIL import Image

import attack
import train
from flatgia.audit.own import read_image
from flatgia.core.artifacts import Provenance, load_tensors, provenance_path, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.datasets.inputs import to_inputs
from flatgia.generator.store import save_generator, untrained_generator
from flatgia.gradients.backend import Backend
from flatgia.networks.checkpoint import save_checkpoint
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.settings.settings import Settings

RECORD = Provenance("test", {})


@pytest.fixture
def files(tmp_path, data_file):
    """Two checkpoints, targets, a generator, a state dict and a picture."""
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
    torch.save(params, tmp_path / "net.pt")
    Image.fromarray(images[0].permute(1, 2, 0).numpy()).save(tmp_path / "cat.png")
    return tmp_path


@pytest.fixture
def go(tiny, files):
    """`go(words)` runs the command; a word that begins with @ is a file of the test."""

    def call(words, settings=None):
        given = [str(files / word[1:]) if word[0] == "@" else word for word in words.split()]
        attack.main(["--config", json.dumps(settings or tiny), *given])

    return call


PIPELINE = "--method fedsam --targets @targets.safetensors --attack"
OWN = "--checkpoint @net.pt --attack ig --out @out"


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


def test_an_image_of_ones_own(go, files, capsys):
    go(f"{OWN} --image @cat.png --label 3 --method fedsam --attacker adaptive")
    names = {"reconstruction.png", "overview.png", "cost.csv", "result.safetensors", "metrics.csv"}
    written = {path.name for path in (files / "out").iterdir()}
    assert written == names | {f"{name}.provenance.json" for name in names}
    assert Image.open(files / "out/reconstruction.png").size == (32, 32)
    assert "overview.png: cost" in capsys.readouterr().out


def test_a_gradient_of_ones_own_gives_what_its_image_gives(go, files, tiny):
    truth = read_image(files / "cat.png", 32)[None]
    at = Backend(LeNet()).training_gradient(to_inputs(truth, Settings(tiny).data), torch.tensor([3]))
    save_tensors(files / "shared.safetensors", at(torch.load(files / "net.pt")), {}, RECORD)
    go(f"{OWN} --gradient @shared.safetensors")
    assert not (files / "out/metrics.csv").exists()
    go(f"{OWN}2 --image @cat.png --label 3")
    one, other = (load_tensors(files / name / "result.safetensors")[0] for name in ("out", "out2"))
    assert torch.allclose(one["reconstruction"], other["reconstruction"], atol=1e-2)


@pytest.mark.parametrize("size", [16, 8])
def test_a_network_from_outside(go, files, monkeypatch, size):
    count = 3 * size * size
    text = "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    text += f"        self.head = nn.Linear({count}, 4)\n    def forward(self, x): return self.head(x.flatten(1))\n"
    (files / f"outside_{size}.py").write_text(text)
    monkeypatch.syspath_prepend(files)
    torch.save(torch.nn.ModuleDict({"head": torch.nn.Linear(count, 4)}).state_dict(), files / "small.pt")
    own = f"--model outside_{size}:Net --size {size}"
    go(f"--checkpoint @small.pt {own} --image @cat.png --label 2 --attack ig --out @out")
    assert Image.open(files / "out/reconstruction.png").size == (size, size)


HEAD = "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
LINEAR = HEAD + "        self.head = nn.Linear(3072, 4)\n"
STRANGE = {
    "a tuple": (LINEAR + "    def forward(self, x): return self.head(x.flatten(1)), 1\n", "of type tuple"),
    "a scalar": (LINEAR + "    def forward(self, x): return self.head(x.flatten(1)).sum()\n", r"of shape \(\)"),
    "one dimension": (LINEAR + "    def forward(self, x): return self.head(x.flatten(1))[0]\n", r"of shape \(4,\)"),
    "a forward that fails": (
        LINEAR + "    def forward(self, x): raise KeyError('no key')\n",
        "takes no images.*no key",
    ),
    "a gradient that fails": (
        LINEAR + "    def forward(self, x):\n        y = self.head(x.flatten(1))\n        return y * y.sum().item()\n",
        "--model: the gradient of the network cannot be taken",
    ),
    "a constructor that fails": (HEAD + "        raise OSError('no disk')\n", "cannot be built .OSError: no disk"),
    "no parameters": (HEAD + "    def forward(self, x): return x.flatten(1)\n", "--model: .* has no parameters"),
    "an instance": ("from torch import nn\nNet = nn.Linear(3, 4)\n", "--model: .* is no class"),
    "a number": ("Net = 3\n", "--model: .* is no class"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_network_is_one_sentence(go, files, monkeypatch, name):
    text, expected = STRANGE[name]
    module = f"strange_{name.replace(' ', '_')}"
    (files / f"{module}.py").write_text(text)
    monkeypatch.syspath_prepend(files)
    torch.save(torch.nn.ModuleDict({"head": torch.nn.Linear(3072, 4)}).state_dict(), files / "small.pt")
    with pytest.raises(FlatgiaError, match=expected) as caught:
        go(f"--checkpoint @small.pt --model {module}:Net --image @cat.png --label 2 --attack ig --out @out")
    assert "\n" not in str(caught.value) and not (files / "out").exists()


def test_a_restart_that_diverged_is_not_the_cost_that_is_told(go, files, capsys, monkeypatch):
    from flatgia.attacks.methods.quasi_newton import QuasiNewton
    from flatgia.attacks.view import Attempt

    def run(self, view):
        cost = torch.tensor([float("nan"), 0.25])
        return Attempt(torch.zeros(2, *view.shape), cost, cost[None])

    monkeypatch.setattr(QuasiNewton, "run", run)
    go(f"{OWN} --image @cat.png --label 3")
    assert "cost 0.25" in capsys.readouterr().out


MISTAKES = {
    "not an image": (f"{OWN} --image @net.pt --label 3", r"net\.pt: not a whole image file"),
    "no such image": (f"{OWN} --image @dog.png --label 3", r"dog\.png: no such file"),
    "no label": (f"{OWN} --image @cat.png", "--label: missing"),
    "label beyond the classes": (f"{OWN} --image @cat.png --label 10", "--label"),
    "label below zero": (f"{OWN} --image @cat.png --label -1", "--label"),
    "label that torch ignores": (f"{OWN} --image @cat.png --label -100", "--label"),
    "size the network cannot take": (f"{OWN} --image @cat.png --label 3 --size 64", "--size"),
    "no size": (f"{OWN} --image @cat.png --label 3 --size 0", "--size"),
    "size without bound": (f"{OWN} --image @cat.png --label 3 --size 99999", "--size: 99999 .* give 1 to 512"),
    "no module": (f"{OWN} --image @cat.png --label 3 --model :Net", "--model: ':Net' names no class"),
    "no class": (f"{OWN} --image @cat.png --label 3 --model mynet", "--model: 'mynet' names no class"),
    "nothing to attack": (OWN, "it must be told one thing to attack"),
    "two things to attack": (f"{OWN} --image @cat.png --label 3 --gradient @x", "it must be told one thing"),
    "no such gradient": (f"{OWN} --gradient @none.safetensors", "none.safetensors: no such file"),
    "gradient of another network": (f"{OWN} --gradient @generator.safetensors", "not a gradient of this network"),
    "unknown attack": ("--checkpoint @net.pt --out @out --attack dlg", "attack dlg: unknown; known: idlg, gi"),
    "unknown method": (f"{OWN} --method fedmax", "method fedmax: unknown"),
    "unknown network": (f"{OWN} --image @cat.png --label 3 --model no.such:Net", "no module no"),
    "checkpoint of another": (
        "--checkpoint @generator.safetensors --attack ig --out @out --image @cat.png --label 3",
        "not a checkpoint",
    ),
    "no generator": ("--checkpoint @net.pt --attack gifd --out @out --image @cat.png --label 3", "give --generator"),
    "not a generator": (f"{OWN} --image @cat.png --label 3 --generator @0.safetensors", "no StyleGAN2"),
    "two checkpoints": (f"{OWN} --image @cat.png --label 3 --checkpoint @net.pt @net.pt", "one at a time"),
    "folder is a file": (f"{OWN[:-5]} @cat.png --image @cat.png --label 3", r"cat\.png"),
    "an input is overwritten": (f"{PIPELINE} ig --checkpoint @0.safetensors --out @0.safetensors", "is an input"),
    "out is a folder": (f"{PIPELINE} ig --checkpoint @0.safetensors --out @", "is a folder"),
    "two of one name": (f"{PIPELINE} ig --checkpoint @0.safetensors @10.safetensors --out @a @a", "named twice"),
    "unpaired": (f"{PIPELINE} ig --checkpoint @0.safetensors --out @a @b", "2 names for 1 checkpoints"),
    "gradient file with targets": (f"{PIPELINE} ig --gradient @x --checkpoint @0.safetensors --out @a", "--gradient"),
    "options of one's own with targets": (
        f"{PIPELINE} ig --image @cat.png --label 3 --size 32 --model x:Y --checkpoint @0.safetensors --out @a",
        "--model, --image, --label, --size: not used with --targets",
    ),
    "label zero with targets": (f"{PIPELINE} ig --label 0 --checkpoint @0.safetensors --out @a", "--label: not used"),
    "batch without targets": (f"{OWN} --image @cat.png --label 3 --batch 1", "--batch: not used without --targets"),
    "no targets": ("--targets @none --attack ig --checkpoint @0.safetensors --out @a", "no such file"),
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
    assert not (files / "out").exists() and not (files / "a").exists()


def test_training_then_attacking(go, files, tiny, data_file):
    words = ["--config", json.dumps(tiny), "--method", "fedgf", "--round", "1", "--data", str(data_file)]
    train.main([*words, "--out", str(files / "1.safetensors")])
    go(
        "--method fedgf --attacker adaptive --targets @targets.safetensors --attack ig --checkpoint @1.safetensors --out @a"
    )
    assert load_tensors(files / "a")[1]["round"] == 1
