"""Figure 7: the true image beside its reconstructions, attacks down, methods across."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from flatgia.core.artifacts import load_arrays
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.figures.registry import picture_rounds
from flatgia.plotting.look import DOUBLE, attack_label, method_label
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.shown import Config
from flatgia.settings.seeds import seed_of_pictures

GAP = 0.12  # between two rounds, in pictures
LEAST = 1e-12  # a smaller MSE counts as this
Key = tuple[str, str, str, str, str]  # method, gradient-attacker, attack, batch, round: the end of an attack's path


def draw_pictures(request: Request) -> None:
    """Figure 7: one true image and its reconstructions, attacks down, methods across, PSNR under each.

    Claim of the paper (5.3): reconstructions from the methods that search for flat minima are visibly worse than FedAvg's.
    Inputs: --attacks of `report.methods` x `report.pictures.attacks` at the first and last round of `table`, batch size 1;
    --targets.
    Expect: one image is an illustration and no evidence. The paper does not name its round. At the first all methods but
    FedSAI share one model; at the last each has a minimum of its own.
    """
    config, image = request.config, request.config["report"]["pictures"]["image"]
    methods, attacks = config["report"]["methods"], config["report"]["pictures"]["attacks"]
    rounds, seed = picture_rounds(config), seed_of_pictures(config)
    truth = read_truth(request.files["targets"][0], image)
    found = by_key(request.files["attacks"])
    under = "Under each picture: PSNR (dB), lower is the better defence."
    remark = f"Target image {image}, seed {seed}, batch size 1. {under} {alike(config, rounds)}".strip()
    columns = 1 + len(rounds) * len(methods)
    side = DOUBLE / (columns + GAP * len(rounds) + 0.3)
    page = new_page(request, DOUBLE, (side + 0.14) * len(attacks) + 0.35, [remark])
    widths = [1.0, *([GAP, *[1.0] * len(methods)] * len(rounds))]
    grid = page.subplots(len(attacks), len(widths), squeeze=False, width_ratios=widths)
    rows = []
    for line, attack in zip(grid, attacks, strict=True):
        show(line[0], truth, "")
        line[0].set_ylabel(attack_label(config, attack), fontsize=7)
        for block, number in enumerate(rounds):
            start = 1 + block * (len(methods) + 1)
            line[start].set_axis_off()
            for axes, method in zip(line[start + 1 :], methods, strict=False):
                key = (method, f"{request.gradient}-{request.attacker}", attack, "b1", f"round_{number:04d}")
                guess = read_guess(found, key, image)
                psnr = peak_signal_to_noise(truth, guess)
                show(axes, guess, f"{psnr:.1f}")
                rows.append({"method": method, "attack": attack, "round": number, "image": image, "psnr": psnr})
    grid[0][0].set_title("Truth", fontsize=6)
    for block, number in enumerate(rounds):
        top = grid[0][2 + block * (len(methods) + 1) :][: len(methods)]
        for axes, method in zip(top, methods, strict=True):
            axes.set_title(method_label(config, request.notes, method), fontsize=6)
        top[0].annotate(f"Round {number}", (0, 1.34), xycoords="axes fraction", fontsize=7.5, va="bottom")
    save_page(request, page, pd.DataFrame(rows))


def alike(config: Config, rounds: Sequence[int]) -> str:
    """Which columns are the same by construction, in words."""
    methods = {config["methods"][name]["rule"]: config["methods"][name] for name in config["report"]["methods"]}
    pair = [methods[rule] for rule in ("fedgf", "fedsam") if rule in methods]
    if 0 not in rounds or len(pair) < 2 or pair[0].get("rho") != pair[1].get("rho"):
        return ""
    return f"{pair[0]['label']} sends at round 0 what {pair[1]['label']} sends: those columns are equal."


def by_key(paths: Iterable[Path]) -> dict[Key, Path]:
    """The files by what their path says they are; of several seeds the first that is given counts."""
    found: dict[Key, Path] = {}
    for path in paths:
        method, axes, attack, batch, _ = path.parts[-5:] if len(path.parts) >= 5 else ("",) * 5
        found.setdefault((method, axes, attack, batch, path.stem), path)
    return found


def read_truth(path: Path, image: int) -> np.ndarray:
    """The true image (3, 32, 32) in [0, 1]."""
    arrays, _ = load_arrays(path)
    if "images" not in arrays or not image < len(arrays["indices"]):
        remedy = "make it again, or lower report.pictures.image"
        raise FlatgiaError(path, f"it holds no target image {image}", remedy)
    return arrays["images"][image].astype(np.float64) / 255


def read_guess(found: dict[Key, Path], key: Key, image: int) -> np.ndarray:
    """The reconstruction (3, 32, 32) in [0, 1] of the target `image`. Raises `FlatgiaError` if no file holds it."""
    if key not in found:
        remedy = "give its file, or take the name out of `report`"
        raise FlatgiaError("--attacks", f"no reconstructions at {'/'.join(key)}", remedy)
    arrays, _ = load_arrays(found[key])
    if not {"reconstruction", "truth_index"} <= arrays.keys():
        raise FlatgiaError(found[key], "not a result of scripts/attack.py", "give what scripts/attack.py wrote")
    where = np.argwhere(arrays["truth_index"] == image)
    if not len(where):
        raise FlatgiaError(found[key], f"it holds no reconstruction of image {image}", "attack that image too")
    return arrays["reconstruction"][tuple(where[0])].astype(np.float64)


def peak_signal_to_noise(truth: np.ndarray, guess: np.ndarray) -> float:
    """PSNR in dB of two images in [0, 1]; at most 120 dB, as in metrics/psnr.py, which needs torch."""
    return float(-10 * np.log10(max(np.mean((truth - guess) ** 2), LEAST)))


def show(axes: Axes, image: np.ndarray, text: str) -> None:
    """One picture, its pixels unsmoothed, with `text` beneath."""
    style: dict[str, Any] = {"interpolation": "nearest", "vmin": 0, "vmax": 1}
    axes.imshow(image.clip(0, 1).transpose(1, 2, 0), cmap="gray", **style)  # the map is for a single channel
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(text, labelpad=1.5, fontsize=5.8)
