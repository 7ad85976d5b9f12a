"""Beside the claims: test accuracy, and attacks on the plain gradient and by an attacker who knows the method."""

import pandas as pd

from flatgia.report.claim import brackets, plain, signed
from flatgia.report.claim_data import Given, by_key
from flatgia.report.claim_interval import estimate
from flatgia.report.claim_scope import Scope
from flatgia.report.request import Request
from flatgia.report.tables import markdown

AXES = {"naive": ("method", "naive"), "adaptive": ("method", "adaptive"), "plain": ("plain", "naive")}
ABSENT = "–"


def accuracy_table(request: Request, given: Given, scope: Scope) -> str:
    """Test accuracy per method at the rounds `table` and `long` that have any, as Markdown; empty where none has."""
    config = request.config
    keys = {(key.method, key.round): key for key in given.values if key.metric == "accuracy"}
    listed = sorted([*config["rounds"]["table"], *config["rounds"]["long"]])
    rounds = [number for number in listed if number in {at for _, at in keys}]
    methods = list(dict.fromkeys([*config["report"]["methods"], *config["report"]["rho"]["methods"]]))

    def cell(method: str, number: int) -> str:
        return plain("accuracy", given.values[keys[method, number]].mean()) if (method, number) in keys else ABSENT

    lines = [[scope.label("methods", name), *(cell(name, number) for number in rounds)] for name in methods]
    return markdown(["Method", *(f"Round {number}" for number in rounds)], lines) if rounds else ""


def controls_table(request: Request, given: Given, scope: Scope) -> str:
    """PSNR of the paper's case beside the two controls, as Markdown; empty where no control was run."""
    found = {name: by_key(given.rows, *axes) for name, axes in AXES.items()}
    keys = [key for key in {**found["adaptive"], **found["plain"]} if key.metric == "psnr" and key.batch == 1]
    order = {name: place for place, name in enumerate([*request.config["methods"], *request.config["attacks"]])}
    keys.sort(key=lambda key: (key.round, order.get(key.method, 0), order.get(key.attack, 0)))
    header = ["Round", "Method", "Attack", *AXES, "FedAvg", "flatness", "mismatch"]
    lines = []
    for key in dict.fromkeys(keys):
        base = found["naive"].get(key._replace(method=scope.base))
        values = {name: found[name].get(key) for name in AXES}
        means = [ABSENT if value is None else plain("psnr", value.mean()) for value in (*values.values(), base)]
        who = [str(key.round), scope.label("methods", key.method), scope.label("attacks", key.attack)]
        effects = [difference(values["plain"], base), difference(values["naive"], values["plain"])]
        lines.append([*who, *means, *effects])
    return markdown(header, lines, left=3) if lines else ""


def difference(left: pd.Series | None, right: pd.Series | None) -> str:
    """The paired difference with its interval in words; a dash where one is missing."""
    if left is None or right is None or (paired := (left - right).dropna()).empty:
        return ABSENT
    found = estimate(paired)
    return signed("psnr", found.mean) + brackets("psnr", found.low, found.high)
