"""The sentences that `bounds` judges, by rules that were fixed before any number was seen (docs/theory.md)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from flatgia.claims.interval import Estimate, estimate
from flatgia.claims.verdicts import CONSTRUCTION, UNDECIDED
from flatgia.studies.bounds.formulas import curvature_bound
from flatgia.studies.bounds.read import CHANNELS, KEYS

HOLDS, REFUTED = "holds", "refuted"
NEAR = 0.5  # ||H - F|| / ||H|| up to which one stands for the other: half of H's norm
VISIBLE = 0.01  # of the rate


class Verdict(NamedTuple):
    """A sentence, what it is about, what was found, the verdict."""

    sentence: str
    where: str
    found: str
    verdict: str


def all_or_none(passed: pd.Series) -> str:
    """Holds if it does for every model, refuted if for none, else undecided."""
    return HOLDS if passed.all() else UNDECIDED if passed.any() else REFUTED


def of_bounds(batches: pd.DataFrame) -> list[Verdict]:
    """(3) and (5) at each batch size: refuted where every model's is negative or above the data."""
    found = []
    for name, title in (("third", "(3) is not vacuous"), ("fifth", "(5) is not vacuous")):
        for batch, rows in batches.groupby("batch"):
            why = rows[f"{name}_vacuous"]
            counts = ", ".join(f"{word or 'possible'} {n}" for word, n in why.value_counts().items())
            said = f"{rows[name].min():,.0f} to {rows[name].max():,.0f} nats; {counts}"
            found.append(Verdict(title, f"B = {batch}", said, all_or_none(why == "")))
    rank = f"rank at most B − 1: {batches['rank'].min()} to {batches['rank'].max()}"
    return [*found, Verdict("Σ_G ≻ 0, as (2) needs", "every B", f"{rank} of d", CONSTRUCTION)]


def of_steps(models: pd.DataFrame, shares: pd.Series) -> list[Verdict]:
    """The steps of the derivations, over all models."""
    bound = pd.Series([
        curvature_bound(*row) for row in models[["rise", "norm", "rho"]].itertuples(index=False, name=None)
    ])  # fmt: skip
    tight = models["lambda_max"].to_numpy() / bound
    return [
        *(
            Verdict(
                f"H = E[s sᵀ]: {name}", "B.1",
                f"‖H − F‖/‖H‖ {models[f'{key}_distance'].min():.2f} to {models[f'{key}_distance'].max():.2f}, "
                f"cosine {models[f'{key}_cosine'].min():.2f} to {models[f'{key}_cosine'].max():.2f}",
                all_or_none(models[f"{key}_distance"] <= NEAR),
            )
            for key, name in (("fisher", "labels of the model"), ("empirical", "labels of the data"))
        ),
        Verdict("H ≻ 0, as log det H and AM-GM need", "B.2",
                f"λmin {models['lambda_min'].min():.2f} to {models['lambda_min'].max():.2f}",
                all_or_none(models["lambda_min"] > 0)),
        Verdict("λmax is most of what (5) bounds it by", "B.2",
                f"{100 * tight.min():.2f} to {100 * tight.max():.2f} %", all_or_none(tight >= 0.5)),
        Verdict("det(H) is visible in the rate", "B.3",
                f"{100 * shares.min():.2g} to {100 * shares.max():.2g} % of its terms", all_or_none(shares >= VISIBLE)),
    ]  # fmt: skip


def of_order(
    models: pd.DataFrame, channels: pd.DataFrame, first: str, rounds: Sequence[int], label: Callable[[str], str]
) -> list[Verdict]:
    """A lower (3) than the first method's, a lower channel: refuted if the whole interval of its difference is above 0."""
    plain = channels[channels["gradient"] == "plain"]
    dets = models.set_index(KEYS)["log_det"].sort_index()
    whole = (plain["directions"] >= plain["entries"]).all()  # or these are upper bounds
    found = []
    for name, title in zip(CHANNELS, ("noise in proportion", "fixed noise"), strict=True):
        values = plain.set_index(["method", "round", "seed", "image"])[name].sort_index()
        for method in models["method"].unique():
            for number in rounds:
                if method == first or not {(method, number), (first, number)} <= set(values.index.droplevel([2, 3])):
                    continue
                apart = (values[method, number] - values[first, number]).dropna()
                fall = ((dets[method, number] - dets[first, number]) / 2).dropna()
                ours = estimate(apart)
                said = f"(3) {fall.mean():+,.0f}, channel {ours.mean:+,.0f}{_ends(ours)} nats"
                where = f"{title}; {label(method)}, round {number}"
                found.append(
                    Verdict("A lower (3), less told", where, said, _follows(fall, ours) if whole else UNDECIDED)
                )
    return found


def _follows(fall: pd.Series, channel: Estimate) -> str:
    if (fall == 0).all() and channel.mean == 0:
        return CONSTRUCTION
    if channel.low is None or channel.high is None or channel.low <= 0 <= channel.high or fall.min() <= 0 <= fall.max():
        return UNDECIDED
    return HOLDS if (fall.mean() < 0) == (channel.high < 0) else REFUTED


def _ends(found: Estimate) -> str:
    return "" if found.low is None or found.high is None else f" [{found.low:+,.0f}, {found.high:+,.0f}]"
