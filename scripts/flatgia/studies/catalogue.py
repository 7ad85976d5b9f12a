"""Everything that can be drawn, by its target: the paper's figures and tables, then the studies."""

from flatgia.plotting.figures.registry import FIGURES
from flatgia.plotting.shown import Shown
from flatgia.settings.registry import studies


def catalogue() -> dict[str, Shown]:
    """In the order of `snakemake all`."""
    return {one.name: one for one in (*FIGURES, *studies())}
