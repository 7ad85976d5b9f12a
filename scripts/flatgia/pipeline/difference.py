"""By how much a file differs from another of the same kind: the numbers of a text, the pixels of a picture, tensors."""

import io
import math
import re
from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w|\.\d)")
CLOSE = 1e-3  # relative; less is what another processor's arithmetic may do to a number
ROUNDING = 1e-12  # of numbers as small as this the difference is no share of anything
ALIKE = 40.0  # dB between two drawings: lines that moved by less than a pixel


class Difference(NamedTuple):
    """How near two files are (`close`, `different`, or `other bytes` where that cannot be measured), and by how much."""

    state: str
    words: str


def difference(path: str, expected: bytes, found: bytes) -> Difference:
    """How the two contents of a file differ."""
    measure = KINDS.get(PurePath(path).suffix)
    if measure is None:
        return Difference("other bytes", "not a kind of file that can be measured")
    try:
        return measure(expected, found)
    except Exception as error:  # a damaged file can fail in any way
        return Difference("different", f"cannot be read ({type(error).__name__})")


def relative(a: float, b: float) -> float:
    """|a - b| as a share of the larger; 0 where both are nan."""
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0.0
    share = abs(a - b) / max(abs(a), abs(b), ROUNDING)
    return share if math.isfinite(share) else math.inf


def of_texts(expected: bytes, found: bytes) -> Difference:
    """Of two texts with the same words, the numbers."""
    texts = [content.decode() for content in (expected, found)]
    if len({NUMBER.sub("#", text) for text in texts}) > 1:
        return Difference("different", "other words or rows")
    pairs = zip(*(NUMBER.findall(text) for text in texts), strict=True)
    apart = [relative(*(float(word.replace("−", "-")) for word in pair)) for pair in pairs]
    return _numbers(max(apart, default=0), sum(share > 0 for share in apart), len(apart))


def of_tables(expected: bytes, found: bytes, keys: int) -> Difference:
    """Of two CSV tables, the rows that have the same `keys` first cells; -1: all but the last."""
    tables = []
    for content in (expected, found):
        rows = [line.split(",") for line in content.decode().splitlines()]
        tables.append({tuple(row[:keys]): ",".join(row[keys:]) for row in rows})
    shared = [key for key in tables[0] if key in tables[1]]
    same = of_texts(*("\n".join(table[key] for key in shared).encode() for table in tables))
    lacking, more = (len(table) - len(shared) for table in tables)
    words = f"; {lacking} rows missing" * (lacking > 0) + f"; {more} rows more" * (more > 0)
    return Difference("different" if words else same.state, same.words + words)


def of_pictures(expected: bytes, found: bytes) -> Difference:
    """Of two pictures of one size, the pixels."""
    import numpy as np
    from PIL import Image

    one, other = (np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"), float) for content in (expected, found))
    if one.shape != other.shape:
        sizes = [f"{array.shape[1]} x {array.shape[0]}" for array in (other, one)]
        return Difference("different", f"{sizes[0]} pixels instead of {sizes[1]}")
    error = float(((one - other) ** 2).mean()) / 255**2
    psnr = -10 * math.log10(error) if error else math.inf
    most = int(abs(one - other).max())
    return Difference("close" if psnr >= ALIKE else "different", f"PSNR {psnr:.1f} dB, a pixel by up to {most} of 255")


def of_tensors(expected: bytes, found: bytes) -> Difference:
    """Of two safetensors files with the same names and shapes, the numbers, relative to the largest of their tensor."""
    import numpy as np
    from safetensors.numpy import load

    one, other = load(expected), load(found)
    if {name: value.shape for name, value in one.items()} != {name: value.shape for name, value in other.items()}:
        return Difference("different", "other names or shapes")
    worst, differing, count = 0.0, 0, 0
    for name, value in one.items():
        a, b = value.astype(float), other[name].astype(float)
        apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, abs(a - b))
        differing, count = differing + int((apart != 0).sum()), count + apart.size
        if apart.any():
            worst = max(worst, float(apart.max() / max(abs(a).max(), abs(b).max(), ROUNDING)))
    return _numbers(worst, differing, count)


def _numbers(worst: float, differing: int, count: int) -> Difference:
    if not differing:
        return Difference("close", "the same numbers")
    words = f"{differing} of {count} numbers, by up to {worst:.1e} of their size"
    return Difference("close" if worst <= CLOSE else "different", words)


KINDS: dict[str, Callable[[bytes, bytes], Difference]] = {
    **dict.fromkeys([".csv", ".md", ".tex", ".json", ".html"], of_texts),
    ".png": of_pictures,
    ".safetensors": of_tensors,
}
