"""Progress of a long job: a moving line on a terminal, plain lines in a log."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

T = TypeVar("T")


def duration(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    seconds = round(seconds)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


class Progress:
    """Counts to `total` and says how far, how fast and how long still, at most every few seconds."""

    def __init__(self, total: int, label: str, unit: str = "step", stream: TextIO | None = None):
        self.total, self.label, self.unit = total, label, unit
        self.stream = stream or sys.stderr
        self.terminal = self.stream.isatty()
        self.interval = 0.2 if self.terminal else 10.0
        self.done = 0
        self.begin = self.last = time.monotonic()

    def update(self, count: int = 1, note: str = "") -> None:
        """Adds `count`; `note` is shown behind the rate (a loss, an accuracy)."""
        self.done += count
        now = time.monotonic()
        if now - self.last >= self.interval or self.done >= self.total:
            self.last = now
            self._say(now, note)

    def _say(self, now: float, note: str) -> None:
        rate = self.done / max(now - self.begin, 1e-9)
        left = duration((self.total - self.done) / rate) if rate > 0 else "?"
        line = f"{self.label}: {self.done}/{self.total} {self.unit}s, {rate:.3g}/s, {left} left"
        line += f", {note}" if note else ""
        end = "\n" if not self.terminal or self.done >= self.total else ""
        self.stream.write(("\r\x1b[K" if self.terminal else "") + line + end)
        self.stream.flush()


def track(items: Iterable[T], total: int, label: str, unit: str = "step") -> Iterator[T]:
    """Yields from `items` and reports progress after each."""
    progress = Progress(total, label, unit)
    for item in items:
        yield item
        progress.update()
