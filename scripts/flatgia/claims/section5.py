"""The claims of sections 5 and 6: rounds, log determinants, rho, batch sizes, pictures, and the use of the model."""

from collections.abc import Iterator
from itertools import pairwise, product

from flatgia.claims.claim import Claim, Key, Part, label_of, mean_of, minus, safer
from flatgia.claims.models import late_rounds
from flatgia.claims.scope import Scope
from flatgia.metrics.scores import ORDER


def section_5(scope: Scope) -> Iterator[Claim]:
    """Every claim, in the order of the paper."""
    yield from attacks_apart(scope)
    yield from log_determinants(scope)
    yield from radius(scope)
    yield from batch_sizes(scope)
    yield from pictures_and_use(scope)


def attacks_apart(scope: Scope) -> Iterator[Claim]:
    """5.1: where the gap to FedAvg is large, and where attacks recover."""
    strong, weak = ([scope.attack(label) for label in labels] for labels in (("IG", "GIAS", "GIFD"), ("iDLG", "GI")))
    text = "The gap to FedAvg is larger under IG, GIAS and GIFD than under iDLG and GI."
    for paper in (100, 200):
        large, small = (scope.gaps(scope.flat, names, scope.round(paper)) for names in (strong, weak))
        part = (*large, *((-weight, key) for weight, key in small))
        yield Claim("5.1", text, f"PSNR, {scope.when(paper)}", [part], sign=-1)
    text = "Under iDLG and GI the gap becomes marginal."
    for paper in (100, 200):
        part = scope.gaps(scope.flat, weak, scope.round(paper))
        yield Claim("5.1", text, f"PSNR, {scope.when(paper)}", [part], "size", sign=-1)
    first, then = scope.round(100), scope.round(200)
    parts = [minus(Key("psnr", method, attack, then), Key("psnr", method, attack, first))
             for method in scope.flat for attack in strong[1:]]  # fmt: skip
    text = "On flat-minima methods GIAS and GIFD recover a little late."
    yield Claim("5.1, Table 1", text, f"PSNR, round {then} − {first}", parts, sign=1)


def log_determinants(scope: Scope) -> Iterator[Claim]:
    """5.1, Fig. 3."""
    table = [number for number in scope.config["rounds"]["table"] if number > 0]
    late = late_rounds(scope.config)
    fig = "Fig. 3"
    for method in scope.flat:
        name = scope.label("methods", method)
        for case, numbers in (("the rounds of Table 1 after 0", table), (f"from round {late[0]} on", late)):
            parts = [scope.gap(method, "", number, "log_det") for number in numbers]
            if parts:
                yield Claim("5.1", f"log det H of {name} lies below FedAvg's.", case, parts, sign=-1, paper=fig)
        part = scope.gap(method, "", late[-1], "log_det_step")
        case = f"mean change between rounds, from {late[0]} on"
        yield Claim("5.1", f"log det H of {name} is steadier than FedAvg's.", case, [part], sign=-1, paper=fig)
    sai = scope.gap(scope.method("FedSAI"), "", 0, "log_det")
    yield Claim("5.1", "FedSAI starts with a lower log det H.", "round 0", [sai], sign=-1, paper=fig)
    early = scope.round(100)
    rises = [minus(Key("log_det", method, "", early), Key("log_det", method, "", 0)) for method in scope.flat]
    text = "On flat-minima methods log det H is low at the start and rises a little."
    yield Claim("5.1", text, f"round {early} − 0", rises, sign=1, paper=fig)
    text = "There log det H settles: later it spans less than it rose before."
    settled = [((1.0, Key("log_det_range", method, "", late[-1])), *((-weight, key) for weight, key in rise))
               for method, rise in zip(scope.flat, rises, strict=True)]  # fmt: skip
    yield Claim("5.1", text, f"range from round {late[0]} on − rise before", settled, sign=-1, paper=fig)


def radius(scope: Scope) -> Iterator[Claim]:
    """5.2, Figs 4 and 5: rho of FedSAM from 0, which is FedAvg."""
    config, ablation = scope.config, scope.config["report"]["rho"]
    methods = sorted(ablation["methods"], key=lambda name: config["methods"][name].get("rho", 0))
    if len(methods) < 2:
        return
    attack, table = ablation["attack"], config["rounds"]["table"]
    least, most = methods[0], methods[-1]
    # The smallest radius that the config has, also where this scale does not show it: then it has not been run.
    radii = {name: entry.get("rho", 0) for name, entry in config["methods"].items() if entry["rule"] == "fedsam"}
    small = min((name for name in radii if radii[name] > 0), key=lambda name: radii[name], default=most)
    rho = [f"{config['methods'][name].get('rho', 0):g}" for name in (least, small, most)]

    def steps(metric: str, number: int) -> list[Part]:
        keys = [Key(metric, name, attack if metric != "log_det" else "", number) for name in methods]
        return [minus(right, left) for left, right in pairwise(keys)]

    def whole(metric: str, number: int, of: str = most) -> list[Part]:
        return [scope.gap(of, attack if metric != "log_det" else "", number, metric, than=least)]

    name = scope.label("attacks", attack)
    text = f"The larger ρ, the stronger the defence (ρ {rho[2]} − {rho[0]}, and step by step)."
    for metric in ORDER:
        for number in table:
            case = f"{label_of(metric)}, {name}, round {number}"
            checks = steps(metric, number)
            yield Claim("5.2", text, case, whole(metric, number), sign=safer(metric), checks=checks, paper="Fig. 4")
    text = f"FedSAM with ρ {rho[1]} is like FedAvg."
    for metric in ("psnr", "lpips", "ssim"):  # the bounds of MSE are factors
        for number in table:
            case = f"{label_of(metric)}, {name}, round {number}"
            yield Claim("5.2", text, case, whole(metric, number, small), "equality", paper="Fig. 4")
    text = f"The larger ρ, the lower log det H (ρ {rho[2]} − {rho[0]}, and step by step)."
    for number in table:
        if number > 0:
            checks = steps("log_det", number)
            whole_step = whole("log_det", number)
            yield Claim("5.2", text, f"round {number}", whole_step, sign=-1, checks=checks, paper="Fig. 5")


def batch_sizes(scope: Scope) -> Iterator[Claim]:
    """5.2, Fig. 6."""
    config, ablation = scope.config, scope.config["report"]["batch"]
    sizes, first = sorted(ablation["sizes"]), config["rounds"]["table"][0]
    names = ", ".join(scope.label("attacks", attack) for attack in ablation["attacks"])
    for metric in ORDER if len(sizes) > 1 else ():
        for method in ablation["methods"]:
            keys = [[Key(metric, method, attack, first, size) for size in sizes] for attack in ablation["attacks"]]
            parts = [minus(line[-1], line[0]) for line in keys]
            checks = [minus(right, left) for line in keys for left, right in pairwise(line)]
            text = f"The larger the batch, the worse the reconstruction (B {sizes[-1]} − {sizes[0]}, and step by step)."
            case = f"{label_of(metric)}, {names}, {scope.label('methods', method)}, round {first}"
            yield Claim("5.2", text, case, parts, sign=safer(metric), checks=checks, paper="Fig. 6")
    others = [name for name in ablation["methods"] if name != scope.base]
    for size, metric in product(sizes[1:] if others else (), ORDER):
        parts = [minus(Key(metric, method, attack, first, size), Key(metric, scope.base, attack, first, size))
                 for method, attack in product(others, ablation["attacks"])]  # fmt: skip
        text = "With larger batches too FedSAM defends better than FedAvg."
        case = f"{label_of(metric)}, {names}, B {size}, round {first}"
        yield Claim("5.2", text, case, parts, sign=safer(metric), paper="Fig. 6")


def pictures_and_use(scope: Scope) -> Iterator[Claim]:
    """5.3, Fig. 7, and section 6."""
    text = "Of iDLG, GI and IG the gap to FedAvg is largest under IG."
    for paper in (0, 100, 200):
        number = scope.round(paper)
        wide, *narrow = (scope.gaps(scope.flat, [scope.attack(label)], number) for label in ("IG", "iDLG", "GI"))
        parts = [(*wide, *((-weight, key) for weight, key in other)) for other in narrow]
        yield Claim("5.3", text, f"PSNR, {scope.when(paper)}", parts, sign=-1)
    sam, asam = map(scope.method, ("FedSAM", "FedASAM"))
    for paper in (0, 100, 200):
        part = scope.gap(asam, scope.attack("GIAS"), scope.round(paper), than=sam)
        yield Claim("5.3", "FedASAM outperforms FedSAM under GIAS.", f"PSNR, {scope.when(paper)}", [part], sign=-1)
    text = "Flat-minima methods also make the better model."
    end = late_rounds(scope.config)[-1]  # where training ends: before it a method may only be slower
    parts = [scope.gap(method, "", end, "accuracy") for method in scope.flat]
    yield Claim(
        "6", text, f"test accuracy, {scope.named(end)}", [mean_of(parts)], sign=1, checks=parts, paper="no number"
    )
