"""One training step: both players learn from one generated batch and one pass of the discriminator over it."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from flatgia.core.seeds import generator as seeded
from flatgia.generator.batches import Fake, draw_fake, fake_to, real_batch
from flatgia.generator.ema import update_average
from flatgia.generator.generator import Generator
from flatgia.generator.losses import discriminator_loss, generator_loss, r1_penalty
from flatgia.generator.training_state import TrainingState
from flatgia.settings.sections import Generator as Numbers


def generate(generator: Generator, fake: Fake, precision: str) -> Tensor:
    """Images float32 (n, 3, 32, 32) of the drawn latents; `precision` bf16 or fp32."""
    first, second = generator.mapping(fake.latents.flatten(0, 1)).unflatten(0, (2, -1))
    styles = torch.where(fake.mask[:, :, None], second[:, None], first[:, None])
    with _autocast(styles.device.type, precision):
        return generator(styles, fake.noises)


def advance(
    state: TrainingState, images: Tensor, numbers: Numbers, seed: int, device: str, mirror: bool = True
) -> bool:
    """Does one step on images uint8 (N, 3, 32, 32), in place; false if a loss is not finite."""
    size, every, precision = numbers.batch_size, numbers.r1_every, numbers.precision
    rng = seeded("prior", seed, state.step)
    real = real_batch(images, size, rng, mirror).to(device, memory_format=torch.channels_last)
    generator, discriminator = state.generator, state.discriminator
    shapes, rows, mixing = generator.noise_shapes, generator.styles, numbers.style_mixing
    fake = generate(generator, fake_to(draw_fake(shapes, size, generator.latent, rows, mixing, rng), device), precision)

    with _autocast(real.device.type, precision):
        real_logits, fake_logits = discriminator(real), discriminator(fake)
    player_loss, critic_loss = generator_loss(fake_logits), discriminator_loss(real_logits, fake_logits)
    player_slopes = torch.autograd.grad(player_loss, list(generator.parameters()), retain_graph=True)
    critic_slopes = list(torch.autograd.grad(critic_loss, list(discriminator.parameters())))
    if state.step % every == 0:
        # Lazy: every so many steps, and that many times as strong.
        penalty = r1_penalty(discriminator, real) * (numbers.r1 * every)
        slopes = torch.autograd.grad(penalty, list(discriminator.parameters()), materialize_grads=True)
        critic_slopes = [a + b for a, b in zip(critic_slopes, slopes, strict=True)]
    _apply(state.generator_adam, generator, player_slopes)
    _apply(state.discriminator_adam, discriminator, critic_slopes)
    update_average(state.average, dict(generator.named_parameters()), numbers.ema)
    state.step += 1
    return math.isfinite(float(player_loss.detach() + critic_loss.detach()))


def _apply(adam: torch.optim.Adam, module: nn.Module, slopes: Any) -> None:
    for parameter, slope in zip(module.parameters(), slopes, strict=True):
        # Fused Adam walks both side by side in memory.
        parameter.grad = slope.contiguous(memory_format=_layout(parameter))
    adam.step()


def _layout(tensor: Tensor) -> torch.memory_format:
    last = tensor.dim() == 4 and tensor.is_contiguous(memory_format=torch.channels_last)
    return torch.channels_last if last else torch.contiguous_format


def _autocast(device: str, precision: str) -> torch.autocast:
    return torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16")
