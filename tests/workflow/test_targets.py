"""What a target needs, what a change runs again, and what is said of a mistake; all by dry runs."""

from pathlib import Path

import pytest
import yaml

from .conftest import ROOT, TINY, run

ONE_A_JOB = ("--configfile", "tiny.yaml", "one.yaml", "--")


def planned(folder: Path, *arguments: str) -> set[str]:
    """The rules a dry run would run."""
    done = run(folder, "--dry-run", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (done.stdout + done.stderr).splitlines()
    if "Job stats:" not in lines:
        return set()
    begin = lines.index("Job stats:")
    return {line.split()[0] for line in lines[begin + 3 : lines.index("", begin)]} - {"total"}


def test_one_figure_needs_only_what_it_shows(clone: Path) -> None:
    rules = planned(clone, *ONE_A_JOB, "fig5")
    assert rules == {"data", "fig5", "hessian", "notes", "train"}


def test_a_figure_of_the_table_rounds_trains_no_further(clone: Path) -> None:
    out = run(clone, "--dry-run", *ONE_A_JOB, "table1").stdout
    assert "round_0002.safetensors" in out
    assert "round_0003.safetensors" not in out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hessian": {"probs": 3}}, "config key hessian.probs: unknown"),
        ({"federation": {"learning_rate": -1}}, "config key federation.learning_rate: -1 is"),
        ({"report": {"methods": ["fedprox"]}}, "config key report.methods: fedprox is not among the methods"),
        (
            {"attacks": {"new": {"kind": "nosuch", "label": "N"}}, "report": {"attacks": ["new"]}},
            "config key attacks.new.kind: nosuch is unknown",
        ),
        (
            {"methods": {"new": {"rule": "nosuch", "label": "N"}}, "report": {"methods": ["fedavg", "new"]}},
            "config key methods.new.rule: nosuch is unknown",
        ),
        ({"rounds": {"curve": [2]}}, "config key rounds: a round stands in two lists"),
        ({"scale": "quick"}, "this is not the scale quick; give it a `scale:` of its own."),
    ],
)
def test_a_bad_configuration_is_named(clone: Path, change: dict, said: str) -> None:
    (clone / "bad.yaml").write_text(yaml.safe_dump(change))
    done = run(clone, "--configfile", "tiny.yaml", "bad.yaml", "--dry-run", "--", "all")
    assert done.returncode != 0
    assert said in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["fig99", "contrls"])
def test_an_unknown_target_is_answered_with_those_there_are(clone: Path, name: str) -> None:
    done = run(clone, "--dry-run", name)
    assert done.returncode != 0
    assert f"{name}: no such figure, table or study; ask for one of table1" in done.stdout + done.stderr


def test_no_cores_are_refused(clone: Path) -> None:
    done = run(clone, "table2", cores=0)
    assert done.returncode == 1
    assert "--cores 0: nothing could run; give at least 1." in done.stderr and "ZeroDivision" not in done.stderr


def test_claims_of_nothing_are_refused(clone: Path) -> None:
    done = run(clone, "claims")
    assert done.returncode == 1
    assert "claims: nothing has been run at the scale tiny yet; make some of it first, as table1." in done.stderr
    assert not (clone / "results").exists()


def test_environments_agree() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert conda["dependencies"][-1]["pip"] == project["dependencies"]


def test_tiny_is_a_valid_configuration() -> None:
    from flatgia.settings import config

    config.check(config.overlay(yaml.safe_load((ROOT / "config/config.yaml").read_text()), TINY))
