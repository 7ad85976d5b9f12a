"""Each number stands beside its model, and what is compared is said."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.studies.privacy.read import read_scores

from ..conftest import rows_of
from ..information.test_table import spectrum

NUMBERS = {
    "accuracy_train": 0.7,
    "accuracy_test": 0.5,
    "auc_loss": 0.6,
    "auc_entropy": 0.61,
    "tpr_0.01": 0.02,
    "tpr_0.001": 0.003,
}


def scores(root, method, number, **changed):
    path = root / f"scores/{method}/round_{number:04d}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{method},{number},0,{name},{value}" for name, value in (NUMBERS | changed).items()]
    path.write_text("\n".join(["method,round,seed,number,value", *rows, ""]))
    return path


@pytest.fixture
def drawn(made, tmp_path, table):
    methods, rounds = made.config["studies"]["privacy"]["methods"], made.config["rounds"]["table"]

    def drawn(**sam):
        pairs = [(method, number) for method in methods for number in rounds]
        given = [scores(tmp_path, *pair, **(sam if pair[0] == "fedsam" else {})) for pair in pairs]
        spectra = [spectrum(tmp_path, *pair) for pair in pairs]
        metrics = made.controls(methods, ["ig"], rounds)
        hessian = made.hessian(methods, rounds)
        files = {"scores": given, "spectra": spectra, "hessian": hessian, "metrics": metrics}
        return table("privacy", *(str(word) for kind, paths in files.items() for word in (f"--{kind}", *paths)))

    return drawn


def test_a_row_for_each_model(made, drawn, tmp_path):
    text = drawn(auc_loss=0.65)
    header, *rows = (row for row in rows_of(text) if not set(row[0]) <= {":", "-"})
    methods, rounds = made.config["studies"]["privacy"]["methods"], made.config["rounds"]["table"]
    assert len(rows) == len(methods) * len(rounds)
    first = dict(zip(header, rows[0], strict=True))
    assert (first["Accuracy (%)"], first["Train − test"], first["AUC, loss (%)"]) == ("50.0", "20.0", "60.0")
    assert f"Membership AUC by the loss (points) beside FedAvg's, round {rounds[-1]}: FedSAM +5.0; FedASAM +0.0" in text
    assert "One draw" in text and "nan" not in text.lower()
    assert (tmp_path / "privacy.png").stat().st_size > 10_000


def test_a_foreign_file_is_named(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FlatgiaError, match="no table of membership"):
        read_scores([path])


def test_a_number_that_is_not_finite_is_named(tmp_path):
    with pytest.raises(FlatgiaError, match="not finite"):
        read_scores([scores(tmp_path, "fedavg", 0, auc_loss="inf")])
