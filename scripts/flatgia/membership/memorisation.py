"""Memorisation and influence (Feldman & Zhang 2020), from models that were trained on random halves."""

import numpy as np

from flatgia.membership.shadows import Array, check_shadows


def memorisation(correct: Array, members: Array) -> Array:
    """P[right on i | i is in] - P[right on i | i is out], (I,), in [-1, 1]; both (N, I)."""
    check_shadows(members, 1)
    inside, outside = ((correct & side).sum(0) / side.sum(0) for side in (members, ~members))
    found: Array = inside - outside
    return found


def influence(correct: Array, members: Array) -> Array:
    """P[right on j | i is in] - P[right on j | i is out], (I, J), for right (N, J) and members (N, I)."""
    check_shadows(members, 1)
    right, inside = correct.astype(np.float64), members.astype(np.float64)
    found: Array = inside.T @ right / inside.sum(0)[:, None] - (1 - inside).T @ right / (1 - inside).sum(0)[:, None]
    return found
