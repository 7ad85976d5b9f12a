"""A model of the pool: trained on its half, and what is kept of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator
from flatgia.datasets.dataset import Dataset
from flatgia.datasets.inputs import to_inputs
from flatgia.gradients.backend import Backend
from flatgia.membership.signals import signals
from flatgia.membership.splits import halves
from flatgia.networks.forward import logits
from flatgia.settings.sections import Data
from flatgia.studies.membership.section import Membership
from flatgia.training.loop import Schedule, beginning, train_epochs
from flatgia.training.optimiser import Optimiser
from flatgia.training.vector import Vectors

BLOCK = 500  # images of one pass forward
SHIFTS = ((0, 2), (0, -2), (2, 0), (-2, 0))  # pixels, of the queries of the label-only attack


class Images(NamedTuple):
    """Model inputs and labels of the pool and of the test set."""

    pool: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]


def draw(
    tensors: Mapping[str, Tensor], data: Data, dataset: Dataset, backend: Backend, section: Membership, seed: int
) -> Images:
    """The pool, drawn from the training images, and the first test images. Raises `FlatgiaError` if there are fewer."""
    there, tests = len(tensors["train_labels"]), len(tensors["test_labels"])
    for key, wanted, most in (("images", section.images, there), ("test_images", section.test_images, tests)):
        if wanted > most:
            raise FlatgiaError(f"config key studies.membership.{key}", f"{wanted} of {most} images", "lower it")
    chosen = torch.randperm(there, generator=generator("membership pool", seed))[: section.images]
    places = {"train": chosen, "test": torch.arange(section.test_images)}
    pool, test = (
        (backend.laid_out(to_inputs(tensors[f"{kind}_images"][place], data, dataset)), tensors[f"{kind}_labels"][place])
        for kind, place in places.items()
    )
    return Images(pool, test)


def train_model(
    optimiser: Optimiser,
    backend: Backend,
    images: Images,
    section: Membership,
    mirror: bool,
    number: int,
    seed: int,
    note: Any = None,
) -> dict[str, Tensor]:
    """Model `number`, from its own start and order, which all optimisers share.

    `phi`, `entropy`, `modified`, `correct` and `votes` (right answers to the queries) of the pool (I,), `test_phi` and
    `test_correct`; `marks_phi` (M, traced) and `marks_test` (M,), the accuracies, at the marks; rounded as they are kept.
    """
    inside = torch.from_numpy(halves(number + 1, section.images, seed)[number])
    inputs, labels = images.pool
    schedule = Schedule(
        section.epochs, section.batch_size, section.learning_rate, section.momentum, section.weight_decay
    )
    start = beginning(optimiser, backend, "pytorch", "membership", seed, number)
    vectors, marks, tests = Vectors(backend.network), [], []
    for reached in train_epochs(optimiser, backend, start, inputs[inside], labels[inside], schedule, seed, number):
        if note:
            note()
        state = vectors.params(reached.weights) | reached.buffers
        if reached.epoch in section.marks:
            marks.append(signals(_outputs(backend, state, inputs[: section.traced]), labels[: section.traced]).phi)
            tests.append(signals(_outputs(backend, state, images.test[0]), images.test[1]).correct.double().mean())
    if not reached.finite:
        raise FlatgiaError("config key studies.membership.learning_rate", "the training diverges", "lower it")
    own = signals(_outputs(backend, state, inputs), labels)
    test = signals(_outputs(backend, state, images.test[0]), images.test[1])
    votes = own.correct.to(torch.uint8)
    for query in queries(inputs, mirror):
        votes += _outputs(backend, state, backend.laid_out(query)).argmax(1) == labels
    half = torch.float16
    return {
        "phi": own.phi.float(), "entropy": own.entropy.to(half), "modified": own.modified.to(half),
        "correct": own.correct.to(torch.uint8), "votes": votes, "test_phi": test.phi.to(half),
        "test_correct": test.correct.to(torch.uint8), "marks_phi": torch.stack(marks).to(half),
        "marks_test": torch.stack(tests),
    }  # fmt: skip


def queries(inputs: Tensor, mirror: bool) -> list[Tensor]:
    """Inputs (N, C, H, W) shifted by two pixels each way, 0 beyond the border, and mirrored where that keeps the class."""
    shifted = []
    for down, right in SHIFTS:
        height, width = inputs.shape[2:]
        found = torch.zeros_like(inputs)
        rows, columns = (slice(max(step, 0), size + min(step, 0)) for step, size in ((down, height), (right, width)))
        from_rows, from_columns = (
            slice(max(-step, 0), size - max(step, 0)) for step, size in ((down, height), (right, width))
        )
        found[:, :, rows, columns] = inputs[:, :, from_rows, from_columns]
        shifted.append(found)
    return [*shifted, inputs.flip(3)] if mirror else shifted


@torch.no_grad()
def _outputs(backend: Backend, state: dict[str, Tensor], inputs: Tensor) -> Tensor:
    return torch.cat([logits(backend.network, state, block) for block in inputs.split(BLOCK)])
