"""bounds: tables, figure and verdicts of the paper's theory."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from flatgia.core.errors import FlatgiaError
from flatgia.plotting.curves import legend
from flatgia.plotting.look import DOUBLE, method_label, method_style
from flatgia.plotting.page import common_remarks, new_page, save_csv, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.settings.config import all_rounds
from flatgia.studies.bounds import rates
from flatgia.studies.bounds.figure import draw
from flatgia.studies.bounds.formulas import capacity
from flatgia.studies.bounds.read import CHANNELS, KEYS, by_batch, read_channels, read_models
from flatgia.studies.bounds.verdicts import Verdict, of_bounds, of_order, of_steps

MODEL = {
    "loss": ("Loss", "{:.3g}"),
    "norm": ("‖G‖", "{:.3g}"),
    "rise": ("F_SAM − F", "{:.3g}"),
    "lambda_max": ("λmax(H)", "{:.3g}"),
    "tight": ("of (5)'s bound (%)", "{:.2g}"),
    "log_det": ("log det H", "{:,.0f}"),
    "fisher_log_det": ("log det F", "{:,.0f}"),
    "empirical_log_det": ("log det F̂", "{:,.0f}"),
    "fisher_distance": ("‖H−F‖/‖H‖", "{:.2f}"),
    "fisher_cosine": ("cos(H, F)", "{:.2f}"),
    "empirical_distance": ("‖H−F̂‖/‖H‖", "{:.2f}"),
    "empirical_cosine": ("cos(H, F̂)", "{:.2f}"),
    "third": ("(3), B = 1", "{:,.0f}"),
    "fifth": ("(5), B = 1", "{:,.0f}"),
    "channel": ("Channel", "{:,.0f}"),
    "channel_fixed": ("Channel, fixed", "{:,.0f}"),
    "share": ("det(H) in the rate (%)", "{:.2g}"),
}
BATCH = {
    "rank": "rank Σ_G",
    "second": "(2)",
    "third": "(3)",
    "third_raw": "(3), raw ≤",
    "fifth": "(5)",
    "most": "Possible",
}
READING = [
    "Loss, ‖G‖, F_SAM and matrices are those of the Hessian's images. F: Fisher information with labels drawn from the model, "
    "as B.1 needs; F̂: with the data's labels. log det: the surrogate of section 4.2. Cosine: of two matrices as vectors.",
    "In nats: (3), (5) and the channel, ½ log det(I + JᵀJ/σ²) of an image, J = dg/dx of the plain gradient; σ is 10⁻² of its "
    "norm in each entry, or fixed at that of the first method's mean norm at the first round.",
]


def make(request: Request) -> None:
    """bounds: the paper's (2) to (5) and its rate of convergence as numbers, beside what a noisy gradient does tell.

    Claim of the paper (Theorems 3.1 and 3.2): log det H, and the SAM objective, bound what a gradient tells about its data.
    Inputs: --terms of `studies.bounds`; --hessian and --spectra (of `studies.information`) of the same models.
    Expect: if the bounds say something, they lie between 0 and the entropy of the data, H is near E[s s^T], and a model whose
    bound is lower tells less through the same noise.
    """
    config, section = request.config, request.config["studies"]["bounds"]
    methods, rounds, batches = section["methods"], config["rounds"]["table"], section["batches"]
    models = read_models(request.files["terms"], request.files["hessian"], methods, rounds)
    channels = read_channels(request.files["spectra"], methods[0], rounds[0])
    entries = int(channels["entries"].iloc[0])
    grid = by_batch(models, batches, entries)
    models = _completed(models, grid, channels, config)
    label = partial(method_label, config, request.notes)
    remarks = _about(models, channels, entries)
    drawing = ["Shaded: what B images of 8 bits can hold. Mark a model and seed.", *remarks]
    page = new_page(request, DOUBLE, 2.4, drawing)
    legend(page, draw(page, grid, models, channels, label, partial(method_style, config)))
    save_page(request, page, _long(models, grid))

    text = [*READING, *remarks, *_rates(models, config, label), *common_remarks(request)]
    _write_models(request, models, rounds, label, text)
    _write_batches(request, grid, label, remarks)
    judged = [
        *of_bounds(grid),
        *of_steps(models, models["share"]),
        *of_order(models, channels, methods[0], rounds, label),
    ]
    _write_claims(request, judged, models, remarks)


def _completed(
    models: pd.DataFrame, grid: pd.DataFrame, channels: pd.DataFrame, config: Mapping[str, Any]
) -> pd.DataFrame:
    """With what is put together of several: (3) and (5) at the least batch, the channel, the rate."""
    least = grid[grid["batch"] == grid["batch"].min()][[*KEYS, "third", "fifth"]]
    plain = channels[channels["gradient"] == "plain"].groupby(KEYS)[list(CHANNELS)].mean().reset_index()
    table = models.merge(least, on=KEYS).merge(plain, on=KEYS, how="left")
    if table[list(CHANNELS)].isna().any(axis=None):
        raise FlatgiaError("--spectra", "a model of --terms has none", "give those of the same methods and rounds")
    table["tight"] = (
        100 * table["lambda_max"] / (2 / table["rho"] ** 2 * (table["rise"] + table["rho"] * table["norm"]))
    )
    # F* >= 0, and L is at least the largest |eigenvalue| that a run met.
    runs = table.sort_values("round").groupby(["method", "seed"])
    gap = runs["loss"].first()
    smooth = runs["lambda_max"].max().combine(-runs["lambda_min"].min(), max)
    number = rates.counts(config, max(all_rounds(dict(config))))
    found = []
    for row in table.to_dict("records"):
        run = row["method"], row["seed"]
        drift = row["covariance_trace"] / config["federation"]["images_per_client"]
        constants = rates.Constants(
            **number, parameters=row["parameters"], gap=float(gap[run]), smoothness=float(smooth[run]), sigma_g=drift,
            sigma_l=row["sigma_l"], largest=row["lambda_max"],
        )  # fmt: skip
        of = {f"rate_{name}": value for name, value in rates.terms(constants).items()}
        of |= {f"rate_{name}": value for name, value in rates.derived(constants).items()}
        found.append(of | {"share": rates.share_of_determinant(constants), "smooth": constants.smoothness})
    return table.assign(**pd.DataFrame(found, index=table.index))


def _about(models: pd.DataFrame, channels: pd.DataFrame, entries: int) -> list[str]:
    """Over what the numbers are, and what is not exact."""
    draws, images = models["seed"].nunique(), channels["image"].nunique()
    size, taken = int(models["parameters"].iloc[0]), int(channels["directions"].min())
    said = [
        f"{int(models['images'].iloc[0])} images for H, F and G, {images} for the channel; {draws} draw{'s' * (draws > 1)}; "
        f"d = {size:,}; an image of {entries:,} entries holds at most {capacity(entries, 1):,.0f} nats."
    ]
    if taken < entries:
        said.append(f"J along {taken} random directions of {entries}: the channel is an upper bound in the mean.")
    return said


def _rates(models: pd.DataFrame, config: Mapping[str, Any], label: Callable[[str], str]) -> list[str]:
    """Each term of the rate at the last round, in words."""
    number = rates.counts(config, max(all_rounds(dict(config))))
    last = models[models["round"] == models["round"].max()]
    said = []
    for method, rows in last.groupby("method", sort=False):
        mean = rows[[f"rate_{name}" for name in ("gap", "sigma_g", "sigma_l", "smoothness", "determinant")]].mean()
        said.append(f"{label(str(method))} {', '.join(f'{value:.2g}' for value in mean)}")
    constants = f"R = {number['rounds']}, N = {number['clients']}, K = {number['local_steps']}, B = {number['batch']}"
    return [
        f"Terms of the rate after Theorem 3.2 (full participation) at round {last['round'].iloc[0]}, in its order (F L, σg², "
        f"σl², L, det(H)/L′ = λmax), {constants}: {'; '.join(said)}."
    ]


def _long(models: pd.DataFrame, grid: pd.DataFrame) -> pd.DataFrame:
    """All numbers, a row each; batch 0 where there is none."""
    state = models.drop(columns=["accuracy"], errors="ignore").select_dtypes("number")
    state = state.assign(method=models["method"]).melt([*KEYS], var_name="number", value_name="value").assign(batch=0)
    cells = grid.melt([*KEYS, "batch"], list(BATCH), var_name="number", value_name="value")
    return (
        pd.concat([state, cells]).dropna(subset="value").astype({"value": float})[[*KEYS, "batch", "number", "value"]]
    )


def _write_models(
    request: Request, models: pd.DataFrame, rounds: list[int], label: Callable[[str], str], text: list[str]
) -> None:
    means = models.groupby(["round", "method"], sort=False)[list(MODEL)].mean()
    means["share"] *= 100
    blocks = [
        [
            [
                str(number),
                label(method),
                *(form.format(row[name]).replace("-", "−") for name, (_, form) in MODEL.items()),
            ]
            for method, row in means.loc[number].iterrows()
        ]
        for number in rounds
    ]
    header = ["Round", "Method", *(title for title, _ in MODEL.values())]
    caption = "The paper's theory as numbers"
    write_small_table(request, f"Bounds: {caption.lower()}", caption, header, blocks, text, left=2)


def _write_batches(request: Request, grid: pd.DataFrame, label: Callable[[str], str], remarks: list[str]) -> None:
    """NAME_batches.md and .tex: (2) to (5) by batch size, and whether they say something."""
    means = grid.groupby(["round", "batch", "method"], sort=False)
    blocks: dict[tuple[int, int], list[list[str]]] = {}
    for (number, batch, method), rows in means:
        cells = [_cell(rows[name]) for name in BATCH]
        why = [", ".join(sorted(set(rows[f"{name}_vacuous"]))) or "no" for name in ("third", "fifth")]
        blocks.setdefault((number, batch), []).append([str(number), str(batch), label(method), *cells, *why])
    header = ["Round", "B", "Method", *BATCH.values(), "(3) vacuous", "(5) vacuous"]
    said = [
        "In nats. (4) is (3). Rank: of the covariance within a batch. (2): with the surrogate, and the covariance over the "
        "Hessian's images by B. (3), raw: of the eigenvalues as they are, those under 10⁻⁶ counted as 10⁻⁶, so an upper bound; "
        "empty where the Hessian's file holds no spectrum. Possible: the entropy of B images of 8 bits, all equally likely.",
        *remarks,
    ]
    caption = "(2) to (5) by batch size"
    named = replace(request, name=f"{request.name}_batches")
    ordered = [blocks[place] for place in sorted(blocks)]
    write_small_table(named, f"Bounds: {caption}", caption, header, ordered, said, left=3)


def _cell(values: pd.Series) -> str:
    known = values.dropna()
    return f"{known.mean():,.0f}".replace("-", "−") if len(known) else ""


def _write_claims(request: Request, judged: list[Verdict], models: pd.DataFrame, remarks: list[str]) -> None:
    """NAME_claims.md, .tex and .csv: a line a sentence."""
    named = replace(request, name=f"{request.name}_claims")
    lines = [[one.sentence, one.where, one.found.replace("-", "−"), one.verdict] for one in judged]
    draws = models["seed"].nunique()
    said = [
        "Holds, refuted: every model of every draw, or the whole interval, lies on that side of the rule (docs/theory.md).",
        f"In brackets: 95 % of the mean paired difference, over images and {draws} draw{'s' * (draws > 1)}.",
        *remarks,
    ]
    caption = "The sentences of the theory"
    header = ["Sentence", "Where", "Found", "Verdict"]
    write_small_table(named, f"Bounds: {caption.lower()}", caption, header, [lines], said, left=4)
    save_csv(named, pd.DataFrame([one._asdict() for one in judged]))
