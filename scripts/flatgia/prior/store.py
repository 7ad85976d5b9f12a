"""Generators on disk: the tensors of the state dict as safetensors, the widths told by their shapes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from flatgia.artifacts import Record, load_tensors, save_tensors
from flatgia.errors import FlatgiaError
from flatgia.prior.generator import Generator
from flatgia.seeds import seed_of

REMEDY = "bring a generator in the format of prior.safetensors, or delete the file and let rule prior train one"


def untrained_prior(config_prior: Mapping[str, Any], seed: int) -> Generator:
    """The generator as it is before any training, by `seed`; eval mode, no gradients."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("prior", "generator", seed))
        return _frozen(Generator(config_prior["latent"], config_prior["channels"], config_prior["mapping_layers"]))


def save_prior(path: Path | str, state: Mapping[str, Tensor], facts: Mapping[str, Any], record: Record) -> None:
    """Writes a generator's state dict (fp32) with plain facts about its training."""
    save_tensors(path, state, facts, record)


def load_prior(path: Path | str) -> Generator:
    """The generator in a file; eval mode, no gradients. Raises `FlatgiaError` where it holds another thing."""
    state, _ = load_tensors(path)
    generator = _frozen(_of_shape(path, state))
    expected = {name: tuple(tensor.shape) for name, tensor in generator.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in state.items()}
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        name = wrong[0]
        what = f"tensor {name} has shape {found.get(name, 'none')} where a generator has {expected.get(name, 'none')}"
        raise FlatgiaError(path, f"{what} ({len(wrong)} such tensors)", REMEDY)
    if not all(tensor.isfinite().all() for tensor in state.values()):
        raise FlatgiaError(path, "the generator holds values that are not finite", REMEDY)
    generator.load_state_dict(state)
    return generator


def _of_shape(path: Path | str, state: Mapping[str, Tensor]) -> Generator:
    """An untrained generator of the widths that the tensors show."""
    try:
        latent = state["synthesis.0.conv.affine.weight"].shape[1]
        channels = [state[f"synthesis.{i}.conv.weight"].shape[0] for i in range(Generator.blocks)]
    except (KeyError, IndexError) as error:
        raise FlatgiaError(path, f"no StyleGAN2 generator at 32x32: {error} is missing or flat", REMEDY) from None
    layers = sum(name.startswith("mapper.layers.") and name.endswith(".weight") for name in state)
    with torch.random.fork_rng(devices=[]):
        return Generator(latent, channels, layers)


def _frozen(generator: Generator) -> Generator:
    # channels_last: a quarter faster on a CPU.
    return generator.requires_grad_(False).eval().to(memory_format=torch.channels_last)
