"""What `heterogeneity` states, before any number was seen, and how each statement came out."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from flatgia.claims.claim import Claim, Key, minus
from flatgia.plotting.look import method_label
from flatgia.plotting.request import Request
from flatgia.studies.axes import STATEMENTS
from flatgia.studies.heterogeneity.read import Measured
from flatgia.studies.judged import Judged, judge

MODELS = {
    "accuracy": ("{method}: its model's test accuracy lies above {first}'s", 1),
    "log_det": ("{method}: log det H lies below {first}'s", -1),
}  # what is said of a method's model, and the sign of its difference from the first's
GROWS = "{method}: its accuracy less {first}'s is larger where clients differ more"  # also if both are negative


def judged(request: Request, found: Mapping[str, Measured]) -> list[list[Judged]]:
    """A line for each statement at each alpha, an entry a round; last the one that sets the alphas beside each other."""
    section = request.config["studies"]["heterogeneity"]
    label = partial(method_label, request.config, request.notes)
    names = {method: label(method) for method in section["methods"]}
    lines = []
    for name, (_, values, errors) in found.items():
        rounds = [claims_at(names, section["attacks"], number, f"α = {name}") for number in section["rounds"]]
        lines += [[judge(claim, values, errors) for claim in line] for line in zip(*rounds, strict=True)]
    if len(found) > 1:
        low, high = (sorted(found, key=float)[place] for place in (0, -1))
        values, errors = ({}, {})
        for name in (low, high):
            values |= {key._replace(setting=name): each for key, each in found[name].values.items() if not key.attack}
            errors |= {key._replace(setting=name): each for key, each in found[name].errors.items()}
        rounds = [claims_across(names, number, low, high) for number in section["rounds"]]
        lines += [[judge(claim, values, errors) for claim in line] for line in zip(*rounds, strict=True)]
    return lines


def claims_at(names: Mapping[str, str], attacks: Sequence[str], number: int, where: str) -> Iterator[Claim]:
    """Of each other method beside the first (`names`: labels by method): its model, then what attackers get of it."""
    first, *others = names
    for method in others:
        said = {"method": names[method], "first": names[first]}
        for metric, (text, sign) in MODELS.items():
            part = minus(Key(metric, method, "", number), Key(metric, first, "", number))
            yield Claim("", text.format(**said), where, [part], "comparison", sign)
        for attack in attacks:
            for setting, text in STATEMENTS.items():
                kind, sign = ("equality", 0) if setting == "adaptive" else ("comparison", -1)
                part = minus(Key("psnr", method, attack, number, setting=setting), Key("psnr", first, attack, number))
                yield Claim("", text.format(**said), where, [part], kind, sign)


def claims_across(names: Mapping[str, str], number: int, low: str, high: str) -> Iterator[Claim]:
    """Whether accuracies differ by more at the lowest alpha than at the highest; these stand as settings of the keys."""
    first, *others = names
    for method in others:
        ahead = [minus(*(Key("accuracy", name, "", number, setting=alpha) for name in (method, first)))
                 for alpha in (low, high)]  # fmt: skip
        part = (*ahead[0], *((-weight, key) for weight, key in ahead[1]))
        text = GROWS.format(method=names[method], first=names[first])
        yield Claim("", text, f"α = {low} beside {high}", [part], "comparison", 1)
