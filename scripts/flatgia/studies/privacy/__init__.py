"""privacy: on the same models, does a flat minimum leak less of an image, and more of who was in the training set?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flatgia.plotting.shown import FIGURE, TABLE, Config, Hessians, Metrics, Needs, Own
from flatgia.settings.sections import RoundList
from flatgia.studies import information
from flatgia.studies.study import Mistake, Section, Study, Work

SCORES = "{method}/round_{round}.csv"
SETTINGS = {"naive": ("method", "naive"), "knowing": ("method", "adaptive"), "plain": ("plain", "naive")}


@dataclass(frozen=True)
class Privacy(Section):
    """Whose models; PSNR is that of the first of `attacks`. The other methods are compared with the first."""

    matching: RoundList


def rounds_of(config: Config, method: str) -> list[int]:
    """The rounds of the table; of the first method those of `matching` too that the config trains to, where the accuracy of
    another method may lie between two of them."""
    section, table = config["studies"]["privacy"], config["rounds"]["table"]
    more = set(section["matching"]) & set(config["rounds"]["curve"]) if method == section["methods"][0] else set()
    return sorted({*table, *more})


def needs(config: Config) -> Needs:
    """Membership scores, and on the same models PSNR of three attackers, the spectrum of J and the Hessian."""
    section = config["studies"]["privacy"]
    methods, attacks = section["methods"], section["attacks"][:1]
    of_each = [(method, f"{number:04d}") for method in methods for number in rounds_of(config, method)]
    scores = [Own("privacy", SCORES.format(method=method, round=number), method) for method, number in of_each]
    spectra = [
        Own("information", information.SPECTRA.format(method=method, round=number), method)
        for method, number in of_each
    ]
    metrics = [Metrics(methods, attacks, ["table"], gradient=what, attacker=who) for what, who in SETTINGS.values()]
    hessian = [Hessians(methods, ["table"])]
    if set(rounds_of(config, methods[0])) & set(config["rounds"]["curve"]):
        metrics.append(Metrics(methods[:1], attacks, ["curve"]))
        hessian.append(Hessians(methods[:1], ["curve"]))
    return Needs(methods, attacks, {"scores": scores, "spectra": spectra, "hessian": hessian, "metrics": metrics})


def checks(config: Config) -> Iterator[Mistake]:
    """Non-members are test images, so no method may have been trained on them."""
    for method in config["studies"]["privacy"]["methods"]:
        if config["methods"].get(method, {}).get("rule") == "fedsai":
            what = f"{method} may start from a model trained on test images, which stand for non-members here"
            yield "studies.privacy.methods", what, "leave it out"


def scores_cost(wildcards: Any) -> Work:
    """One checkpoint."""
    return ("privacy", f"{wildcards.method}_{wildcards.round}"), 1


STUDY = Study(
    "privacy",
    "gradient leakage beside membership leakage",
    "flatgia.studies.privacy.table:make",
    needs,
    takes=("scores", "spectra", "hessian", "metrics"),
    writes=(*TABLE, *FIGURE[:2]),
    section=Privacy,
    checks=checks,
    costs={"privacy_scores": scores_cost},
    kept=("**/*.csv",),
)
