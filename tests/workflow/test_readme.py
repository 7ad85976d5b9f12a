"""The README and docs/: their links, and their examples run as they stand there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from .. import forks
from ..tiny import ONE
from .conftest import ROOT, environment, run
from .test_targets import planned

PAGES = ["README.md", "CONTRIBUTING.md", "config/README.md", "results/README.md"]
PAGES += sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))


def text_of(page: str) -> str:
    """A page as it stands."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, heading: str) -> dict[str, str]:
    """The code blocks of a section by language; commands have none."""
    section = re.search(rf"^#+ {heading}\n(.*?)(?=^#+ [A-Z]|\Z)", text_of(page), re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r"^```(\w*)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))


METHOD = blocks("README.md", "Add a method, an attack, a study")
ATTACK = blocks("docs/extending.md", "An attack")
AUDIT = blocks("docs/audit.md", "Audit your own model")


def test_the_readme_is_short() -> None:
    assert len(text_of("README.md").splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES)
def test_what_is_linked_is_there(page: str) -> None:
    text = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.DOTALL | re.MULTILINE)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)", text) if "://" not in link]
    assert not [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]


@pytest.mark.slow
def test_a_method_and_an_attack_from_outside(clone: Path, monkeypatch) -> None:
    (clone / "fedclip.py").write_text(METHOD["python"])
    (clone / "l1.py").write_text(ATTACK["python"])
    (clone / "method.yaml").write_text(METHOD["yaml"])
    (clone / "attack.yaml").write_text(ATTACK["yaml"])
    (clone / "short.yaml").write_text(yaml.safe_dump(ONE | {"attacks": {"l1": {"steps": 5}}}))
    configs = ("--configfile", "tiny.yaml", "method.yaml", "attack.yaml", "short.yaml", "--")
    target = "results/mine/seed_0/metrics/fedclip/method-naive/l1/b1/start.csv"
    done = run(clone, *configs, target, env=forks.forking(environment() | {"PYTHONPATH": "."}))
    assert done.returncode == 0, done.stderr[-3000:]
    rows = pd.read_csv(clone / target)
    assert set(rows["method"]) == {"fedclip"} and set(rows["attack"]) == {"l1"} and rows["value"].notna().all()
    monkeypatch.setenv("PYTHONPATH", ".")
    assert planned(clone, *configs, target) == set()
    (clone / "l1.py").write_text(ATTACK["python"] + "\nCHANGED = True\n")
    assert planned(clone, *configs, target) == {"attack", "metrics_start"}
    (clone / "fedclip.py").write_text(METHOD["python"] + "\nCHANGED = True\n")
    assert planned(clone, *configs, target) == {"attack", "metrics_start", "train"}


@pytest.mark.slow
def test_the_commands_add_a_row_and_a_column(clone: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", ".")
    for name, example in (("fedclip", METHOD), ("l1", ATTACK)):
        (clone / f"{name}.py").write_text(example["python"])
        (clone / "mine.yaml").write_text(example["yaml"])
        command = example[""].replace("snakemake ", f"{sys.executable} -m snakemake -n -p ")
        assert "--configfile config/quick.yaml mine.yaml -- table1" in command
        done = subprocess.run(command, shell=True, cwd=clone, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"/{name}/" in done.stdout + done.stderr


@pytest.mark.slow
def test_ones_own_network_picture_gradient_and_update(clone: Path) -> None:
    assert blocks("README.md", "Audit your own model")[""] in AUDIT[""]
    (clone / "mynet.py").write_text(AUDIT["python"])
    (clone / "from_python.py").write_text(blocks("docs/audit.md", "From Python")["python"])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euc", AUDIT[""] + "PYTHONPATH=scripts python from_python.py\n"],
        cwd=clone,
        env=forks.forking(environment() | {"PATH": path}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for name in ("own", "shared", "update", "python"):
        folder = clone / "results" / name
        written = {path.name for path in folder.iterdir() if "provenance" not in path.name}
        assert written == {"overview.png", "reconstruction.png", "result.json", "result.safetensors"}
        facts = json.loads((folder / "result.json").read_text())
        assert facts["labels"] == [3] and facts["meaning"] == "explained"
        found, truth = (
            np.asarray(Image.open(path)) / 255 for path in (folder / "reconstruction.png", clone / "picture.png")
        )
        assert np.square(found - truth).mean() < 1e-3
    assert (
        Image.open(clone / "results/own/overview.png").width > Image.open(clone / "results/shared/overview.png").width
    )
