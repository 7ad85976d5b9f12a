"""A network with which the training to TROUBLE_ROUND goes wrong once, on a cluster; what it computes is the LeNet's."""

import os
import sys
import time
from pathlib import Path

from flatgia.networks.lenet import LeNet

__all__ = ["LeNet"]


def once(marker: Path) -> bool:
    """True for the first process that asks."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def misbehave(kind: str, marker: Path) -> None:
    """`memory` fills more than a gigabyte, `time` never ends, `wait` takes half a minute, `look` notes the GPUs; once."""
    if not once(marker):
        return
    if kind == "look":
        marker.write_text(os.environ.get("CUDA_VISIBLE_DEVICES", "none"))
    else:
        held = bytearray(os.urandom(1)) * (1_200_000_000 if kind == "memory" else 0)
        time.sleep(25 if kind == "wait" else 900)
        del held


if "SLURM_JOB_ID" in os.environ and os.environ.get("TROUBLE_ROUND") in sys.argv:
    misbehave(os.environ["TROUBLE"], Path(os.environ["TROUBLE_MARKER"]))
