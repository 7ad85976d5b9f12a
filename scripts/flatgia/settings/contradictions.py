"""What a schema cannot say of a configuration: names that must exist, lists that must fit together.

It only accepts or refuses, so no artifact depends on it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flatgia.core.errors import FlatgiaError
from flatgia.settings.registry import attack_class, method_class, network_class, studies
from flatgia.settings.seeds import mistakes_in_seeds

UNFIT = re.compile(r"[|\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # what a line of a table cannot hold
RESERVED = ("data", "shared", "studies")  # folders that lie beside those of the scales


def contradictions(config: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Where, what, and how to mend it."""
    report, federation, targets = config["report"], config["federation"], config["targets"]
    if config["scale"] in RESERVED:
        what = f"{config['scale']} is the name of another folder under results or paper_figures"
        yield "scale", what, "choose another"
    yield from mistakes_in_seeds(config, list(config["rounds"]), [study.name for study in studies()])
    lists = (
        ("report.methods", report["methods"], "methods"),
        ("report.rho.methods", report["rho"]["methods"], "methods"),
        ("report.batch.methods", report["batch"]["methods"], "methods"),
        ("report.attacks", report["attacks"], "attacks"),
        ("report.rho.attack", [report["rho"]["attack"]], "attacks"),
        ("report.batch.attacks", report["batch"]["attacks"], "attacks"),
        ("report.pictures.attacks", report["pictures"]["attacks"], "attacks"),
        *(
            (f"studies.{study.name}.{known}", config["studies"][study.name][known], known)
            for study in studies()
            for known in ("methods", "attacks")
            if known in config["studies"][study.name]
        ),
    )
    for key, names, known in lists:
        for name in names:
            if name not in config[known]:
                yield key, f"{name} is not among the {known}", f"known: {', '.join(config[known])}"
    for section, key, find in (("methods", "rule", method_class), ("attacks", "kind", attack_class)):
        for name, entry in config[section].items():
            try:
                find(entry[key])
            except FlatgiaError as error:
                yield f"{section}.{name}.{key}", f"{entry[key]} is unknown", error.remedy
    try:
        network_class(config["model"]["network"])
    except FlatgiaError as error:
        yield "model.network", f"{config['model']['network']} is unknown", error.remedy
    if not any(config["methods"].get(name, {}).get("rule") == "fedavg" for name in report["methods"]):
        yield "report.methods", "no method has the rule fedavg, the baseline of Figs 1 and 8", "add one"
    for key, names, known in lists:
        labels = [config[known][name]["label"] for name in names if name in config[known]]
        if len(set(labels)) < len(labels):
            yield key, "two entries have the same label", "label them apart"
    for section in ("methods", "attacks"):
        for name, entry in config[section].items():
            if UNFIT.search(entry["label"]):
                what = "it has a | or a line break or the like, which breaks a table"
                yield f"{section}.{name}.label", what, "leave that out"
    if "psnr" not in config["metrics"] or len(config["metrics"]) < 2:
        yield "metrics", "the figures show psnr and at least one of lpips, mse and ssim", "name these"
    for name, entry in config["attacks"].items():
        for weights, steps in (("tv", "steps"), ("refine_tv", "refine_steps"), ("warm_tv", "warm_steps")):
            pair = [entry.get(key, []) for key in (weights, steps)]
            if all(isinstance(value, list) for value in pair) and len(pair[0]) != len(pair[1]):
                yield f"attacks.{name}.{steps}", f"not as many as {weights}", "give each weight its steps"
    for name, entry in config["attacks"].items():
        needed = {"inner_steps", "history"} if entry.get("optimiser") == "lbfgs" else set()
        if entry["kind"] == "idlg" and (missing := sorted(needed - entry.keys())):
            yield f"attacks.{name}", f"missing {', '.join(missing)}", "lbfgs wants them"
    if 0 not in config["rounds"]["table"]:
        yield "rounds.table", "round 0, the initial model, is missing", "add it"
    rounds = [number for group in config["rounds"].values() for number in group]
    if len(set(rounds)) < len(rounds):
        yield "rounds", "a round stands in two lists", "name each round once"
    if federation["clients_per_round"] > federation["clients"]:
        yield "federation.clients_per_round", "more than federation.clients", "lower it"
    if targets["client"] >= federation["clients"]:
        yield "targets.client", "there is no such client", "count from 0 to federation.clients - 1"
    if report["pictures"]["image"] >= targets["images"]:
        yield "report.pictures.image", "there is no such target", "count from 0 to targets.images - 1"
    if config["compute"]["compile"] == "graphs" and config["compute"]["device"] != "cuda":
        yield "compute.compile", "graphs are those of a GPU", "set compute.device to cuda, or compile to auto"
    if max(report["batch"]["sizes"]) > targets["images"]:
        yield "report.batch.sizes", "a batch larger than targets.images", "lower it, or raise targets.images"
    for study in studies():
        yield from study.checks(config)
