"""networks: every statement about every case, judged, an entry a round."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from flatgia.claims.claim import Claim
from flatgia.claims.models import curvature
from flatgia.plotting.look import method_label
from flatgia.plotting.request import Request
from flatgia.studies.cases import by, case_of
from flatgia.studies.judged import Judged, Values, judge
from flatgia.studies.networks.case import case_named
from flatgia.studies.networks.statements import (
    Label,
    apart,
    of_curvature,
    of_methods,
    of_statistics,
    side_by_side,
    values_of,
)

Names = Mapping[str, tuple[str, str]]  # network and images of each case, in words


def judged(request: Request, psnr: pd.DataFrame, names: Names) -> list[list[Judged]]:
    """A line for each statement: how flat the models are, what attackers get of each, and of the cases beside each other."""
    config, label = request.config, partial(method_label, request.config, request.notes)
    values = {where: values_of(group) for where, group in psnr.groupby(["case", "mode"], sort=False)}
    lines = list(_flatness(request, names, label))
    for (name, mode), found in values.items():
        lines += _attacks(config, found, name, mode, names, label)
        if mode == "train" and (name, "eval") in values:
            text, where = "train mode gives less than eval mode", ", ".join(names[name])
            lines += _beside(config, values[name, "eval"], found, text, where, label)
    if pair := config["studies"]["networks"].get("activations"):
        (left, images), (right, _) = (names[name] for name in pair)
        one, other = (values[name, "eval"] for name in pair)
        lines += _beside(config, one, other, f"{right} gives less than {left}", images, label)
    return lines


def _flatness(request: Request, names: Names, label: Label) -> Iterator[list[Judged]]:
    section = request.config["studies"]["networks"]
    for case, paths in by(request.files["hessian"], case_of).items():
        found = dict(curvature(paths, request.config))
        values, errors = ({key: pair[place] for key, pair in found.items()} for place in (0, 1))
        where = ", ".join(names[case])
        per_round = [of_curvature(section["methods"], number, label, where) for number in section["rounds"]]
        for line in zip(*per_round, strict=True):
            yield [judge(claim, values, errors) for claim in line]


def _attacks(
    config: Mapping[str, Any], found: Values, name: str, mode: str, names: Names, label: Label
) -> Iterator[list[Judged]]:
    case, section = case_named(config, name), config["studies"]["networks"]
    told = [f"{mode} mode"] if len(case.get("modes", [])) > 1 else []
    where = ", ".join([*names[name], *told])

    def at(number: int) -> Iterator[Claim]:
        for attack in section["attacks"]:
            yield from of_methods(section["methods"], attack, number, label, where)
        if mode == "train":
            yield from of_statistics(config, case, section["methods"][0], number, where)

    for line in zip(*map(at, section["rounds"]), strict=True):
        yield [judge(claim, found) for claim in line]


def _beside(
    config: Mapping[str, Any], one: Values, other: Values, text: str, where: str, label: Label
) -> Iterator[list[Judged]]:
    section, pair = config["studies"]["networks"], side_by_side(one, other)
    first = section["methods"][0]
    for attack in section["attacks"]:
        claims = [apart(f"{label(first)}: {text}", where, attack, first, number) for number in section["rounds"]]
        yield [judge(claim, pair) for claim in claims]
