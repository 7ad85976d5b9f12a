"""What a change runs again: exactly what depends on it."""

import shutil
from pathlib import Path

import pytest
import yaml

from .conftest import ROOT, checkout, run
from .test_targets import planned


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with sources of its own, where Fig 5 is drawn."""
    folder = checkout(tmp_path_factory.mktemp("changes") / "clone")
    (folder / "scripts").unlink()
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    done = run(folder, "fig5")
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"methods": {"fedavg": {"label": "Averaging"}}}, {"fig5", "notes"}),
        ({"hessian": {"probes": 3}}, {"fig5", "notes", "hessian"}),
        ({"compute": {"compile": "auto"}}, set()),
        ({"data": {"auxiliary": "cifar10-test"}}, {"fig5", "notes"}),
        ({"federation": {"learning_rate": 0.02}}, {"fig5", "notes", "hessian", "train"}),
    ],
)
def test_a_parameter_runs_its_dependents_again(finished: Path, change: dict, again: set[str]) -> None:
    (finished / "change.yaml").write_text(yaml.safe_dump(change))
    assert planned(finished, "--configfile", "tiny.yaml", "change.yaml", "--", "fig5") == again


@pytest.mark.parametrize(
    ("module", "again"),
    [
        ("hessian/slq.py", {"fig5", "hessian"}),
        ("federated/server.py", {"fig5", "hessian", "train"}),
        ("report/curvature.py", {"fig5"}),
        ("attacks/ig.py", set()),
        ("progress.py", set()),
    ],
)
def test_a_module_runs_the_stages_that_use_it_again(finished: Path, module: str, again: set[str]) -> None:
    source = finished / "scripts" / "flatgia" / module
    before = source.read_text()
    source.write_text(before + "\n# changed\n")
    assert planned(finished, "fig5") == again
    source.write_text(before)


def test_the_same_bytes_written_again_run_nothing(finished: Path) -> None:
    source = finished / "scripts" / "flatgia" / "hessian" / "slq.py"
    source.write_bytes(source.read_bytes())
    assert planned(finished, "fig5") == set()
