"""Three ways to minimise a matching loss from a start, on many images at once; no prior, no box: the local theory has none."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import grad_and_value, vmap

from flatgia.attacks.optimisers.descent import adam
from flatgia.attacks.optimisers.lbfgs import minimise
from flatgia.attacks.victim import Victim
from flatgia.core.progress import Progress
from flatgia.core.seeds import generator
from flatgia.gradients.objectives import Objective, cosine_distance, squared_error

Step = Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]
OBJECTIVES: dict[str, Objective] = {"l2": squared_error, "cosine": cosine_distance}
OPTIMISERS = ("descent", "adam", "lbfgs")
AT_ONCE = 10  # images, where autograd differentiates
HISTORY = 20  # pairs of L-BFGS


def matching_step(victim: Victim, loss: str, inputs: Tensor, labels: Tensor) -> Step:
    """Candidates (T, C, H, W) to gradients, costs and costs, against the plain gradients of `inputs`, one image each."""
    victim = victim._replace(method=None)
    gradient, objective = victim.gradient(), OBJECTIVES[loss]
    shared = [tuple(gradient(x[None], y[None]).values()) for x, y in zip(inputs, labels, strict=True)]
    observed = [torch.stack(parts) for parts in zip(*shared, strict=True)]
    fast = victim.backend.at_once(victim.params, objective) if victim.backend.covers(inputs) else None
    if fast is not None:

        def at_once(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            costs, gradients = fast(x[:, None], labels[:, None], observed)
            return gradients[:, 0], costs, costs

        return at_once

    def cost(x: Tensor, y: Tensor, *seen: Tensor) -> Tensor:
        return objective(tuple(gradient(x[None], y[None]).values()), seen)

    mapped = vmap(grad_and_value(cost), chunk_size=AT_ONCE)

    def step(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        gradients, costs = mapped(x, labels, *observed)
        return gradients, costs, costs

    return step


def starts(inputs: Tensor, sigma: float | None, draw: int, seed: int) -> Tensor:
    """The truth with noise of deviation `sigma` in model inputs, or noise alone for None; each image has its own draw."""
    noise = torch.stack(
        [
            torch.randn(x.shape, dtype=torch.float64, generator=generator("lavp start", seed, image, draw))
            for image, x in enumerate(inputs)
        ]
    ).to(inputs)
    return noise if sigma is None else inputs + sigma * noise


@torch.no_grad()
def recover(
    optimiser: str, step: Step, start: Tensor, rates: tuple[float, float], steps: int, label: str
) -> tuple[Tensor, Tensor]:
    """Answers (T, C, H, W), and which of them (T,) are finite; `rates` are those of descent and of Adam."""
    descent_rate, adam_rate = rates
    if optimiser == "descent":
        found = descend(step, start, descent_rate, steps, label)
    elif optimiser == "adam":
        (found,), _, _ = adam(lambda x: ((g := step(x[0]))[0:1], g[1]), (start,), adam_rate, steps, "cosine", label)
    else:
        found = minimise(step, start, steps, HISTORY, label)[0]
    finite = found.flatten(1).isfinite().all(1)
    return torch.where(finite.view(-1, 1, 1, 1), found, start), finite


def descend(step: Step, start: Tensor, rate: float, steps: int, label: str) -> Tensor:
    """Gradient descent at a fixed rate."""
    x, progress = start, Progress(steps, label)
    for _ in range(steps):
        x = x - rate * step(x)[0]
        progress.update()
    return x
