"""What is attacked and by whom, as the studies of attacks set it out, and a cell of their tables."""

from typing import TYPE_CHECKING

from flatgia.metrics.scores import SCORES

if TYPE_CHECKING:
    import pandas as pd

AXES = {
    ("method", "naive"): "Sent, naive",
    ("method", "adaptive"): "Sent, adaptive",
    ("plain", "naive"): "Plain",
}  # of gradient and attacker
SENT = ("method", "naive")
SETTING = {SENT: "naive", ("method", "adaptive"): "adaptive", ("plain", "naive"): "plain"}
# What a method does to each, beside the first one.
STATEMENTS = {
    "naive": "{method}: what it sends gives a naive attacker less than {first}'s does",
    "adaptive": "{method}: who knows the method gets what {first}'s gradient gives",
    "plain": "{method}: its model's plain gradient gives less than {first}'s",
}


def cell(row: "pd.Series | None") -> str:
    """The median PSNR, and how many searches failed."""
    if row is None:
        return ""
    return SCORES["psnr"].text(row["median"]) + (f" ({row['failed']})" if row["failed"] else "")
