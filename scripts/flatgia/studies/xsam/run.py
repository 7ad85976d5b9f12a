"""One training of the study, epoch by epoch, with what is measured on the way; and the choice of its learning rate."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from flatgia.core.progress import Progress, track
from flatgia.gradients.backend import Backend
from flatgia.studies.xsam.data import Images
from flatgia.studies.xsam.probe import look
from flatgia.studies.xsam.section import Network, XSam
from flatgia.studies.xsam.whole import lambda_max, perturbed_loss, scores
from flatgia.training import leading
from flatgia.training.loop import Reached, Schedule, beginning, train_epochs
from flatgia.training.loss import BatchLoss
from flatgia.training.optimiser import Memory, Optimiser

Row = tuple[int, int, str, float]  # epoch, step (-1: of an epoch's end), what, value
END = -1


@dataclass(frozen=True)
class Setting:
    """What a training of the study is: one optimiser on one network."""

    section: XSam
    network: Network
    optimiser: Optimiser
    longer: float

    def schedule(self, epochs: int, rate: float) -> Schedule:
        """So many epochs, times `longer`."""
        section = self.section
        count = max(1, round(epochs * self.longer))
        return Schedule(count, section.batch_size, rate, section.momentum, section.weight_decay)

    def measured(self, epoch: int, last: int) -> bool:
        """Whether the Hessian is measured after this epoch of a training that ends at `last`."""
        return epoch == last or epoch in {round(each * self.longer) for each in self.network.measured}


@dataclass(frozen=True)
class State:
    """Where a training stands: what is reached, the vector of the looks at it (P,), and all rows so far."""

    reached: Reached
    vector: Tensor
    rows: list[Row]


def begin(setting: Setting, backend: Backend, *seed: object) -> State:
    """The initial state."""
    reached = beginning(setting.optimiser, backend, "pytorch", *seed)
    return State(reached, leading.start(len(reached.weights), *seed, "look")["v"], [])


def train(
    setting: Setting, backend: Backend, images: Images, rate: float, state: State, label: str, *seed: object
) -> Iterator[State]:
    """The states after each epoch that is left, the last with all rows; one that diverges ends with a row `diverged`."""
    schedule, section = setting.schedule(setting.network.epochs, rate), setting.section
    vector, rows = state.vector, list(state.rows)

    def watch(step: int, loss: BatchLoss, weights: Tensor, direction: Tensor, memory: Memory) -> None:
        nonlocal vector
        if section.probe and step % section.probe == 0 and direction.isfinite().all():
            found, vector = look(loss, weights, vector, memory.get("v"), section.rho, section.lanczos)
            epoch = step // -(-setting.network.images // section.batch_size)
            rows.extend((epoch, step, *each) for each in found)

    progress = Progress(schedule.epochs - state.reached.epoch, label, "epoch")
    for reached in train_epochs(setting.optimiser, backend, state.reached, *images.train, schedule, *seed, watch=watch):
        whole = setting.measured(reached.epoch, schedule.epochs)
        rows.extend((reached.epoch, END, *each) for each in _numbers(setting, backend, reached, images, vector, whole))
        progress.update()
        yield State(reached, vector, list(rows))


def _numbers(
    setting: Setting, backend: Backend, reached: Reached, images: Images, vector: Tensor, whole: bool
) -> Iterator[tuple[str, float]]:
    """Of the model after an epoch; with the losses and the Hessian over the training images if `whole`."""
    yield "evaluations", reached.evaluations
    if not reached.finite:
        yield "diverged", 1
        return
    given = backend, reached.weights, reached.buffers
    yield "test_accuracy", scores(*given, images.test)[1]
    yield "held_out_accuracy", scores(*given, images.held_out)[1]
    if whole:
        loss, accuracy = scores(*given, images.train)
        yield "loss", loss
        yield "train_accuracy", accuracy
        yield "perturbed_loss", perturbed_loss(*given, images.train, setting.section.rho)
        count = setting.network.hessian_images
        part = images.train[0][:count], images.train[1][:count]
        # A little of everything, should v be orthogonal to what is sought.
        start = vector.double() + 0.1 * leading.start(len(vector), "lambda max")["v"]
        yield "lambda_max", lambda_max(*given, part, start)


def tune(
    setting: Setting, backend: Backend, images: Images, rates: tuple[float, ...], label: str, *seed: object
) -> list[dict[str, Any]]:
    """Held-out accuracy after `tuning_epochs` at each learning rate; None where it diverged."""
    found = []
    for rate in rates:
        schedule = setting.schedule(setting.network.tuning_epochs, rate)
        begin = beginning(setting.optimiser, backend, "pytorch", *seed)
        epochs = train_epochs(setting.optimiser, backend, begin, *images.train, schedule, *seed)
        *_, reached = track(epochs, schedule.epochs, f"{label}, rate {rate:g}", "epoch")
        accuracy = scores(backend, reached.weights, reached.buffers, images.held_out)[1] if reached.finite else None
        found.append({"rate": rate, "accuracy": accuracy})
    return found


def best(tried: list[dict[str, Any]]) -> float:
    """The rate of the highest accuracy, the lowest of equal ones; the lowest of all where every one diverged."""
    whole = [each for each in tried if each["accuracy"] is not None]
    chosen = (
        max(whole, key=lambda each: (each["accuracy"], -each["rate"])) if whole else min(tried, key=lambda e: e["rate"])
    )
    return float(chosen["rate"])
