"""One attack on a user's own, at a glance: the true image where it is known, the reconstruction, and the cost on its way."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from flatgia.core.artifacts import Provenance, artifact
from flatgia.plotting import look
from flatgia.plotting.figures.pictures import show

SIDE = 1.9  # inches


def draw_answer(
    path: Path, truth: np.ndarray | None, guess: np.ndarray, curve: Sequence[float], scores: str, record: Provenance
) -> None:
    """Writes a PNG; images are (3, H, W) in [0, 1], `scores` stands under the reconstruction."""
    look.apply()
    pictures = [("Reconstruction", guess, scores)]
    if truth is not None:
        pictures.insert(0, ("Truth", truth, ""))
    widths = [1.0] * len(pictures) + [1.6]
    figure, axes = plt.subplots(
        1, len(widths), figsize=(SIDE * sum(widths), SIDE + 0.4), layout="constrained", width_ratios=widths
    )
    for place, (title, image, text) in zip(axes, pictures, strict=False):
        show(place, image, text)
        place.set_title(title)
    steps = np.linspace(0, 1, len(curve))
    axes[-1].plot(steps, curve, color=look.BLUE)
    axes[-1].set(title="Gradient matching", xlabel="Share of the steps", ylabel="Cost")
    if min(curve) > 0:
        axes[-1].set_yscale("log")
    with artifact(path, record) as temporary:
        figure.savefig(temporary, format="png", dpi=200, metadata={"Software": None})
    plt.close(figure)
