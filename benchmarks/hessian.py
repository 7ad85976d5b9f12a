"""Times the Hessian of LeNet: one gradient, one product with a vector, and both estimators' way through it.

    python benchmarks/hessian.py --images 100 --threads 1 [--exact]

CPU seconds, for a machine that does other work too. Random weights and images: the work does not depend on them, but
the number of Lanczos steps does, so none are timed here.
"""

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from functools import partial

from flatgia.cli import prepare_torch, run


def seconds(call: Callable[[], object], times: int) -> float:
    """CPU seconds of one call, after one that does not count if there are several."""
    if times > 1:
        call()
    begin = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - begin) / times


def main(argv: Sequence[str] | None = None) -> None:
    """Prints one line per measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--blocks", type=int, nargs="+", default=[16, 50, 100], help="images of one product")
    parser.add_argument("--exact", action="store_true", help="also the whole matrix and its eigenvalues: minutes")
    arguments = parser.parse_args(argv)
    prepare_torch(arguments.threads)

    import torch

    from flatgia.hessian.exact import spectrum_numbers
    from flatgia.hessian.matrix import hessian_matrix
    from flatgia.hessian.product import gradient_graphs, product
    from flatgia.models.network import initial_params, load_network
    from flatgia.seeds import generator

    network = load_network({"network": "flatgia.models.lenet:LeNet"})
    params = initial_params(network, "dlg", 0)
    draw = generator("benchmark", "hessian")
    inputs = torch.randn(arguments.images, 3, 32, 32, generator=draw)
    labels = torch.randint(10, (arguments.images,), generator=draw)
    size = sum(value.numel() for value in params.values())
    vector = torch.randn(size, generator=draw, dtype=torch.float64)
    print(f"{arguments.images} images, {arguments.threads} threads, {size} parameters; CPU seconds")
    for block in arguments.blocks:
        build = partial(gradient_graphs, network, params, inputs, labels, block)
        times = partial(product, build(), vector)
        print(
            f"block {block}: graph of the gradient {seconds(build, 5):.4f}, product {seconds(times, 10):.4f}",
            flush=True,
        )
    if arguments.exact:
        begin = time.process_time()
        matrix = hessian_matrix(network, params, inputs, labels, max(arguments.blocks))
        print(f"matrix {time.process_time() - begin:.1f}", flush=True)
        print(f"eigenvalues {seconds(lambda: spectrum_numbers(matrix, 1e-3), 1):.1f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GiB")


if __name__ == "__main__":
    run(main)
