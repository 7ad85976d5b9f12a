"""The bytes that every x86-64 with AVX2 must give under `compute.instructions: portable`, a stage each.

They were written on an Intel Xeon with AVX-512, some on an AMD EPYC without. Other versions of the libraries may give others:
then look at what changed before you write down the new ones.
"""

import copy
import hashlib
import json
import shutil

import pytest
import torch

import attack
import curvature
import evaluate
import generator
import targets
import train
from flatgia.core.artifacts import load_json, load_tensors
from flatgia.core.instructions import are_portable
from flatgia.gradients.native.library import load_library

from .conftest import TINY

pytestmark = pytest.mark.skipif(
    not are_portable() or load_library() is None, reason="an x86-64 with AVX2 and a C++ compiler"
)

BYTES = {
    "train": "833a9b43a147f86b",
    "generator": "5fdb95244e1ee9ad",
    "idlg": "a7bc5b14f3b2f54d",
    "ig": "7cc89a59df9a460b",
    "gifd": "b125141ca2dd36f2",
    "curvature": "e3e793b543bc5b5e",
    "evaluate": "f6b02d4ce8ca03aa",
}


@pytest.fixture(scope="module")
def made(data_file, tmp_path_factory):
    """The hash of what each stage writes, from the images to the metrics."""
    folder = tmp_path_factory.mktemp("portable")
    settings = copy.deepcopy(TINY)
    settings["compute"]["compile"] = "auto"
    settings["generator"] |= {"channels": [16] * 4, "discriminator_channels": [16] * 4, "latent": 16, "images": 64}
    settings["hessian"] |= {"estimator": "slq", "images": 16, "probes": 2, "steps": 20}
    settings["metrics"] = ["psnr", "ssim", "mse"]
    uncompiled = settings | {"compute": settings["compute"] | {"compile": "never"}}

    def go(command, name, *words, config=settings):
        path = folder / name
        command.main(["--config", json.dumps(config), "--seed", "0", *map(str, words), "--out", str(path)])
        return path

    data = ("--data", data_file)
    truth = go(targets, "targets.safetensors", *data)
    model = go(train, "fedsam.safetensors", "--method", "fedsam", "--round", 1, *data)
    prior = go(generator, "generator.safetensors", *data, "--picture", folder / "samples.png")
    on = ("--method", "fedsam", "--checkpoint", model, "--targets", truth)
    found = {name: go(attack, f"{name}.safetensors", "--attack", name, *on) for name in ("idlg", "ig")}
    found["gifd"] = go(attack, "gifd.safetensors", "--attack", "gifd", *on, "--generator", prior, config=uncompiled)
    hessian = load_json(go(curvature, "hessian.json", "--checkpoint", model, *data))
    table = folder / "metrics.csv"
    evaluate.main(
        ["--config", json.dumps(settings), "--targets", str(truth), "--out", str(table), "--attack", str(found["ig"])]
    )
    numbers = {key: value for key, value in hessian.items() if isinstance(value, float)}
    return {
        "train": digest(model),
        "generator": digest(prior),
        **{name: digest(path) for name, path in found.items()},
        "curvature": hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:16],
        "evaluate": hashlib.sha256(table.read_bytes()).hexdigest()[:16],
    }


def digest(path):
    """Of all tensors of an artifact, by name."""
    tensors, _ = load_tensors(path)
    content = b"".join(name.encode() + tensors[name].contiguous().numpy().tobytes() for name in sorted(tensors))
    return hashlib.sha256(content).hexdigest()[:16]


@pytest.mark.parametrize("stage", BYTES)
def test_a_stage_gives_the_bytes_of_every_machine(made, stage):
    assert made[stage] == BYTES[stage]


@pytest.mark.skipif(not torch.cpu._is_avx512_supported(), reason="a processor with AVX-512")
def test_our_kernels_give_the_same_bytes_with_wide_registers_and_with_narrow_ones(monkeypatch):
    """On a machine with AVX-512: the kernels compiled for it, and for AVX2."""
    from flatgia.gradients.native import library
    from flatgia.gradients.native.lenet import gradients, match

    draw = torch.Generator().manual_seed(0)
    images, labels = torch.randn(21, 3, 32, 32, generator=draw), torch.randint(0, 10, (21,), generator=draw)
    weights, seen = torch.rand(15826, generator=draw) - 0.5, torch.randn(21, 15826, generator=draw)
    compiler = next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))))
    results = []
    for capability in ("AVX512", "AVX2"):
        for half in (False, True):
            loaded = library.ctypes.CDLL(str(library.compiled(compiler, capability, half)))
            monkeypatch.setattr("flatgia.gradients.native.lenet.load_library", lambda half=False, it=loaded: it)
            total, _ = gradients(images, labels, weights, 1 / 21, total=True, keep=False)
            results.append((total, *match(3, images, labels, weights, [seen])))
    for other in results[1:]:
        assert all(torch.equal(a, b) for a, b in zip(results[0], other, strict=True))
