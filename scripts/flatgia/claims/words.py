"""What is said of the numbers: where they come from, what was chosen by looking, how to read the tables."""

from collections.abc import Iterator
from dataclasses import replace

from flatgia.claims.scope import Scope
from flatgia.core.failures import FAILED_ABOVE
from flatgia.plotting.beside import moved_rounds
from flatgia.plotting.page import common_remarks
from flatgia.plotting.request import Request

OVERLAP = (
    "Rows overlap: the rows of the second table are the parts of rows in the first, and one sentence of the paper may have "
    "a row for each metric and round. So the counts say how much of each table holds, and are not to be added."
)
WHAT_WAS_RUN = (
    "GI, GIAS and GIFD follow their papers' ideas on this network: a LeNet has no batch norm for GI's prior and its group "
    "term is left out, so GI is iDLG with total variation; the generator is a small StyleGAN2 trained on the other clients' "
    "images. With one image the label is inferred from the gradient; with several the attacker is told the labels. Published "
    "settings do not make a published attack: labels name what is left out (GI's group term, the sign of IG's step), and iDLG "
    "by Adam is our guess at what gives the paper's numbers, found in no published code. Its original by L-BFGS, which comes "
    "out far from them, stands in the table `credit`. The generative attacks as published were not run."
)
LOOKED = (
    "Chosen by looking at the paper's numbers: normalised inputs, and FedASAM's eta 0.9, of the readings that `readings` "
    "compares. How near round 0 comes to the paper, and FedASAM's rank, are no evidence of their own. Silent in the paper and "
    "set without looking: the server's rate is 1, the new model is the mean of its clients'."
)
START = (
    "FedSAI: the paper explains it by a start from images of another kind (CIFAR-100). Here the start has seen CIFAR-10's own "
    "test images, so that mismatch is not there, and its accuracy is left out where methods are compared at equal accuracy."
)
INTERVALS = (
    "In brackets: 95 % intervals, paired by image where methods are compared, from a hierarchical bootstrap: draws (seeds) "
    "outside, images inside, its tails moved outwards as few units demand (Hesterberg 2015). With two to five draws the "
    "interval also holds the value of each, which the column Draws lists: n draws span the median draw with probability "
    "1 − 2^(1−n) only (where draws differ more than images, a simulation has it cover 84, 88, 93 and 95 %). With **one draw** "
    "it is over the images alone. Then the interval of a log det is the error of its "
    "estimate, none where it is exact, and that of an accuracy the error of a share of the test images. Ranks are over models "
    "(Bonett and Wright 2000), not over images. Searches that failed (the truth explains the gradient, the answer leaves a "
    f"cosine distance over {FAILED_ABOVE:g}) are left out of the means and counted apart. Many claims are tested, with no "
    "correction for that. Percentages of decibels depend on where zero lies: ours are differences."
)


def preamble(request: Request, scope: Scope, attacks: list[str]) -> Iterator[str]:
    """A paragraph each; `attacks` are all that are shown."""
    shown = {name: request.config["attacks"][name] for name in attacks}
    yield from common_remarks(replace(request, config=request.config | {"attacks": shown}))
    yield from moved_rounds(scope.rounds)
    yield (
        "Settings of ours are tuned to make an attack as strong as we can. Where it is stronger than the paper's, its cells "
        "are expected to differ; then the comparisons between methods are what counts."
    )
    yield (
        "At round 0 all methods but FedSAI hold the same random model: what differs there is the gradient that is sent, not "
        "the flatness of a minimum."
    )
    yield LOOKED
    if scope.marks:
        yield START
    yield WHAT_WAS_RUN
    yield INTERVALS
