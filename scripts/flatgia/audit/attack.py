"""An attack on one shared gradient, and its answer with everything that was assumed or noticed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from flatgia.attacks import load_attack
from flatgia.attacks.again import search
from flatgia.attacks.guard import check_gradient
from flatgia.attacks.labels import Evidence, Labels, evidence, labels_from
from flatgia.attacks.observe import server_view
from flatgia.attacks.run import load_generator
from flatgia.attacks.select import Reconstruction, best_restart
from flatgia.attacks.view import View
from flatgia.audit.client import Client
from flatgia.audit.probe import text
from flatgia.audit.signs import looks_like_an_update, notes_on_labels, notes_on_signs
from flatgia.audit.verdict import Verdict, candidates, has_kinks, judge, notes_on_range
from flatgia.core.errors import FlatgiaError
from flatgia.gradients.objectives import cosine_distance
from flatgia.networks.network import Params
from flatgia.settings import config
from flatgia.settings.sections import AttackEntry
from flatgia.settings.settings import Settings

TRIED = 20  # classes at most, if each is tried as the label
BOX = 1.0  # weight of what lies outside the range of images
Sure = Literal["given", "exact", "guess", "least cost"]


@dataclass(frozen=True)
class Answer:
    """What an attack found, and what it means."""

    images: Tensor  # (B, C, H, W) in [0, 1]
    labels: list[int]
    sure: Sure  # of the labels: exact for one image under cross-entropy
    cost: float  # gradient matching, as the attack has it
    distance: float  # cosine distance of the modelled from the observed gradient
    verdict: Verdict
    notes: list[str]
    found: Reconstruction

    def facts(self) -> dict[str, Any]:
        """Everything in plain values."""
        return {
            "labels": self.labels,
            "labels_are": self.sure,
            "cost": self.cost,
            "distance": self.distance,
            "meaning": self.verdict.meaning,
            "verdict": self.verdict.words,
            "notes": self.notes,
        }


def attack(
    client: Client,
    gradient: Params,
    labels: Sequence[int] | None = None,
    batch: int = 1,
    attack: str = "ig",
    settings: Settings | Path | str = config.PAPER,
    seed: int = 0,
    generator: Path | str | None = None,
    sharer: Client | None = None,
    compile: bool = False,
    retries: int = 0,
) -> Answer:
    """Reconstructs `batch` images from a gradient, the client taken to be `client`; labels are inferred unless given.

    `sharer`: who shared the gradient, where it was taken here; `compile` pays for thousands of steps; `retries` is how
    often a search that has not ended is made again. Raises `FlatgiaError` if labels are needed, or all restarts diverge.
    """
    settings = settings if isinstance(settings, Settings) else Settings.load(settings, "attacks", "compute")
    check_gradient(gradient, "the gradient")
    client = client.that_shared(list(gradient))
    observed = client.observed(gradient)
    found = evidence(client.victim, observed, client.shape)
    notes = list(client.notes)
    notes += notes_on_signs(found, batch) + notes_on_labels(found, labels) if sharer is None else []
    choices, sure = choose_labels(client, found, labels, batch)
    entry = in_range(settings.attack(attack))
    if generator is not None and client.shape != (3, 32, 32):
        what = f"the generator makes images of 3 x 32 x 32, and the network takes {text(client.shape)}"
        raise FlatgiaError("--generator", what, "attack without a generator")
    repeated = tuple(tensor.expand(len(choices), *tensor.shape[1:]) for tensor in observed)
    view = server_view(
        client.victim,
        repeated,
        choices,
        (batch, *client.shape),
        (client.mean, client.std),
        settings.compute.compile,
        load_generator(generator, observed[0].device),
        ("attack", seed),
        entry.label,
    )
    view = view if compile else replace(view, compile="never")
    method = load_attack(entry)
    attempt = method.run(view)
    every = (
        search(view, method, attempt, torch.zeros(len(choices), device=choices.device), retries).found
        if retries
        else best_restart(view, attempt)
    )
    costs = every.cost.gather(1, every.chosen[:, None])[:, 0]
    best = int(torch.where(costs.isfinite(), costs, torch.inf).argmin())
    inputs = attempt.inputs.view(len(choices), -1, *view.shape)[best, every.chosen[best]].detach()
    inputs = view.to_inputs(every.images[best]) if retries else inputs
    one = slice(best, best + 1)
    only = Reconstruction(every.images[one], every.cost[one], every.chosen[one], every.curve[:, one])
    distance, factor = explained(view, inputs, choices[best], [tensor[best] for tensor in repeated])
    notes += notes_on_range(view, inputs)
    return Answer(
        only.images[0],
        choices[best].tolist(),
        sure,
        float(costs[best]),
        distance,
        judge(distance, factor, candidates(client, batch, sure, sharer), has_kinks(client)),
        notes,
        only,
    )


def in_range(entry: AttackEntry) -> AttackEntry:
    """Our quasi-Newton attacks held in the range of images, where the config does not say otherwise.

    Where little is shared (frozen layers, a small network), images far outside match the gradient as well.
    """
    boxed = {"box": BOX} | dict(entry.numbers) if entry.kind == "quasi_newton" else entry.numbers
    return replace(entry, numbers=boxed)


def choose_labels(
    client: Client, found: Evidence | None, given: Sequence[int] | None, batch: int
) -> tuple[Tensor, Sure]:
    """Labels (T, B) to attack with: those given, those the gradient shows, or each class as one target."""
    device = client.mean.device
    if given is not None:
        if len(given) != batch:
            raise FlatgiaError("--label", f"{len(given)} labels for a batch of {batch}", "give one for each image")
        if odd := [label for label in given if not 0 <= label < client.classes]:
            raise FlatgiaError("--label", f"{odd[0]} is no class of this network", f"give 0 to {client.classes - 1}")
        return torch.tensor([list(given)], device=device), "given"
    if found is not None and looks_like_an_update(found) and batch < client.classes - 1:
        what = "one class alone has a positive gradient at the head, as in an update (new less old weights, the other sign)"
        raise FlatgiaError("--gradient", what, "give it as --update, or name the class with --label")
    if found is not None:
        labels: Labels = labels_from(found, batch)
        return labels.values, labels.sure
    if batch > 1 or client.classes > TRIED:
        what = "missing: the gradient does not show the classes, and they are too many to try each"
        raise FlatgiaError("--label", what, "give the class of each image")
    return torch.arange(client.classes, device=device)[:, None], "least cost"


def explained(view: View, inputs: Tensor, labels: Tensor, observed: Sequence[Tensor]) -> tuple[float, float]:
    """The cosine distance between the gradient modelled for inputs and the observed one, and the latter's norm over its."""
    modelled = [value.detach() for value in view.gradient(inputs, labels).values()]
    norms = [torch.cat([part.flatten() for part in parts]).double().norm() for parts in (observed, modelled)]
    distance = cosine_distance([part.double() for part in modelled], [part.double() for part in observed])
    return float(distance), float(norms[0] / norms[1])
