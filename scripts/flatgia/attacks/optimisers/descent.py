"""First-order descent on many candidates at once."""

import math
import shutil
import sys
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor
from torch.func import grad_and_value, vmap
from torch.utils._pytree import tree_map

from flatgia.attacks.view import View
from flatgia.core.instructions import are_portable
from flatgia.core.progress import Progress
from flatgia.core.roots import root
from flatgia.gradients.objectives import Objective

Variables = tuple[Tensor, ...]
Step = Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]  # candidates to gradients, costs (N,), matching costs (N,)
Rate = Callable[[float], float]  # the share of the steps done, in [0, 1), to a factor of the learning rate
POINTS = 100  # of a cost curve, about
Schedule = Literal["constant", "multistep", "cosine"]  # those that an entry of the config may name

SCHEDULES: dict[str, Rate] = {
    "constant": lambda done: 1.0,
    "multistep": lambda done: 0.1 ** sum(done >= mark for mark in (3 / 8, 5 / 8, 7 / 8)),
    "cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)),
    # 5 % linear up, cosine down over the last 75 % (GIFD, after Karras et al. 2020).
    "ramped": lambda done: min(1.0, done / 0.05) * (0.5 - 0.5 * math.cos(math.pi * min(1.0, (1 - done) / 0.75))),
}


def matching_step(
    view: View,
    objective: Objective,
    render: Callable[..., Tensor],
    penalty: Callable[[Tensor], Tensor],
    restarts: int,
    constants: Variables = (),
) -> Callable[..., tuple[Variables, Tensor]]:
    """A function of the candidates' variables that gives their gradients and their matching costs (T R,).

    `render` turns one candidate's variables and constants into model inputs (B, C, H, W); `penalty` is held against those.
    """
    labels, observed = view.repeated(restarts)
    matching = view.matching(objective)

    def loss(variables: Variables, constants: Variables, labels: Tensor, observed: Variables) -> tuple[Tensor, Tensor]:
        inputs = render(*variables, *constants)
        cost = matching(inputs, labels, observed)
        return cost + penalty(inputs), cost

    batched = compiled(vmap(grad_and_value(loss, has_aux=True)), view.compile)

    def step(variables: Variables) -> tuple[Variables, Tensor]:
        gradients, (_, cost) = batched(variables, constants, labels, observed)
        return gradients, cost

    return step


def compiled(function: Callable, mode: str) -> Callable:
    """The function through torch.compile where a C++ compiler is found, as one CUDA graph for `graphs`; as it is for never."""
    if mode == "never":
        return function
    if not any(map(shutil.which, ("c++", "g++", "clang++"))):
        print("no C++ compiler found: the attack runs uncompiled, which is slower", file=sys.stderr)
        return function
    if are_portable():  # the instructions are PyTorch's; this is what the compiler may add of its own
        from torch._inductor import config  # a second to import

        config.cpp.march = "x86-64-v3"
    if mode == "graphs":
        return _or_eager(_replayed(torch.compile(function, dynamic=False, mode="reduce-overhead")), function)
    return _or_eager(torch.compile(function, dynamic=False), function)


def _replayed(graph: Callable) -> Callable:
    """A CUDA graph as a function like others: it writes to the same memory at each call, so what it gives is copied."""

    def call(*arguments: object) -> object:
        torch.compiler.cudagraph_mark_step_begin()
        return tree_map(torch.clone, graph(*arguments))

    return call


def _or_eager(fast: Callable, slow: Callable) -> Callable:
    """`fast`, or `slow` for good if it does not compile: a compiler without Python's headers, an operation torch cannot."""
    chosen = [fast]

    def call(*arguments: object) -> object:
        try:
            return chosen[0](*arguments)
        except (torch._inductor.exc.InductorError, torch._dynamo.exc.TorchDynamoException) as error:
            reason = str(error).strip().splitlines()[0]
            print(f"it does not compile here ({reason}): the attack runs uncompiled", file=sys.stderr)
            chosen[0] = slow
            return slow(*arguments)

    return call


@torch.no_grad()
def adam(
    step: Callable[[Variables], tuple[Variables, Tensor]],
    variables: Variables,
    learning_rate: float,
    steps: int,
    schedule: str,
    label: str,
    project: Callable[[Variables], Variables] = lambda variables: variables,
    signed: bool = False,
) -> tuple[Variables, Tensor, Tensor]:
    """Variables, costs (N,) and cost curve (points, N) after `steps` of Adam (betas 0.9, 0.999); each is independent."""
    variables = tuple(value.clone() for value in variables)
    first = tuple(torch.zeros_like(value) for value in variables)
    second = tuple(torch.zeros_like(value) for value in variables)
    every = max(1, steps // POINTS)
    curve, progress, rate = [], Progress(steps, label), SCHEDULES[schedule]
    for number in range(steps):
        gradients, cost = step(variables)
        if number % every == 0:
            curve.append(cost.clone())
        size = learning_rate * rate(number / steps) / (1 - 0.9 ** (number + 1))
        spread = math.sqrt(1 - 0.999 ** (number + 1))
        for value, gradient, m, v in zip(variables, gradients, first, second, strict=True):
            gradient = gradient.sign() if signed else gradient
            m.lerp_(gradient, 0.1)
            v.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            value.addcdiv_(m, root(v).div_(spread).add_(1e-8), value=-size)
        variables = project(variables)
        progress.update(1, f"cost {cost.nanmean():.3g}" if number % every == 0 else "")
    cost = step(variables)[1]
    return variables, cost, torch.stack([*curve, cost])
