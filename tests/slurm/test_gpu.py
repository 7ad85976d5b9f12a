"""Jobs that may use a GPU ask for one, others do not; and a GPU that torch cannot use is none. The cluster's is /dev/null."""

import json
import re
from pathlib import Path

import pytest
from runs import TARGET, on_slurm, run, slurm, small

pytestmark = [pytest.mark.slurm, pytest.mark.usefixtures("slurm_cluster")]


@pytest.mark.parametrize(("device", "visible"), [("auto", "0"), ("cpu", "none")])
def test_a_gpu_is_asked_for_where_one_may_be_used(device: str, visible: str, tmp_path: Path) -> None:
    changes = {"compute": {"device": device, "compile": "never"}, "model": {"network": "trouble:LeNet"}}
    folder, marker = small(tmp_path / "run", **changes), tmp_path / "marker"
    trouble = {"PYTHONPATH": str(Path(__file__).parent), "TROUBLE": "look", "TROUBLE_MARKER": str(marker)}
    done = run(folder, on_slurm("--", TARGET), **trouble)
    assert done.returncode == 0, done.stderr[-3000:]
    jobs = [slurm("scontrol", "show", "job", number) for number in re.findall(r"SLURM jobid (\d+)", done.stderr)]
    assert len(jobs) == 2
    assert all(("gpu:1" in job) == (device == "auto") for job in jobs), jobs
    assert marker.read_text() == visible
    provenance = json.loads(next(folder.glob("results/tiny/seed_0/checkpoints/*/*.provenance.json")).read_text())
    assert provenance["device"] == "cpu"
