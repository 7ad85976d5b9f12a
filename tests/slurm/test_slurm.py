"""The pipeline on a real SLURM of one node: the same bytes as without it. `make slurm-test`."""

import os
from pathlib import Path

import pytest
from runs import TARGET, command, hashes, on_slurm, run, slurm, small

pytestmark = [pytest.mark.slurm, pytest.mark.usefixtures("slurm_cluster")]


def test_slurm_gives_the_same_bytes(tmp_path: Path) -> None:
    here, there = small(tmp_path / "here"), small(tmp_path / "there")
    done = run(here, command("--cores", "2", "--", TARGET))
    assert done.returncode == 0, done.stderr[-3000:]
    sent = run(there, on_slurm("--", TARGET))
    assert sent.returncode == 0, sent.stderr[-3000:]
    assert sent.stderr.count("submitted with SLURM jobid") == 2, sent.stderr
    assert hashes(here) == hashes(there) and len(hashes(here)) == 9
    # Neither the executor nor what a job asked for is a reason to run it again.
    again = run(there, command("-n", "--set-resources", "train:mem_mb=1", "attack_0000:runtime=1", "--", TARGET))
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
