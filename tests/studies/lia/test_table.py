"""Each number of `lia` stands in its own place, and verdicts follow their rules."""

import pandas as pd
import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.studies.lia.judge import FAILS, HOLDS, UNDECIDED, all_of_them, judge, over_seeds, protects
from flatgia.studies.lia.read import COLUMNS, read_rounds

from ..conftest import rows_of

USUAL = {
    "seed": 0, "part": "clients", "network": "ConvNet", "clients": 5, "images": 8, "classes": 10, "gamma": 0.0,
    "design": "simplex", "strength": 0.3, "method": "fedavg", "steps": 1, "weights": "equal", "clip": 0.0, "noise": 0.0,
    "dropped": 0, "channels": 32, "server": "naive", "right": 1.0, "exact": 1.0, "population": 1.0, "least": 2.0,
    "condition": 3.0, "distance": 4.0, "accuracy": 0.1,
}  # fmt: skip


def rounds(seed, aware=0.99):
    """One row of each part; every number is another."""
    changes = [
        {}, {"clients": 36, "right": 0.9, "exact": 0.5, "least": 0.0, "condition": "inf"},
        {"part": "gamma"}, {"part": "gamma", "gamma": 0.1, "right": 0.5},
        {"part": "methods"}, {"part": "methods", "method": "fedsam", "right": 0.8},
        {"part": "methods", "method": "fedsam", "server": "aware", "right": aware},
        {"part": "stealth"}, {"part": "stealth", "gamma": 0.1}, {"part": "stealth", "gamma": 0.1, "design": "blocks"},
        {"part": "steps", "steps": 4}, {"part": "defences", "noise": 0.1, "right": 0.7},
        {"part": "baselines", "design": "honest", "server": "chance", "right": 0.4, "least": 0.0, "condition": 0.0},
    ]  # fmt: skip
    return pd.DataFrame([USUAL | change | {"seed": seed} for change in changes])


@pytest.fixture
def written(tmp_path):
    paths = [tmp_path / f"rounds_{seed}.csv" for seed in (0, 1)]
    for seed, path in enumerate(paths):
        rounds(seed).to_csv(path, index=False)
    return paths


def test_a_row_a_case_and_a_verdict_a_statement(written, table, tmp_path):
    text = table("lia", "--rounds", *map(str, written))
    rows = {(row[0], row[2], row[5], row[6]): row[7:] for row in rows_of(text)[2:]}
    assert rows["clients", "5", "FedAvg", "naive"] == ["100.0", "100.0", "100.0", "2", "3"]
    assert rows["clients", "36", "FedAvg", "naive"] == ["90.0", "50.0", "100.0", "", ""]
    assert rows["methods", "5", "FedSAM", "aware"][0] == "99.0" and rows["methods", "5", "FedSAM", "naive"][0] == "80.0"
    assert rows["defences", "5", "FedAvg, noise 0.1", "naive"][0] == "70.0"
    assert "Every label of every client is read (ConvNet): 100.0 %, holds." in text
    assert "SAM on the clients hides labels (fedsam, naive server, strength 0.3): 20.0 %, holds." in text
    assert "nan" not in text.lower() and (tmp_path / "lia.png").stat().st_size > 10_000
    assert len(pd.read_csv(tmp_path / "lia.csv")) == len(rounds(0))


def test_a_server_chooses_the_strength_that_serves_it_best():
    more = rounds(0).query("part == 'methods'").assign(strength=3.0, right=1.0)
    both = pd.concat([pd.concat([rounds(seed), more.assign(seed=seed)]) for seed in (0, 1)])
    found = {one.case: one.verdict for one in judge(both, "fedavg")}
    assert found["fedsam, naive server, strength 3"] == FAILS


def test_verdicts():
    assert all_of_them(over_seeds(pd.Series([1.0, 1.0, 1.0]))) == HOLDS
    assert all_of_them(over_seeds(pd.Series([1.0]))) == UNDECIDED
    assert all_of_them(over_seeds(pd.Series([0.9, 0.91, 0.9, 0.92]))) == FAILS
    assert all_of_them(over_seeds(pd.Series([1.0, 0.99]))) == UNDECIDED
    assert protects(over_seeds(pd.Series([0.2, 0.21, 0.2, 0.22]))) == HOLDS
    assert protects(over_seeds(pd.Series([0.0, 0.001, 0.0]))) == FAILS
    assert protects(over_seeds(pd.Series([0.2]))) == UNDECIDED


@pytest.mark.parametrize("body", ["a,b\n1,2\n", ",".join(COLUMNS) + "\n" + ",".join(["2"] * len(COLUMNS)) + "\n"])
def test_a_foreign_table_is_named(tmp_path, body):
    (tmp_path / "other.csv").write_text(body)
    with pytest.raises(FlatgiaError, match="no table of rounds"):
        read_rounds([tmp_path / "other.csv"])
