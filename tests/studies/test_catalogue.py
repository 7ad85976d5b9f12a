"""What can be drawn: each figure, table and study is declared whole, and declaring them costs no time."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import draw
from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import load_class
from flatgia.settings.config import PAPER, ROOT, load
from flatgia.settings.registry import STUDIES, studies
from flatgia.studies.catalogue import catalogue

CONFIG = load(PAPER)


@pytest.mark.parametrize("shown", catalogue().values(), ids=lambda shown: shown.name)
def test_a_declaration_is_whole(shown):
    assert set(shown.needs(CONFIG).files) == set(shown.takes)
    assert shown.when(CONFIG) and shown.title
    assert shown.caption.read_text(encoding="utf-8").startswith("**")
    first = load_class(shown.draw, shown.name).__doc__.partition("\n")[0]
    assert re.match(rf"{shown.name}:|Figures? \d+\b|Table \d:", first) and first.endswith(".")


def test_no_two_write_the_same_file():
    files = Counter(file for shown in catalogue().values() for file in shown.files)
    assert max(files.values()) == 1 and {"fig07.png", "table1.md", "studies/readings.csv"} < set(files)


def test_a_study_lies_under_its_name():
    for name, study in zip(STUDIES, studies(), strict=True):
        assert study.name == name and name in CONFIG["studies"]
        assert all(file.startswith(f"studies/{name}") for file in study.files)


def test_the_estimate_knows_every_rule_of_a_study():
    for study in studies():
        rules = ROOT / "workflow" / "rules" / "studies" / f"{study.name}.smk"
        text = rules.read_text(encoding="utf-8") if rules.is_file() else ""
        assert set(re.findall(r"^rule (\w+):", text, re.MULTILINE)) == set(study.costs)
    named = {study.name for study in studies()}
    assert {path.stem for path in Path(ROOT / "workflow/rules/studies").glob("*.smk")} <= named


def test_declaring_costs_no_time():
    heavy = {"torch", "numpy", "pandas", "matplotlib", "snakemake"}
    code = f"import sys, flatgia.studies.catalogue as c; c.catalogue(); sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_figure_is_found_by_its_target_and_by_its_file():
    assert draw.find("fig7") is draw.find("fig07")
    with pytest.raises(FlatgiaError, match="fig99: no such figure, table or study; name one of table1, "):
        draw.find("fig99")


def test_help_names_all_and_each_says_what_to_expect(capsys):
    draw.main(["--help"])
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in catalogue())
    with pytest.raises(SystemExit, match="0"):
        draw.main(["fig3", "--help"])
    text = capsys.readouterr().out
    assert "usage: draw.py fig3" in text and "Claim of the paper (5.1)" in text and "--hessian FILE" in text
    assert "--metrics" not in text
