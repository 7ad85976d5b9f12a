"""The README's links, and its examples run as they stand there: a method and an attack from outside, an attack on one's own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from PIL import Image

from .conftest import ROOT, environment, run
from .test_targets import planned

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(heading: str) -> dict[str, str]:
    """The code blocks of a section by language; commands have none."""
    section = re.search(rf"^## {heading}\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r"^```(\w*)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))


PAGES = ["README.md", "config/README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_what_is_linked_is_there(page: str) -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)", text) if "://" not in link]
    assert not [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]


def test_a_method_and_an_attack_from_outside(clone: Path, monkeypatch) -> None:
    method, attack = blocks("Add a method"), blocks("Add an attack")
    (clone / "fedclip.py").write_text(method["python"])
    (clone / "l1.py").write_text(attack["python"])
    (clone / "method.yaml").write_text(method["yaml"])
    (clone / "attack.yaml").write_text(attack["yaml"])
    (clone / "short.yaml").write_text(yaml.safe_dump({"attacks": {"l1": {"steps": 5}}}))
    configs = ("--configfile", "tiny.yaml", "method.yaml", "attack.yaml", "short.yaml", "--")
    target = "results/mine/seed_0/metrics/fedclip/method-naive/l1/b1/start.csv"
    done = run(clone, *configs, target, env=environment() | {"PYTHONPATH": "."})
    assert done.returncode == 0, done.stderr[-3000:]
    rows = pd.read_csv(clone / target)
    assert set(rows["method"]) == {"fedclip"} and set(rows["attack"]) == {"l1"} and rows["value"].notna().all()
    monkeypatch.setenv("PYTHONPATH", ".")
    assert planned(clone, *configs, target) == set()
    (clone / "l1.py").write_text(attack["python"] + "\nCHANGED = True\n")
    assert planned(clone, *configs, target) == {"attack_0000", "metrics_start"}
    (clone / "fedclip.py").write_text(method["python"] + "\nCHANGED = True\n")
    assert planned(clone, *configs, target) == {"attack_0000", "metrics_start", "train"}


def test_the_commands_add_a_row_and_a_column(clone: Path, monkeypatch) -> None:
    method, attack = blocks("Add a method"), blocks("Add an attack")
    monkeypatch.setenv("PYTHONPATH", ".")
    for name, example in (("fedclip", method), ("l1", attack)):
        (clone / f"{name}.py").write_text(example["python"])
        (clone / "mine.yaml").write_text(example["yaml"])
        command = method[""].replace("snakemake ", f"{sys.executable} -m snakemake -n -p ")
        assert "--configfile config/quick.yaml mine.yaml -- table1" in command
        done = subprocess.run(command, shell=True, cwd=clone, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"/{name}/" in done.stdout + done.stderr


def test_ones_own_network_picture_and_gradient(clone: Path) -> None:
    example = blocks("Attack your own checkpoint")
    (clone / "mynet.py").write_text(example["python"])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euc", example[""]],
        cwd=clone,
        env=environment() | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    own = {name.name for name in (clone / "results/own").iterdir() if "provenance" not in name.name}
    assert own == {"overview.png", "reconstruction.png", "cost.csv", "result.safetensors", "metrics.csv"}
    scores = pd.read_csv(clone / "results/own/metrics.csv").set_index("metric")["value"]
    assert scores["psnr"] > 30
    cost = pd.read_csv(clone / "results/own/cost.csv")["cost"]
    assert cost.iloc[-1] < cost.iloc[0] / 1000
    assert (
        Image.open(clone / "results/own/overview.png").width > Image.open(clone / "results/unknown/overview.png").width
    )
