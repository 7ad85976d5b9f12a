"""Trains the generator: the same bytes however often it was interrupted."""

import hashlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from flatgia.core.artifacts import canonical
from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import Progress
from flatgia.generator.precision import usable_precision
from flatgia.generator.resume import load_resume, save_resume
from flatgia.generator.step import advance
from flatgia.generator.training_state import TrainingState, new_state, pack, unpack
from flatgia.settings.sections import Generator as Numbers

SAVE_EVERY = 500  # steps between two writings of the resume file


def train_generator(
    images: Tensor,
    numbers: Numbers,
    seed: int,
    device: str = "cpu",
    resume: Path | str | None = None,
    save_every: int = SAVE_EVERY,
    mirror: bool = True,
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Trains on images uint8 (N, 3, 32, 32): the averaged generator's state dict on the CPU, and facts."""
    numbers = replace(numbers, precision=usable_precision(numbers.precision, device))
    size, identity = numbers.batch_size, training_identity(images, numbers, seed, device)
    steps = -(-numbers.images // size)
    state = _begin(numbers, seed, device, resume, identity)
    progress = Progress((steps - state.step) * size, "generator", "image")
    while state.step < steps:
        if not advance(state, images, numbers, seed, device, mirror):
            remedy = "lower generator.learning_rate, raise generator.r1, or set generator.precision to fp32"
            raise FlatgiaError(f"training the generator, step {state.step}", "a loss is not finite", remedy)
        if resume and state.step % save_every == 0 and state.step < steps:
            save_resume(resume, pack(state), state.step, identity)
        progress.update(size)
    facts = {
        "generator": asdict(numbers),
        "seed": seed,
        "images_seen": steps * size,
        "training_images": len(images),
    }
    return {name: tensor.cpu() for name, tensor in state.average.items()}, facts


def training_identity(images: Tensor, numbers: Numbers, seed: int, device: str) -> str:
    """A hash of all that the bytes of the result depend on, the machine aside."""
    pixels = hashlib.sha256(images.contiguous().numpy().tobytes()).hexdigest()
    what = [asdict(numbers), seed, device, pixels, torch.get_num_threads(), torch.__version__]
    return hashlib.sha256(canonical({"training": what}).encode()).hexdigest()


def _begin(numbers: Numbers, seed: int, device: str, resume: Path | str | None, identity: str) -> TrainingState:
    state = new_state(numbers, seed, device)
    found = load_resume(resume, identity) if resume else None
    if found:
        unpack(state, *found)
    return state
