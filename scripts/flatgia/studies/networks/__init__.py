"""networks: does the ordering of the paper's methods, and its explanation, hold beyond one LeNet on CIFAR-10?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from flatgia.core.errors import FlatgiaError
from flatgia.core.parameters import Limits
from flatgia.plotting.shown import FIGURE, TABLE, Config, Needs, Own
from flatgia.settings import config as settings
from flatgia.settings.registry import needs_generator, network_class
from flatgia.settings.sections import RoundList
from flatgia.studies.axes import AXES, SENT
from flatgia.studies.networks.case import Case, Name, Overlay, laid_over
from flatgia.studies.study import Mistake, Section, Study, Work

CHECKPOINT = "{case}/checkpoints/{method}/round_{round}.safetensors"
TARGETS = "{case}/checkpoints/targets.safetensors"
HESSIAN = "{case}/hessian/{method}/round_{round}.json"
METRICS = "{case}/metrics/{mode}/{attack}/{method}.csv"  # of all its settings and rounds


@dataclass(frozen=True)
class Networks(Section):
    """Which networks on which images, trained how; the first of `methods` is what the others are compared with.

    `federation`, `hessian` and `targets` are laid over the run's own, a case's `federation` over that. `activations` names two
    cases, one smooth and one not, which are compared with each other.
    """

    rounds: Annotated[RoundList, Limits(length=(1, None))]
    cases: Annotated[tuple[Case, ...], Limits(length=(1, None))]
    federation: Overlay = field(default_factory=dict)
    hessian: Overlay = field(default_factory=dict)
    targets: Overlay = field(default_factory=dict)
    activations: Annotated[tuple[Name, ...], Limits(length=(0, 2), unique=True)] = ()


def axes_of(config: Config, method: str) -> list[tuple[str, str]]:
    """(gradient, attacker) of each setting; what a client of FedAvg sends is the plain gradient."""
    return [SENT] if config["methods"][method]["rule"] == "fedavg" else list(AXES)


def attacked(config: Config) -> list[tuple[str, str, str]]:
    """(case, mode, attack) of each comparison of the methods."""
    section = config["studies"]["networks"]
    return [
        (case["name"], mode, attack)
        for case in section["cases"]
        for mode in case.get("modes", ["eval"])
        for attack in (*section["attacks"], *(case.get("train_attacks", []) if mode == "train" else []))
    ]


def needs(config: Config) -> Needs:
    """Models, Hessians and metrics of every case, made by rules of its own."""
    section = config["studies"]["networks"]
    methods, cases = section["methods"], [case["name"] for case in section["cases"]]
    rounds = [f"{number:04d}" for number in section["rounds"]]
    metrics = [
        Own("networks", METRICS.format(case=case, mode=mode, attack=attack, method=method), method)
        for case, mode, attack in attacked(config)
        for method in methods
    ]
    of_models = {
        kind: [
            Own("networks", pattern.format(case=case, method=method, round=number), method)
            for case in cases
            for method in methods
            for number in rounds
        ]
        for kind, pattern in (("checkpoints", CHECKPOINT), ("hessian", HESSIAN))
    }
    attacks = list(dict.fromkeys(attack for *_, attack in attacked(config)))
    return Needs(methods, attacks, {"metrics": metrics, **of_models})


def checks(config: Config) -> Iterator[Mistake]:
    """Every case is a config of its own that fits, and no two have one name."""
    section = config["studies"]["networks"]
    names = [case["name"] for case in section["cases"]]
    if twice := [name for place, name in enumerate(names) if name in names[:place]]:
        yield "studies.networks.cases", f"two are named {twice[0]}", "name them apart"
    pair = section.get("activations", [])
    if len(pair) == 1 or (odd := [name for name in pair if name not in names]):
        what = "one case alone" if len(pair) == 1 else f"{odd[0]} is not among the cases"
        yield "studies.networks.activations", what, "name two cases that differ in their activations, or none"
    if 0 not in section["rounds"]:
        yield "studies.networks.rounds", "round 0, the initial model, is missing", "add it"
    first = section["methods"][0]
    if config["methods"].get(first, {}).get("rule", "fedavg") != "fedavg":
        what = f"the first, {first}, does not have the rule fedavg"
        yield "studies.networks.methods", what, "the others are compared with the first: begin with FedAvg"
    if any(config["methods"].get(name, {}).get("rule") == "fedsai" for name in section["methods"]):
        yield "studies.networks.methods", "fedsai starts on auxiliary images, which a case has none of", "leave it out"
    for place, case in enumerate(section["cases"]):
        where = f"studies.networks.cases.{place}"
        for name in (*section["attacks"], *case.get("train_attacks", [])):
            entry = config["attacks"].get(name)
            if entry is None:
                yield f"{where}.train_attacks", f"{name} is not among the attacks", "name an entry of attacks"
            elif needs_generator(entry):
                yield f"{where}", f"{name} searches in the generator", "name attacks that do not"
        if case.get("train_attacks") and "train" not in case.get("modes", []):
            yield f"{where}.train_attacks", "no client of this case is in train mode", "add train to its modes"
        try:
            whole = laid_over(config, case["name"])
            named = ("data", "federation", "hessian", "model", "targets")
            settings.check({key: whole[key] for key in named}, whole=False)
            network_class(whole["model"]["network"])
        except FlatgiaError as error:
            yield where, f"{error.where}: {error.what}", error.remedy
            continue
        clients = whole["federation"]["clients"]
        if whole["federation"]["clients_per_round"] > clients:
            yield f"{where}.federation", f"more clients a round than the {clients} there are", "lower clients_per_round"


def model_cost(wildcards: Any) -> Work:
    """A training to the last round."""
    return ("networks", f"{wildcards.case}_train_{wildcards.method}"), 1


def hessian_cost(wildcards: Any) -> Work:
    """The Hessians of a training."""
    return ("networks", f"{wildcards.case}_hessian_{wildcards.method}"), 1


def attack_cost(wildcards: Any) -> Work:
    """An attack on a method in all settings at all rounds."""
    return ("networks", f"{wildcards.case}_{wildcards.mode}_{wildcards.attack}_{wildcards.method}"), 1


def other_cost(wildcards: Any) -> Work:
    """Seconds on the submit host."""
    return ("networks", "other"), 1


STUDY = Study(
    "networks",
    "other networks and images",
    "flatgia.studies.networks.table:make",
    needs,
    takes=("metrics", "checkpoints", "hessian"),
    writes=(*TABLE, *FIGURE[:2], "_claims.md", "_claims.tex", "_claims.csv"),
    section=Networks,
    checks=checks,
    costs={
        "networks_images": other_cost,
        "networks_targets": other_cost,
        "networks_train": model_cost,
        "networks_hessian": hessian_cost,
        "networks_attack": attack_cost,
    },
    kept=("**/*.csv", "**/*.json", "*/checkpoints/**/*.safetensors"),
)
