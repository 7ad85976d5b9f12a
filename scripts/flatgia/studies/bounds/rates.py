"""The terms of the paper's rate for FedSAM (full participation, after Theorem 3.2) with a run's constants, without their O().

As B.3.2 sets them: eta_l = 1 / (sqrt(R) K L), eta_g = sqrt(K N), rho = 1 / sqrt(R).
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple


class Constants(NamedTuple):
    """What the rate is made of; `smoothness` L, `gap` F(theta_0) - F*, `largest` det(H) / L' = lambda_max(H)."""

    rounds: int
    clients: int
    local_steps: int
    batch: int
    parameters: int
    gap: float
    smoothness: float
    sigma_g: float  # squared
    sigma_l: float  # squared
    largest: float


def counts(config: Mapping[str, Any], rounds: int) -> dict[str, int]:
    """R, N, K and B of a run."""
    federation = config["federation"]
    steps = federation["local_epochs"] * math.ceil(federation["images_per_client"] / federation["batch_size"])
    return {
        "rounds": rounds,
        "clients": federation["clients"],
        "local_steps": steps,
        "batch": federation["batch_size"],
    }


def terms(c: Constants) -> dict[str, float]:
    """The five terms by name, in the order of the paper."""
    root = math.sqrt(c.rounds * c.clients)
    slow = c.batch * c.local_steps**1.5 * root
    return {
        "gap": c.gap * c.smoothness / (root * math.sqrt(c.local_steps)),
        "sigma_g": c.sigma_g / c.rounds,
        "sigma_l": c.smoothness**2 * c.sigma_l / (c.rounds**1.5 * math.sqrt(c.local_steps * c.clients)),
        "smoothness": c.smoothness / slow,
        "determinant": c.largest / slow,
    }


def share_of_determinant(c: Constants) -> float:
    """The term in det(H) as a share of the five."""
    found = terms(c)
    return found["determinant"] / sum(found.values())


def derived(c: Constants) -> dict[str, float]:
    """What Lemma 9 gives for the last two once summed over R rounds: (d - 1) kept, and no 1/R that the sum cancels.

    `as_stated` bounds the step size by 1/(K L) as Lemma 9 does, and grows with R; `mended` keeps eta_l eta_g, and falls.
    """
    stated = c.smoothness * math.sqrt(c.rounds) / (2 * c.batch * c.local_steps**1.5 * math.sqrt(c.clients))
    mended = math.sqrt(c.clients / (c.rounds * c.local_steps)) / (2 * c.batch)
    trace = (c.parameters - 1) * c.smoothness + c.largest
    return {"as_stated": stated * trace / c.smoothness, "mended": mended * trace}
