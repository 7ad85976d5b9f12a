"""Generators on disk."""

import re

import pytest
import torch

from flatgia.core.artifacts import Provenance, provenance_path, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.generator.generator import draw_noises
from flatgia.generator.store import load_generator, save_generator, untrained_generator

SIZES = 6, (5, 4, 3, 2), 2  # latent, channels, layers of the mapping


def write(path, state):
    save_generator(path, state, {"images_seen": 0}, Provenance("generator", {}))


def test_what_is_saved_is_loaded_ready_for_use(tmp_path):
    path, generator = tmp_path / "generator.safetensors", untrained_generator(*SIZES, 0)
    write(path, generator.state_dict())
    loaded = load_generator(path)
    assert (loaded.latent, loaded.channels, loaded.mapping_layers) == (6, (5, 4, 3, 2), 2)
    assert not loaded.training and not any(parameter.requires_grad for parameter in loaded.parameters())
    rng = torch.Generator().manual_seed(0)
    styles, noises = torch.randn(2, 8, 6, generator=rng), draw_noises(generator.noise_shapes, 2, rng)
    assert torch.equal(loaded(styles, noises), generator(styles, noises))


def test_untrained_depends_on_the_seed_and_leaves_torch_alone():
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    one, two, other = (untrained_generator(*SIZES, seed).constant for seed in (0, 0, 1))
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(one, two) and not torch.equal(one, other)


def test_loading_leaves_torch_alone(tmp_path):
    path = tmp_path / "generator.safetensors"
    write(path, untrained_generator(*SIZES, 0).state_dict())
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    load_generator(path)
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda state: state.update({"constant": torch.zeros(1, 9, 4, 4)}), "constant"),
        (lambda state: state.pop("synthesis.2.to_rgb.bias"), "synthesis.2.to_rgb.bias"),
        (lambda state: state.pop("synthesis.3.conv.weight"), "synthesis.3.conv.weight"),
        (lambda state: state.update({"synthesis.0.conv.affine.weight": torch.zeros(3)}), "no StyleGAN2"),
        (lambda state: state.update({"more": torch.zeros(1)}), "more"),
        (lambda state: state.update({"synthesis.0.conv.bias": torch.full((5,), torch.nan)}), "not finite"),
    ],
)
def test_another_shape_is_refused_in_one_sentence(tmp_path, change, word):
    state, path = dict(untrained_generator(*SIZES, 0).state_dict()), tmp_path / "generator.safetensors"
    change(state)
    write(path, state)
    with pytest.raises(FlatgiaError, match=word) as caught:
        load_generator(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_of_another_kind_is_one_sentence(tmp_path):
    path = tmp_path / "targets.safetensors"
    save_tensors(path, {"images": torch.zeros(2)}, {}, Provenance("targets", {}))
    provenance_path(path).unlink()
    words = f"{path}: no StyleGAN2 generator at 32x32 (synthesis.0.conv.affine.weight is missing or flat)"
    with pytest.raises(FlatgiaError, match=f"^{re.escape(words)}; give a generator that scripts/generator.py wrote.$"):
        load_generator(path)


def test_a_missing_or_damaged_file_is_named(tmp_path):
    path = tmp_path / "generator.safetensors"
    with pytest.raises(FlatgiaError, match="no such file"):
        load_generator(path)
    write(path, untrained_generator(*SIZES, 0).state_dict())
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FlatgiaError, match="damaged"):
        load_generator(path)
