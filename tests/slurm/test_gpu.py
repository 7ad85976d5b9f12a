"""Jobs that may use a GPU ask for one, others do not; and a GPU that torch cannot use is none. The cluster's is /dev/null."""

import json
import re
from pathlib import Path

import pytest
from runs import TARGET, on_slurm, run, slurm, small, trouble

pytestmark = [pytest.mark.slurm, pytest.mark.usefixtures("slurm_cluster")]


@pytest.mark.parametrize(("device", "partition", "visible"), [("auto", "gpu", "0"), ("cpu", "main", "none")])
def test_a_gpu_is_asked_for_where_one_may_be_used(device: str, partition: str, visible: str, tmp_path: Path) -> None:
    changes = {"compute": {"device": device, "compile": "never"}, "model": {"network": "trouble:LeNet"}}
    folder, marker = small(tmp_path / "run", **changes), tmp_path / "marker"
    (folder / "partitions.yaml").write_text(
        "partitions: {main: {max_runtime: 600}, gpu: {max_runtime: 600, max_gpu: 1}}"
    )
    done = run(
        folder, on_slurm("--slurm-partition-config", "partitions.yaml", "--", TARGET), **trouble("look", "0000", marker)
    )
    assert done.returncode == 0, done.stderr[-3000:]
    jobs = [slurm("scontrol", "show", "job", number) for number in re.findall(r"SLURM jobid (\d+)", done.stderr)]
    assert len(jobs) == 2
    assert all(("gpu:1" in job) == (device == "auto") for job in jobs), jobs
    assert all(f"Partition={partition} " in job for job in jobs), jobs
    assert marker.read_text() == visible
    provenance = json.loads(next(folder.glob("results/tiny/seed_0/checkpoints/*/*.provenance.json")).read_text())
    assert provenance["device"] == "cpu"
