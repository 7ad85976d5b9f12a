"""Spectra of every image at a checkpoint, and what each attack reaches there."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from flatgia.attacks.client import Client
from flatgia.attacks.victim import Victim
from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import track
from flatgia.curvature.matching import LOSSES, some_directions, spectra
from flatgia.gradients.jacobian import flat
from flatgia.metrics.registry import Metric
from flatgia.studies.information.spectra import in_double
from flatgia.studies.lavp.attacks import OPTIMISERS, matching_step, recover, starts

Row = tuple[str, str, int, int, str, float]  # optimiser, start, draw, image, metric, value
RANDOM = "random"


def all_spectra(client: Client, most: int, label: str, seed: int) -> dict[str, Tensor]:
    """`norm` (T,), and of each loss its eigenvalues (T, K) and the `_largest` (T,).

    Raises `FlatgiaError` where a gradient is zero or not finite: it has no direction, and no proxy.
    """
    exact = in_double(client.victim)
    inputs, labels = client.inputs.double(), client.labels
    size = sum(value.numel() for value in exact.params.values())
    directions = some_directions(most, inputs[0].numel(), size, seed)
    found: dict[str, list[Tensor]] = {}
    for image in track(range(len(inputs)), len(inputs), label, "image"):
        norm, both = spectra(
            partial(_gradient, exact, labels[image : image + 1]), inputs[image : image + 1], directions
        )
        if not both:
            what = f"the gradient of image {image} is {'zero' if norm == 0 else 'not finite'}"
            raise FlatgiaError(label, what, "train to an earlier round, or with a lower learning rate")
        rows = {"norm": torch.tensor(norm, dtype=torch.float64)}
        for loss, spectrum in both.items():
            rows[loss] = spectrum.values
            rows[f"{loss}_largest"] = torch.tensor(spectrum.largest, dtype=torch.float64)
        for key, value in rows.items():
            found.setdefault(key, []).append(value.cpu())
    return {key: torch.stack(values) for key, values in found.items()}


def _gradient(victim: Victim, labels: Tensor, inputs: Tensor) -> Tensor:
    return flat(victim._replace(method=None).gradient()(inputs, labels).values())


def stable_rate(largest: Tensor) -> float:
    """The rate of gradient descent: 1 / lambda_max of the steepest image, half of what keeps every image stable."""
    return float(1 / largest.max())


def recoveries(
    client: Client,
    loss: str,
    sigmas: Sequence[float],
    draws: int,
    steps: int,
    rates: tuple[float, float],
    metrics: Mapping[str, Metric],
    label: str,
    seed: int,
) -> Iterator[Row]:
    """Metrics of every answer, `distance` of the matching loss, and whether it is `finite`; else it is the start itself."""
    if loss not in LOSSES:
        raise FlatgiaError("--loss", f"{loss!r} is no loss of this study", f"known: {', '.join(LOSSES)}")
    exact = in_double(client.victim)
    inputs, labels = client.inputs.double(), client.labels
    mean, std = (value.double() for value in client.statistics)
    truth = (inputs * std + mean).clamp(0, 1).cpu()
    step = matching_step(exact, loss, inputs, labels)
    for sigma in (*sigmas, None):
        name = RANDOM if sigma is None else f"{sigma:g}"
        for draw in range(draws):
            start = starts(inputs, sigma, draw, seed)
            for optimiser in OPTIMISERS:
                said = f"{label}, {loss}, {optimiser} from {name}"
                answers, finite = recover(optimiser, step, start, rates, steps, said)
                images = (answers * std + mean).clamp(0, 1).cpu()
                values = {key: metric(images, truth).tolist() for key, metric in metrics.items()}
                values["finite"] = finite.double().tolist()
                for image in range(len(inputs)):
                    for key in values:
                        yield optimiser, name, draw, image, key, values[key][image]
