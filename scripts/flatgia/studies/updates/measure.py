"""What each attacker gets back from the updates of a case, image by image, and what a blind guess has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from flatgia.attacks import load_attack
from flatgia.attacks.agreement import distances
from flatgia.attacks.guard import check_gradient
from flatgia.attacks.optimisers.native_two_loop import direction_for
from flatgia.attacks.select import best_restart
from flatgia.attacks.victim import Victim
from flatgia.attacks.view import Attack, View
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.metrics.registry import Metric
from flatgia.metrics.table import score
from flatgia.networks.network import Params
from flatgia.settings.settings import Settings
from flatgia.studies.updates.attackers import ATTACKERS, BLIND, attackers_of
from flatgia.studies.updates.case import Case
from flatgia.studies.updates.held import Held
from flatgia.studies.updates.simulate import at_once, order_of, sent, simulate

Row = tuple[str, int, str, float]  # attacker, image, metric, value


def clients_of(case: Case, images: int) -> int:
    """How many clients share `images` images, one at least."""
    return max(1, images // case.images)


def measure(
    settings: Settings, attack: str, held: Held, case: Case, metrics: Mapping[str, Metric], label: str, seed: int
) -> Iterator[Row]:
    """Rows for `held`'s images, each client with `case.images` of them in a row; labels are given to every attacker.

    `distance` and `distance_truth` (of a client's first image) tell how well the attacker's model explains the update.
    """
    index = torch.arange(len(held.labels)).view(-1, case.images)
    inputs, labels = held.inputs[index], held.labels[index]
    client, local = held.victim, settings.federation
    steps = partial(simulate, rate=local.learning_rate, decay=local.weight_decay)
    order = order_of(case, "client", seed)
    shared = [
        sent(client, order, local.learning_rate, local.weight_decay, x, y) for x, y in zip(inputs, labels, strict=True)
    ]
    for one in shared:
        check_gradient(one, "the update", "all zeros, so nothing was learnt from an image")
    observed = tuple(torch.stack([one[name] for one in shared]).detach() for name in client.params)
    plain = client._replace(method=None)
    taken = {
        "gradient": (plain, at_once(case.images)),
        "plain": (plain, order),
        "knowing": (client, order),
        "shuffled": (client, order_of(case, "guess", seed)),
    }
    search = load_attack(settings.attacks[attack])
    starts: list[Tensor | None] = [None]  # after the gradient also from its answer
    yield from _scored(BLIND, held.guesses[index], index, held, metrics)
    for attacker in attackers_of(case, isinstance(client.method, FedAvg)):
        believed, batches = taken[attacker]

        def modelled(x: Tensor, y: Tensor, believed: Victim = believed, batches: list[Tensor] = batches) -> Params:
            return steps(believed, batches, inputs=x, labels=y)[1]

        mean, std = (value.to(observed[0]) for value in held.statistics)
        view = View(
            modelled, observed, labels, (case.images, *inputs.shape[2:]), mean, std, None, ("updates", case.name, seed),
            "never", f"{label}, {ATTACKERS[attacker]}",
            direction=direction_for(settings.compute.compile, observed[0].device),
        )  # fmt: skip
        answer = _answer(view, search, starts)
        starts = [None, view.to_inputs(answer)] if attacker == "gradient" else starts
        yield from _scored(attacker, answer, index, held, metrics)
        for name, at in (("distance", view.to_inputs(answer)), ("distance_truth", inputs)):
            for first, value in zip(index[:, 0].tolist(), distances(view, at).tolist(), strict=True):
                yield attacker, first, name, value


def _answer(view: View, search: Attack, starts: Sequence[Tensor | None]) -> Tensor:
    """Images (T, n, C, H, W) of the search from each start, of which each client's is the one that explains most."""
    found = [best_restart(here, search.run(here)).images for here in (replace(view, first=start) for start in starts)]
    distance = torch.stack([distances(view, view.to_inputs(images)) for images in found])
    return torch.stack(found)[distance.argmin(0), torch.arange(len(distance[0]), device=distance.device)]


def _scored(attacker: str, answers: Tensor, index: Tensor, held: Held, metrics: Mapping[str, Metric]) -> Iterator[Row]:
    for image, name, value in score(answers.cpu().double(), index, held.images, metrics):
        yield attacker, image, name, value
