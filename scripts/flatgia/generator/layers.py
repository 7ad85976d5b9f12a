"""The layers of StyleGAN2 (Karras et al. 2020), pure: no buffers, nothing changed in place."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Leaky ReLU halves the power of its input; as it is homogeneous, the layer before it can make up for that for nothing.
GAIN = math.sqrt(2)


class EqualLinear(nn.Module):
    """Linear map (N, fan_in) -> (N, fan_out), equalised; `rate` scales its learning rate, `gain` its output."""

    def __init__(self, fan_in: int, fan_out: int, rate: float = 1.0, bias: float = 0.0, gain: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(fan_out, fan_in) / rate)
        self.bias = nn.Parameter(torch.full((fan_out,), bias / rate))
        self.rate, self.scale = rate, rate * gain / math.sqrt(fan_in)

    def forward(self, x: Tensor) -> Tensor:
        """(N, fan_in) -> (N, fan_out)."""
        return F.linear(x, self.weight * self.scale, self.bias * self.rate)


class EqualConv(nn.Module):
    """Convolution, equalised, size kept: (N, fan_in, r, r) -> (N, fan_out, r, r); `gain` scales its output."""

    def __init__(self, fan_in: int, fan_out: int, kernel: int, bias: bool = True, gain: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(fan_out, fan_in, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(fan_out)) if bias else None
        self.scale, self.padding = gain / math.sqrt(fan_in * kernel**2), kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        """(N, fan_in, r, r) -> (N, fan_out, r, r)."""
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


def modulated_conv(x: Tensor, weight: Tensor, style: Tensor) -> Tensor:
    """Convolution of x (N, C, r, r) by weights (O, C, k, k) scaled by each image's style (N, C); size kept."""
    return F.conv2d(x * style[:, :, None, None].to(x.dtype), weight, padding=weight.shape[-1] // 2)


def demodulation(weight: Tensor, style: Tensor) -> Tensor:
    """1 / norm of each image's modulated weights: weight (O, C, k, k), style (N, C) -> (N, O)."""
    # The weights of image n would be weight * style[n], divided by their norm. Scaling the input and then the output
    # is the same sum and needs no weights per image.
    return torch.rsqrt(style.square() @ weight.square().sum((2, 3)).T + 1e-8)


def upsample(x: Tensor) -> Tensor:
    """Bilinear, twice the size: (N, C, r, r) -> (N, C, 2r, 2r)."""
    if x.is_cpu:
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    # On a GPU the deterministic way of that is slow backwards, and torch.compile gives up on it.
    return doubled(doubled(x, 2), 3)


def doubled(x: Tensor, dim: int) -> Tensor:
    """Twice as long along `dim`, linear between the centres of what was there, the ends held."""
    last = x.shape[dim] - 1
    before = torch.cat((x.narrow(dim, 0, 1), x.narrow(dim, 0, last)), dim)
    after = torch.cat((x.narrow(dim, 1, last), x.narrow(dim, last, 1)), dim)
    return torch.stack((0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after), dim + 1).flatten(dim, dim + 1)


def activate(x: Tensor) -> Tensor:
    """Leaky ReLU; the layer before it carries GAIN."""
    return F.leaky_relu(x, 0.2)


class StyledConv(nn.Module):
    """Modulated and demodulated 3x3 convolution, noise, bias, activation; `up` doubles the size."""

    def __init__(self, fan_in: int, fan_out: int, latent: int, up: bool = False):
        super().__init__()
        self.affine = EqualLinear(latent, fan_in, bias=1.0)
        self.weight = nn.Parameter(torch.randn(fan_out, fan_in, 3, 3))
        self.bias = nn.Parameter(torch.zeros(fan_out))
        self.strength = nn.Parameter(torch.zeros(()))
        self.scale, self.up = 1 / math.sqrt(fan_in * 9), up

    def forward(self, x: Tensor, style: Tensor, noise: Tensor) -> Tensor:
        """x (N, fan_in, r, r), style (N, latent), noise (N, 1, R, R) -> (N, fan_out, R, R), R = r or 2r."""
        weight, style = self.weight * self.scale, self.affine(style)
        y = modulated_conv(x, weight, style)
        factor = (GAIN * demodulation(weight, style))[:, :, None, None].to(y.dtype)
        y = torch.addcmul(self.bias[:, None, None].to(y.dtype), y, factor)
        # Enlarging after the convolution, not before it, saves three quarters of it.
        y = upsample(y) if self.up else y
        return activate(y + (self.strength * noise).to(y.dtype))


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to three channels, not demodulated."""

    def __init__(self, fan_in: int, latent: int):
        super().__init__()
        self.affine = EqualLinear(latent, fan_in, bias=1.0)
        self.weight = nn.Parameter(torch.randn(3, fan_in, 1, 1))
        self.bias = nn.Parameter(torch.zeros(3))
        self.scale = 1 / math.sqrt(fan_in)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """x (N, fan_in, r, r), style (N, latent) -> (N, 3, r, r) in the style's precision."""
        y = modulated_conv(x, self.weight * self.scale, self.affine(style))
        return y.to(style.dtype) + self.bias[:, None, None]
