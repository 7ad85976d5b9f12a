"""What the remaining cost means: whether any image explains the gradient, if the client is the one that was modelled."""

from typing import Literal, NamedTuple

EXPLAINED = 1e-3  # cosine distance; docs/audit.md has what was measured
Meaning = Literal["explained", "not explained"]


class Verdict(NamedTuple):
    """Whether the modelled client explains the gradient, and a sentence on it."""

    meaning: Meaning
    words: str


def judge(distance: float, factor: float, candidates: list[str], kinks: bool = False) -> Verdict:
    """From the cosine distance between the modelled and the observed gradient, and the latter's norm over the former's.

    `candidates` are what else the client may have done; `kinks`: the network has ReLUs or the like, which are hard to search.
    """
    if distance < EXPLAINED:
        words = f"the modelled client explains this gradient (distance {distance:.2g})"
        if abs(factor - 1) > max(0.02, 3 * (2 * distance) ** 0.5):  # more than the remaining distance leaves open
            words += f"; the observed one is {factor:.3g} times as long, so it was clipped or scaled"
        return Verdict("explained", words)
    words = (
        f"the modelled client does not explain this gradient (distance {distance:.2g}, and a right model with a search"
    )
    words += f" that succeeds ends below {EXPLAINED:g}): "
    early = f"the search ended too early (more steps or restarts{', for ReLUs make it hard' if kinks else ''})"
    return Verdict("not explained", words + "; or ".join([early, *candidates]))
