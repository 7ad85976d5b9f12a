"""Beside the claims: test accuracy, and attacks on the plain gradient and by an attacker who knows the method."""

import pandas as pd

from flatgia.claims.claim import Key, brackets, plain, signed
from flatgia.claims.data import CONTROLS, Given
from flatgia.claims.interval import estimate
from flatgia.claims.matched import NEAR
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
    "who knows that, *ignorance* (naive − adaptive) what is only his not knowing. In brackets after a mean: searches that "
    "failed, which are left out of it."
)
EQUAL = (
    "Methods at one round differ in accuracy. Here each model stands against FedAvg's of the attacked round whose test "
    f"accuracy is nearest, at most {NEAR:g} points away: PSNR with the plain gradient minus FedAvg's (dB), at the same round "
    "and at equal accuracy."
)


def accuracy_table(request: Request, given: Given, scope: Scope) -> str:
    """Test accuracy per method at the rounds `table` and `long` that have any, as Markdown; empty where none has."""
    config = request.config
    keys = {(key.method, key.round): key for key in given.values if key.metric == "accuracy"}
    listed = sorted([*config["rounds"]["table"], *config["rounds"]["long"]])
    rounds = [number for number in listed if number in {at for _, at in keys}]
    methods = list(dict.fromkeys([*config["report"]["methods"], *config["report"]["rho"]["methods"]]))

    def cell(method: str, number: int) -> str:
        if (method, number) not in keys:
            return ABSENT
        column = given.values[keys[method, number]]
        return plain("accuracy", column.mean()) + (f" ({len(column)} draws)" if len(column) > 1 else "")

    lines = [[scope.label("methods", name), *(cell(name, number) for number in rounds)] for name in methods]
    return markdown(["Method", *(f"Round {number}" for number in rounds)], lines) if rounds else ""


def controls_table(request: Request, given: Given, scope: Scope) -> str:
    """PSNR of the paper's case beside the two controls, as Markdown; empty where no control was run."""
    of_controls = (key for key in given.values if key.setting in CONTROLS and key.metric == "psnr" and key.batch == 1)
    keys = [key._replace(setting="naive") for key in of_controls]
    order = {name: place for place, name in enumerate([*request.config["methods"], *request.config["attacks"]])}
    keys.sort(key=lambda key: (key.round, order.get(key.method, 0), order.get(key.attack, 0)))
    header = ["Round", "Method", "Attack", *SETTINGS, "FedAvg", "flatness", "perturbation", "ignorance"]
    lines = []
    for key in dict.fromkeys(keys):
        base = given.values.get(key._replace(method=scope.base))
        naive, adaptive, unchanged = (given.values.get(key._replace(setting=name)) for name in SETTINGS)
        means = [mean_of(given, place) for place in (*(key._replace(setting=name) for name in SETTINGS),
                                                     key._replace(method=scope.base))]  # fmt: skip
        who = [str(key.round), scope.label("methods", key.method), scope.label("attacks", key.attack)]
        effects = [difference(*pair) for pair in ((unchanged, base), (adaptive, unchanged), (naive, adaptive))]
        lines.append([*who, *means, *effects])
    return markdown(header, lines, left=3) if lines else ""


def mean_of(given: Given, key: Key) -> str:
    """`44.50`, `44.50 (1 failed)` where searches failed, or a dash."""
    if key not in given.values:
        return ABSENT
    failed = given.failed.get(key, 0)
    return plain("psnr", given.values[key].groupby(level="seed").mean().mean()) + (
        f" ({failed} failed)" if failed else ""
    )


def equal_accuracy_table(given: Given, scope: Scope) -> str:
    """PSNR with the plain gradient against FedAvg's at equal accuracy, as Markdown; empty where nothing is to compare."""
    lines = []
    for one in sorted(given.matches, key=lambda one: (one.key.attack, one.key.round)):
        left = given.values.get(one.key._replace(method=one.method, setting="plain"))
        if left is None or one.seed not in left.index.unique("seed"):
            continue
        bases = (given.values.get(one.key._replace(setting="naive")), given.values[one.key])
        mine, *others = (None if column is None else column[column.index.get_level_values("seed") == one.seed]
                         for column in (left, *bases))  # fmt: skip
        who = [
            scope.label("attacks", one.key.attack),
            str(one.key.round),
            scope.label("methods", one.method),
            str(one.seed),
        ]
        reached = [f"{one.accuracy:.1f}", str(one.base_round), f"{one.base_accuracy:.1f}"]
        lines.append([*who, *reached, *(difference(mine, other) for other in others)])
    header = [
        "Attack",
        "Round",
        "Method",
        "Seed",
        "Accuracy (%)",
        "FedAvg's round",
        "its accuracy",
        "same round",
        "equal accuracy",
    ]
    return markdown(header, lines, left=3) if lines else ""


def difference(left: pd.Series | None, right: pd.Series | None) -> str:
    """The paired difference with its interval in words; a dash where one is missing."""
    if left is None or right is None or (paired := (left - right).dropna()).empty:
        return ABSENT
    found = estimate(paired)
    return signed("psnr", found.mean) + brackets("psnr", found.low, found.high)
