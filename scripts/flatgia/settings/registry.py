"""The names of methods, attacks, networks, optimisers and studies. Only names: what a name stands for is in its own file."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import load_class

METHODS = {
    "fedavg": "flatgia.federated.methods.fedavg:FedAvg",
    "fedsam": "flatgia.federated.methods.fedsam:FedSAM",
    "fedasam": "flatgia.federated.methods.fedasam:FedASAM",
    "fedgf": "flatgia.federated.methods.fedgf:FedGF",
    "fedsai": "flatgia.federated.methods.fedsai:FedSAI",
    "fedxsam": "flatgia.federated.methods.fedxsam:FedXSAM",
}
ATTACKS = {
    "idlg": "flatgia.attacks.methods.idlg:IDLG",
    "gi": "flatgia.attacks.methods.gi:GI",
    "ig": "flatgia.attacks.methods.ig:IG",
    "gias": "flatgia.attacks.methods.gias:GIAS",
    "gifd": "flatgia.attacks.methods.gifd:GIFD",
    "quasi_newton": "flatgia.attacks.methods.quasi_newton:QuasiNewton",
    "lm": "flatgia.attacks.methods.lm:LM",
}
NETWORKS = {
    "LeNet": "flatgia.networks.lenet:LeNet",
    "ReLULeNet": "flatgia.networks.relu_lenet:ReLULeNet",
    "MLP": "flatgia.networks.mlp:MLP",
    "ConvNet": "flatgia.networks.convnet:ConvNet",
    "ResNet20": "flatgia.networks.resnet20:ResNet20",
    "SmallVGG": "flatgia.networks.small_vgg:SmallVGG",
    "NormLeNet": "flatgia.networks.norm_lenet:NormLeNet",
}
OPTIMISERS = {
    "sgd": "flatgia.training.sgd:SGD",
    "sam": "flatgia.training.sam:SAM",
    "asam": "flatgia.training.asam:ASAM",
    "eigensam": "flatgia.training.eigensam:EigenSAM",
    "xsam": "flatgia.training.xsam:XSAM",
}
STUDIES = {
    "controls": "flatgia.studies.controls:STUDY",
    "credit": "flatgia.studies.credit:STUDY",
    "published": "flatgia.studies.published:STUDY",
    "readings": "flatgia.studies.readings:STUDY",
    "information": "flatgia.studies.information:STUDY",
    "shift": "flatgia.studies.shift:STUDY",
    "privacy": "flatgia.studies.privacy:STUDY",
    "updates": "flatgia.studies.updates:STUDY",
    "bounds": "flatgia.studies.bounds:STUDY",
    "lavp": "flatgia.studies.lavp:STUDY",
    "xsam": "flatgia.studies.xsam:STUDY",
    "lia": "flatgia.studies.lia:STUDY",
    "images": "flatgia.studies.images:STUDY",
    "networks": "flatgia.studies.networks:STUDY",
    "heterogeneity": "flatgia.studies.heterogeneity:STUDY",
    "membership": "flatgia.studies.membership:STUDY",
}
WITH_GENERATOR = {"gias", "gifd"}  # known without importing them, for the workflow


def method_class(rule: str) -> str:
    """`module:Class` of an update rule; a rule from outside is given so already. Raises `FlatgiaError` if unknown."""
    return _find(METHODS, rule, "update rule")


def attack_class(kind: str) -> str:
    """`module:Class` of an attack; one from outside is given so already. Raises `FlatgiaError` if unknown."""
    return _find(ATTACKS, kind, "attack")


def network_class(name: str) -> str:
    """`module:Class` of a network; one from outside is given so already. Raises `FlatgiaError` if unknown."""
    return _find(NETWORKS, name, "network")


def optimiser_class(kind: str) -> str:
    """`module:Class` of an optimiser of central training. Raises `FlatgiaError` if unknown."""
    return _find(OPTIMISERS, kind, "optimiser")


@cache
def studies() -> tuple[Any, ...]:
    """The `Study` of every name; they import nothing that takes time."""
    return tuple(load_class(reference, f"study {name}") for name, reference in STUDIES.items())


def needs_generator(entry: Mapping[str, Any]) -> bool:
    """Whether a config entry searches in a generator; an attack from outside says so with `uses_generator: true`."""
    return entry.get("uses_generator", entry["kind"] in WITH_GENERATOR)


def _find(registry: Mapping[str, str], name: str, what: str) -> str:
    if ":" in name:
        return name
    if name not in registry:
        raise FlatgiaError(f"{what} {name}", "unknown", f"known: {', '.join(registry)}, or package.module:Class")
    return registry[name]
