"""Trains the prior: the same bytes however often it was interrupted."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from flatgia.artifacts import canonical
from flatgia.errors import FlatgiaError
from flatgia.prior.precision import usable_precision
from flatgia.prior.resume import load_resume, save_resume
from flatgia.prior.step import advance
from flatgia.prior.training_state import TrainingState, new_state, pack, unpack
from flatgia.progress import Progress

SAVE_EVERY = 500  # steps between two writings of the resume file


def train_prior(
    images: Tensor,
    config_prior: Mapping[str, Any],
    seed: int,
    device: str = "cpu",
    resume: Path | str | None = None,
    save_every: int = SAVE_EVERY,
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Trains on images uint8 (N, 3, 32, 32): the averaged generator's state dict on the CPU, and facts."""
    config_prior = {**config_prior, "precision": usable_precision(config_prior["precision"], device)}
    size, identity = config_prior["batch_size"], training_identity(images, config_prior, seed, device)
    steps = -(-config_prior["images"] // size)
    state = _begin(config_prior, seed, device, resume, identity)
    progress = Progress((steps - state.step) * size, "prior", "image")
    while state.step < steps:
        if not advance(state, images, config_prior, seed, device):
            remedy = "lower prior.learning_rate, raise prior.r1, or set prior.precision to fp32"
            raise FlatgiaError(f"training the prior, step {state.step}", "a loss is not finite", remedy)
        if resume and state.step % save_every == 0 and state.step < steps:
            save_resume(resume, pack(state), state.step, identity)
        progress.update(size)
    facts = {"prior": dict(config_prior), "seed": seed, "images_seen": steps * size, "training_images": len(images)}
    return {name: tensor.cpu() for name, tensor in state.average.items()}, facts


def training_identity(images: Tensor, config_prior: Mapping[str, Any], seed: int, device: str) -> str:
    """A hash of all that the bytes of the result depend on, the machine aside."""
    pixels = hashlib.sha256(images.contiguous().numpy()).hexdigest()
    what = [dict(config_prior), seed, device, pixels, torch.get_num_threads(), torch.__version__]
    return hashlib.sha256(canonical({"training": what}).encode()).hexdigest()


def _begin(
    config_prior: Mapping[str, Any], seed: int, device: str, resume: Path | str | None, identity: str
) -> TrainingState:
    state = new_state(config_prior, seed, device)
    found = load_resume(resume, identity) if resume else None
    if found:
        unpack(state, *found)
    return state
