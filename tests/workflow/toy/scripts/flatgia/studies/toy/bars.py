"""toy: a bar for the norm of each model."""

import pandas as pd

from flatgia.core.artifacts import load_json
from flatgia.plotting.look import SINGLE, method_label
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table


def make(request: Request) -> None:
    """toy: the norm of all parameters of each model at round 0.

    Inputs: --norms of `studies.toy.methods`.
    """
    rows = pd.DataFrame([load_json(path) for path in request.files["norms"]])
    names = [method_label(request.config, request.notes, method) for method in rows["method"]]
    page = new_page(request, SINGLE, 1.5, [])
    page.subplots().bar(names, rows["norm"])
    save_page(request, page, rows)
    cells = [[name, f"{norm:.1f}"] for name, norm in zip(names, rows["norm"], strict=True)]
    write_small_table(request, "Toy: norms", "Norms", ["Method", "Norm"], [cells], [])
