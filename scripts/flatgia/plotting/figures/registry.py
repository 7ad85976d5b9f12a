"""The figures and tables of the paper, by the name of their target."""

from collections.abc import Callable

from flatgia.plotting.baseline import baseline
from flatgia.plotting.shown import (
    FIGURE,
    REPORTED,
    Attacks,
    Checkpoints,
    Config,
    Hessians,
    Metrics,
    Needs,
    Shown,
    Targets,
    always,
)

ALL = ("table", "curve", "long")
HERE = "flatgia.plotting.figures"


def _table1(config: Config) -> Needs:
    methods, attacks = _shown(config)
    metrics, checkpoints = [Metrics(methods, attacks, ["table"])], [Checkpoints(methods, ["table"])]
    return Needs(methods, attacks, {"metrics": metrics, "checkpoints": checkpoints})


def _baseline_and_hessian(config: Config) -> Needs:
    methods, attacks, groups = [baseline(config)], config["report"]["attacks"], ["table", "long"]
    return Needs(
        methods, attacks, {"metrics": [Metrics(methods, attacks, groups)], "hessian": [Hessians(methods, groups)]}
    )


def _over_rounds(config: Config) -> Needs:
    return _metrics(*_shown(config), groups=["table", "curve"])


def _hessians(config: Config) -> Needs:
    methods = config["report"]["methods"]
    return Needs(methods, [], {"hessian": [Hessians(methods, ALL)]})


def _over_rho(config: Config) -> Needs:
    rho = config["report"]["rho"]
    return _metrics(rho["methods"], [rho["attack"]], groups=["table"])


def _hessian_over_rho(config: Config) -> Needs:
    methods = config["report"]["rho"]["methods"]
    return Needs(methods, [], {"hessian": [Hessians(methods, ["table"])]})


def _over_batch(config: Config) -> Needs:
    batch = config["report"]["batch"]
    methods, attacks = batch["methods"], batch["attacks"]
    return Needs(methods, attacks, {"metrics": [Metrics(methods, attacks, ["start"], batch["sizes"])]})


def _pictures(config: Config) -> Needs:
    methods, attacks = config["report"]["methods"], config["report"]["pictures"]["attacks"]
    made = [Attacks(methods, attacks, picture_rounds(config), one_seed=True)]
    return Needs(methods, attacks, {"attacks": made, "targets": [Targets()]})


def picture_rounds(config: Config) -> list[int]:
    """Of Fig 7: the first round of the table, where no minimum has been found yet, and its last."""
    return sorted({config["rounds"]["table"][0], config["rounds"]["table"][-1]})


def _attacks_on_baseline(config: Config) -> Needs:
    return _metrics([baseline(config)], config["report"]["attacks"], groups=ALL)


def _compare(config: Config) -> Needs:
    methods, attacks = _shown(config)
    return Needs(methods, attacks, {"metrics": [Metrics(methods, attacks, ["table"])], "reported": [REPORTED]})


def _shown(config: Config) -> tuple[list[str], list[str]]:
    return config["report"]["methods"], config["report"]["attacks"]


def _metrics(methods: list[str], attacks: list[str], groups: tuple[str, ...] | list[str]) -> Needs:
    return Needs(methods, attacks, {"metrics": [Metrics(methods, attacks, groups)]})


def _under(attack: str) -> Callable[[Config], Needs]:
    return lambda config: _metrics(config["report"]["methods"], [attack], groups=["table", "curve"])


def _is_shown(attack: str) -> Callable[[Config], bool]:
    return lambda config: attack in config["report"]["attacks"]


def _figure(
    number: int, title: str, draw: str, needs: Callable[[Config], Needs], *takes: str, attack: str = ""
) -> Shown:
    # fig07, so that a folder lists the figures in order.
    options, when = ({"attack": attack}, _is_shown(attack)) if attack else ({}, always)
    return Shown(f"fig{number}", title, f"{HERE}.{draw}", needs, takes, FIGURE, f"fig{number:02d}", options, when)


FIGURES = (
    Shown("table1", "all metrics, attacks and methods", f"{HERE}.table_one:make", _table1, ("metrics", "checkpoints")),
    Shown("table2", "hyperparameters", f"{HERE}.table_two:make", lambda config: Needs()),
    _figure(1, "FedAvg: PSNR and Hessian over rounds", "baseline:psnr_and_hessian", _baseline_and_hessian,
            "metrics", "hessian"),
    _figure(2, "PSNR over rounds, all methods", "over_rounds:psnr_per_attack", _over_rounds, "metrics"),
    _figure(3, "Hessian over rounds, all methods", "curvature:over_rounds", _hessians, "hessian"),
    _figure(4, "metrics against rho", "ablations:metrics_over_rho", _over_rho, "metrics"),
    _figure(5, "Hessian against rho", "curvature:over_rho", _hessian_over_rho, "hessian"),
    _figure(6, "metrics against batch size", "ablations:metrics_over_batch", _over_batch, "metrics"),
    _figure(7, "reconstructions", "pictures:draw_pictures", _pictures, "attacks", "targets"),
    _figure(8, "FedAvg: metrics over rounds", "over_rounds:attacks_on_baseline", _attacks_on_baseline, "metrics"),
    *(
        _figure(number, f"metrics over rounds: {label}", "over_rounds:methods_under", _under(attack), "metrics",
                attack=attack)
        for number, (attack, label) in enumerate(
            {"idlg": "iDLG", "gi": "GI", "ig": "IG", "gias": "GIAS", "gifd": "GIFD"}.items(), start=9)
    ),
    Shown("compare", "Table 1 beside the paper's", f"{HERE}.compare:make", _compare, ("metrics", "reported"),
          ("png", "pdf", "md", "csv")),
)  # fmt: skip
