"""Figures 4 and 6: all metrics against rho, and against the batch size."""

from functools import partial

from flatgia.metrics.scores import SCORES, scores_of
from flatgia.plotting.curves import draw_lines, legend, panels
from flatgia.plotting.figures.curvature import draw_rho, with_rho
from flatgia.plotting.look import DOUBLE, attack_label, method_label, method_style
from flatgia.plotting.measures import read_measures, select, spread, summarise
from flatgia.plotting.page import ARROWS, new_page, save_page
from flatgia.plotting.request import Request


def metrics_over_rho(request: Request) -> None:
    """Figure 4: a panel per metric over rho, a line per round of the table."""
    config = request.config
    ablation, metrics, rounds = config["report"]["rho"], scores_of(config["metrics"]), config["rounds"]["table"]
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, ablation["methods"], [ablation["attack"]], metrics, rounds)
    summary = with_rho(summarise(rows, ["method", "attack", "metric", "round"]), config)
    attack = attack_label(config, ablation["attack"])
    page = new_page(request, DOUBLE, 1.9, [f"Attack: {attack}. ρ = 0 is FedAvg. {spread(rows)} {ARROWS}"])
    shown, _ = panels(page, [SCORES[metric].title for metric in metrics], columns=4)
    for axes, metric in zip(shown, metrics, strict=True):
        draw_rho(axes, summary[summary["metric"] == SCORES[metric].name], rounds)
    legend(page, shown[0])
    save_page(request, page, summary)


def metrics_over_batch(request: Request) -> None:
    """Figure 6: a panel per metric over the batch size at the first round of the table; a row of panels per attack."""
    config = request.config
    ablation, metrics, first = config["report"]["batch"], scores_of(config["metrics"]), config["rounds"]["table"][0]
    attacks, methods, sizes = ablation["attacks"], ablation["methods"], ablation["sizes"]
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, methods, attacks, metrics, [first], sizes, every_round=True)
    summary = summarise(rows, ["method", "attack", "round", "metric", "batch"])
    remark = f"Round {first}. {spread(rows)} {ARROWS} True labels are given for batches larger than one."
    page = new_page(request, DOUBLE, 1.9 * len(attacks), [remark])
    titles = [(attack, metric) for attack in attacks for metric in metrics]
    named = [f"{attack_label(config, attack)}: {SCORES[metric].title}" for attack, metric in titles]
    shown, _ = panels(page, named, columns=len(metrics))
    label = partial(method_label, config, request.notes)
    for axes, (attack, metric) in zip(shown, titles, strict=True):
        part = summary[(summary["attack"] == attack) & (summary["metric"] == SCORES[metric].name)]
        draw_lines(axes, part, "batch", "method", methods, label, partial(method_style, config))
        axes.set_xlabel("Batch size")
    legend(page, shown[0])
    save_page(request, page, summary)
