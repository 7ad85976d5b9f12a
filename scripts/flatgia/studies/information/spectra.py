"""The singular values of J = dg/dx at each image, of the plain gradient and of the one that is sent."""

from functools import partial

import torch
from torch import Tensor

from flatgia.attacks.victim import Victim
from flatgia.core.progress import track
from flatgia.core.roots import root
from flatgia.curvature.exact import eigenvalues
from flatgia.gradients.jacobian import columns, flat, gram, random_directions

MEMORY = 2**30  # bytes of the columns that are kept; a larger network is seen along fewer directions


def in_double(victim: Victim) -> Victim:
    """The same client in double precision, in which the smallest singular values are told from rounding."""

    def double(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        return {name: value.double() if value.is_floating_point() else value for name, value in tensors.items()}

    return victim._replace(state=double(victim.state), broadcast=victim.broadcast and double(victim.broadcast))


def spectra(victim: Victim, inputs: Tensor, labels: Tensor, most: int, label: str, *seed: object) -> dict[str, Tensor]:
    """Of one image after another, inputs (T, C, H, W) and labels (T,), by model inputs.

    `plain` and `sent` (T, K) are singular values, falling; `plain_norm` and `sent_norm` (T,) those of the gradients. With fewer
    directions than entries, at `most` or as many as fit into memory, J is taken along K random ones, and `plain_halves` and
    `sent_halves` (T, 2, K / 2) are the values along half of them. There is no `sent` where it is the plain gradient.
    """
    clients = {"plain": victim._replace(method=None), "sent": victim}
    entries, size = inputs[0].numel(), sum(value.numel() for value in victim.params.values())
    count = min(most, MEMORY // (8 * size))
    directions = None
    if count < entries:
        directions = random_directions(max(2, count - count % 2), entries, *seed).to(inputs.device)
    found: dict[str, list[Tensor]] = {}
    for x, y in track(list(zip(inputs.double(), labels, strict=True)), len(labels), label, "image"):
        truths: list[Tensor] = []
        for name, client in clients.items():
            gradient = partial(_gradient, client, y[None])
            truth = gradient(x[None])
            if any(torch.equal(truth, other) for other in truths):
                continue
            truths.append(truth)
            whole = gram(columns(gradient, x[None], directions))
            rows = {name: values_of(whole), f"{name}_norm": truth.norm()}
            if directions is not None:
                half = len(whole) // 2
                rows[f"{name}_halves"] = torch.stack([values_of(whole[:half, :half]), values_of(whole[half:, half:])])
            for key, value in rows.items():
                found.setdefault(key, []).append(value.cpu())
    return {key: torch.stack(values) for key, values in found.items()}


def _gradient(client: Victim, labels: Tensor, inputs: Tensor) -> Tensor:
    return flat(client.gradient()(inputs, labels).values())


def values_of(whole: Tensor) -> Tensor:
    """Singular values of J, falling, float32, from G = J^T J (K, K)."""
    return root(eigenvalues(whole.contiguous()).clamp(min=0).flip(0)).float()
