"""The numbers of a network, both estimators, and the command."""

import json
import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.func import functional_call, hessian

from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.curvature.measure import hessian_numbers, image_indices
from flatgia.gradients.backend import Backend
from flatgia.settings.sections import Hessian

KEYS = {"method", "round", "seed", "estimator", "images", "parameters", "damping", "log_det", "log_det_se"}
KEYS |= {"lambda_max", "lambda_min", "trace", "trace_se", "count_above", "count_above_se", "floor"}
KEYS |= {"quadrature_error", "spectrum"}


def section(estimator: str, **more: object) -> dict:
    return {"images": 9, "estimator": estimator, "damping": 1e-3, "block": 4, "probes": 12, "steps": 43} | more


def settings_of(estimator: str) -> Hessian:
    return Hessian(**section(estimator))


def case() -> tuple[Backend, dict, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(10)
    network = nn.Sequential(nn.Linear(6, 4), nn.Sigmoid(), nn.Linear(4, 3)).double()
    params = {k: torch.randn(v.shape, generator=draw, dtype=torch.float64) for k, v in network.named_parameters()}
    inputs = torch.randn(9, 6, generator=draw, dtype=torch.float64)
    return Backend(network), params, inputs, torch.randint(3, (9,), generator=draw)


def brute_force_spectrum() -> torch.Tensor:
    backend, params, inputs, labels = case()
    sizes = [value.numel() for value in params.values()]

    def loss(vector: torch.Tensor) -> torch.Tensor:
        pieces = vector.split(sizes)
        held = {k: piece.view_as(v) for (k, v), piece in zip(params.items(), pieces, strict=True)}
        return nn.functional.cross_entropy(functional_call(backend.network, held, (inputs,)), labels)

    return torch.linalg.eigvalsh(hessian(loss)(torch.cat([v.flatten() for v in params.values()])))


def test_exact_is_brute_force() -> None:
    spectrum = brute_force_spectrum()
    found = hessian_numbers(*case(), settings_of("exact"), 0)
    assert found["parameters"] == len(spectrum) == 43
    assert math.isclose(found["log_det"], 0.5 * (spectrum.square() + 1e-3).log().sum(), rel_tol=1e-10)
    assert math.isclose(found["lambda_max"], spectrum[-1], rel_tol=1e-10)
    assert math.isclose(found["lambda_min"], spectrum[0], rel_tol=1e-10)
    assert math.isclose(found["trace"], spectrum.sum(), rel_tol=1e-10)
    assert found["count_above"] == (spectrum.abs() > 1e-3**0.5).sum()
    assert math.isclose(found["floor"], 43 / 2 * math.log(1e-3))
    assert found["log_det"] > found["floor"]


def test_named_rounds_are_measured_both_ways() -> None:
    settings = Hessian(**section("slq", exact=(0, 7)))
    exact, slq = (hessian_numbers(*case(), settings.at(number), 0) for number in (7, 3))
    assert exact["estimator"] == "exact" and slq["estimator"] == "slq" and "slq" not in slq
    assert exact["slq"].items() <= slq.items()
    assert exact["log_det"] == hessian_numbers(*case(), settings_of("exact"), 0)["log_det"]


def test_both_estimators_agree() -> None:
    exact, slq = (hessian_numbers(*case(), settings_of(name), 0) for name in ("exact", "slq"))
    assert exact.keys() == slq.keys()
    for name in ("log_det", "trace", "count_above"):
        assert abs(slq[name] - exact[name]) < 4 * slq[f"{name}_se"] + 1e-9, name
    assert math.isclose(slq["lambda_max"], exact["lambda_max"], rel_tol=1e-8)


@pytest.mark.parametrize("estimator", ["exact", "slq"])
def test_overflow_is_named(estimator: str) -> None:
    backend, params, inputs, labels = case()
    huge = {name: value * 1e308 for name, value in params.items()}
    with pytest.raises(FlatgiaError, match="NaN or infinity"):
        hessian_numbers(backend, huge, inputs * 1e308, labels, settings_of(estimator), 0)


def test_images_are_distinct_and_depend_on_the_seed_alone() -> None:
    chosen = image_indices(500, 100, 0)
    assert len(chosen.unique()) == 100
    assert torch.equal(chosen, image_indices(500, 100, 0))
    assert not torch.equal(chosen, image_indices(500, 100, 1))
    with pytest.raises(FlatgiaError, match="hessian.images"):
        image_indices(99, 100, 0)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A LeNet checkpoint and a few images."""
    from flatgia.datasets.synthetic import load_synthetic
    from flatgia.networks.network import initial_params, load_network

    record = artifacts.Provenance("test", {})
    data, checkpoint = tmp_path / "data.safetensors", tmp_path / "round_0010.safetensors"
    artifacts.save_tensors(data, load_synthetic()[0], {}, record)
    params = initial_params(load_network("flatgia.networks.lenet:LeNet"), "dlg", 0)
    artifacts.save_tensors(checkpoint, params, {"method": "fedsam", "round": 10, "seed": 0}, record)
    return data, checkpoint


def command(files: tuple[Path, Path], out: Path) -> None:
    import importlib.util

    path = Path(__file__).resolve().parents[2] / "scripts" / "curvature.py"
    spec = importlib.util.spec_from_file_location("hessian_command", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = json.dumps(
        {
            "compute": {"threads": 1, "device": "cpu", "instructions": "portable", "compile": "never"},
            "data": {"dataset": "synthetic", "folder": None, "inputs": "normalised", "auxiliary": "auto"},
            "model": {"network": "flatgia.networks.lenet:LeNet", "init": "dlg"},
            "hessian": section("slq", images=8, probes=2, steps=6),
        }
    )
    data, checkpoint = map(str, files)
    module.main(["--config", text, "--checkpoint", checkpoint, "--data", data, "--seed", "0", "--out", str(out)])


def test_the_command_writes_every_key_and_the_same_bytes_again(files: tuple[Path, Path], tmp_path: Path) -> None:
    command(files, tmp_path / "one.json")
    command(files, tmp_path / "two.json")
    found = artifacts.load_json(tmp_path / "one.json")
    assert found.keys() == KEYS
    assert (found["method"], found["round"], found["seed"], found["images"]) == ("fedsam", 10, 0, 8)
    assert found["parameters"] == 15_826 and found["log_det"] > found["floor"]
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_the_command_refuses_a_checkpoint_with_nan(files: tuple[Path, Path], tmp_path: Path) -> None:
    params, facts = artifacts.load_tensors(files[1])
    params["head.bias"][3] = float("nan")
    artifacts.save_tensors(files[1], params, facts, artifacts.Provenance("test", {}))
    with pytest.raises(FlatgiaError, match="head.bias holds NaN"):
        command(files, tmp_path / "one.json")
    assert not (tmp_path / "one.json").exists()
