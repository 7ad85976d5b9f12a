"""The claim behind the claims: that it is flatness which protects. Here our controls and the Hessian decide."""

from collections.abc import Iterator
from itertools import product

from flatgia.claims.claim import Claim, Key, minus
from flatgia.claims.matched import beside
from flatgia.claims.scope import Scope

NONE = "no number"
# By setting (claim_data.CONTROLS): what the paper shows, and what it concludes, put so that a control can decide it.
CONCLUSIONS = {
    "naive": "What a flat-minima method sends tells an attacker who does not know it less than FedAvg's gradient.",
    "plain": "The flat minimum itself protects: also the plain gradient, without the method's perturbation, tells less than "
    "FedAvg's.",
    "adaptive": "The protection lasts against an attacker who knows the method and its numbers.",
}


def flatness(scope: Scope) -> Iterator[Claim]:
    """1, 4.2, 4.3 and 5.1: what the paper concludes from its numbers."""
    yield from conclusions(scope)
    yield from ranks(scope)
    yield from largest_eigenvalue(scope)


def conclusions(scope: Scope) -> Iterator[Claim]:
    """4.3 and 5.1: the gap to FedAvg as the paper has it, with the plain gradient, and under an adaptive attacker."""
    methods = [name for name in scope.config["studies"]["controls"]["methods"] if name != scope.base]
    numbers = scope.config["rounds"]["table"] if methods else ()
    for (setting, text), attack, number in product(CONCLUSIONS.items(), controlled(scope), numbers):
        base = Key("psnr", scope.base, attack, number)
        parts = [minus(Key("psnr", method, attack, number, setting=setting), base) for method in methods]
        case = f"PSNR, {scope.label('attacks', attack)}, {scope.named(number)}"
        yield Claim("4.3, 5.1", text, case, parts, sign=-1, paper="" if setting == "naive" else NONE)
        compared = [method for method in methods if method not in scope.marks]
        if number and compared:
            parts = [minus(Key("psnr", method, attack, number, setting=setting), beside(scope.base, method, attack, number))
                     for method in compared]  # fmt: skip
            yield Claim("4.3, 5.1", text, f"{case}, at equal accuracy", parts, sign=-1, paper=NONE)


def ranks(scope: Scope) -> Iterator[Claim]:
    """1 and 4.2: log det H and PSNR go together; with the plain gradient only the model can make them."""
    last = max(scope.config["rounds"]["table"])
    texts = {
        "naive": "PSNR and log det H go together: Spearman's coefficient over the models, which are the methods at the rounds "
        "of Table 1 after 0.",
        "plain": "The same with the plain gradient, where only the model differs.",
    }
    for setting, text in texts.items():
        for attack in scope.attacks if setting == "naive" else controlled(scope):
            for without in ("", scope.base):
                part = ((1.0, Key("rank", without, attack, last, setting=setting)),)
                case = scope.label("attacks", attack) + (
                    f", without {scope.label('methods', without)}" if without else ""
                )
                yield Claim("1, 4.2", text, case, [part], sign=1, paper=NONE)


def largest_eigenvalue(scope: Scope) -> Iterator[Claim]:
    """4.3: SAM suppresses large eigenvalues."""
    text = "Flat-minima methods suppress the largest eigenvalue of H."
    for number in (number for number in scope.config["rounds"]["table"] if number > 0):
        parts = [scope.gap(method, "", number, "lambda_max") for method in scope.flat]
        yield Claim("4.3", text, scope.named(number), parts, sign=-1, paper=NONE)


def controlled(scope: Scope) -> list[str]:
    """The attacks of `scope` that the controls are run with."""
    return [name for name in scope.config["studies"]["controls"]["attacks"] if name in scope.attacks]
