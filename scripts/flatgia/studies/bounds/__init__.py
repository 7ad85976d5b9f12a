"""bounds: the paper's bounds on I(X; G) and its rate of convergence as numbers, beside what a noisy gradient does tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from flatgia.core.parameters import Count, Counts, Limits, Positive
from flatgia.plotting.shown import FIGURE, TABLE, Config, Hessians, Needs, Own, Source
from flatgia.studies.information import SPECTRA
from flatgia.studies.study import Names, Study, Work

TERMS = "{method}/round_{round}.json"


@dataclass(frozen=True)
class Bounds:
    """Whose models; the batch sizes of (2) to (5), the radius of (5), and how exact what is estimated is."""

    methods: Names
    batches: Counts
    rho: Positive
    ascent: Count
    steps: Annotated[Count, Limits(low=2)]
    probes: Annotated[Count, Limits(low=2)]


def needs(config: Config) -> Needs:
    """The terms of every bound, the Hessians, and the spectra of `information` for the channel."""
    methods, rounds = config["studies"]["bounds"]["methods"], config["rounds"]["table"]
    places = [(method, f"{number:04d}") for method in methods for number in rounds]
    terms = [Own("bounds", TERMS.format(method=method, round=number), method) for method, number in places]
    spectra = [Own("information", SPECTRA.format(method=method, round=number), method) for method, number in places]
    files: dict[str, Sequence[Source]] = {"terms": terms, "hessian": [Hessians(methods, ["table"])], "spectra": spectra}
    return Needs(methods, files=files)


def terms_cost(wildcards: Any) -> Work:
    """All checkpoints of a method."""
    return ("bounds", wildcards.method), 1


CLAIMS = tuple(f"_claims.{ending}" for ending in TABLE)
BATCHES = tuple(f"_batches.{ending}" for ending in ("md", "tex"))

STUDY = Study(
    "bounds",
    "the paper's theory as numbers",
    "flatgia.studies.bounds.table:make",
    needs,
    takes=("terms", "hessian", "spectra"),
    writes=(*TABLE, *FIGURE[:2], *BATCHES, *CLAIMS),
    section=Bounds,
    costs={"bounds_terms": terms_cost},
    kept=("**/*.json",),
)
