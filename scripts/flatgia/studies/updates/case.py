"""A client's local training: how many images, in which batches, how many steps."""

import re
from collections.abc import Sequence
from typing import NamedTuple


class Case(NamedTuple):
    """`steps` steps of SGD over batches of `batch` out of `images` images."""

    images: int
    batch: int
    steps: int

    @property
    def name(self) -> str:
        """As in file names and on the command line: n16_b4_k4."""
        return f"n{self.images}_b{self.batch}_k{self.steps}"

    @property
    def in_an_epoch(self) -> int:
        """Steps until every image was used once."""
        return -(-self.images // self.batch)

    @property
    def whole_batch(self) -> bool:
        """Whether every step sees all images, so that there is no order to know."""
        return self.batch == self.images


PATTERN = r"n\d+_b\d+_k\d+"


def cases_of(listed: Sequence[Sequence[int]]) -> list[Case]:
    """From the config's triples."""
    return [Case(*numbers) for numbers in listed]


def case_named(name: str) -> Case | None:
    """The inverse of `Case.name`; None for what is no such name."""
    if not re.fullmatch(PATTERN, name):
        return None
    return Case(*map(int, re.findall(r"\d+", name)))


def mistake_in(case: Case) -> str:
    """What is wrong with a case in words, or nothing."""
    if case.batch > case.images:
        return f"batches of {case.batch} out of {case.images} images"
    if case.steps < case.in_an_epoch:
        return f"{case.steps} steps of {case.batch} leave some of {case.images} images unused"
    return ""
