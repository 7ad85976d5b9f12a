"""Predicted and reached PSNR of every disturbance of every image at a checkpoint."""

from collections.abc import Iterable, Iterator
from functools import partial

import torch
from torch import Tensor

from flatgia.attacks import load_attack
from flatgia.attacks.again import search
from flatgia.attacks.agreement import distances
from flatgia.attacks.client import Client
from flatgia.attacks.observe import server_view
from flatgia.attacks.victim import Victim
from flatgia.core.progress import track
from flatgia.gradients.jacobian import columns, flat
from flatgia.metrics.psnr import psnr
from flatgia.settings.settings import Settings
from flatgia.studies.information.spectra import in_double
from flatgia.studies.shift.disturb import KINDS, Disturbed, disturb
from flatgia.studies.shift.predict import by_prior, by_ridge
from flatgia.studies.shift.residual import whitened

Row = tuple[int, str, str, float]  # image, disturbance, what of it, value


def measure(settings: Settings, attack: str, client: Client, label: str, seed: int) -> Iterator[Row]:
    """Rows for every image of the client's: PSNR by `ridge` and by `prior`, with the weight each takes; the `relative` norm of
    what is added; the norm of the `perturbation`; and what the attack has `reached` on what the client does not send.

    The attack is given the label, so that a disturbance is not counted for hiding it.
    """
    exact, entry = in_double(client.victim), settings.attacks[attack]
    weights, objective = entry.numbers["tv"], entry.numbers["objective"]
    mean, std = (value.double() for value in client.statistics)
    inputs, labels = client.inputs.double(), client.labels
    truth = inputs * std + mean
    disturbed: list[Disturbed] = []
    for image in track(range(len(inputs)), len(inputs), label, "image"):
        x, y = inputs[image : image + 1], labels[image : image + 1]
        found = disturb(exact, x, y, seed, image)
        disturbed.append(found)
        jacobian = columns(partial(_plain, exact, y), x)
        added = torch.stack([found.others[kind] - found.plain for kind in KINDS])
        norm, plain = found.plain.norm(), _like(found.plain[None], exact.params.values())
        by_cost, added_by_cost = (whitened(rows, [p[0] for p in plain], objective) for rows in (jacobian, added))
        shifts = {
            "ridge": by_ridge(jacobian, added, norm, weights),
            "prior": by_prior(by_cost, added_by_cost, x[0], weights),
        }
        for name, (shift, weight) in shifts.items():
            answers = (truth[image] + shift.view(-1, *x.shape[1:]) * std).clamp(0, 1)
            for kind, value, taken in zip(KINDS, psnr(answers, truth[image].expand_as(answers)), weight, strict=True):
                yield image, kind, name, float(value)
                yield image, kind, f"{name}_weight", float(taken)
        for kind, row in zip(KINDS, added, strict=True):
            yield image, kind, "relative", float(row.norm() / norm)
        yield image, "sent", "perturbation", found.perturbation
    for kind in KINDS[1:]:
        observed = torch.stack([found.others[kind] for found in disturbed])
        reached = _reached(settings, attack, client, observed, f"{label}, {kind}", (kind, seed))
        for image, value in enumerate(psnr(reached, truth).tolist()):
            yield image, kind, "reached", value


def _plain(client: Victim, labels: Tensor, inputs: Tensor) -> Tensor:
    return flat(client._replace(method=None).gradient()(inputs, labels).values())


def _like(rows: Tensor, params: Iterable[Tensor]) -> tuple[Tensor, ...]:
    """Gradients (T, P) as one tensor (T, ...) a parameter."""
    shapes = [value.shape for value in params]
    pieces = rows.split([shape.numel() for shape in shapes], 1)
    return tuple(piece.reshape(-1, *shape) for piece, shape in zip(pieces, shapes, strict=True))


def _reached(
    settings: Settings, attack: str, client: Client, observed: Tensor, label: str, seed: tuple[object, ...]
) -> Tensor:
    """The attack's answers (T, C, H, W) in [0, 1] to gradients (T, P), as one who models the plain gradient."""
    believed = client.victim._replace(method=None)
    gradients = _like(observed.to(client.inputs.dtype), believed.params.values())
    entry = settings.attacks[attack]
    inputs, labels = client.inputs[:, None], client.labels[:, None]
    shape = (1, *client.inputs.shape[1:])
    view = server_view(
        believed, gradients, labels, shape, client.statistics, settings.compute.compile, None,
        ("shift", attack, *seed), label,
    )  # fmt: skip
    chosen = load_attack(entry)
    answer = search(view, chosen, chosen.run(view), distances(view, inputs), entry.retries)
    return answer.found.images[:, 0].double()
