"""What a claim is made of: the quantities it is about, how they are set against each other, and its kind."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flatgia.metrics.scores import SCORES, significant


class Key(NamedTuple):
    """One measured quantity: `metric` of `attack` on the model of `method` at `round`; names as in the config.

    `setting` is naive (the paper's case), adaptive or plain: see claim_data.SETTINGS.
    """

    metric: str
    method: str
    attack: str
    round: int
    batch: int = 1
    setting: str = "naive"


Part = tuple[tuple[float, Key], ...]  # a weighted sum of quantities


@dataclass(frozen=True)
class Claim:
    """One sentence of the paper in our words, and the numbers that decide it; `case` says which of several it is.

    Ours is the mean of `parts`. `sign` is what the paper says of it (0: the sign of its own numbers). `checks` are
    what must hold one by one where that is not `parts`. `paper` is shown where the paper gives no numbers.
    """

    section: str
    text: str
    case: str
    parts: Sequence[Part]
    kind: str = "comparison"  # or size, equality, number: see verdicts.py
    sign: int = 0
    checks: Sequence[Part] = ()
    paper: str = ""
    group: str = "claims"  # or another of claims.GROUPS: the table it stands in

    @property
    def metric(self) -> str:
        """The metric of the claim."""
        return self.parts[0][0][1].metric

    @property
    def all_checks(self) -> Sequence[Part]:
        """What must hold one by one."""
        return self.checks or self.parts

    @property
    def keys(self) -> list[Key]:
        """Every quantity it needs, once, in order."""
        return list(dict.fromkeys(key for part in (*self.parts, *self.checks) for _, key in part))


def minus(left: Key, right: Key) -> Part:
    """`left` - `right`."""
    return ((1.0, left), (-1.0, right))


def mean_of(parts: Iterable[Part]) -> Part:
    """The mean of several parts as one part."""
    parts = list(parts)
    return tuple((weight / len(parts), key) for part in parts for weight, key in part)


def evaluate(parts: Sequence[Part], values: Mapping[Key, Any]) -> Any:
    """The mean of the parts, from numbers or from aligned columns of them."""
    return sum(weight * values[key] for part in parts for weight, key in part) / len(parts)


def label_of(metric: str) -> str:
    """The metric as a claim names it; of the MSE with its factor."""
    return SCORES[metric].label.removesuffix(" (dB)") if metric in SCORES else ""


def safer(metric: str) -> int:
    """The sign of a change that is better for the defence."""
    return 1 if SCORES[metric].higher_is_safer else -1


UNIT = {"psnr": " dB", "accuracy": " points"}
DIGITS = {"psnr": "{:.2f}", "lpips": "{:.3f}", "ssim": "{:.3f}", "accuracy": "{:.1f}", "rank": "{:.2f}",
          "lambda_max": "{:.1f}"}  # fmt: skip


def plain(metric: str, value: float) -> str:
    """A value of the metric without its unit, digits as in Table 1; log det with four."""
    text = significant(abs(value)) if metric == "mse" else DIGITS.get(metric, "{:.4f}").format(abs(value))
    return f"−{text}" if value < 0 and float(text) else text


def signed(metric: str, value: float) -> str:
    """A difference without its unit, always with a sign."""
    text = plain(metric, value)
    return text if text.startswith("−") else f"+{text}"


def as_stated(metric: str, before: float, after: float) -> str:
    """`−45.1 % (23.98 → 13.17)`, as the paper puts PSNR; LPIPS as a factor."""
    share = f"{100 * (after / before - 1):+.1f} %".replace("-", "−") if metric == "psnr" else f"×{after / before:.2f}"
    return f"{share} ({plain(metric, before)} → {plain(metric, after)})"


def brackets(metric: str, low: float | None, high: float | None, show: Callable[[str, float], str] = signed) -> str:
    """` [−10.20, −8.00]`, or nothing where there is no interval, or none but that of one exact value."""
    if low is None or high is None or math.isnan(low) or low == high:
        return ""
    return f" [{show(metric, low)}, {show(metric, high)}]"
