"""What Table 1 claims cell by cell: its numbers, each method against FedAvg, and each step from round to round."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from flatgia.claims.claim import Claim, Key, evaluate, label_of, minus
from flatgia.claims.scope import Scope
from flatgia.plotting.beside import NEAR_FAR


def cells(scope: Scope, paper: Mapping[Key, float], group: str = "cells") -> Iterator[Claim]:
    """One claim per number of the paper."""
    for key in sorted(paper, key=lambda key: key.round):  # the file's order within a round
        case = f"{_who(scope, key)}, {label_of(key.metric)}, {scope.named(key.round)}"
        yield Claim("Table 1", "A number of Table 1.", case, [((1.0, key),)], "number", group=group)


def against_fedavg(scope: Scope, paper: Mapping[Key, float], group: str = "fedavg") -> Iterator[Claim]:
    """PSNR of each method minus FedAvg's, per attack and round."""
    for key in sorted((key for key in paper if key.metric == "psnr"), key=lambda key: key.round):
        base = key._replace(method=scope.base)
        if key.method != scope.base and base in paper:
            case = f"{_who(scope, key)}, {scope.named(key.round)}"
            text = "The method defends better than FedAvg (PSNR)."
            yield Claim("Table 1, 4.3", text, case, [minus(key, base)], sign=-1, group=group)


def from_round_to_round(scope: Scope, paper: Mapping[Key, float], group: str = "rounds") -> Iterator[Claim]:
    """PSNR of each method and attack from one round of Table 1 to the next."""
    rounds = sorted({key.round for key in paper})
    for before, after in pairwise(rounds):
        for key in (key for key in paper if key.metric == "psnr" and key.round == after):
            if key._replace(round=before) in paper:
                case = f"{_who(scope, key)}, {scope.named(after)} − {before}"
                text = "PSNR moves with the rounds as in Table 1."
                step = minus(key, key._replace(round=before))
                hardly = abs(evaluate([step], paper)) < NEAR_FAR["psnr"][0]
                kind = "equality" if hardly else "comparison"
                yield Claim("Table 1, 5.1", text, case, [step], kind, group=group)


def _who(scope: Scope, key: Key) -> str:
    return f"{scope.label('methods', key.method)}, {scope.label('attacks', key.attack)}"
