"""What goes wrong on a cluster, each tried: the run recovers by retry or ends with names, and the next call finishes it."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cluster
import pytest
from runs import TARGET, command, environment, hashes, on_slurm, run, slurm, small, trouble, until

pytestmark = [pytest.mark.slurm, pytest.mark.usefixtures("slurm_cluster")]

# Rounds 0 and 1 are one job of the group `start`; the trouble is in the second half of it.
CHANGES = {"model": {"network": "trouble:LeNet"}, "rounds": {"curve": [1]}}
QUIET = trouble("", "", Path())
FIRST = Path("results/tiny/seed_0/checkpoints/fedavg/round_0000.safetensors")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The hashes of a run without trouble, without a cluster."""
    folder = small(tmp_path_factory.mktemp("local") / "run", **CHANGES)
    done = run(folder, command("--cores", "2", "--", TARGET), **QUIET)
    assert done.returncode == 0, done.stderr[-3000:]
    return hashes(folder)


class Sent:
    """A run on the cluster that goes on in the background."""

    def __init__(self, folder: Path, process: subprocess.Popen[str], printed: Path):
        self.folder, self.process, self.printed = folder, process, printed

    def output(self) -> str:
        """What it has printed so far."""
        return self.printed.read_text()

    def job(self) -> str:
        """The number of its first job, once that is running and up to its mischief."""
        until(lambda: (self.folder / "marker").exists())
        found = re.search(r"submitted with SLURM jobid (\d+)", self.output())
        assert found, self.output()
        return found[1]

    def end(self) -> int:
        """How it ended."""
        return self.process.wait(timeout=400)


@contextmanager
def sent(folder: Path, kind: str, *arguments: str) -> Iterator[Sent]:
    """A run whose first job makes trouble; killed if it hangs."""
    words = on_slurm(*arguments, "--", TARGET)
    env = environment(**trouble(kind, "0001", folder / "marker"))
    printed = folder / "printed"
    with printed.open("w") as file:
        process = subprocess.Popen(words, cwd=folder, env=env, stdout=file, stderr=subprocess.STDOUT, text=True)
    try:
        yield Sent(folder, process, printed)
    finally:
        process.kill()
        process.wait()


def finish(folder: Path) -> None:
    """The next call, which makes no trouble any more."""
    done = run(folder, on_slurm("--", TARGET), **QUIET)
    assert done.returncode == 0, done.stderr[-3000:]


def names_the_job(printed: str) -> bool:
    """Whether a message says which rule, which wildcards and which log."""
    return all(words in printed for words in ("rule train", "fedavg", "logs/tiny/seed_0/train/fedavg_0001.log"))


def test_a_job_over_its_memory_gets_more(expected: dict[str, str], tmp_path: Path) -> None:
    folder = small(tmp_path / "run", **CHANGES)
    with sent(folder, "memory", "--set-resources", "train:mem_mb=900*attempt") as started:
        assert started.end() == 0, started.output()
    assert "Trying to restart" in started.output()
    assert hashes(folder) == expected


def test_a_job_over_its_time_ends_with_names(expected: dict[str, str], tmp_path: Path) -> None:
    folder = small(tmp_path / "run", **CHANGES)
    with sent(folder, "time", "--retries", "0", "--set-resources", "train:runtime=1") as started:
        assert started.end() == 1, started.output()
    assert "DUE TO TIME LIMIT" in started.output() and names_the_job(started.output())
    assert (folder / FIRST).exists()  # what the group had finished
    before = (folder / FIRST).stat().st_mtime_ns
    finish(folder)
    assert (folder / FIRST).stat().st_mtime_ns == before
    assert hashes(folder) == expected


def test_a_cancelled_job_is_sent_again(expected: dict[str, str], tmp_path: Path) -> None:
    folder = small(tmp_path / "run", **CHANGES)
    with sent(folder, "time") as started:
        slurm("scancel", started.job())
        assert started.end() == 0, started.output()
    assert "CANCELLED AT" in started.output() and names_the_job(started.output())
    assert hashes(folder) == expected


def test_a_drained_node_is_waited_for(expected: dict[str, str], tmp_path: Path) -> None:
    folder = small(tmp_path / "run", **CHANGES)
    node = slurm("sinfo", "-h", "-p", "main", "-o", "%n")
    with sent(folder, "wait") as started:
        started.job()
        slurm("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")
        try:
            # The running job ends, the one after it is held back.
            until(lambda: set(slurm("squeue", "-h", "-o", "%T").split()) == {"PENDING"})
        finally:
            slurm("scontrol", "update", f"nodename={node}", "state=resume")
        assert started.end() == 0, started.output()
    assert hashes(folder) == expected


def test_slurmctld_may_go_and_come_back(slurm_cluster: Path, expected: dict[str, str], tmp_path: Path) -> None:
    folder = small(tmp_path / "run", **CHANGES)
    with sent(folder, "wait") as started:
        started.job()
        cluster.stop(int((slurm_cluster / "slurmctld.pid").read_text()))
        try:
            time.sleep(40)  # the job ends, and Snakemake asks in vain, several times
        finally:
            subprocess.run(["slurmctld"], check=True)
        assert started.end() == 0, started.output()
    assert hashes(folder) == expected
