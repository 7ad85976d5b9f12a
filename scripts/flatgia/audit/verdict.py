"""What the remaining cost means: whether any image explains the gradient, if the client is the one that was modelled."""

from typing import Literal, NamedTuple

from torch import Tensor, nn

from flatgia.attacks.view import View
from flatgia.audit.client import Client
from flatgia.core.failures import FAILED_ABOVE

OUTSIDE = 0.05  # share of pixels that may lie outside the range of images
EXPLAINED = 1e-3  # cosine distance; docs/audit.md has what was measured
MORE = "more steps, or --retries"
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
        if distance > FAILED_ABOVE:
            words += f"; the search has not ended, so the picture may still change ({MORE})"
        return Verdict("explained", words)
    words = (
        f"the modelled client does not explain this gradient (distance {distance:.2g}, and a right model with a search"
    )
    words += f" that succeeds ends below {EXPLAINED:g}): "
    early = f"the search ended too early ({MORE}{'; ReLUs make it hard' if kinks else ''})"
    return Verdict("not explained", words + "; or ".join([early, *candidates]))


def candidates(client: Client, batch: int, sure: str, sharer: Client | None) -> list[str]:
    """What else the client may have done, the likeliest first."""
    if sharer is not None:
        hidden = sharer.sharing != client.sharing
        return ["the attacker does not model what the client runs (--attacker adaptive)"] if hidden else []
    norms = any("batch norm" in note for note in client.notes)
    found = [f"the client was in {'train' if client.mode == 'eval' else 'eval'} mode (--mode)"] if norms else []
    found += ["it is of several images (--batch)"] if batch == 1 else ["the batch has another size (--batch)"]
    found += ["the label is another (--label)"] if sure in ("guess", "given") else []
    found += ["it is an update (--update) of several steps (--steps)"] if client.sharing.steps == 1 else []
    found += [] if client.sharing.scaled else ["it was clipped or scaled (--scaled)"]
    found += ["the client runs another method (--method with --attacker adaptive)"]
    found += ["the weights, the size of the images (--size) or their mean and deviation (--mean, --std) are others"]
    found += ["the loss is another one (label smoothing, say)", "noise or compression was added"]
    return found


def has_kinks(client: Client) -> bool:
    """Whether a layer's derivative jumps."""
    return any(isinstance(m, nn.ReLU | nn.ReLU6 | nn.LeakyReLU | nn.MaxPool2d) for m in client.network.modules())


def notes_on_range(view: View, inputs: Tensor) -> list[str]:
    """A word if many pixels of the answer lie outside the range of images, as with another mean and deviation."""
    images = inputs * view.std + view.mean
    share = float(((images < -0.05) | (images > 1.05)).double().mean())
    if share < OUTSIDE:
        return []
    return [f"{share:.0%} of the pixels lie outside the range of images and were cut: mean and deviation may be others"
            " (--mean, --std)"]  # fmt: skip
