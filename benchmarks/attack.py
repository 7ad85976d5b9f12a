"""Gradient-matching steps x images per second: all candidates as one batch, against breaching's loop over images.

    python benchmarks/attack.py [--quick]

IG as published (Adam, cosine distance, total variation) on DLG's LeNet, 10 images x 4 restarts. breaching runs its
preset `invertinggradients`, one image and one restart at a time, as it does. Beside it, our default IG, by L-BFGS.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cases
from alternate import Side, alternate, options, write

from flatgia.attacks.observe import observe
from flatgia.attacks.victim import Victim
from flatgia.gradients.backend import Backend

NEVER, AUTO = {"compile": "never"}, {"compile": "auto"}
WHAT = "gradient matching, steps x images"
QUASI_NEWTON = {"what": f"{WHAT}, by L-BFGS", "attack": "ig", "numbers": {"tv": [0.001], "steps": [200]}}
SIDES = [
    Side("flatgia, compiled", "attack_flatgia.py", None, AUTO),
    Side("flatgia, eager", "attack_flatgia.py", None, NEVER),
    Side("flatgia, L-BFGS, compiled", "attack_flatgia.py", None, AUTO | QUASI_NEWTON),
    Side("breaching 0.1.2", "attack_breaching.py", "breaching"),
]


def case(count: int, restarts: int, steps: int) -> dict:
    """The gradients of `count` images, one image a gradient, and how long to match them."""
    network, params = cases.model()
    inputs, labels = cases.images(count)
    observed = observe(Victim(Backend(network), params, None, None), inputs[:, None], labels[:, None])
    attack = {"what": WHAT, "attack": "ig_published", "numbers": {"steps": steps}, "restarts": restarts, "steps": steps}
    return {"params": params, "observed": observed, "labels": labels} | attack


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes results/attack.csv."""
    given = options(__doc__, 5).parse_args(argv)
    count, restarts, steps = (2, 2, 5) if given.quick else (10, 4, 200)
    with tempfile.TemporaryDirectory() as folder:
        if not given.quick:
            os.environ["TORCHINDUCTOR_CACHE_DIR"] = f"{folder}/compiled"  # so that the first compilation is a cold one
        rows = alternate(SIDES, case(count, restarts, steps), 1 if given.quick else given.repeats, Path(folder))
    write("attack", rows, given.quick)


if __name__ == "__main__":
    main()
