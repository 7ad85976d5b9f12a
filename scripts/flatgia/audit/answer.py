"""An answer on disk: the pictures, the numbers, everything that was printed in one JSON, and all at a glance."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import Tensor

from flatgia.audit.attack import Answer
from flatgia.audit.pictures import save_picture, to_colours
from flatgia.core import artifacts
from flatgia.metrics.assign import assign
from flatgia.metrics.mse import mse
from flatgia.metrics.psnr import psnr
from flatgia.metrics.ssim import ssim
from flatgia.plotting import look
from flatgia.plotting.figures.pictures import show

WRITTEN = ("overview.png", "reconstruction.png", "result.json", "result.safetensors")
SIDE = 1.9  # inches
TALLEST = 4  # images of a batch that the overview shows


def write_answer(
    folder: Path | str,
    answer: Answer,
    truth: Tensor | None = None,
    said: dict[str, Any] | None = None,
    record: artifacts.Provenance | None = None,
) -> dict[str, Any]:
    """Writes `WRITTEN`, with scores where the true images (B, C, H, W) are known; returns what result.json holds."""
    folder, record = Path(folder), record or artifacts.Provenance("audit", {})
    true = None if truth is None else (truth.double() / 255 if truth.dtype == torch.uint8 else truth.double())
    images = answer.images.cpu()
    if true is not None:
        true = true[assign(images, true)]
    scores = scores_of(images, true) if true is not None else {}
    facts = (said or {}) | answer.facts() | {"scores": scores, "curve": curve_of(answer)}
    artifacts.save_json(folder / "result.json", facts, record)
    tensors = {"reconstruction": images, "labels": torch.tensor(answer.labels), "cost": answer.found.cost}
    artifacts.save_tensors(folder / "result.safetensors", tensors, {}, record)
    with artifacts.artifact(folder / "reconstruction.png", record) as temporary:
        save_picture(temporary, images)
    draw_answer(folder / "overview.png", answer, true, scores, record)
    return facts


def curve_of(answer: Answer) -> list[float]:
    """The cost over the steps."""
    return [float(cost) for cost in answer.found.curve[:, 0]]


def scores_of(images: Tensor, truth: Tensor) -> dict[str, list[float]]:
    """PSNR, MSE and, from 11 pixels a side, SSIM of each image."""
    measures = {"psnr": psnr, "mse": mse} | ({"ssim": ssim} if min(images.shape[2:]) >= 11 else {})
    return {name: measure(images.double(), truth).tolist() for name, measure in measures.items()}


def draw_answer(
    path: Path, answer: Answer, truth: Tensor | None, scores: dict[str, list[float]], record: artifacts.Provenance
) -> None:
    """Writes a PNG: each true image where they are known, the reconstruction beside it, and the cost."""
    look.apply()
    count, kinds = min(TALLEST, len(answer.labels)), ["guess"] if truth is None else ["truth", "guess"]
    layout: list[Any] = [[*(f"{kind} {place}" for kind in kinds), "cost"] for place in range(count)]
    widths = [1.0] * len(kinds) + [1.6]
    size = (SIDE * sum(widths), SIDE * count + 0.6)
    figure, axes = plt.subplot_mosaic(layout, figsize=size, layout="constrained", width_ratios=widths)
    for place in range(count):
        words = "   ".join(f"{key.upper()} {values[place]:.3g}" for key, values in scores.items())
        show(axes[f"guess {place}"], to_colours(answer.images[place]), words)
        axes[f"guess {place}"].set_title(f"Reconstruction, label {answer.labels[place]}")
        if truth is not None:
            show(axes[f"truth {place}"], to_colours(truth[place]), "")
            axes[f"truth {place}"].set_title("Truth")
    curve = curve_of(answer)
    axes["cost"].plot(np.linspace(0, 1, len(curve)), curve, color=look.BLUE)
    axes["cost"].set(title="Gradient matching", xlabel="Share of the steps", ylabel="Cost")
    if min(curve) > 0:
        axes["cost"].set_yscale("log")
    figure.suptitle(f"{answer.verdict.meaning.capitalize()} by the modelled client", fontsize=8)
    with artifacts.artifact(path, record) as temporary:
        figure.savefig(temporary, format="png", dpi=200, metadata={"Software": None})
    plt.close(figure)
