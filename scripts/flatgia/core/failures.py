"""When a search has failed, which is not the same as a defence that held."""

from typing import Any

# Cosine distance between the observed gradient and the one modelled at the answer. With a right model a search that succeeds
# ends below it, with a wrong one nothing ends below 0.03. The first choice was 5e-4; a search on FedSAM's plain gradient that
# ended at 2e-4 with a picture of 19 dB showed it to be too high.
FAILED_ABOVE = 1e-5


def has_failed(distance: Any, distance_truth: Any) -> Any:
    """Whether the truth explains the gradient and the answer does not; numbers, or arrays or tensors of them.

    Where the attacker models the client wrongly, the truth does not explain the gradient either: no failure.
    """
    return (distance > FAILED_ABOVE) & (distance_truth <= FAILED_ABOVE)
