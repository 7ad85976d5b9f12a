"""Real numbers as integers modulo 2^bits, so that masks hide them perfectly and their sum is exact."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatgia.core.errors import FlatgiaError

Words = NDArray[np.unsignedinteger[Any]]  # (P,), each modulo 2^32 or 2^64
WORD: dict[int, np.dtype[np.unsignedinteger[Any]]] = {32: np.dtype("<u4"), 64: np.dtype("<u8")}


@dataclass(frozen=True)
class FixedPoint:
    """Two's complement in 32 or 64 `bits`, of which `fraction` stand behind the point."""

    bits: int
    fraction: int

    def __post_init__(self) -> None:
        if self.bits not in WORD or not 0 <= self.fraction < self.bits:
            what = f"{self.bits} bits with {self.fraction} behind the point"
            raise FlatgiaError("the fixed-point range", what, "take 32 or 64 bits, and fewer behind the point")

    @property
    def word(self) -> np.dtype[np.unsignedinteger[Any]]:
        """The unsigned integers in which it is computed."""
        return WORD[self.bits]

    def encode(self, values: NDArray[np.floating[Any]], clients: int) -> Words:
        """Rounded to nearest. Raises `FlatgiaError` if the sum over so many clients could leave the range, or is not finite."""
        largest = float(np.abs(values).max(initial=0.0))
        if not math.isfinite(largest):
            raise FlatgiaError(
                "secure aggregation", "a client's vector is not finite", "lower its learning rate or rho"
            )
        scaled = np.rint(values.astype(np.float64) * 2.0**self.fraction)
        bound = clients * float(np.abs(scaled).max(initial=0.0))
        if bound >= 2.0 ** (self.bits - 1):
            needed = math.floor(math.log2(bound)) + 2
            what = f"{clients} values as large as {largest:.3g} overflow {self.bits} bits with {self.fraction} behind the point"
            fits = f"take {needed} bits or more, or {needed - self.bits} fewer behind the point, or clip"
            raise FlatgiaError("secure aggregation", what, fits)
        return scaled.astype(np.int64).astype(self.word)

    def decode(self, words: Words) -> NDArray[np.float64]:
        """The real numbers that a sum stands for."""
        signed = words.astype(self.word).view(np.dtype(f"<i{self.bits // 8}"))
        return signed.astype(np.float64) / 2.0**self.fraction
