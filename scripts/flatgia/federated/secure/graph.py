"""Who masks with whom: a random regular graph, as in SecAgg+ (Bell et al. 2020, Algorithm 1: Harary's, its nodes shuffled)."""

from collections.abc import Sequence

import numpy as np

from flatgia.core.errors import FlatgiaError


def neighbours(clients: Sequence[int], degree: int, random: np.random.Generator) -> dict[int, tuple[int, ...]]:
    """Of each client at least `degree` others (all of them where there are no more), ascending; the relation is symmetric.

    Raises `FlatgiaError` for fewer than two clients.
    """
    count = len(clients)
    if count < 2:
        raise FlatgiaError(
            "secure aggregation", f"{count} client", "take two or more: a sum over one client hides nothing"
        )
    circle = random.permutation(np.array(clients))
    steps = min(-(-degree // 2), count // 2)
    offsets = [sign * step for step in range(1, steps + 1) for sign in (1, -1)]
    return {
        int(circle[place]): tuple(sorted({int(circle[(place + offset) % count]) for offset in offsets}))
        for place in range(count)
    }
