"""The claims of section 4 and of the appendix: the rounds, Table 1, and what the text reads from it."""

from collections.abc import Iterator, Mapping
from itertools import product

from flatgia.claims.claim import Claim, Key, as_stated, label_of, minus, safer
from flatgia.claims.scope import Scope
from flatgia.metrics.scores import ORDER

LOOKED = (
    " (circular: the paper gives two values of eta, and ours was chosen because it agrees with the paper's numbers)."
)
PERCENTAGES = list(product((100, 200), ("IG", "GIFD"), ("psnr", "lpips")))


def section_4(scope: Scope, paper: Mapping[Key, float]) -> Iterator[Claim]:
    """Every claim, in the order of the paper."""
    yield from over_the_rounds(scope)
    yield from all_below(scope)
    yield from percentages(scope, paper)
    yield from among_methods(scope)


def over_the_rounds(scope: Scope) -> Iterator[Claim]:
    """4.2 and D.1: FedAvg from round 0 on."""
    base, config = scope.base, scope.config
    early, last = scope.round(100), scope.round(200)
    spans = {"the rounds of Table 1 after 0": [number for number in config["rounds"]["table"] if number > 0] or [early]}
    if late := sorted(number for number in config["rounds"]["long"] if number > last):
        spans[f"rounds {late[0]} to {late[-1]}"] = late
    end = late[-1] if late else last
    for metric, (case, rounds) in product(ORDER, spans.items()):
        section, figure = ("4.2", "Fig. 1a") if metric == "psnr" else ("D.1", "Fig. 8")
        falls = [minus(Key(metric, base, attack, number), Key(metric, base, attack, 0))
                 for attack in scope.attacks for number in rounds]  # fmt: skip
        text = "On FedAvg every attack does best at round 0."
        yield Claim(section, text, f"{label_of(metric)}, {case}", falls, sign=safer(metric), paper=figure)
    if end != last:
        rest = [minus(Key("psnr", base, attack, end), Key("psnr", base, attack, last)) for attack in scope.attacks]
        text, case = "After its fall PSNR on FedAvg hardly changes.", f"PSNR, round {end} − {last}"
        yield Claim("4.2", text, case, rest, "equality", paper="Fig. 1a")
    start = Key("log_det", base, "", 0)
    text = "On FedAvg log det H is highest at round 0."
    for case, rounds in spans.items():
        falls = [minus(start._replace(round=number), start) for number in rounds]
        yield Claim("4.2", text, case, falls, sign=-1, paper="Fig. 1b")
    fall = minus(Key("log_det", base, "", early), start)
    yield Claim("4.2", "On FedAvg log det H falls early.", f"round {early} − 0", [fall], sign=-1, paper="Fig. 1b")
    span = (1.0, Key("log_det_range", base, "", end))
    settled = (span, (1.0, Key("log_det", base, "", last)), (-1.0, start))
    text = "On FedAvg log det H settles: later it spans less than it fell before."
    yield Claim("4.2", text, f"range from round {last} on − fall before", [settled], sign=-1, paper="Fig. 1b")


def all_below(scope: Scope) -> Iterator[Claim]:
    """4.3, 5.1 and D.2: every flat-minima method against FedAvg; Table 1: GI against iDLG."""
    text = "Every flat-minima method defends better than FedAvg under every attack."
    pairs = list(product(scope.flat, scope.attacks))
    for paper, metric in product((0, 100, 200), ORDER):
        parts = [scope.gap(method, attack, scope.round(paper), metric) for method, attack in pairs]
        yield Claim("4.3, D.2", text, f"{label_of(metric)}, {scope.when(paper)}", parts, sign=safer(metric))
    between = scope.config["rounds"]["curve"]
    for metric in ORDER if between else ():
        section, figure = ("5.1", "Fig. 2") if metric == "psnr" else ("D.2", "Figs 9–13")
        parts = [scope.gap(method, attack, number, metric) for number in between for method, attack in pairs]
        yield Claim(section, text, f"{label_of(metric)}, the rounds between", parts, sign=safer(metric), paper=figure)
    text = "GI reconstructs like iDLG, whatever the method."
    for paper in (0, 100, 200):
        number = scope.round(paper)
        parts = [minus(Key("psnr", method, scope.attack("GI"), number), Key("psnr", method, scope.attack("iDLG"), number))
                 for method in (scope.base, *scope.flat)]  # fmt: skip
        yield Claim("Table 1", text, f"PSNR, {scope.when(paper)}", parts, "equality")


def percentages(scope: Scope, paper: Mapping[Key, float]) -> Iterator[Claim]:
    """4.3: by how much FedSAM lowers PSNR and raises LPIPS."""
    for number, label, metric in PERCENTAGES:
        part = scope.gap(scope.method("FedSAM"), scope.attack(label), scope.round(number), metric)
        (_, sam), (_, base) = part
        said = as_stated(metric, paper[base], paper[sam]) if sam in paper and base in paper else ""
        verb = "lowers the PSNR" if metric == "psnr" else "raises the LPIPS"
        yield Claim("4.3", f"FedSAM {verb} of {label}.", scope.when(number), [part], "size", paper=said)


def among_methods(scope: Scope) -> Iterator[Claim]:
    """4.3: how the flat-minima methods compare with each other; `a little` is a size."""
    sam, asam, gf, sai = map(scope.method, ("FedSAM", "FedASAM", "FedGF", "FedSAI"))
    for text, method, kind, others in (
        ("FedGF defends like FedSAM.", gf, "equality", [sam]),
        ("FedASAM defends a little better than FedSAM and FedGF.", asam, "size", [sam, gf]),
        ("FedSAI defends like FedSAM on the whole.", sai, "equality", [sam]),
    ):
        for paper in (0, 100, 200):
            number, pairs = scope.round(paper), product(others, scope.attacks)
            parts = [scope.gap(method, attack, number, than=other) for other, attack in pairs]
            sign = 0 if kind == "equality" else -1
            yield Claim("4.3", text, f"PSNR, {scope.when(paper)}", parts, kind, sign=sign)
    text = "FedASAM is the strongest defence under every attack" + LOOKED
    for paper in (0, 100, 200):
        number = scope.round(paper)
        parts = [scope.gap(asam, attack, number, than=other) for other in (scope.base, *scope.flat) if other != asam
                 for attack in scope.attacks]  # fmt: skip
        yield Claim("Table 1", text, f"PSNR, {scope.when(paper)}", parts, sign=-1)
