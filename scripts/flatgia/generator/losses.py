"""The losses of the two players: non-saturating logistic, and R1 on real images."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def generator_loss(fake: Tensor) -> Tensor:
    """Non-saturating loss of logits on generated images (N,), averaged."""
    return F.softplus(-fake).mean()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Logistic loss of logits on real and generated images (N,), averaged."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def r1_penalty(discriminator: nn.Module, images: Tensor) -> Tensor:
    """Half the mean squared gradient norm of the logits by real images (N, 3, 32, 32); in fp32, differentiable."""
    images = images.detach().requires_grad_()
    with torch.autocast(images.device.type, enabled=False):
        (slope,) = torch.autograd.grad(discriminator(images).sum(), images, create_graph=True)
    return slope.square().sum((1, 2, 3)).mean() / 2
