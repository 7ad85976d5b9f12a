"""The claim behind the claims: that it is flatness which protects. Here our controls and the Hessian decide."""

from collections.abc import Iterator

from flatgia.report.claim import Claim, Key, minus
from flatgia.report.claim_scope import Scope

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
    yield from curvature_and_attack(scope)


def conclusions(scope: Scope) -> Iterator[Claim]:
    """4.3 and 5.1: the gap to FedAvg as the paper has it, with the plain gradient, and under an adaptive attacker."""
    shown = scope.config["report"]["controls"]
    pairs = [(method, attack) for method in shown["methods"] if method != scope.base for attack in shown["attacks"]]
    names = ", ".join(scope.label("attacks", attack) for attack in shown["attacks"])
    for setting, text in CONCLUSIONS.items():
        for number in scope.config["rounds"]["table"] if pairs else ():
            parts = [minus(Key("psnr", method, attack, number, setting=setting), Key("psnr", scope.base, attack, number))
                     for method, attack in pairs]  # fmt: skip
            case, said = f"PSNR, {names}, {scope.named(number)}", "" if setting == "naive" else NONE
            yield Claim("4.3, 5.1", text, case, parts, sign=-1, paper=said)


def curvature_and_attack(scope: Scope) -> Iterator[Claim]:
    """1, 4.2 and 4.3: log det H and PSNR go together; SAM suppresses large eigenvalues."""
    table = scope.config["rounds"]["table"]
    text = "PSNR and log det H go together: Spearman's coefficient over the methods and rounds of Table 1."
    for attack in scope.attacks:
        part = ((1.0, Key("rank", "", attack, table[-1])),)
        yield Claim("1, 4.2", text, scope.label("attacks", attack), [part], sign=1, paper=NONE)
    text = "Flat-minima methods suppress the largest eigenvalue of H."
    for number in (number for number in table if number > 0):
        parts = [scope.gap(method, "", number, "lambda_max") for method in scope.flat]
        yield Claim("4.3", text, scope.named(number), parts, sign=-1, paper=NONE)
