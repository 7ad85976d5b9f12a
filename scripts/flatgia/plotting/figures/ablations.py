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
    """Figure 4: the four metrics against the perturbation radius rho of FedSAM; rho = 0 is FedAvg.

    Claim of the paper (5.2): the larger rho, the worse the reconstruction; rho = 0.05 is close to FedAvg.
    Inputs: --metrics of `report.rho.methods` x `report.rho.attack` at the rounds `table`, batch size 1.
    Expect: a trend at round 0 too, where all these methods share one model: there it cannot come from flat minima, only
    from the distance between the gradient that is sent and the one the attacker models. The paper does not say which
    round it shows, so each round of the table has its line.
    """
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
    """Figure 6: the four metrics against the batch size, FedAvg beside FedSAM, at the first round of the table.

    Claim of the paper (5.2): larger batches are harder to invert, and FedSAM adds to that (Theorem 3.2).
    Inputs: --metrics of `report.batch.methods` x `report.batch.attacks` x `report.batch.sizes` at the first
    round of `table`.
    Expect: the labels of larger batches are given to the attacker, and scores are taken after the best permutation. At
    round 0 both methods share one model: the gap between them is not one between minima.
    """
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
