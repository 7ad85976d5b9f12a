"""The precision that the machine can train in at speed."""

import torch


def usable_precision(wanted: str, device: str) -> str:
    """`wanted` (bf16 or fp32), or fp32 where the processor has no bf16 arithmetic and would only emulate it."""
    if wanted == "bf16" and device == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return "fp32"
    return wanted
