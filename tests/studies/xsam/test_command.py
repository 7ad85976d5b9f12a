"""The command: tune, train, break off, go on to the same bytes; mistakes in one sentence."""

import copy
import json
import sys

import pytest

from flatgia.core.artifacts import load_json, provenance_path
from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import ROOT
from flatgia.studies.xsam.section import for_one

from ...conftest import TINY

sys.path.insert(0, str(ROOT / "scripts" / "studies"))
import xsam

sys.path.pop(0)


@pytest.fixture
def config():
    cut = copy.deepcopy(for_one(TINY, "relu_lenet", "xsam_signfree"))
    cut["studies"]["xsam"]["networks"]["relu_lenet"]["epochs"] = 3
    cut["studies"]["xsam"]["rates"]["unit"] = [0.01, 0.03]
    return {key: cut[key] for key in ("compute", "data", "studies")}


@pytest.fixture
def call(data_file, tmp_path, config):
    def call(out, *more, network="relu_lenet", optimiser="xsam_signfree"):
        given = ["--config", json.dumps(config), "--network", network, "--optimiser", optimiser]
        xsam.main([*given, "--data", str(data_file), "--out", str(tmp_path / out), *map(str, more)])
        return tmp_path / out

    return call


def test_tuned_trained_and_broken_off(call, monkeypatch, tmp_path):
    tuned = call("tuned.json", "--tune")
    tried = load_json(tuned)
    assert [each["rate"] for each in tried["tried"]] == [0.01, 0.03] and tried["rate"] in (0.01, 0.03)
    whole = call("whole.csv", "--tuned", tuned)
    assert json.loads(provenance_path(whole).read_text())["seconds_in_steps"] > 0
    text = whole.read_text()
    assert text.count(",lambda_max,") == 2 and text.count(",test_accuracy,") == 3 and "tried 0.01" in text

    from flatgia.studies.xsam import resume

    save = resume.save

    def killed(path, state, *more):
        save(path, state, *more)
        if state.reached.epoch == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(resume, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        call("broken.csv", "--tuned", tuned)
    assert (tmp_path / "broken.csv.resume").is_file() and not (tmp_path / "broken.csv").exists()
    monkeypatch.setattr(resume, "save", save)
    begun = []
    monkeypatch.setattr("flatgia.studies.xsam.run.begin", lambda *arguments: begun.append(arguments))
    assert call("broken.csv", "--tuned", tuned).read_bytes() == whole.read_bytes()
    assert not begun and not list(tmp_path.glob("*.resume*"))


def test_mistakes(call, tmp_path, config):
    with pytest.raises(FlatgiaError, match="--optimiser: adam is unknown; known: xsam_signfree"):
        call("x.csv", optimiser="adam")
    with pytest.raises(FlatgiaError, match="--tuned: missing, and there are 2 learning rates"):
        call("x.csv")
    foreign = {"network": "resnet20", "optimiser": "sam", "rate": 0.1, "tried": []}
    (tmp_path / "foreign.json").write_text(json.dumps(foreign))
    with pytest.raises(FlatgiaError, match="it is of sam on resnet20; give that of xsam_signfree on relu_lenet"):
        call("x.csv", "--tuned", tmp_path / "foreign.json")
    config["studies"]["xsam"]["held_out"] = 10**6
    with pytest.raises(FlatgiaError, match="40 images and 1000000 held out, of"):
        call("x.json", "--tune")
