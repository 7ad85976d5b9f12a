"""The norm layers that the networks share."""

from typing import Literal

from torch import nn

Norm = Literal["batch", "group", "none"]


def norm_layer(norm: Norm, channels: int) -> nn.Module:
    """Batch norm, group norm of 8 channels a group where they divide so (Wu & He 2018), or nothing."""
    if norm == "batch":
        return nn.BatchNorm2d(channels)
    if norm == "group":
        return nn.GroupNorm(channels // 8 if channels % 8 == 0 else 1, channels)
    return nn.Identity()
