"""A study of somebody's own: its own files, one line that registers it, its section of the config; nothing else."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from .conftest import ROOT, checkout, run

TOY = Path(__file__).with_name("toy")  # its files, each where it belongs
REGISTRY, CONFIG = Path("scripts/flatgia/settings/registry.py"), Path("config/config.yaml")
COPIED = ("config", "scripts", "workflow")


def files(folder: Path) -> dict[Path, bytes]:
    """Content by path, without what Python leaves."""
    found = (path for name in COPIED for path in (folder / name).rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in found if "__pycache__" not in path.parts}


def insert(path: Path, below: str, line: str) -> None:
    """Adds a line below the first that begins so."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^({re.escape(below)}.*\n)", rf"\1{line}\n", text, count=1, flags=re.MULTILINE), "utf-8")


def with_toy(folder: Path) -> Path:
    """A checkout with sources of its own, to which the toy study is added."""
    checkout(folder)
    for name in COPIED:
        (folder / name).unlink()
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TOY, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    insert(folder / REGISTRY, "STUDIES = {", '    "toy": "flatgia.studies.toy:STUDY",')
    insert(folder / CONFIG, "studies:", "  toy: {methods: [fedavg, fedgf], order: 2}")
    return folder


@pytest.mark.slow
def test_a_study_touches_one_line_and_the_config(tmp_path: Path) -> None:
    folder = with_toy(tmp_path / "clone")
    before, after = files(ROOT), files(folder)
    assert {path for path in before if after.get(path) != before[path]} == {REGISTRY, CONFIG}
    for path in (REGISTRY, CONFIG):
        assert len(after[path].splitlines()) == len(before[path].splitlines()) + 1
    own = {path.relative_to(TOY) for path in TOY.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert after.keys() - before.keys() == own and all("toy" in path.as_posix() for path in own)

    done = run(folder, "toy")
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(r"^ +2 studies: ", done.stderr, re.MULTILINE), "the estimate counts its rule"
    drawn = {path.name for path in (folder / "paper_figures/tiny/studies").iterdir() if path.suffix != ".json"}
    assert drawn == {f"toy.{ending}" for ending in ("md", "tex", "csv", "png", "pdf")}
    norms = pd.read_csv(folder / "paper_figures/tiny/studies/toy.csv").set_index("method")["norm"]
    assert norms["fedavg"] == norms["fedgf"] > 1, "at round 0 both hold the same model"

    (folder / "wrong.yaml").write_text("studies: {toy: {methods: [fedmax]}}\n")
    wrong = run(folder, "--configfile", "tiny.yaml", "wrong.yaml", "--dry-run", "--", "toy")
    assert "config key studies.toy.methods: fedmax is not among the methods" in wrong.stdout + wrong.stderr
