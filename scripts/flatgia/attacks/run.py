"""An attack on checkpoints: the client shares gradients, the attacker answers with images."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from flatgia.attacks import load_attack
from flatgia.attacks.again import search
from flatgia.attacks.agreement import distances
from flatgia.attacks.client import load_client
from flatgia.attacks.observe import observe, server_view, shape_of, statistics_of, target_batches
from flatgia.attacks.stacked import fit_together, join, split
from flatgia.attacks.victim import Victim
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import load_class
from flatgia.settings.settings import Settings


class Case(NamedTuple):
    """Who attacks what: names of config entries, the two axes, and the batch size."""

    attack: str
    method: str
    gradient: str  # method: what a client of the method shares; plain: grad L at the global model
    attacker: str  # naive: models the plain gradient; adaptive: models the method
    batch: int
    seed: int


class Scene(NamedTuple):
    """A checkpoint with what a client shares there: all that an attack on it is made from."""

    view: View
    model: Victim  # as the attacker takes it to be
    inputs: Tensor  # (T, B, C, H, W), the truth
    targets: Tensor  # (T, B), which targets these are
    round: int


def attack_checkpoints(
    settings: Settings,
    case: Case,
    checkpoints: Sequence[Path | str],
    targets: Path | str,
    generator: Path | str | None,
    device: str = "cpu",
    together: bool = False,
) -> Iterator[tuple[dict[str, Tensor], dict[str, Any]]]:
    """Tensors and facts of each attack's artifact; `together`: as one batch where that is possible, faster on a GPU only.

    Raises `FlatgiaError` if an input does not fit or all restarts diverge.
    """
    scenes = (set_scene(settings, case, checkpoint, targets, generator, device) for checkpoint in checkpoints)
    entry = settings.attacks[case.attack]
    attack = load_attack(entry)
    for scene, attempt in _at_once(attack, list(scenes)) if together else _in_turn(attack, scenes):
        truth = distances(scene.view, scene.inputs)
        found, distance, searches = search(scene.view, attack, attempt, truth, entry.retries)
        tensors = {
            "reconstruction": found.images,
            "truth_index": scene.targets,
            "cost": found.cost,
            "chosen": found.chosen,
            "curve": found.curve,
            "labels": scene.view.labels,
            "distance": distance,
            "distance_truth": truth,
        }
        if (searches > 1).any():
            tensors["searches"] = searches
        yield tensors, {"run": settings.scale, "round": scene.round, **case._asdict()}


def _in_turn(attack: Attack, scenes: Iterable[Scene]) -> Iterator[tuple[Scene, Attempt]]:
    return ((scene, attack.run(scene.view)) for scene in scenes)


def _at_once(attack: Attack, scenes: list[Scene]) -> Iterator[tuple[Scene, Attempt]]:
    models = [scene.model for scene in scenes]
    if not fit_together(models):
        return _in_turn(attack, scenes)
    attempt = attack.run(join([scene.view for scene in scenes], models))
    return zip(scenes, split(attempt, len(scenes)), strict=True)


def set_scene(
    settings: Settings,
    case: Case,
    checkpoint: Path | str,
    targets: Path | str,
    generator: Path | str | None,
    device: str,
) -> Scene:
    """What the server sees of the targets' gradients at a checkpoint. Raises `FlatgiaError` if an input does not fit."""
    given = load_client(settings, case.method, checkpoint, targets, device)
    count = len(given.inputs)
    if not 1 <= case.batch <= count:
        raise FlatgiaError("--batch", f"{case.batch} of {count} targets", "give 1 to that many")
    index = target_batches(count, case.batch)
    inputs, labels = given.inputs[index], given.labels[index]
    client = given.victim if case.gradient == "method" else given.victim._replace(method=None)
    attack, against = settings.attacks[case.attack], settings.methods[case.method]
    believed = client if case.attacker == "adaptive" else client._replace(method=None)
    believed = believed._replace(mode="eval") if attack.statistics == "ignored" else believed
    name = f"{attack.label} on {against.label}, round {given.facts.get('round', '?')}"
    view = server_view(
        believed,
        observe(client, inputs, labels),
        labels if case.batch > 1 else None,  # the rule of iDLG is exact for one image only
        shape_of(inputs),
        given.statistics,
        settings.compute.compile,
        load_generator(generator, device),
        ("attack", case.attack, case.seed),
        name,
        statistics_of(client, inputs) if (client.mode, attack.statistics) == ("train", "known") else None,
    )
    return Scene(view, believed, inputs, index, given.facts.get("round", 0))


def load_generator(path: Path | str | None, device: str | torch.device) -> torch.nn.Module | None:
    """The generator in a file, for the attacks that search in one; None for none."""
    if path is None:
        return None
    # By name: an attack without a generator does not depend on the generator's code.
    return load_class("flatgia.generator.store:load_generator", "--generator")(path).to(device)
