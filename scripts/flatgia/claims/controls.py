"""Beside the claims: test accuracy, and attacks on the plain gradient and by an attacker who knows the method."""

import pandas as pd

from flatgia.claims.claim import brackets, plain, signed
from flatgia.claims.data import CONTROLS, Given
from flatgia.claims.interval import estimate
from flatgia.claims.scope import Scope
from flatgia.plotting.request import Request
from flatgia.plotting.tables import markdown

SETTINGS = ("naive", *CONTROLS)
ABSENT = "–"
READING = (
    "Mean PSNR (dB) where more than the paper's case was run. *naive* is the paper's case: the method's gradient, an "
    "attacker who does not know the method. *adaptive*: he knows it. *plain*: the gradient of the loss at the same "
    "model, without the method's perturbation. The last three columns part naive − FedAvg: *flatness* (plain − FedAvg) "
    "is what the model does, *perturbation* (adaptive − plain) what sending another gradient does against an attacker "
    "who knows that, *ignorance* (naive − adaptive) what is only his not knowing."
)


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
    of_controls = (key for key in given.values if key.setting != "naive" and key.metric == "psnr" and key.batch == 1)
    keys = [key._replace(setting="naive") for key in of_controls]
    order = {name: place for place, name in enumerate([*request.config["methods"], *request.config["attacks"]])}
    keys.sort(key=lambda key: (key.round, order.get(key.method, 0), order.get(key.attack, 0)))
    header = ["Round", "Method", "Attack", *SETTINGS, "FedAvg", "flatness", "perturbation", "ignorance"]
    lines = []
    for key in dict.fromkeys(keys):
        base = given.values.get(key._replace(method=scope.base))
        naive, adaptive, unchanged = (given.values.get(key._replace(setting=name)) for name in SETTINGS)
        columns = (naive, adaptive, unchanged, base)
        means = [ABSENT if column is None else plain("psnr", column.mean()) for column in columns]
        who = [str(key.round), scope.label("methods", key.method), scope.label("attacks", key.attack)]
        effects = [difference(*pair) for pair in ((unchanged, base), (adaptive, unchanged), (naive, adaptive))]
        lines.append([*who, *means, *effects])
    return markdown(header, lines, left=3) if lines else ""


def difference(left: pd.Series | None, right: pd.Series | None) -> str:
    """The paired difference with its interval in words; a dash where one is missing."""
    if left is None or right is None or (paired := (left - right).dropna()).empty:
        return ABSENT
    found = estimate(paired)
    return signed("psnr", found.mean) + brackets("psnr", found.low, found.high)
