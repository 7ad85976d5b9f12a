"""networks, as a picture: PSNR of each setting on each network, and below it what could explain the difference."""

from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D

from flatgia.plotting.look import BLACK, BLUE, DOUBLE, GREEN, ORANGE, PURPLE, RED, SKY, method_label
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request
from flatgia.studies.networks import attacked, axes_of

COLOURS = (BLACK, ORANGE, BLUE, GREEN, RED, PURPLE, SKY)
SETTINGS = {("method", "naive"): "sent, naive", ("method", "adaptive"): "sent, adaptive", ("plain", "naive"): "plain"}


def draw(
    request: Request,
    rows: pd.DataFrame,
    numbers: pd.DataFrame,
    names: Mapping[str, tuple[str, str]],
    remarks: list[str],
) -> None:
    """Writes networks.png, .pdf and .csv (`numbers`); `rows` are PSNR per image, under the first attack."""
    config, section = request.config, request.config["studies"]["networks"]
    methods, rounds, attack = section["methods"], section["rounds"], section["attacks"][0]
    rows = rows[rows["attack"] == attack]
    shown = {(method, *axes): f"{method_label(config, request.notes, method)}"
             + (f", {SETTINGS[axes]}" if len(axes_of(config, method)) > 1 else "")
             for method in methods for axes in axes_of(config, method)}  # fmt: skip
    colours = dict(zip(shown.values(), COLOURS, strict=False))
    places = [(case, mode) for case, mode, name in attacked(config) if name == attack]
    ticks = [_tick(names[case], mode, len({m for c, m in places if c == case}) > 1) for case, mode in places]
    rows = rows.assign(
        place=[places.index(pair) for pair in zip(rows["case"], rows["mode"], strict=True)],
        setting=[shown[key] for key in zip(rows["method"], rows["gradient"], rows["attacker"], strict=True)],
    )
    base = method_label(config, request.notes, methods[0])
    about = [
        "A dot an image, a stroke the median. "
        f"Below, round {rounds[-1]}: a mark for each network, images and mode, as a difference from {base}."
    ]
    page = new_page(request, DOUBLE, 1.55 * len(rounds) + 2.0, [*about, *remarks])
    upper, lower = page.subfigures(2, 1, height_ratios=[1.55 * len(rounds), 2.0], squeeze=False)[:, 0]
    above = upper.subplots(len(rounds), 1, sharex=True, squeeze=False)[:, 0]
    for axes, number in zip(above, rounds, strict=True):
        _settings(axes, rows[rows["round"] == number], colours, len(places))
        axes.set(title=f"Round {number}", xlabel="", ylabel="PSNR (dB)")
    above[-1].set_xticks(range(len(places)), ticks, fontsize=5.4)
    marks = [Line2D([], [], color=colour, marker="o", markersize=3, linestyle="none", label=name)
             for name, colour in colours.items()]  # fmt: skip
    upper.legend(handles=marks, loc="outside upper center", ncols=len(marks))
    last = numbers[(numbers["attack"] == attack) & (numbers["round"] == rounds[-1])]
    _explained(lower, last, methods, {key: colours[name] for key, name in shown.items()})
    save_page(request, page, numbers)


def _tick(name: tuple[str, str], mode: str, told: bool) -> str:
    return "\n".join([*name, *([mode] if told else [])])


def _settings(axes: Axes, rows: pd.DataFrame, colours: Mapping[str, str], places: int) -> None:
    look = {"x": "place", "y": "value", "hue": "setting", "order": range(places), "hue_order": list(colours),
            "palette": dict(colours), "ax": axes, "legend": False}  # fmt: skip
    sns.stripplot(rows, **look, dodge=True, jitter=0.08, size=1.7, alpha=0.6, linewidth=0, edgecolor="none")
    width = 0.8 * (1 - 1 / len(colours))
    sns.pointplot(rows, **look, dodge=width, estimator="median", errorbar=None, linestyle="none", marker="_",
                  markersize=7, markeredgewidth=1.3)  # fmt: skip
    for place in range(1, places):
        axes.axvline(place - 0.5, color="#EEEEEE", linewidth=0.6, zorder=0)
    axes.grid(axis="x", visible=False)


def _explained(page: SubFigure, last: pd.DataFrame, methods: list[str], colours: Mapping[tuple[str, ...], str]) -> None:
    """Left: how flat the model is, and what its plain gradient gives; right: how wrong a naive attacker is, what he gets."""
    left, right = page.subplots(1, 2)
    first, *others = methods
    keys = ["case", "mode"]
    base = last[last["method"] == first].set_index(keys)
    for method in others:
        for axes, (gradient, attacker), across in ((left, ("plain", "naive"), "lambda_max"),
                                                   (right, ("method", "naive"), "distance_truth")):  # fmt: skip
            mine = last[(last["method"] == method) & (last["gradient"] == gradient) & (last["attacker"] == attacker)]
            mine = mine.set_index(keys)
            change = mine["psnr_median"] - base["psnr_median"].reindex(mine.index)
            x = mine[across] / base[across].reindex(mine.index) if across == "lambda_max" else mine[across]
            axes.plot(x, change, "o", color=colours[method, gradient, attacker], markersize=3.2)
    for axes in (left, right):
        axes.axhline(0, color="#777777", linewidth=0.6, linestyle=":")
    left.set_xscale("log")
    left.axvline(1, color="#777777", linewidth=0.6, linestyle=":")
    left.set(title="Flatness: plain gradient", xlabel="λmax(H), ratio to that of the first method", ylabel="ΔPSNR (dB)")
    right.set(title="Ignorance: as sent, naive", xlabel="1 − cos of the naive model, at the truth", ylabel="ΔPSNR (dB)")
