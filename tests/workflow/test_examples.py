"""The example configs: another network and other images by config alone, from training to a figure."""

import subprocess
import sys

import numpy as np
import pytest
import yaml
from PIL import Image

from flatgia.settings.config import PAPER, check, load, over_the_papers, overlay
from flatgia.settings.reading import read
from flatgia.settings.scales import check_scale

from .conftest import checkout, environment

EXAMPLES = sorted((PAPER.parent / "examples").glob("*.yaml"))
SMALL = {
    "federation": {"clients": 3, "images_per_client": 20, "local_epochs": 1, "batch_size": 10, "test_images": 20},
    "attacks": {"ig": {"tv": [0.01], "steps": [2]}},
    "hessian": {"images": 4, "block": 4, "probes": 2, "steps": 2},
}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_valid_config(path):
    config = check(overlay(over_the_papers(read(PAPER.parent / "quick.yaml")), read(path)))
    check_scale(config)
    assert config["scale"] not in {"paper", "quick"} and load(path)["scale"] == config["scale"]


def digits(folder):
    """Grey images of 28 x 28 in two classes."""
    draw = np.random.default_rng(0)
    for name in ("dark", "light"):
        (folder / name).mkdir(parents=True)
        for number in range(50):
            pixels = draw.integers(0, 128, (28, 28)) + 127 * (name == "light")
            Image.fromarray(pixels.astype(np.uint8)).save(folder / name / f"{number:02d}.png")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet20_cifar10", "convnet_mnist"])
def test_an_example_runs_to_its_figures(tmp_path, name):
    """On images that need no network: the synthetic ones, and a folder of grey ones."""
    clone = checkout(tmp_path / "clone")
    digits(tmp_path / "digits")
    grey = name == "convnet_mnist"
    data = {"dataset": "folder", "folder": str(tmp_path / "digits")} if grey else {"dataset": "synthetic"}
    (clone / "small.yaml").write_text(yaml.safe_dump(SMALL | {"data": data}))
    files = ["config/quick.yaml", f"config/examples/{name}.yaml", "small.yaml"]
    words = ["--cores", "2", "--configfile", *files, "--quiet", "all", "--", "fig3", "fig7", "controls"]
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *words],
        cwd=clone,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    scale = read(clone / "config" / "examples" / f"{name}.yaml")["scale"]
    for made in ("fig03.png", "fig07.png", "studies/controls.csv"):
        assert (clone / "paper_figures" / scale / made).stat().st_size > 0
