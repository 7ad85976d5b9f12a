"""One side of a benchmark: a process in an environment of its own, which measures whenever it is asked."""

import json
import sys
from collections.abc import Callable
from typing import Any

Rows = list[tuple[str, float, str]]  # what, value, unit
Measure = Callable[[int], Rows]  # of the repeat's number; 0 warms up


def serve(build: Callable[[dict[str, Any]], Measure]) -> None:
    """Builds from the case file named on the command line; then answers each number on stdin with a line of JSON."""
    import torch

    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    torch.set_num_threads(1)
    measure = build(torch.load(sys.argv[1]))
    for number in sys.stdin:
        print(json.dumps(measure(int(number))), file=answers, flush=True)
