"""The machine as the config's section `compute` describes it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from flatgia.core.parameters import Limits


@dataclass(frozen=True)
class Compute:
    """What a job computes with; the bytes of a result depend on all of it."""

    threads: Annotated[int, Limits(low=1, high=1024)]  # torch crashes at a million
    device: Literal["cpu", "cuda", "auto"]
    instructions: Literal["portable", "native"]
    compile: Literal["auto", "never", "graphs"]


ALONE = Compute(
    threads=1, device="cpu", instructions="portable", compile="never"
)  # for a command that computes nothing
