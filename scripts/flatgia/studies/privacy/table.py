"""privacy: table and figure of gradient leakage against membership leakage, on the same models."""

from functools import partial

import pandas as pd

from flatgia.metrics.scores import SCORES
from flatgia.plotting.curves import legend
from flatgia.plotting.look import DOUBLE, attack_label, method_label, method_style
from flatgia.plotting.page import common_remarks, new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.information.matched import differences
from flatgia.studies.privacy.figure import draw
from flatgia.studies.privacy.read import KEYS, PSNR, read_models

SHARES = ["accuracy_test", "gap", "auc_loss", "auc_entropy", "tpr_0.01", "tpr_0.001"]
HEADER = {
    "accuracy_test": "Accuracy (%)",
    "gap": "Train − test",
    "psnr_naive": "Naive (dB)",
    "psnr_knowing": "Knowing (dB)",
    "psnr_plain": "Plain (dB)",
    "directions": "Directions",
    "auc_loss": "AUC, loss (%)",
    "auc_entropy": "AUC, entropy (%)",
    "tpr_0.01": "TPR at 1 % FPR (%)",
    "tpr_0.001": "TPR at 0.1 % FPR (%)",
    "lambda_max": "λmax(H)",
    "log_det": "log det H",
}
FORMS = dict.fromkeys(SHARES, "{:.1f}") | {"directions": "{:.0f}", "lambda_max": "{:.3g}", "log_det": "{:.0f}"}
FORMS |= {"tpr_0.01": "{:.2f}", "tpr_0.001": "{:.2f}"}
COMPARED = {"auc_loss": "Membership AUC by the loss (points)", "directions": "Surviving directions"}
READING = [
    "Membership: the clients' training images against test images, by one model without shadow models (the loss, and the "
    "modified entropy of Song and Mittal 2021); 50 % AUC is chance. Attacks with shadow models are the study `membership`.",
    "Naive, knowing, plain: PSNR of the attack on what a client sends, by who does not and who does know the method, and on "
    "the plain gradient. Directions: image directions that survive noise of 10⁻² ‖g‖ in every entry of the plain gradient.",
]


def make(request: Request) -> None:
    """privacy: what the same models leak of an image, and of who was in the training set, beside their sharpness.

    Claims: flat minima leak less of an image (the paper), and more of membership (arXiv 2310.00488).
    Inputs: --scores, --spectra, --hessian and --metrics of `studies.privacy`.
    Expect: if both hold, flat methods lie to the left of and above the first at the same round, and at the same accuracy.
    """
    config, section = request.config, request.config["studies"]["privacy"]
    methods, rounds = list(section["methods"]), config["rounds"]["table"]
    models = read_models(request, methods, rounds[0])
    models["gap"] = models["accuracy_train"] - models["accuracy_test"]
    models[SHARES] *= 100
    models["accuracy"], models["gradient"] = models["accuracy_test"], "plain"
    label = partial(method_label, config, request.notes)
    attack = attack_label(config, section["attacks"][0])
    remarks = [_draws(models), *_beside(models, methods, rounds, label)]

    lines = (
        "A line goes through the rounds of a method to the last, which is named; white: the Hessian there is not known."
    )
    page = new_page(request, DOUBLE, 2.6, [lines, *remarks])
    shown = models.assign(auc_loss=models["auc_loss"] / 100)
    legend(page, draw(page, shown, methods, f"PSNR of {attack} (dB)", label, partial(method_style, config)))
    save_page(request, page, _long(models))

    means = models.groupby(["round", "method"]).mean(numeric_only=True)
    blocks = []
    for number in sorted(set(models["round"])):
        block = []
        for method in (method for method in methods if (number, method) in means.index):
            found = means.loc[(number, method)]
            cells = ["" if pd.isna(found[name]) else _text(name, found[name]) for name in HEADER]
            block.append([str(number), label(method), *cells])
        if block:
            blocks.append(block)
    caption = "Gradient leakage beside membership leakage"
    text = [*READING, *remarks, *common_remarks(request)]
    header = ["Round", "Method", *HEADER.values()]
    write_small_table(request, f"Privacy: {caption.lower()}", caption, header, blocks, text, left=2)


def _text(name: str, value: float) -> str:
    return SCORES["psnr"].text(value) if name in PSNR else FORMS[name].format(value)


def _draws(models: pd.DataFrame) -> str:
    seeds = models["seed"].nunique()
    return "One draw: a difference is not told from chance." if seeds == 1 else f"Means over up to {seeds} draws."


def _beside(models: pd.DataFrame, methods: list[str], rounds: list[int], label: partial[str]) -> list[str]:
    """Differences from the first of `methods` at the last round and at its accuracy, with the standard error over draws."""
    found = differences(models, methods[0], rounds, list(COMPARED))
    if found.empty:
        return []
    last = found["round"].max()
    found = found[found["round"] == last].set_index("method")
    lines = []
    for number, words in COMPARED.items():
        for at in ("round", "accuracy"):
            mine = found[(found["number"] == number) & (found["at"] == at)]
            cells = [
                f"{label(method)} {mine.loc[method, 'mean']:+.1f}"
                + (f" ± {mine.loc[method, 'se']:.1f}" if mine.loc[method, "n"] > 1 else "")
                for method in methods
                if method in mine.index
            ]
            if cells:
                where = f"round {last}" if at == "round" else f"{label(methods[0])}'s at the accuracy of round {last}"
                lines.append(f"{words} beside {label(methods[0])}'s, {where}: {'; '.join(cells)}.".replace("-", "−"))
    return lines


def _long(models: pd.DataFrame) -> pd.DataFrame:
    """All numbers, a row each, with their standard errors over the draws."""
    long = models[[*KEYS, *HEADER]].melt(KEYS, var_name="number", value_name="value").dropna(subset=["value"])
    groups = long.groupby(["method", "round", "number"], sort=True)["value"]
    return groups.agg(mean="mean", se="sem", n="count").reset_index()
