"""The environment that the jobs of a workflow inherit."""

import logging
import os
import sys
from pathlib import Path

from flatgia.core.errors import FlatgiaError


def prepare(folder: str | None) -> None:
    """Jobs run this Python, package and commands; `folder` is where a user's data lies, if FLATGIA_DATA does not say."""
    scripts = str(Path(__file__).resolve().parents[2])
    os.environ["FLATGIA_SCRIPTS"] = scripts  # a variable, so that the text of a rule is the same wherever a clone lies
    # In front, so that `.venv/bin/snakemake` works without activation; a job's own conda environment comes before that.
    _prepend("PATH", str(Path(sys.executable).parent))
    _prepend("PYTHONPATH", scripts)
    # Where the disk is full, Snakemake's own log would print a traceback for each line that it loses.
    logging.raiseExceptions = False
    if folder:  # not a parameter of a job: where the images lie changes nothing that is made from them
        os.environ.setdefault("FLATGIA_DATA", folder)


def check_writable(folder: Path) -> None:
    """Raises `FlatgiaError` where a run could write nothing: Snakemake itself would end in a traceback."""
    if not os.access(folder, os.W_OK):
        raise FlatgiaError(folder, "nothing can be written here", "mend its permissions, or run in a copy elsewhere")


def _prepend(variable: str, entry: str) -> None:
    rest = [part for part in os.environ.get(variable, "").split(os.pathsep) if part and part != entry]
    os.environ[variable] = os.pathsep.join([entry, *rest])
