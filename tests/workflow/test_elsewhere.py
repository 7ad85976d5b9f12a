"""The workflow run from another folder, and as a module of somebody else's."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from .. import forks
from ..tiny import TINY
from .conftest import ROOT, environment

MODULE = """
configfile: "tiny.yaml"

module flatgia:
    snakefile: {snakefile}
    config: config["inversion"]
    prefix: "inversion"

use rule * from flatgia as flatgia_*

rule all:
    default_target: True
    input: rules.flatgia_table2.output
"""


def snakemake(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs Snakemake in the folder on two cores."""
    words = [*forks.CLIENT, "-m", "snakemake", "--cores", "2", *map(str, arguments)]
    env = forks.forking(environment())
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)


def as_on_github(folder: Path, cache: Path) -> None:
    """Puts acme/flatgia, tag v1, where Snakemake keeps what it has cloned, so that it asks no network."""
    for name in ("config", "scripts", "workflow"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "environment.yml", folder)
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "v1"], ["tag", "v1"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    there = cache / "snakemake/snakemake/source-cache/snakemake-git-cache/github.com/acme/flatgia"
    subprocess.run(["git", "clone", "-q", "--bare", folder, there], check=True)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """An empty folder beside the clone."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_from_another_folder(clone: Path, elsewhere: Path) -> None:
    configured = ["--configfile", clone / "tiny.yaml"]
    done = snakemake(elsewhere, "-s", clone / "workflow/Snakefile", *configured, "--", "table2")
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "paper_figures/tiny/table2.md").is_file() and not (clone / "results").exists()
    plan = snakemake(clone, "--directory", elsewhere, *configured, "--dry-run", "--quiet", "rules")
    rules = [line.split()[0] for line in (plan.stdout + plan.stderr).splitlines() if line.strip()]
    assert plan.returncode == 0 and "compare" in rules and "table2" not in rules, plan.stdout + plan.stderr


@pytest.mark.slow
def test_as_a_module(clone: Path, elsewhere: Path) -> None:
    (elsewhere / "Snakefile").write_text(MODULE.format(snakefile=repr(str(clone / "workflow/Snakefile"))))
    (elsewhere / "tiny.yaml").write_text(yaml.safe_dump({"theirs": 1, "inversion": TINY}))
    done = snakemake(elsewhere)
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "inversion/paper_figures/tiny/table2.md").is_file()
    plan = snakemake(elsewhere, "--dry-run", "--", "inversion/paper_figures/tiny/compare.md")
    assert plan.returncode == 0, "a file of the repository is found"
    assert {path.name for path in elsewhere.iterdir()} == {"Snakefile", "tiny.yaml", "inversion", ".snakemake"}


@pytest.mark.slow
def test_as_a_module_from_github(tmp_path: Path, elsewhere: Path, monkeypatch) -> None:
    as_on_github(tmp_path / "acme", tmp_path / "cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    snakefile = 'github("acme/flatgia", path="workflow/Snakefile", tag="v1")'
    (elsewhere / "Snakefile").write_text(MODULE.format(snakefile=snakefile))
    (elsewhere / "tiny.yaml").write_text(yaml.safe_dump({"inversion": TINY}))
    done = snakemake(elsewhere)
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "inversion/paper_figures/tiny/table2.md").is_file()
