"""How each metric is named, scaled and printed, and which way is better for the defence."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """One metric as it is shown: `name` in our CSVs, `label` with its unit, `factor` from the raw value."""

    name: str
    label: str
    higher_is_safer: bool
    text: Callable[[float], str]
    factor: float = 1.0

    @property
    def arrow(self) -> str:
        """The direction that is better for the defence."""
        return "↑" if self.higher_is_safer else "↓"

    @property
    def title(self) -> str:
        """Label and arrow."""
        return f"{self.label} {self.arrow}"


def significant(value: float, digits: int = 3) -> str:
    """`value` with so many significant digits and no exponent: 3.28, 0.0710."""
    before = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    if before == 0 and value != 0:
        before = int(f"{value:.{digits - 1}e}".split("e")[1]) + 1
    return f"{value:.{max(digits - before, 0)}f}"


SCORES = {
    "psnr": Score("psnr", "PSNR (dB)", False, lambda value: f"{value:.2f}"),
    "lpips": Score("lpips", "LPIPS", True, lambda value: f"{value:.3f}"),
    "ssim": Score("ssim", "SSIM", False, lambda value: f"{value:.3f}"),
    "mse": Score("mse_x100", "MSE (×10²)", True, significant, 100.0),  # as the paper prints it
}
ORDER = tuple(SCORES)


def scores_of(metrics: list[str], wanted: tuple[str, ...] = ORDER) -> list[str]:
    """Those of `wanted` that the config computes, in the order of `wanted`."""
    return [metric for metric in wanted if metric in metrics]
