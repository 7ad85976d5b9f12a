"""The latents of a generative attack: how they start and how they are kept plausible."""

import torch
from torch import Tensor

from flatgia.attacks.view import View
from flatgia.core.errors import FlatgiaError
from flatgia.core.roots import root


def need_generator(view: View) -> None:
    """Raises `FlatgiaError` if the view has no generator."""
    if view.generator is None:
        raise FlatgiaError(view.label, "this attack searches in a generator, and none was given", "give --generator")


@torch.no_grad()
def random_styles(view: View, restarts: int) -> Tensor:
    """W+ (T R, B, styles, latent): z ~ N(0, 1) through the mapping network, every row free from there on."""
    generator = view.generator
    z = view.noise(restarts, (view.shape[0], generator.latent), "latent")
    return generator.mapping(z.flatten(0, 1)).view(*z.shape[:2], 1, -1).repeat(1, 1, generator.styles, 1)


def random_noises(view: View, restarts: int) -> tuple[Tensor, ...]:
    """Standard normal noise maps, one tensor (T R, B, 1, r, r) a map."""
    shapes = view.generator.noise_shapes
    return tuple(view.noise(restarts, (view.shape[0], 1, *shape), "noise", i) for i, shape in enumerate(shapes))


def silent_noises(view: View, count: int) -> tuple[Tensor, ...]:
    """The generator's noise maps at zero, one tensor (count, B, 1, r, r) a map."""
    batch, device = view.shape[0], view.labels.device
    return tuple(torch.zeros(count, batch, 1, *shape, device=device) for shape in view.generator.noise_shapes)


def keep_norm(value: Tensor, start: Tensor, dims: int) -> Tensor:
    """`value` rescaled so that its last `dims` dimensions have the norm they had in `start`."""
    axes = tuple(range(-dims, 0))
    now = root(value.square().sum(axes, keepdim=True))
    return value * (root(start.square().sum(axes, keepdim=True)) / now.clamp(min=1e-12))


def project_l1(value: Tensor, centre: Tensor, radius: float) -> Tensor:
    """The nearest point of the l1 ball of `radius` around `centre`, for each row of (N, ...) (Duchi et al. 2008)."""
    offset = (value - centre).flatten(1)
    size = offset.abs()
    outside = size.sum(1) > radius
    if not outside.any():
        return value
    ranked = size.sort(1, descending=True).values
    excess = ranked.cumsum(1) - radius
    place = torch.arange(1, size.shape[1] + 1, device=value.device)
    kept = (ranked * place > excess).sum(1, keepdim=True)
    threshold = excess.gather(1, kept - 1) / kept
    shrunk = (centre.flatten(1) + offset.sign() * (size - threshold).clamp(min=0)).view_as(value)
    return torch.where(outside.view(-1, *[1] * (value.dim() - 1)), shrunk, value)
