"""Which instructions of a processor the libraries may use: with those that every machine has, all give the same bytes.

A library picks its kernels by the processor it finds, and a wider register sums in another order. `portable` holds PyTorch,
oneDNN, MKL, OpenBLAS and NumPy to AVX2, by their own switches, which they read once, as they are loaded. Our C++ sums in one
order on every machine (lanes/vectors.h), so it may use all there is.
"""

import os
import sys
from functools import cache
from pathlib import Path

PORTABLE = {
    "ATEN_CPU_CAPABILITY": "avx2",  # torch.compile obeys it too
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_CBWR": "COMPATIBLE",  # MKL's AVX2 gives an AMD processor other bytes than an Intel one
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
NEEDED = {"avx2", "fma"}
CPUINFO = Path("/proc/cpuinfo")


def use_instructions(instructions: str) -> None:
    """Sets the switches for `portable`; `native` leaves everything as it is. Before torch and NumPy are imported."""
    if instructions != "portable":
        return
    if not can_be_portable():
        print(
            "this processor has no AVX2: compute.instructions is native, and the bytes are not those of other machines",
            file=sys.stderr,
            flush=True,
        )
        return
    os.environ.update(PORTABLE)


@cache
def can_be_portable() -> bool:
    """Whether the processor is an x86-64 with AVX2 and FMA; the switches would make another fail on its first product."""
    try:
        text = CPUINFO.read_text()
    except OSError:
        return False
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return set(flags.split()) >= NEEDED


def are_portable() -> bool:
    """Whether this process runs under the switches."""
    return all(os.environ.get(name) == value for name, value in PORTABLE.items())
