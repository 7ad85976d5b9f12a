"""Two runs started at once in one folder: one does the work, the other says that the folder is taken."""

import subprocess
from pathlib import Path

import pytest

from .. import forks
from ..workflow.conftest import checkout, command, environment, run


@pytest.mark.slow
def test_one_of_two_runs_is_refused_and_the_other_is_whole(tmp_path: Path) -> None:
    clone = checkout(tmp_path / "clone")
    notes = "results/tiny/notes.json"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    words, env = command(notes, python=forks.CLIENT), forks.forking(environment())
    both = [subprocess.Popen(words, cwd=clone, env=env, **pipes) for _ in range(2)]
    ended = sorted((process.communicate()[0], process.returncode) for process in both)
    refused = [said for said, code in ended if code]
    # Both may end well where one was done before the other began.
    assert len(refused) <= 1
    assert all("Directory cannot be locked" in said and "Traceback" not in said for said in refused)
    assert (clone / notes).is_file() and not any(clone.glob(".snakemake/locks/*"))
    again = run(clone, notes)
    assert again.returncode == 0 and "Nothing to be done" in again.stdout + again.stderr
