"""lavp: table and heat map of how proxies of vulnerability go with what attacks reach."""

import pandas as pd

from flatgia.curvature.proxies import RISKY
from flatgia.metrics.scores import SCORES
from flatgia.plotting.look import DOUBLE
from flatgia.plotting.page import common_remarks, new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.lavp.cases import ABOUT, correlations, stated
from flatgia.studies.lavp.figure import COLUMNS, LOSSES, OPTIMISERS, draw, height, panels_of
from flatgia.studies.lavp.read import Seen, read_recoveries, read_spectra
from flatgia.studies.lavp.verdicts import verdicts

NOISY = 50.0  # dB above which the rank of a recovery says little
ACROSS = 2  # panels
FEW = 30  # images below which nothing is claimed
READING = [
    "Spearman's coefficient, over images, of each proxy with MSE; signs such that +1 foresees the risk. Fixed before looking: "
    "LAVP is λmax for L2 and λmin for the cosine (framed in the figure). Partial: LAVP's, given ‖g‖. LAVP − ‖g‖: the "
    "difference of both coefficients. Draws, losses: the correlation of MSE between two draws of a start, and between both "
    "losses on different draws. Brackets: 95 % bootstrap interval over images (and seeds).",
    "Start: deviation of the noise on the truth, or noise alone. No attack has a prior or a box. PSNR ranks as MSE does; "
    "LPIPS and SSIM are in the CSV. A blank is a coefficient that is not defined, as of a constant.",
]


def make(request: Request) -> None:
    """lavp: rank correlations of vulnerability proxies with what attacks reach, and three claims judged.

    Claims (arXiv 2312.12488): the ranking of images depends on the loss, which the norm cannot explain; LAVP beats it.
    Inputs: --spectra and --recoveries of `studies.lavp`.
    Expect: if they hold, the framed column is the reddest but for the full-spectrum ones, and redder than the first.
    """
    steps = request.config["studies"]["lavp"]["steps"]
    spectra, recoveries = read_spectra(request.files["spectra"], steps), read_recoveries(request.files["recoveries"])
    found = correlations(spectra, recoveries)
    remarks = [*verdicts(found), *_limits(spectra, recoveries)]
    panels = panels_of(found)
    page = new_page(request, DOUBLE, height(panels, ACROSS), ["Framed: the eigenvalue that was stated.", *remarks])
    draw(page, panels, ACROSS)
    save_page(request, page, found)

    header = ["Model", "Loss", "Attack", "Start", "PSNR", *COLUMNS.values(), "Partial", "LAVP − ‖g‖", "Draws", "Losses"]
    medians = recoveries[recoveries["metric"] == "psnr"].groupby(ABOUT, sort=False)["value"].median()
    lavp = stated(found).assign(proxy="lavp")
    cells = pd.concat([found, lavp]).set_index([*ABOUT, "metric", "proxy", "statistic"])
    blocks: dict[str, list[list[str]]] = {}
    for about in found.groupby(ABOUT, sort=False).groups:
        model, _, number, loss, optimiser, start = about

        def cell(proxy: str, statistic: str, about: tuple = about, whole: bool = False) -> str:
            key = (*about, "mse", proxy, statistic)
            if key not in cells.index:
                return ""
            one = cells.loc[key]
            text = f"{one['value']:+.2f}"
            return (text + (f" [{one['low']:+.2f}, {one['high']:+.2f}]" if whole else "")).replace("-", "−")

        psnr = SCORES["psnr"].text(medians[about]) if about in medians.index else ""
        row = [f"{model}, {number}", LOSSES[loss], OPTIMISERS[optimiser], str(start), psnr]
        row += [cell(name, "spearman") for name in RISKY]
        row += [cell("lavp", "partial", whole=True), cell("lavp", "difference", whole=True)]
        row += [cell("draws", "spearman"), cell("losses", "spearman")]
        blocks.setdefault(f"{model} {number} {loss}", []).append(row)
    caption = "Proxies of vulnerability against what attacks reach"
    text = [*READING, *remarks, *common_remarks(request)]
    write_small_table(request, f"LAVP: {caption.lower()}", caption, header, list(blocks.values()), text, left=4)


def _limits(spectra: dict[tuple, Seen], recoveries: pd.DataFrame) -> list[str]:
    """What bounds these numbers: few images, recoveries so good that their ranks are noise, random directions, rank."""
    lines = []
    images, seeds = recoveries.groupby("seed")["image"].nunique().min(), recoveries["seed"].nunique()
    draws = "One draw: intervals are over images alone" if seeds == 1 else f"{seeds} draws"
    lines.append(f"{draws}; {images} images a draw.")
    if images < FEW:
        lines.append(f"Fewer than {FEW} images: no evidence.")
    psnr = recoveries[recoveries["metric"] == "psnr"].groupby(ABOUT)["value"].median()
    if above := int((psnr > NOISY).sum()):
        lines.append(
            f"In {above} of {len(psnr)} cases the median PSNR is above {NOISY:.0f} dB; ranks there are mostly noise."
        )
    lost = recoveries[(recoveries["metric"] == "finite") & (recoveries["value"] == 0)]
    if len(lost):
        lines.append(f"{len(lost)} searches ended at no finite image and count as their start.")
    for (model, _, number, _), seen in spectra.items():
        if seen.directions < seen.entries:
            lines.append(
                f"{model}, round {number}: along {seen.directions} random directions of {seen.entries}; λmin is an upper "
                "bound, λmax is exact, the others are extrapolated from these directions."
            )
        if seen.untold["l2"] >= 1:
            lines.append(
                f"{model}, round {number}: {seen.untold['l2']:.0f} eigenvalues an image cannot be told from 0 (J lacks rank); "
                "λmin says nothing there."
            )
    return list(dict.fromkeys(lines))
