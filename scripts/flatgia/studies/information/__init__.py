"""information: does the gradient at a flat minimum hold less of the image? The spectrum of J = dg/dx, without any attack."""

from dataclasses import dataclass
from typing import Annotated, Any

from flatgia.core.parameters import Count, Limits
from flatgia.plotting.shown import FIGURE, TABLE, Config, Hessians, Metrics, Needs, Own
from flatgia.settings.config import all_rounds
from flatgia.settings.sections import RoundList
from flatgia.studies.study import Section, Study, Work

SPECTRA = "{method}/round_{round}.safetensors"
AXES = {"plain": ("plain", "naive"), "sent": ("method", "adaptive")}  # gradient and attacker of the PSNR beside each


@dataclass(frozen=True)
class Information(Section):
    """Whose gradients; PSNR is that of the first of `attacks`."""

    directions: Annotated[Count, Limits(low=2)]
    images: Count
    matching: RoundList


def rounds_of(config: Config, method: str) -> list[int]:
    """The rounds of the table; of the first method those of `matching` too that the config trains to, where the accuracy of
    another method may lie between two of them."""
    section, table = config["studies"]["information"], config["rounds"]["table"]
    more = set(section["matching"]) & set(all_rounds(dict(config))) if method == section["methods"][0] else set()
    return sorted({*table, *more})


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
    costs={"information_spectra": spectra_cost},
    kept=("**/*.safetensors",),
)
