"""Checkpoints, gradients and updates against the network they are for."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_model

from flatgia.audit.fitting import layout_of
from flatgia.audit.reading import missing_statistics, read_checkpoint, read_gradient, read_update
from flatgia.core.errors import FlatgiaError

TRAINED = [
    "stem.weight",
    "stem.bias",
    "norm.weight",
    "norm.bias",
    "first.weight",
    "first.bias",
    "head.weight",
    "head.bias",
]


@pytest.fixture
def layout(small):
    return layout_of(small, TRAINED)


@pytest.fixture
def gradient(small):
    draw = torch.Generator().manual_seed(3)
    return {
        name: torch.randn(value.shape, generator=draw) for name, value in small.named_parameters() if name in TRAINED
    }


def same(found, expected):
    return found.keys() == expected.keys() and all(torch.equal(found[name], expected[name]) for name in expected)


STATES = {
    "as it is": lambda state: state,
    "a prefix": lambda state: {f"module.{name}": value for name, value in state.items()},
    "two prefixes": lambda state: {f"model.backbone.{name}": value for name, value in state.items()},
    "compiled": lambda state: {f"_orig_mod.{name}": value for name, value in state.items()},
    "a part compiled": lambda state: {name.replace("stem.", "stem._orig_mod."): value for name, value in state.items()},
    "a loss beside a prefix": lambda state: {"loss.weight": torch.ones(3), **{f"net.{k}": v for k, v in state.items()}},
    "in order": lambda state: [value for name, value in state.items() if not name.startswith("again")],
    "one name of tied ones": lambda state: {n: v for n, v in state.items() if not n.startswith("first")},
    "wrapped": lambda state: {"epoch": 3, "state_dict": state, "optimizer": {"state": {0: {"exp_avg": torch.ones(4)}}}},
    "double": lambda state: {name: value.double() for name, value in state.items()},
    "no counters": lambda state: {n: v for n, v in state.items() if not n.endswith("tracked")},
}


@pytest.mark.parametrize("kind", STATES)
def test_a_checkpoint_is_read_however_it_is_kept(tmp_path, small, kind):
    torch.save(STATES[kind](small.state_dict()), tmp_path / "x")
    found = read_checkpoint(tmp_path / "x", small)
    assert same(found.params, dict(small.named_parameters()))
    assert torch.equal(found.buffers["norm.running_var"], small.norm.running_var) and found.facts == {}
    assert not missing_statistics(small, found.buffers)


def test_a_network_that_is_wrapped_where_the_checkpoint_is_not(tmp_path, small):
    wrapped = torch.nn.ModuleDict({"net": small})
    torch.save({f"module.{k}": v for k, v in small.state_dict().items()}, tmp_path / "x")
    assert torch.equal(read_checkpoint(tmp_path / "x", wrapped).params["net.head.bias"], small.head.bias)


def test_safetensors_keep_tied_weights_once(tmp_path, small):
    save_model(small, str(tmp_path / "x"))
    assert same(read_checkpoint(tmp_path / "x", small).params, dict(small.named_parameters()))


def test_a_refusal_names_what_is_missing_extra_and_misshapen(tmp_path, small):
    state = dict(small.state_dict())
    del state["stem.bias"]
    state |= {"tail.weight": torch.ones(2), "head.weight": torch.ones(5, 192)}
    torch.save(state, tmp_path / "x")
    expected = (
        r"not a checkpoint of Small: missing stem.bias; extra tail.weight; "
        r"misshapen head.weight is \(5, 192\), not \(4, 192\); give the network"
    )
    with pytest.raises(FlatgiaError, match=expected):
        read_checkpoint(tmp_path / "x", small)


def test_missing_statistics_are_noticed(tmp_path, small):
    torch.save({n: v for n, v in small.state_dict().items() if "running" not in n}, tmp_path / "x")
    found = missing_statistics(small, read_checkpoint(tmp_path / "x", small).buffers)
    assert found == ["norm.running_mean", "norm.running_var"]


def test_tied_weights_that_differ_are_told(tmp_path, small):
    torch.save(dict(small.state_dict()) | {"again.bias": torch.ones(4)}, tmp_path / "x")
    with pytest.raises(FlatgiaError, match="again.bias and first.bias are one parameter"):
        read_checkpoint(tmp_path / "x", small)


GRADIENTS = {
    "named": lambda g: g,
    "a list": lambda g: list(g.values()),
    "a list with None": lambda g: [None, *g.values()],  # `scale` comes first
    "arrays": lambda g: [value.numpy() for value in g.values()],
    "a prefix": lambda g: {f"module.{name}": value for name, value in g.items()},
    "wrapped in a dict": lambda g: {"loss": torch.tensor(0.3), "label": torch.tensor([3]), "grads": g},
    "wrapped in a pair": lambda g: (list(g.values()), torch.tensor([3])),
    "beside a label": lambda g: g | {"label": torch.tensor([3]), "loss": torch.tensor(0.2)},
    "one flat vector": lambda g: torch.cat([value.flatten() for value in g.values()]),
    "tied twice": lambda g: g | {"again.weight": g["first.weight"]},
    "buffers beside": lambda g: g | {"norm.running_mean": torch.ones(4), "norm.num_batches_tracked": torch.tensor(3)},
    "zero where frozen": lambda g: g | {"scale": torch.zeros(4, 1, 1)},
}


@pytest.mark.parametrize("kind", GRADIENTS)
def test_a_gradient_is_read_however_it_is_kept(tmp_path, layout, gradient, kind):
    torch.save(GRADIENTS[kind](gradient), tmp_path / "x")
    found = read_gradient(tmp_path / "x", layout)
    assert same(found.gradient, gradient)
    assert any("taken to be frozen: scale" in note for note in found.notes)


def test_an_npz_in_order(tmp_path, layout, gradient):
    np.savez(tmp_path / "x.npz", *[value.numpy() for value in gradient.values()])
    assert same(read_gradient(tmp_path / "x.npz", layout).gradient, gradient)


def test_frozen_parameters_may_be_missing(tmp_path, layout, gradient):
    del gradient["stem.weight"], gradient["stem.bias"]
    torch.save(gradient, tmp_path / "x")
    found = read_gradient(tmp_path / "x", layout)
    assert same(found.gradient, gradient) and "stem.weight, stem.bias" in found.notes[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tail": torch.ones(2)}, "not a gradient of Small: .*extra tail"),
        ({"head.bias": torch.ones(5)}, r"misshapen head.bias is \(5,\), not \(4,\)"),
        ({"head.bias": torch.full((4,), torch.nan)}, "head.bias holds NaN"),
        ({"head.bias": torch.ones(4, dtype=torch.int32)}, "head.bias is torch.int32"),
    ],
)
def test_a_gradient_that_does_not_fit_is_told(tmp_path, layout, gradient, change, words):
    torch.save(gradient | change, tmp_path / "x")
    with pytest.raises(FlatgiaError, match=words):
        read_gradient(tmp_path / "x", layout)


def test_too_many_or_too_few_in_order_are_told(tmp_path, layout, gradient):
    torch.save([*gradient.values(), *[torch.ones(1)] * 5], tmp_path / "x")
    with pytest.raises(FlatgiaError, match="not a gradient of Small"):
        read_gradient(tmp_path / "x", layout)


@pytest.mark.parametrize("whole", [True, False])
def test_an_update_is_minus_what_changed(tmp_path, small, layout, gradient, whole):
    before = {name: value.detach() for name, value in small.named_parameters()}
    state = dict(small.state_dict())
    for name, value in gradient.items():
        state[name] = before[name] - 0.5 * value if whole else -0.5 * value
        if name.startswith("first"):
            state[name.replace("first", "again")] = state[name]
    state["scale"] = before["scale"] if whole else torch.zeros(4, 1, 1)
    torch.save(state, tmp_path / "x")
    found = read_update(before, tmp_path / "x", layout, whole)
    assert found.gradient.keys() == gradient.keys()
    assert all(torch.allclose(found.gradient[name], 0.5 * gradient[name], atol=1e-6) for name in gradient)


def test_an_update_that_changes_nothing_is_told(tmp_path, small, layout):
    torch.save(small.state_dict(), tmp_path / "x")
    before = {name: value.detach() for name, value in small.named_parameters()}
    with pytest.raises(FlatgiaError, match="changes no weight"):
        read_update(before, tmp_path / "x", layout, whole=True)
