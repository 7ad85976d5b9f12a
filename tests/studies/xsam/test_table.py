"""Each number of `xsam` stands in its own place, and what diverged is said."""

import pandas as pd
import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.studies.xsam.read import COLUMNS, END, read_trainings
from flatgia.studies.xsam.table import spread

from ..conftest import rows_of


def trained(root, network, optimiser, seed, sharp):
    ends = {"test_accuracy": 0.6 + seed / 100, "train_accuracy": 0.9, "held_out_accuracy": 0.6, "loss": 0.5,
            "perturbed_loss": 0.8, "lambda_max": sharp, "evaluations": 1000}  # fmt: skip
    seen = {"curvature": 5.0, "rise": -1.0, "plain_cosine": 0.5, "perturbed_cosine": 0.5, "effect": -0.25}
    about = (network, optimiser, seed)
    rows = [(*about, 0, END, "rate", 0.03), (*about, 0, END, "tried 0.03", 0.6), (*about, 0, END, "diverged 0.1", 1)]
    rows += [(*about, 1, END, *each) for each in ends.items()] + [(*about, 0, 7, *each) for each in seen.items()]
    path = root / f"trained/{seed}/{network}_{optimiser}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=COLUMNS).to_csv(path, index=False)
    return str(path)


def test_a_row_a_training_a_claim_and_a_method(made, table, tmp_path):
    section, rounds = made.config["studies"]["xsam"], made.config["rounds"]["table"]
    pairs = [(key, name) for key, network in section["networks"].items() for name in network["optimisers"]]
    paths = [trained(tmp_path, *pair, seed, 10.0 + 2 * seed) for pair in pairs for seed in (0, 1)]
    methods, attacks = section["methods"], section["attacks"]
    metrics = [*made.metrics(methods, attacks, rounds), *made.controls(methods, attacks, rounds)]
    text = table(
        "xsam", "--trained", *paths, "--metrics", *metrics, "--checkpoints", *made.checkpoints(methods, rounds),
        "--hessian", *made.hessian(methods, rounds),
    )  # fmt: skip
    rows = rows_of(text)[2:]
    assert [row[1] for row in rows] == [section["optimisers"][name]["label"] for _, name in pairs]
    assert rows[0] == [
        "ReLU LeNet", "SGD", "0.03*", "25.00", "60.50 ± 0.71", "90.00 ± 0.00", "0.5000 ± 0.0000", "0.8000 ± 0.0000",
        "11.00 ± 1.41", "60°", "100", "0", "-25.0", "",
    ]  # fmt: skip
    claims = rows_of((tmp_path / "xsam_claims.md").read_text())[2:]
    assert {row[0] for row in claims} == {"ReLU LeNet", "ResNet20"} and len(claims) == 3 + 18 + 3 + 4
    federated = rows_of((tmp_path / "xsam_federated.md").read_text())[2:]
    assert [row[1] for row in federated] == [made.config["methods"][name]["label"] for name in methods] * len(rounds)
    assert all(len(row) == 2 + 3 * len(attacks) + 3 and all(row) for row in federated)
    assert (tmp_path / "xsam.png").stat().st_size > 10_000


def test_a_foreign_table_is_named(tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FlatgiaError, match="no table of a training"):
        read_trainings([tmp_path / "other.csv"])


def test_one_value_has_no_deviation():
    assert spread(pd.Series([1.0]), "{:.1f}") == "1.0"
