"""The least of a run that has a figure, a table and what comes before: one method, one attack, one round."""

import subprocess
from pathlib import Path

import yaml

from flatgia.core.artifacts import sha256
from flatgia.pipeline.manifest import made

from ..workflow.conftest import checkout, run

CHANGE = {
    "rounds": {"table": [0], "curve": [], "long": []},
    "report": {"methods": ["fedavg"], "attacks": ["ig"]},
}
ARGUMENTS = ("--configfile", "tiny.yaml", "small.yaml", "--", "table1", "fig3")


def small_checkout(folder: Path) -> Path:
    """A folder in which `small_run` can be called."""
    checkout(folder)
    (folder / "small.yaml").write_text(yaml.safe_dump(CHANGE))
    return folder


def small_run(folder: Path, *before: str) -> subprocess.CompletedProcess[str]:
    """The run; `before` are more options."""
    return run(folder, *before, *ARGUMENTS, cores=1)


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every artifact."""
    return {str(path): sha256(folder / path) for path in made(folder, ["results", "paper_figures"])}
