"""Everything that training changes, and how it is laid out as named tensors."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from flatgia.core.seeds import seed_of
from flatgia.generator.discriminator import Discriminator
from flatgia.generator.generator import Generator
from flatgia.generator.store import untrained_generator
from flatgia.settings.sections import Generator as Numbers

BETAS = (0.0, 0.99)  # StyleGAN2's


@dataclass
class TrainingState:
    """The two players, their Adam optimisers, the averaged generator's tensors, and the steps done."""

    generator: Generator
    discriminator: Discriminator
    generator_adam: torch.optim.Adam
    discriminator_adam: torch.optim.Adam
    average: dict[str, Tensor]
    step: int = 0


def new_state(numbers: Numbers, seed: int, device: str) -> TrainingState:
    """The state before the first step, by `seed`."""
    generator = untrained_generator(*numbers.sizes, seed).requires_grad_(True).train().to(device)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("prior", "discriminator", seed))
        discriminator = Discriminator(numbers.discriminator_channels)
    discriminator = discriminator.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = {name: tensor.detach().clone() for name, tensor in generator.state_dict().items()}
    rate = numbers.learning_rate
    return TrainingState(generator, discriminator, _adam(generator, rate), _adam(discriminator, rate), average)


def pack(state: TrainingState) -> dict[str, Tensor]:
    """The state as named tensors; the step is not among them."""
    named = {f"average.{name}": tensor for name, tensor in state.average.items()}
    for player in ("generator", "discriminator"):
        module, adam = getattr(state, player), getattr(state, f"{player}_adam")
        for name, parameter in module.named_parameters():
            named[f"{player}.{name}"] = parameter
            for key, tensor in adam.state[parameter].items():
                named[f"{player}_adam.{name}.{key}"] = tensor
    return named


@torch.no_grad()
def unpack(state: TrainingState, named: Mapping[str, Tensor], step: int) -> None:
    """Puts tensors of `pack` and the step into a new state of the same widths."""
    for name, tensor in state.average.items():
        tensor.copy_(named[f"average.{name}"])
    for player in ("generator", "discriminator"):
        module, adam = getattr(state, player), getattr(state, f"{player}_adam")
        for name, parameter in module.named_parameters():
            parameter.copy_(named[f"{player}.{name}"])
            # Adam walks moments and parameters side by side in memory, so the layout must be the parameter's.
            moments = {key: named[f"{player}_adam.{name}.{key}"] for key in ("exp_avg", "exp_avg_sq")}
            adam.state[parameter] = {key: torch.empty_like(parameter).copy_(value) for key, value in moments.items()}
            adam.state[parameter]["step"] = named[f"{player}_adam.{name}.step"].to(parameter.device)
    state.step = step


def _adam(module: nn.Module, rate: float) -> torch.optim.Adam:
    return torch.optim.Adam(module.parameters(), lr=rate, betas=BETAS, eps=1e-8, fused=True)
