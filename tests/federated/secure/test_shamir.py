"""Any threshold of shares give the secret; one fewer fit every other secret as well."""

from itertools import combinations

import numpy as np
import pytest

from flatgia.federated.secure.graph import neighbours
from flatgia.federated.secure.shamir import PRIME, SIZE, reconstruct, share


def test_any_three_of_five_give_the_secret_and_two_do_not():
    secret = bytes(range(32))
    shares = share(secret, 3, [1, 2, 3, 7, 500], np.random.default_rng(0))
    for chosen in combinations(shares, 3):
        assert reconstruct({point: shares[point] for point in chosen}, 32) == secret
    with pytest.raises(OverflowError):
        reconstruct({point: shares[point] for point in (1, 2)}, 32)


def test_one_share_fewer_fits_every_secret():
    """With shares at 1 and 2 of a line's worth of threshold 3, some third share makes any secret."""
    shares = share(b"secret", 3, [1, 2], np.random.default_rng(0))
    one, two = (int.from_bytes(shares[point], "big") for point in (1, 2))
    for wanted in (0, 12345):
        # p(0) = 3 p(1) - 3 p(2) + p(3)
        third = (wanted - 3 * one + 3 * two) % PRIME
        found = reconstruct(shares | {3: third.to_bytes(SIZE, "big")}, 8)
        assert int.from_bytes(found, "big") == wanted


@pytest.mark.parametrize(
    "count, degree, expected", [(2, 20, 1), (5, 20, 4), (6, 20, 5), (6, 4, 4), (50, 7, 8), (500, 20, 20)]
)
def test_the_graph_is_symmetric_and_regular(count, degree, expected):
    graph = neighbours(range(count), degree, np.random.default_rng(0))
    assert {len(others) for others in graph.values()} == {expected}
    assert all(name not in others and all(name in graph[other] for other in others) for name, others in graph.items())
