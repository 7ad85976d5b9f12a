"""The robust membership inference attack, offline (Zarifzadeh et al. 2024): ratios to the population's."""

import numpy as np

from flatgia.membership.shadows import Array, check_shadows

OFFLINE = 0.3  # a of P(x) = ((1 + a) P_out + 1 - a) / 2, as the published code has it


def rmia(
    target: Array,
    shadows: Array,
    members: Array,
    population: tuple[Array, Array],
    a: float = OFFLINE,
    gamma: float = 1.0,
) -> Array:
    """The share (I,) of the population z with LR(x) / LR(z) > gamma, LR(x) = P(x | target) / P(x).

    Phi of the images at the target (I,) and at shadows (S, I), of which only those without the image are used; `population` is
    phi of images that no model has seen, at the target (Z,) and at the shadows (S, Z).
    """
    check_shadows(members, 1)
    outside = np.where(members, 0, _probability(shadows)).sum(0) / (~members).sum(0)
    here, among = population
    of_images = _log_probability(target) - np.log(_prior(outside, a))
    of_population = np.sort(_log_probability(here) - np.log(_prior(_probability(among).mean(0), a)))
    return np.searchsorted(of_population, of_images - np.log(gamma), side="left") / len(of_population)


def _prior(outside: Array, a: float) -> Array:
    return ((1 + a) * outside + 1 - a) / 2


def _probability(phi: Array) -> Array:
    return np.exp(_log_probability(phi))


def _log_probability(phi: Array) -> Array:
    found: Array = -np.logaddexp(0, -phi.astype(np.float64))
    return found
