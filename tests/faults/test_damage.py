"""Each artifact cut, flipped, emptied or swapped: each command that reads it says so in one sentence that names it."""

import json
import runpy
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

from flatgia.core.artifacts import provenance_path
from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import ROOT

from .conftest import CONFIG, KINDS

LPIPS = json.dumps(json.loads(CONFIG) | {"metrics": ["lpips"]})
DRAW = "--notes @notes --out-dir @out"
# Each command and what it reads: a word that begins with @ is an artifact's kind, or the folder for what is made.
COMMANDS = {
    "auxiliary": "--data @data --out @out/x.safetensors",
    "targets": "--config CONFIG --data @data --out @out/x.safetensors",
    "train": "--config CONFIG --method fedsai --round 0 --data @data --auxiliary @auxiliary --out @out/x.safetensors",
    "train on": "--config CONFIG --method fedavg --round 1 --data @data --previous @checkpoint --out @out/x.safetensors",
    "generator": "--config CONFIG --seed 0 --data @data --out @out/x.safetensors --picture @out/x.png",
    "curvature": "--config CONFIG --checkpoint @checkpoint --data @data --out @out/x.json",
    "attack": "--config CONFIG --attack gifd --checkpoint @checkpoint --targets @targets --generator @generator"
    " --out @out/x.safetensors",
    "evaluate": "--config LPIPS --attack @attack --targets @targets --vgg @weights --out @out/x.csv",
    "notes": "--config CONFIG --auxiliary @auxiliary --out @out/x.json",
    "draw fig03": f"--config CONFIG --hessian @hessian {DRAW}",
    "draw fig07": f"--config CONFIG --attacks @attack --targets @targets {DRAW}",
    "draw fig08": f"--config CONFIG --metrics @metrics {DRAW}",
    "draw table1": f"--config CONFIG --metrics @metrics --checkpoints @checkpoint {DRAW}",
    "draw credit": "--config CONFIG --metrics @metrics --attacks @attack"
    f" --reported {ROOT}/config/reported/table1.csv {DRAW}",
    "draw published": f"--config CONFIG --metrics @metrics --reported {ROOT}/config/reported/table1.csv {DRAW}",
    "claims": f"--config CONFIG --metrics @metrics --hessian @hessian --checkpoints @checkpoint"
    f" --reported {ROOT}/config/reported/table1.csv {DRAW} --out @out/claims.md",
}
READS = [(name, kind) for name, words in COMMANDS.items() for kind in KINDS if f"@{kind} " in f"{words} "]


def go(name: str, folder: Path) -> None:
    """Runs a command on the artifacts of the folder; what it makes comes into the folder `out`."""
    at = {f"@{kind}": str(folder / path) for kind, path in KINDS.items()} | {"CONFIG": CONFIG, "LPIPS": LPIPS}
    words = [at.get(word, word.replace("@out", str(folder / "out"))) for word in COMMANDS[name].split()]
    script, *drawn = name.split()
    runpy.run_path(str(ROOT / f"scripts/{script}.py"))["main"](drawn + words if script == "draw" else words)


def put(path: Path, content: bytes) -> None:
    """New content, in a file of its own: the artifacts are links to the originals."""
    path.unlink()
    path.write_bytes(content)


def swap(folder: Path, kind: str, other: str, provenance: bool) -> None:
    """Puts another kind's artifact in a kind's place, with its provenance or without any."""
    path, source = folder / KINDS[kind], folder / KINDS[other]
    put(path, source.read_bytes())
    provenance_path(path).unlink()
    if provenance:
        shutil.copyfile(provenance_path(source), provenance_path(path))


DAMAGES = {
    "cut": lambda path: put(path, path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: put(path, b""),
    "flipped": lambda path: put(path, flip(path.read_bytes())),
    "provenance cut": lambda path: put(provenance_path(path), provenance_path(path).read_bytes()[:40]),
    "provenance empty": lambda path: put(provenance_path(path), b""),
    "provenance not text": lambda path: put(provenance_path(path), b"\xff\xfe\x00"),
    "provenance another's": lambda path: put(provenance_path(path), b'{"sha256": "0"}'),
    "cut, no provenance": lambda path: (provenance_path(path).unlink(), DAMAGES["cut"](path)),
    "empty, no provenance": lambda path: (provenance_path(path).unlink(), DAMAGES["empty"](path)),
    "noise, no provenance": lambda path: (provenance_path(path).unlink(), put(path, bytes(range(256)) * 9)),
}


def some_or_all(some: Collection[str], everything: Collection[str]) -> list:
    """Parameters of a test: a few of its cases, and as a slow one all of them."""
    return [pytest.param(some, id="some"), pytest.param(list(everything), id="all", marks=pytest.mark.slow)]


def flip(data: bytes) -> bytes:
    """One bit in the middle turned over."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize("name", COMMANDS)
def test_whole_artifacts_serve(name, folder):
    if name in ("evaluate", "attack", "generator"):
        pytest.skip("takes long, and is done elsewhere")
    go(name, folder)
    assert list((folder / "out").iterdir())


@pytest.mark.parametrize("damages", some_or_all(["flipped", "empty, no provenance"], DAMAGES))
@pytest.mark.parametrize(("name", "kind"), READS, ids=map(" ".join, READS))
def test_a_damaged_artifact_is_one_sentence_that_names_it(name, kind, damages, folder, originals):
    for damage in damages:
        path = folder / KINDS[kind]
        DAMAGES[damage](path)
        refused(name, folder, path)
        for one in (path, provenance_path(path)):
            one.unlink(missing_ok=True)
            one.hardlink_to(originals / one.relative_to(folder))


@pytest.mark.parametrize("others", some_or_all(["targets", "notes"], KINDS))
@pytest.mark.parametrize(("name", "kind"), READS, ids=map(" ".join, READS))
def test_an_artifact_of_another_kind_is_one_sentence_that_names_it(name, kind, others, folder, originals):
    for other in others:
        if other == kind:
            continue
        for provenance in (True, False):
            swap(folder, kind, other, provenance)
            refused(name, folder, folder / KINDS[kind])
            for one in (folder / KINDS[kind], provenance_path(folder / KINDS[kind])):
                one.unlink(missing_ok=True)
                one.hardlink_to(originals / one.relative_to(folder))


def refused(name: str, folder: Path, path: Path) -> None:
    """The command fails with one sentence that names the file, and makes nothing."""
    with pytest.raises(FlatgiaError) as caught:
        go(name, folder)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value), caught.value
    assert not (folder / "out").exists() or not list((folder / "out").iterdir())
