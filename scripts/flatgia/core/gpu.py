"""What a provenance says of the GPU that a job ran on."""

from typing import Any


def gpu_facts() -> dict[str, Any]:
    """Its name, the versions that decide the bytes, and the most memory that torch held, in MiB."""
    import torch

    return {
        "gpu": torch.cuda.get_device_name(),
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
        "peak_gpu_memory_mib": round(torch.cuda.max_memory_allocated() / 2**20, 1),
    }
