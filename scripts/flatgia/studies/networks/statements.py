"""What is stated of every network, before looking, in the form of the claims."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from flatgia.claims.claim import Claim, Key, minus
from flatgia.studies.axes import SETTING, STATEMENTS

Label = Callable[[str], str]
KEYS = ["method", "attack", "round", "gradient", "attacker"]
FLATTER = {"lambda_max": "{method}: λmax of the Hessian lies below {first}'s",
           "log_det": "{method}: log det H lies below {first}'s"}  # fmt: skip


def values_of(rows: pd.DataFrame) -> dict[Key, pd.Series]:
    """PSNR by (seed, image) of one case in one mode, of all searches.

    On most networks none ends at the gradient; to leave those out that end further off would favour the harder network.
    """
    found = {}
    for (method, attack, number, gradient, attacker), group in rows.groupby(KEYS, sort=False):
        key = Key("psnr", method, attack, number, setting=SETTING[gradient, attacker])
        found[key] = group.set_index(["seed", "image"])["value"].sort_index()
    return found


def of_methods(methods: Sequence[str], attack: str, number: int, label: Label, where: str) -> list[Claim]:
    """Each other method beside the first: naive, adaptive, plain."""
    first, *others = methods
    found = []
    for method in others:
        for setting, text in STATEMENTS.items():
            kind, sign = ("equality", 0) if setting == "adaptive" else ("comparison", -1)
            part = minus(Key("psnr", method, attack, number, setting=setting), Key("psnr", first, attack, number))
            found.append(Claim("", text.format(method=label(method), first=label(first)), where, [part], kind, sign))
    return found


def of_curvature(methods: Sequence[str], number: int, label: Label, where: str) -> list[Claim]:
    """Whether each other method's model is the flatter one."""
    first, *others = methods
    return [
        Claim("", text.format(method=label(method), first=label(first)), where,
              [minus(Key(name, method, "", number), Key(name, first, "", number))], "comparison", -1)
        for method in others for name, text in FLATTER.items()
    ]  # fmt: skip


def of_statistics(
    config: Mapping[str, Any], case: Mapping[str, Any], first: str, number: int, where: str
) -> Iterator[Claim]:
    """What an attacker who takes the statistics of a batch for others gets, beside the first attack of the same kind."""
    known, section = config["attacks"], config["studies"]["networks"]
    names = [*section["attacks"], *case.get("train_attacks", [])]
    for name in case.get("train_attacks", []):
        base = next(other for other in names if known[other]["kind"] == known[name]["kind"])
        if base == name:
            continue
        worse = known[name].get("statistics") == "ignored"
        text = f"{known[name]['label']} gets {'less' if worse else 'more'} than {known[base]['label']}"
        part = minus(Key("psnr", first, name, number), Key("psnr", first, base, number))
        yield Claim("", text, where, [part], "comparison", -1 if worse else 1)


def apart(text: str, where: str, attack: str, first: str, number: int) -> Claim:
    """That the first method's gradient gives less in the second of two cases, whose values stand under `one` and `other`."""
    one, other = (Key("psnr", first, attack, number, setting=name) for name in ("one", "other"))
    return Claim("", text, where, [minus(other, one)], "comparison", -1)


def side_by_side(one: Mapping[Key, pd.Series], other: Mapping[Key, pd.Series]) -> dict[Key, pd.Series]:
    """What two cases have of naive attackers, as `apart` names it."""
    named = (("one", one), ("other", other))
    return {
        key._replace(setting=name): found
        for name, each in named
        for key, found in each.items()
        if key.setting == "naive"
    }
