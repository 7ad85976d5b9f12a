"""How exposed an image is, foreseen without an attack: proxies from the Hessian of gradient matching, beside references."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from flatgia.attacks.victim import Victim
from flatgia.audit.client import Client
from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import track
from flatgia.core.seeds import generator
from flatgia.curvature.matching import some_directions, spectra
from flatgia.curvature.proxies import NOISE, untold
from flatgia.curvature.surviving import directions as surviving
from flatgia.gradients.jacobian import flat

DIRECTIONS = 256  # of an image's space, at most
REFERENCES = 8  # random images


@dataclass(frozen=True)
class Exposure:
    """What stands out of one image's gradient; larger numbers mean at greater risk."""

    norm: float
    directions: float  # of the image's entries, that survive noise
    l2: float  # lambda_max of the squared error's Hessian
    cosine: float  # lambda_min of the cosine's
    lost: int  # eigenvalues that cannot be told from 0


NAMES = {
    "directions": "image directions that stand out of the noise",
    "norm": "gradient norm",
    "l2": "λmax, for attacks by squared error",
    "cosine": "λmin, for attacks by cosine",
}


def expose(client: Client, images: Tensor, labels: Sequence[int], seed: int, label: str) -> list[Exposure]:
    """Of each image (B, C, H, W) by itself, uint8 or in [0, 1], in double precision; the plain gradient, without a method.

    Raises `FlatgiaError` if a gradient is zero or not finite.
    """
    client = in_double(client)
    inputs, known = client.to_inputs(images.double() / 255 if images.dtype == torch.uint8 else images), list(labels)
    victim = client.naive().victim
    size = sum(value.numel() for value in victim.params.values())
    directions = some_directions(DIRECTIONS, inputs[0].numel(), size, "audit", seed)
    directions = None if directions is None else directions.to(inputs.device)
    found = []
    for x, y in track(list(zip(inputs, known, strict=True)), len(inputs), label, "image"):
        one = torch.tensor([y], device=inputs.device)
        norm, both = spectra(partial(_gradient, victim, one), x[None], directions)
        if not both:
            what = f"the gradient of this image at label {y} is {'zero' if norm == 0 else 'not finite'}"
            raise FlatgiaError(
                "--image", what, "nothing is shared of it; check --label, --mean and --std, and the weights"
            )
        l2, cosine = (both[name].values.cpu().numpy() for name in ("l2", "cosine"))
        top = both["l2"].largest
        survive = surviving(l2 / 2, x.numel(), NOISE * norm)
        found.append(Exposure(norm, survive, top, max(float(cosine[-1]), 0.0), untold(l2, top)))
    return found


def _gradient(victim: Victim, labels: Tensor, inputs: Tensor) -> Tensor:
    return flat(victim.gradient()(inputs, labels).values())


def in_double(client: Client) -> Client:
    """The same client in double precision, frozen parameters too."""
    network = copy.deepcopy(client.network).double()
    return replace(client, network=network, mean=client.mean.double(), std=client.std.double())


def random_images(client: Client, seed: int) -> Tensor:
    """`REFERENCES` images of independent pixels in [0, 1]."""
    draw = generator("audit reference", seed, list(client.shape))
    return torch.rand(REFERENCES, *client.shape, generator=draw, dtype=torch.float64).to(client.mean.device)


def predicted(client: Client, images: Tensor) -> list[int]:
    """The class that the network gives each image."""
    with torch.no_grad():
        found: list[int] = client.network(client.to_inputs(images)).argmax(1).tolist()
    return found


def notes(client: Client, entries: int, references: str) -> list[str]:
    """What was assumed."""
    lines = [
        "no attack is run: this says how exposed an image is near itself, not what an attack that starts elsewhere finds",
        f"each image by itself, its plain gradient; noise: {NOISE:g} of the gradient's norm in each entry",
        f"reference: {references}",
    ]
    if entries > DIRECTIONS:
        words = f"seen along at most {DIRECTIONS} random directions of {entries}: what stands out is an upper bound in the mean"
        lines.append(f"{words}, λmin is an upper bound, λmax is exact")
    return lines


def in_words(place: int, one: Exposure, entries: int, others: Sequence[Exposure]) -> list[str]:
    """A line a proxy: its value, how it compares with the references'."""
    lines = [f"image {place}:"]
    for name, words in NAMES.items():
        value, rest = getattr(one, name), sorted(getattr(other, name) for other in others)
        above = sum(value > other for other in rest)
        shown = f"{value:.0f} of {entries}" if name == "directions" else f"{value:.3g}"
        lines.append(
            f"  {words}: {shown} (references {rest[0]:.3g} to {rest[-1]:.3g}; more exposed than {above} of {len(rest)})"
        )
    if one.lost:
        lines.append(
            f"  {one.lost} of the directions seen do not move the gradient at all (dead units or unseen pixels): "
            "λmin says nothing"
        )
    return lines


def facts(exposures: Sequence[Exposure]) -> list[dict[str, Any]]:
    """In plain values."""
    return [vars(one) for one in exposures]
