"""The rounds of a study that takes some of those that the run attacks at."""

from collections.abc import Iterator

from flatgia.plotting.shown import Config
from flatgia.studies.study import Mistake


def rounds_of(config: Config, study: str) -> list[int]:
    """Those of the study's section that are in `rounds.table`."""
    return [number for number in config["studies"][study]["rounds"] if number in config["rounds"]["table"]]


def no_rounds(config: Config, study: str) -> Iterator[Mistake]:
    """Whether none is."""
    if not rounds_of(config, study):
        there = ", ".join(map(str, config["rounds"]["table"]))
        yield f"studies.{study}.rounds", "none of them is in rounds.table", f"take some of {there}"
