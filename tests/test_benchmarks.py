"""The report of the benchmarks on given numbers, and our side of each benchmark at toy size."""

import importlib
import math
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
HEAD = "what,who,value,unit,repeat\n"


@pytest.fixture
def load(monkeypatch):
    """Imports a file of benchmarks/ or benchmarks/sides/, and forgets it afterwards."""
    for folder in (FOLDER, FOLDER / "sides"):
        monkeypatch.syspath_prepend(folder)
        for file in folder.glob("*.py"):  # scripts/ has an attack.py and a hessian.py too
            monkeypatch.delitem(sys.modules, file.stem, raising=False)
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_report_takes_the_median_of_the_ratios_within_repeats(load, tmp_path, capsys):
    rows = ["round,flatgia,90,s,0", "round,pfl,1,s,0", "round,flatgia,1,s,1", "round,pfl,2,s,1"]
    rows += ["round,flatgia,10,s,2", "round,pfl,30,s,2", "round,flatgia,1,s,3", "round,pfl,5,s,3"]
    (tmp_path / "round.csv").write_text(HEAD + "\n".join(rows))
    load("report").main([str(tmp_path)])
    text = (tmp_path / "table.md").read_text()
    assert "| round | flatgia | 1 s (1 to 10) | 3 |  |" in text
    assert "| round | pfl | 5 s (2 to 30) | 3 | 3 x |" in text  # of 2, 3 and 5; the warm-up does not count
    assert capsys.readouterr().out.strip() == text.strip()


def test_report_compares_speeds_the_other_way_and_with_the_fastest_of_ours(load, tmp_path):
    rows = ["steps,'flatgia, compiled',60,1/s,1", "steps,flatgia eager,20,1/s,1", "steps,peer,3,1/s,1"]
    (tmp_path / "attack.csv").write_text(
        HEAD + "\n".join(rows).replace("'", '"') + "\nvalue,flatgia,7,1,1\nvalue,peer,7,1,1"
    )
    load("report").main([str(tmp_path)])
    lines = (tmp_path / "table.md").read_text().splitlines()
    assert "| steps | peer | 3 1/s | 1 | 20 x |" in lines
    assert "| steps | flatgia eager | 20 1/s | 1 |  |" in lines
    assert "| value | peer | 7 | 1 |  |" in lines  # no speed, no ratio


def test_rows_survive_the_file(load, tmp_path, monkeypatch):
    alternate, report = load("alternate"), load("report")
    monkeypatch.setattr(alternate, "HERE", tmp_path)
    alternate.write("own", [alternate.Row("a, b", "flatgia", 0.125, "s", 1)], quick=True)
    assert report.read(tmp_path / "results" / "quick") == ({"a, b": {"flatgia": {1: 0.125}}}, {"a, b": "s"})


def test_a_missing_peer_is_left_out_loudly(load, tmp_path, capsys):
    alternate, rounds = load("alternate"), load("round")
    sides = [rounds.SIDES[0], rounds.SIDES[-1]._replace(environment="missing")]
    rows = alternate.alternate(sides, rounds.case(2, 70), 1, tmp_path)
    assert [(row.who, row.repeat) for row in rows] == [("flatgia", 0), ("flatgia", 1)]
    assert "pfl 0.6.0 IS LEFT OUT" in capsys.readouterr().err


def test_our_attacks_run(load):
    attack, side = load("attack"), load("attack_flatgia")
    case = attack.case(2, 2, 3) | attack.NEVER
    for changes in ({}, attack.QUASI_NEWTON | {"numbers": {"tv": [0.001], "steps": [3]}}):
        measure = side.build(case | changes)
        assert [row[0] for row in measure(0)] == ["first run to its first step"]
        ((what, speed, unit),) = measure(1)
        assert what == (case | changes)["what"] and speed > 0 and unit == "1/s"


@pytest.mark.parametrize("compile", ["auto", "never"])
def test_bare_steps_end_where_our_round_does(load, tmp_path, compile):
    rounds = load("round")
    case = rounds.case(1, 70) | {"folder": str(tmp_path), "who": "flatgia", "compile": compile}
    assert load("round_flatgia").build(case)(1)[0][1] > 0
    bare = load("round_bare")
    networks = []
    bare.LeNet = lambda make=bare.LeNet: networks.append(make()) or networks[0]
    assert bare.build(case)(1)[0][1] > 0
    torch.save(networks[0].state_dict(), tmp_path / "bare.model")
    (row,) = rounds.differences(tmp_path)
    assert row.who == "bare" and row.value < 1e-6


def test_our_hessian_runs(load):
    hessian, side = load("hessian"), load("hessian_flatgia")
    case = hessian.case(images=2, products=1)
    assert hessian.steps_needed(load("cases").model()[0], case, most=23) == 3
    ours, *theirs = hessian.sides(probes=(2, 3), most=3, plain=3)
    assert all(side.changes["probes"] == 3 for side in theirs)
    case |= ours.changes
    assert len(side.build(case)(0)) == 1
    found = {what: value for what, value, _ in side.build(case)(1)}
    assert found["log det by SLQ, to the same standard error"] > 0 and found["log det, its value"] < 0


def test_the_exact_log_det_of_a_small_network(load):
    hessian = load("hessian")
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 3)).requires_grad_(False)
    params = {name: torch.zeros_like(value) for name, value in network.named_parameters()}
    numbers = {
        "params": params,
        "inputs": torch.ones(2, 4),
        "labels": torch.tensor([0, 1]),
        "block": 2,
        "damping": 1e-3,
    }
    found = {row.what: row.value for row in hessian.exact(network, numbers, 1)}
    # At p = 1/3 the Hessian is (diag(p) - p p^T) x (x x^T), |x|^2 = 5: twice 5/3, and 13 times 0.
    expected = math.log((5 / 3) ** 2 + 1e-3) + 13 / 2 * math.log(1e-3)
    assert found["exact log det, its value"] == pytest.approx(expected, rel=1e-5)


def test_the_first_step_of_a_job(load):
    start = load("start")
    line = "import sys; print('IG: 1/1 steps, 3/s, 0:00:00 left', file=sys.stderr)"
    assert 0 < start.first_step([sys.executable, "-c", line]) < 30
    with pytest.raises(RuntimeError, match="no step"):
        start.first_step([sys.executable, "-c", "pass"])
