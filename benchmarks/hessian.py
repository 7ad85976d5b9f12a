"""The Hessian of LeNet on 100 images: one product with a vector, and the log determinant to the same standard error.

    python benchmarks/hessian.py [--quick] [--exact]

A peer takes as many more probes as it needs for our standard error (`PROBES`), and the Lanczos steps at which our rule for
stopping would find its two quadratures to agree. curvlinops is timed for the product alone: its Lanczos does not
orthogonalise again and misses the value.
--exact: the exact log determinant instead, by itself, on --threads threads; it takes minutes.
"""

import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cases
import torch
from alternate import Row, Side, alternate, options, show, write
from torch import nn

from flatgia.core.cli import prepare_torch
from flatgia.core.compute import Compute
from flatgia.curvature.exact import spectrum_numbers
from flatgia.curvature.lanczos import lanczos
from flatgia.curvature.matrix import hessian_matrix
from flatgia.curvature.slq import EVERY, agreement, rademacher
from flatgia.gradients.hessian import gradient_graphs, product

# Ours and a peer's. One probe spreads by 89 with deflation and by 115 without (24 and 32 probes of this case).
PROBES = (9, 15)


def sides(probes: tuple[int, int], most: int, plain: int) -> list[Side]:
    """Ours with so many probes and at most `most` steps each; the peers with `plain` steps."""
    theirs = {"probes": probes[1], "steps": plain}
    return [
        Side("flatgia", "hessian_flatgia.py", changes={"probes": probes[0], "steps": most, "compile": "auto"}),
        Side("pyhessian 0.1", "hessian_pyhessian.py", "pyhessian", theirs),
        Side("curvlinops 3.0.1", "hessian_curvlinops.py", "curvlinops", theirs),
    ]


def case(images: int, products: int) -> dict:
    """Weights, images, and the sizes of the measurement."""
    params = cases.model()[1]
    inputs, labels = cases.images(images)
    numbers = {"damping": cases.paper().hessian.damping, "block": 50}
    numbers |= {"size": sum(value.numel() for value in params.values()), "products": products}
    return numbers | {"params": params, "inputs": inputs, "labels": labels}


def steps_needed(network: nn.Module, case: dict, most: int) -> int:
    """Lanczos steps at which the two quadratures of a probe begin to agree, without deflation."""
    graphs = gradient_graphs(network, case["params"], case["inputs"], case["labels"], case["block"])
    enough = agreement(case["size"], case["damping"])
    diagonal, _, _ = lanczos(partial(product, graphs), rademacher(case["size"], 0, 0), most, enough)
    return max(len(diagonal) - EVERY, 1)


def exact(network: nn.Module, case: dict, threads: int) -> list[Row]:
    """Seconds of the matrix and of its eigenvalues, and the log determinant."""
    prepare_torch(Compute(threads, "cpu", "portable", "never"))
    begin = time.perf_counter()
    matrix = hessian_matrix(network, case["params"], case["inputs"], case["labels"], case["block"])
    middle = time.perf_counter()
    numbers = spectrum_numbers(matrix, case["damping"])
    end = time.perf_counter()
    row = partial(Row, who=f"flatgia, {threads} threads", repeat=1)
    return [
        row("exact: the matrix", value=middle - begin, unit="s"),
        row("exact: its eigenvalues", value=end - middle, unit="s"),
        row("exact log det", value=end - begin, unit="s"),
        row("exact log det, its value", value=numbers["log_det"], unit="1"),
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes results/hessian.csv, or results/exact.csv."""
    parser = options(__doc__, 3)
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--threads", type=int, default=2, help="of --exact (%(default)s)")
    given = parser.parse_args(argv)
    torch.set_num_threads(1)
    numbers = case(4, 2) if given.quick else case(cases.paper().hessian.images, 20)
    if given.exact:
        return write("exact", show(exact(cases.model()[0], numbers, given.threads)), given.quick)
    probes, most = ((2, 3), 5) if given.quick else (PROBES, cases.paper().hessian.steps)
    plain = steps_needed(cases.model()[0], numbers, most)
    with tempfile.TemporaryDirectory() as folder:
        rows = alternate(sides(probes, most, plain), numbers, 1 if given.quick else given.repeats, Path(folder))
    write("hessian", rows, given.quick)


if __name__ == "__main__":
    main()
