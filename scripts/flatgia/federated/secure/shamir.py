"""Shamir's secret sharing (1979) over a prime field: any `threshold` shares give the secret, fewer say nothing of it."""

from collections.abc import Mapping, Sequence

import numpy as np

PRIME = 2**521 - 1  # a Mersenne prime beyond any key
SIZE = 66  # bytes of a share


def share(secret: bytes, threshold: int, points: Sequence[int], random: np.random.Generator) -> dict[int, bytes]:
    """A share for each of the points, which are distinct and at least 1."""
    coefficients = [int.from_bytes(secret, "big")]
    coefficients += [int.from_bytes(random.bytes(SIZE + 8), "big") % PRIME for _ in range(threshold - 1)]
    return {point: _value(coefficients, point).to_bytes(SIZE, "big") for point in points}


def reconstruct(shares: Mapping[int, bytes], size: int) -> bytes:
    """The secret of so many bytes, from at least a threshold of shares: Lagrange's interpolation at 0.

    Raises `OverflowError` if the shares are of no such secret.
    """
    total = 0
    for point, value in shares.items():
        over, under = 1, 1
        for other in shares:
            if other != point:
                over, under = over * other % PRIME, under * (other - point) % PRIME
        total += int.from_bytes(value, "big") * over * pow(under, -1, PRIME)
    return (total % PRIME).to_bytes(size, "big")


def _value(coefficients: Sequence[int], point: int) -> int:
    found = 0
    for coefficient in reversed(coefficients):
        found = (found * point + coefficient) % PRIME
    return found
