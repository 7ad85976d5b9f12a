"""heterogeneity, as a picture: accuracy, log det H and PSNR over alpha, a line a method."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from flatgia.claims.claim import Key
from flatgia.plotting.figures.curvature import LABEL
from flatgia.plotting.look import DOUBLE, method_label, method_style
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request
from flatgia.studies.axes import AXES, SETTING
from flatgia.studies.heterogeneity import axes_of
from flatgia.studies.heterogeneity.read import Measured

MODELS = {"accuracy": ("Test accuracy", "%"), "log_det": ("Flatness", LABEL)}
PANELS = {"naive": "Sent, naive attacker", "adaptive": "Sent, knowing attacker", "plain": "Plain gradient"}
WIDTH = 0.3  # of the place of an alpha, over which the methods are spread


def draw(request: Request, found: Mapping[str, Measured], numbers: pd.DataFrame, remarks: list[str]) -> None:
    """Writes heterogeneity.png, .pdf and .csv (`numbers`): the last round, under the first attack."""
    config, section = request.config, request.config["studies"]["heterogeneity"]
    number, attack = section["rounds"][-1], section["attacks"][0]
    said = (
        f"Round {number}. The smaller α, the more clients differ. A dot is a draw, of PSNR an image; lines join the means "
        "(without failed searches). FedAvg sends the plain gradient: its line is the same in all three panels of PSNR."
    )
    page = new_page(request, DOUBLE, 3.9, [said, *remarks])
    upper, lower = page.subfigures(2, 1, squeeze=False)[:, 0]
    models, attacks = upper.subplots(1, 2), lower.subplots(1, 3, sharey=True)
    for axes, (metric, (title, unit)) in zip(models, MODELS.items(), strict=True):
        for place, method in enumerate(section["methods"]):
            line(axes, request, found, Key(metric, method, "", number), place)
        axes.set(title=title, ylabel=unit)
    for axes, (setting, title) in zip(attacks, PANELS.items(), strict=True):
        for place, method in enumerate(section["methods"]):
            own = setting if len(axes_of(config, method)) == len(AXES) else "naive"
            line(axes, request, found, Key("psnr", method, attack, number, setting=own), place)
        axes.set_title(title)
    attacks[0].set_ylabel("PSNR (dB)")
    for axes in (*models, *attacks):
        axes.set_xticks(range(len(found)), list(found))
        axes.set(xlabel="α", xlim=(-0.5, len(found) - 0.5))
        axes.grid(axis="x", visible=False)
    handles, labels = models[0].get_legend_handles_labels()
    upper.legend(handles, labels, loc="outside upper center", ncols=len(handles))
    save_page(request, page, numbers)


def line(axes: Axes, request: Request, found: Mapping[str, Measured], key: Key, place: int) -> None:
    """The values of one quantity of the `place`-th method over the alphas, and their means joined."""
    config = request.config
    style = method_style(config, key.method)
    shift = WIDTH * (place / max(1, len(config["studies"]["heterogeneity"]["methods"]) - 1) - 0.5)
    at = [(x + shift, one.values[key]) for x, one in enumerate(found.values()) if key in one.values]
    for x, values in at:
        axes.plot(np.full(len(values), x), values, ".", color=style["color"], markersize=2.4, alpha=0.35, zorder=1)
    label = method_label(config, request.notes, key.method)
    means = [values.groupby(level="seed").mean().mean() for _, values in at]
    axes.plot([x for x, _ in at], means, **style, label=label)


def numbers_of(request: Request, found: Mapping[str, Measured], summary: pd.DataFrame) -> pd.DataFrame:
    """`summary`, PSNR by alpha, attack, round, method, gradient and attacker, with the numbers of each model beside it."""
    section = request.config["studies"]["heterogeneity"]
    models = pd.DataFrame(
        {"alpha": alpha, "method": method, "round": number}
        | {metric: found[alpha].values[Key(metric, method, "", number)].mean() for metric in MODELS}
        | {"log_det_error": found[alpha].errors[Key("log_det", method, "", number)]}
        for alpha, method, number in product(found, section["methods"], section["rounds"])
    )
    return summary.assign(
        setting=[SETTING[axes] for axes in zip(summary["gradient"], summary["attacker"], strict=True)]
    ).merge(models, on=["alpha", "method", "round"])
