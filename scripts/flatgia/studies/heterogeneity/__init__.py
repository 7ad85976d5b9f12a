"""heterogeneity: does the ordering of the paper's methods hold where clients hold different classes?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from flatgia.core.errors import FlatgiaError
from flatgia.core.parameters import Count, Limits
from flatgia.plotting.shown import FIGURE, TABLE, Config, Needs, Own
from flatgia.settings import config as settings
from flatgia.settings.registry import needs_generator
from flatgia.settings.sections import Alpha, RoundList
from flatgia.studies.axes import AXES, SENT
from flatgia.studies.heterogeneity.split import Overlay, laid_over, name_of
from flatgia.studies.study import Mistake, Section, Study, Work

CLIENTS = "clients.csv"  # who holds what, at every alpha
TARGETS = "{alpha}/checkpoints/targets.safetensors"
CHECKPOINT = "{alpha}/checkpoints/{method}/round_{round}.safetensors"
HESSIAN = "{alpha}/hessian/{method}/round_{round}.json"
METRICS = "{alpha}/metrics/{attack}/{method}.csv"  # of all its settings and rounds


@dataclass(frozen=True)
class Heterogeneity(Section):
    """Each class is divided by Dirichlet(alpha), for each of `alphas`; the first of `methods` is what others are compared with.

    A division that leaves a client fewer than `minimum` images is refused. The last three are laid over the run's.
    """

    alphas: Annotated[tuple[Alpha, ...], Limits(length=(1, None), unique=True)]
    rounds: Annotated[RoundList, Limits(length=(1, None))]
    minimum: Count
    federation: Overlay = field(default_factory=dict)
    hessian: Overlay = field(default_factory=dict)
    targets: Overlay = field(default_factory=dict)


def axes_of(config: Config, method: str) -> list[tuple[str, str]]:
    """(gradient, attacker) of each setting; what a client of FedAvg sends is the plain gradient."""
    return [SENT] if config["methods"][method]["rule"] == "fedavg" else list(AXES)


def needs(config: Config) -> Needs:
    """Who holds what; models, Hessians and metrics at every alpha, made by rules of its own."""
    section = config["studies"]["heterogeneity"]
    methods, attacks = section["methods"], section["attacks"]
    alphas = [name_of(alpha) for alpha in section["alphas"]]
    rounds = [f"{number:04d}" for number in section["rounds"]]
    files = {"clients": [Own("heterogeneity", CLIENTS, methods[0])]}
    files["metrics"] = [
        Own("heterogeneity", METRICS.format(alpha=alpha, attack=attack, method=method), method)
        for alpha in alphas
        for attack in attacks
        for method in methods
    ]
    for kind, pattern in (("checkpoints", CHECKPOINT), ("hessian", HESSIAN)):
        files[kind] = [
            Own("heterogeneity", pattern.format(alpha=alpha, method=method, round=number), method)
            for alpha in alphas
            for method in methods
            for number in rounds
        ]
    return Needs(methods, attacks, files)


def checks(config: Config) -> Iterator[Mistake]:
    """Methods and attacks that can stand here, a minimum that can be met, and at every alpha a federation that fits."""
    section = config["studies"]["heterogeneity"]
    rules = {name: config["methods"].get(name, {}).get("rule") for name in section["methods"]}
    if next(iter(rules.values())) not in (None, "fedavg"):
        what = f"the first, {section['methods'][0]}, does not have the rule fedavg"
        yield "studies.heterogeneity.methods", what, "the others are compared with the first: begin with FedAvg"
    if "fedsai" in rules.values():
        what = "fedsai starts on auxiliary images, which this study has none of"
        yield "studies.heterogeneity.methods", what, "leave it out"
    for name in section["attacks"]:
        if needs_generator(config["attacks"].get(name, {"kind": ""})):
            yield "studies.heterogeneity.attacks", f"{name} searches in the generator", "name attacks that do not"
    whole = laid_over(config, section["alphas"][0])
    try:
        settings.check({key: whole[key] for key in ("federation", "hessian", "targets")}, whole=False)
    except FlatgiaError as error:
        yield "studies.heterogeneity", f"{error.where}: {error.what}", error.remedy
        return
    yield from _too_few(section["minimum"], whole)


def _too_few(minimum: int, whole: Config) -> Iterator[Mistake]:
    """What the numbers of a federation say against each other."""
    federation, targets = whole["federation"], whole["targets"]
    clients, most = federation["clients"], federation["images_per_client"]
    for key, needed in (("clients_per_round", federation["clients_per_round"]), ("clients", targets["client"] + 1)):
        if needed > clients:
            what = f"{needed} clients are asked for, and there are {clients}"
            yield f"studies.heterogeneity.federation.{key}", what, "let it have more clients, or ask for fewer"
    if minimum > most:
        what = f"clients are to hold {minimum} images at least, and {most} at most (images_per_client)"
        yield "studies.heterogeneity.minimum", what, "lower it"
    if minimum < targets["images"]:
        what = f"a client may hold {minimum} images, and {targets['images']} are attacked (targets.images)"
        yield "studies.heterogeneity.minimum", what, "raise it to that number"


def other_cost(wildcards: Any) -> Work:
    """Seconds on the submit host."""
    return ("heterogeneity", "other"), 1


def model_cost(wildcards: Any) -> Work:
    """A training to the last round, which takes about as long at every alpha."""
    return ("heterogeneity", f"train_{wildcards.method}"), 1


def hessian_cost(wildcards: Any) -> Work:
    """The Hessians of a training."""
    return ("heterogeneity", f"hessian_{wildcards.method}"), 1


def attack_cost(wildcards: Any) -> Work:
    """An attack on a method in all settings at all rounds."""
    return ("heterogeneity", f"{wildcards.attack}_{wildcards.method}"), 1


STUDY = Study(
    "heterogeneity",
    "clients with different classes",
    "flatgia.studies.heterogeneity.table:make",
    needs,
    takes=("clients", "metrics", "checkpoints", "hessian"),
    writes=(*TABLE, *FIGURE[:2], "_claims.md", "_claims.tex", "_claims.csv"),
    section=Heterogeneity,
    checks=checks,
    costs={
        "heterogeneity_clients": other_cost,
        "heterogeneity_targets": other_cost,
        "heterogeneity_train": model_cost,
        "heterogeneity_hessian": hessian_cost,
        "heterogeneity_attack": attack_cost,
    },
    kept=("*.csv", "**/*.csv", "**/*.json", "*/checkpoints/**/*.safetensors"),
)
