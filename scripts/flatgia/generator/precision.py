"""The precision that the machine can train in at speed."""

import torch

from flatgia.core.instructions import are_portable
from flatgia.settings.sections import Precision


def usable_precision(wanted: Precision, device: str) -> Precision:
    """`wanted` (bf16 or fp32), or fp32 where the processor has no bf16 arithmetic, or may not use what others lack."""
    if wanted == "bf16" and device == "cpu" and (are_portable() or not torch.ops.mkldnn._is_mkldnn_bf16_supported()):
        return "fp32"
    return wanted
