"""The pipeline on a real SLURM of one node: the same bytes as without it. `make slurm-test`."""

import os
import re
from pathlib import Path

import pytest
from runs import TARGET, command, hashes, on_slurm, run, slurm, small

pytestmark = [pytest.mark.slurm, pytest.mark.usefixtures("slurm_cluster")]


# Two attacks in one table of metrics, a job each.
TWO = {"rounds": {"table": [0, 1]}}


def test_slurm_gives_the_same_bytes(tmp_path: Path) -> None:
    here, there = small(tmp_path / "here", **TWO), small(tmp_path / "there", **TWO)
    done = run(here, command("--cores", "2", "--", TARGET))
    assert done.returncode == 0, done.stderr[-3000:]
    sent = run(there, on_slurm("--", TARGET))
    assert sent.returncode == 0, sent.stderr[-3000:]
    jobs = [slurm("scontrol", "show", "job", number) for number in re.findall(r"SLURM jobid (\d+)", sent.stderr)]
    assert len(jobs) == 2, sent.stderr
    assert hashes(here) == hashes(there) and len(hashes(here)) == 11
    # What is sent together takes turns: two attacks and their metrics ask for the memory of one, and the minutes of all.
    assert all("NumCPUs=1 " in job and "MinMemoryNode=4000M" in job for job in jobs), jobs
    assert "TimeLimit=00:40:00" in jobs[1], jobs[1]
    # Neither the executor nor what a job asked for is a reason to run it again.
    again = run(there, command("-n", "--set-resources", "train:mem_mb=1", "attack:runtime=1", "--", TARGET))
    assert "Nothing to be done" in again.stdout + again.stderr, again.stdout


@pytest.mark.skipif(not os.environ.get("SLURM_ACCOUNTING"), reason="make slurm-test ACCOUNTING=yes")
def test_sacct_can_be_asked_for_the_states(tmp_path: Path) -> None:
    folder = small(tmp_path / "run")
    sent = run(
        folder, on_slurm("--slurm-status-command", "sacct", "--default-resources", "slurm_account=paper", "--", TARGET)
    )
    assert sent.returncode == 0, sent.stderr[-3000:]
    rows = slurm("sacct", "-X", "-n", "-P", "-o", "account,comment,state").splitlines()
    assert "paper|rule_start_train|COMPLETED" in rows, rows
