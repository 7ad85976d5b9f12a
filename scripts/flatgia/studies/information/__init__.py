"""information: does the gradient at a flat minimum hold less of the image? The spectrum of J = dg/dx, without any attack."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from flatgia.core.parameters import Count, Limits
from flatgia.plotting.shown import FIGURE, TABLE, Config, Hessians, Metrics, Needs, Own
from flatgia.settings.config import all_rounds
from flatgia.settings.sections import RoundList
from flatgia.studies.study import Mistake, Section, Study, Work

SPECTRA = "{method}/round_{round}.safetensors"
AXES = {"plain": ("plain", "naive"), "sent": ("method", "adaptive")}  # gradient and attacker of the PSNR beside each


@dataclass(frozen=True)
class Information(Section):
    """Whose gradients; PSNR is that of the first of `attacks`."""

    directions: Annotated[Count, Limits(low=2)]
    images: Count
    matching: RoundList


def rounds_of(config: Config, method: str) -> list[int]:
    """The rounds of the table; of the first method more, among which one has the accuracy of another method."""
    section, table = config["studies"]["information"], config["rounds"]["table"]
    return sorted({*table, *(section["matching"] if method == section["methods"][0] else [])})


def needs(config: Config) -> Needs:
    """Spectra, and what stands beside them: Hessians, and PSNR by who knows what is sent."""
    section = config["studies"]["information"]
    methods, attacks = section["methods"], section["attacks"][:1]
    spectra = [
        Own("information", SPECTRA.format(method=method, round=f"{number:04d}"), method)
        for method in methods
        for number in rounds_of(config, method)
    ]
    metrics = [Metrics(methods, attacks, ["table"], gradient=who, attacker=by) for who, by in AXES.values()]
    return Needs(methods, attacks, {"spectra": spectra, "hessian": [Hessians(methods, ["table"])], "metrics": metrics})


def checks(config: Config) -> Iterator[Mistake]:
    """A round to match must have a checkpoint."""
    for number in config["studies"]["information"]["matching"]:
        if number not in all_rounds(dict(config)):
            yield "studies.information.matching", f"{number} is not among the rounds", "name a round that is trained to"


def spectra_cost(wildcards: Any) -> Work:
    """One checkpoint."""
    return ("information", f"{wildcards.method}_{wildcards.round}"), 1


STUDY = Study(
    "information",
    "what a gradient holds",
    "flatgia.studies.information.table:make",
    needs,
    takes=("spectra", "hessian", "metrics"),
    writes=(*TABLE, *FIGURE[:2]),
    section=Information,
    checks=checks,
    costs={"information_spectra": spectra_cost},
    kept=("**/*.safetensors",),
)
