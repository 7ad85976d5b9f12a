"""The one look: a colour, marker and dash for each method and attack, the same in every figure.

Seven colours, eight markers, six dashes: what has the same colour again has another marker and another dash.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib

matplotlib.use("Agg")

SINGLE, DOUBLE = 3.3, 6.8  # inches: one and two columns of a paper

# Okabe and Ito's colours, told apart with any colour vision; yellow is left out, it vanishes on white.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, RED, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
METHOD_COLOURS = (BLACK, BLUE, RED, GREEN, PURPLE, ORANGE, SKY)
METHOD_MARKERS = ("o", "s", "^", "D", "v", "p", "h", (4, 1, 0))
ATTACK_COLOURS = (SKY, ORANGE, GREEN, BLUE, RED, PURPLE, BLACK)
ATTACK_MARKERS = ("P", "X", "^", "o", "*", "d", "8", (3, 1, 0))
DASHES = ("-", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 1, 1, 1, 1, 1)), (0, (2, 2)))
ROUND_COLOURS = ("#00204C", "#7C7B78", "#D0B541", "#414D6B", "#A59C74")  # cividis: dark to light, also in grey

RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # shipped with matplotlib: the same on every machine
    "font.size": 7,
    "axes.titlesize": 7.5,
    "axes.labelsize": 7,
    "legend.fontsize": 6.5,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.formatter.use_locale": False,
    "grid.linewidth": 0.4,
    "grid.color": "#DDDDDD",
    "lines.linewidth": 1.1,
    "lines.markersize": 3.2,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "pdf.fonttype": 42,
    "svg.hashsalt": "flatgia",
}


def apply() -> None:
    """Sets matplotlib to the project's look, whatever a user's matplotlibrc says."""
    matplotlib.rcdefaults()
    matplotlib.use("Agg")
    matplotlib.rcParams.update(RC)  # type: ignore[arg-type]


def method_style(config: Mapping[str, Any], method: str) -> dict[str, Any]:
    """Line keywords of a method: by its place among `report.methods`, then among the other methods."""
    return _style(_place(config["report"]["methods"], config["methods"], method), METHOD_COLOURS, METHOD_MARKERS)


def attack_style(config: Mapping[str, Any], attack: str) -> dict[str, Any]:
    """Line keywords of an attack: by its place among `report.attacks`, then among the other attacks."""
    return _style(_place(config["report"]["attacks"], config["attacks"], attack), ATTACK_COLOURS, ATTACK_MARKERS) | {
        "markersize": 4.2
    }


def round_style(place: int) -> dict[str, Any]:
    """Line keywords of the `place`-th round where rounds are the lines."""
    return _style(place, ROUND_COLOURS, METHOD_MARKERS)


def method_label(config: Mapping[str, Any], notes: Mapping[str, Any], method: str) -> str:
    """The method's label with the mark its note has (FedSAI†)."""
    return config["methods"][method]["label"] + notes["marks"].get(method, "")


def attack_label(config: Mapping[str, Any], attack: str) -> str:
    """The attack's label."""
    return config["attacks"][attack]["label"]


def _place(first: Sequence[str], known: Mapping[str, Any], name: str) -> int:
    # Sorted: a mapping that has been through JSON may have lost its order.
    return [*first, *sorted(set(known) - set(first))].index(name)


def _style(place: int, colours: Sequence[str], markers: Sequence[Any]) -> dict[str, Any]:
    return {
        "color": colours[place % len(colours)],
        "marker": markers[place % len(markers)],
        "linestyle": DASHES[place % len(DASHES)],
    }
