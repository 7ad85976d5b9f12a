"""Generators on disk: the tensors of the state dict as safetensors, the widths told by their shapes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from flatgia.core.artifacts import Provenance, load_tensors, remedy, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import seed_of
from flatgia.generator.generator import Generator

GIVE = "give a generator that scripts/generator.py wrote"


def untrained_generator(latent: int, channels: Sequence[int], mapping_layers: int, seed: int) -> Generator:
    """The generator as it is before any training, by `seed`; eval mode, no gradients."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("prior", "generator", seed))
        return _frozen(Generator(latent, channels, mapping_layers))


def save_generator(path: Path | str, state: Mapping[str, Tensor], facts: Mapping[str, Any], record: Provenance) -> None:
    """Writes a generator's state dict (fp32) with plain facts about its training."""
    save_tensors(path, state, facts, record)


def load_generator(path: Path | str) -> Generator:
    """The generator in a file; eval mode, no gradients. Raises `FlatgiaError` where it holds another thing."""
    state, _ = load_tensors(path)
    generator = _frozen(_of_shape(path, state))
    expected = {name: tuple(tensor.shape) for name, tensor in generator.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in state.items()}
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        name = wrong[0]
        what = f"tensor {name} has shape {found.get(name, 'none')} where a generator has {expected.get(name, 'none')}"
        raise FlatgiaError(path, f"{what} ({len(wrong)} such tensors)", remedy(path, GIVE))
    if not all(tensor.isfinite().all() for tensor in state.values()):
        raise FlatgiaError(path, "the generator holds values that are not finite", remedy(path, GIVE))
    generator.load_state_dict(state)
    return generator


def _of_shape(path: Path | str, state: Mapping[str, Tensor]) -> Generator:
    """An untrained generator of the widths that the tensors show."""
    affine, *convolutions = names = [  # what the widths are read from
        "synthesis.0.conv.affine.weight",
        *(f"synthesis.{block}.conv.weight" for block in range(Generator.blocks)),
    ]
    for name in names:
        if name not in state or state[name].dim() < 2:
            what = f"no StyleGAN2 generator at 32x32 ({name} is missing or flat)"
            raise FlatgiaError(path, what, remedy(path, GIVE))
    latent, channels = state[affine].shape[1], [state[name].shape[0] for name in convolutions]
    layers = sum(name.startswith("mapper.layers.") and name.endswith(".weight") for name in state)
    with torch.random.fork_rng(devices=[]):
        return Generator(latent, channels, layers)


def _frozen(generator: Generator) -> Generator:
    # channels_last: a quarter faster on a CPU.
    return generator.requires_grad_(False).eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
