"""The Hessian told whole: log det H beside its floor, the largest eigenvalue, the trace and the count, and other dampings."""

from collections.abc import Iterator
from itertools import product

import pandas as pd

from flatgia.claims.claim import Key
from flatgia.claims.controls import ABSENT
from flatgia.claims.data import Given
from flatgia.claims.interval import of_correlation
from flatgia.claims.ranks import by_model, correlation, error_of
from flatgia.claims.scope import Scope
from flatgia.curvature.histogram import log_det_at
from flatgia.plotting.tables import markdown

COLUMNS = {
    "log_det": ("log det H (×10⁻⁴)", "{:.4f}"),
    "above_floor": ("above its floor (%)", "{:.2f}"),
    "lambda_max": ("largest eigenvalue", "{:.1f}"),
    "trace": ("trace", "{:.1f}"),
    "count_above": ("count above √damping", "{:.0f}"),
}
READING = (
    "log det H = ½ tr log(HᵀH + damping·I) cannot fall below that of H = 0, its floor: nearly all of its size is the "
    "damping's. What lifts it is how many eigenvalues are larger than √damping, and of their size only the logarithm."
)
DAMPINGS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


def hessian_chapter(given: Given, scope: Scope) -> Iterator[str]:
    """Table, correlations and sweep, as Markdown; nothing where no Hessian was given."""
    places = [(method, number) for number in scope.config["rounds"]["table"] for method in scope.config["report"]["methods"]
              if Key("log_det", method, "", number) in given.values]  # fmt: skip
    if not places:
        return
    yield f"## The Hessian\n\n{READING}\n"
    lines = []
    for method, number in places:
        columns = {name: given.values[Key(name, method, "", number)] for name in COLUMNS}
        cells = [COLUMNS[name][1].format(column.mean()).replace("-", "−") for name, column in columns.items()]
        lines.append([str(number), scope.label("methods", method), *cells, str(len(columns["log_det"]))])
    yield markdown(["Round", "Method", *(title for title, _ in COLUMNS.values()), "Draws"], lines, left=2)
    own = [place for place in places if (key := Key("log_det", place[0], "", place[1])) == given.same.get(key, key)]
    if len(own) > 3:
        yield f"{companions(given, own)}\n"
    if given.stochastic:
        apart, error = (max(abs(pair[place]) for pair in given.stochastic) for place in (0, 1))
        yield (
            f"{len(given.stochastic)} of these Hessians were measured both ways: stochastic quadrature is up to {apart:.1f} "
            f"from the exact log det H, and states a standard error of up to {error:.1f} (without the factor 10⁻⁴).\n"
        )
    yield from sweep(given, scope)


def companions(given: Given, places: list[tuple[str, int]]) -> str:
    """Spearman's coefficient of log det H with each of its companions, over different models."""
    keys = {name: [Key(name, method, "", number) for method, number in places] for name in COLUMNS}
    left = by_model(given.values, keys["log_det"])
    said = [f"{COLUMNS[name][0]} {show(correlation(left, by_model(given.values, keys[name])), len(places))}"
            for name in ("count_above", "lambda_max", "trace")]  # fmt: skip
    return f"Spearman's coefficient of log det H over these {len(places)} models: {', '.join(said)}."


def show(found: pd.Series, models: int) -> str:
    """A coefficient with its interval; a dash where one side is all alike."""
    if found.empty:
        return ABSENT
    ours = of_correlation(found, error_of(found, models))
    ends = "" if ours.low is None else f" [{ours.low:.2f}, {ours.high:.2f}]"
    return f"{ours.mean:.2f}{ends}".replace("-", "−")


def sweep(given: Given, scope: Scope) -> Iterator[str]:
    """The same surrogate at other dampings, from the kept spectra of the rounds of Table 1 after 0."""
    rounds = [number for number in scope.config["rounds"]["table"] if number]
    places = list(product(scope.config["report"]["methods"], rounds))
    if len(places) < 4 or not all(place in given.spectra for place in places):
        yield "No sweep of the damping: it needs the spectra of all these models, which older results do not hold.\n"
        return
    attack = scope.attack("IG")
    lines = []
    for damping in DAMPINGS:
        dets = at_damping(given, places, damping)
        below = [dets[place] < dets[scope.base, place[1]] for place in places if place[0] != scope.base]
        share = f"{sum(int(part.sum()) for part in below)} of {sum(len(part) for part in below)}"
        dets.columns = range(len(places))
        cells = [ABSENT, ABSENT]
        for column, setting in enumerate(("naive", "plain")):
            keys = [Key("psnr", method, attack, number, setting=setting) for method, number in places]
            if all(key in given.values for key in keys):
                cells[column] = show(correlation(by_model(given.values, keys), dets), len(places))
        lines.append([f"{damping:g}", share, *cells])
    label = scope.label("attacks", attack)
    yield f"Other dampings (the paper's is 0.001), and Spearman's coefficient with PSNR under {label}, {len(places)} models:\n"
    yield markdown(["Damping", "Flat-minima models below FedAvg's", "As sent", "Plain"], lines)


def at_damping(given: Given, places: list[tuple[str, int]], damping: float) -> pd.DataFrame:
    """log det H of every model: a row a seed, a column a (method, round)."""
    columns = {place: {seed: log_det_at(weights, damping) for seed, weights in given.spectra[place].items()}
               for place in places}  # fmt: skip
    return pd.concat({place: pd.Series(column) for place, column in columns.items()}, axis=1, join="inner")
