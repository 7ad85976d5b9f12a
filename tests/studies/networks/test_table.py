"""Each number of `networks` stands in its own place, and each statement is judged from its own numbers."""

import pytest

from flatgia.core.errors import FlatgiaError

from ..conftest import rows_of


def test_the_numbers_of_each_case(drawn, tmp_path):
    text, _ = drawn()
    rows = rows_of(text)[2:]
    assert len(rows) == 4 * 4  # smooth; norm in eval mode, in train mode, and there under the other attack
    first = [
        "Smooth",
        "CIFAR-10",
        "eval",
        "IG (cosine)",
        "0",
        "FedAvg",
        "25.0",
        "20",
        "0.130",
        "0",
        "30.15 (4)",
        "",
        "",
    ]
    assert rows[0] == first
    flat = ["Smooth", "CIFAR-10", "eval", "IG (cosine)", "3", "FedSAM", "25.0", "5", "0.101", "0.4"]
    assert rows[3][:10] == flat and rows[3][10].startswith("20.15") and rows[3][12].startswith("30.15 (4)")
    assert [row[2] for row in rows[4::4]] == ["eval", "train", "train"] and rows[12][3] == "IG (cosine, eval mode)"
    assert (tmp_path / "networks.png").stat().st_size > 10_000


def test_the_verdicts(drawn):
    found = {(line[0], line[1]): (line[3], line[5]) for line in rows_of(drawn()[1])[2:]}
    both, norm = ("reproduced", "reproduced"), "Norm, CIFAR-10, {} mode".format
    statement = "FedSAM: {}".format
    assert found[statement("λmax of the Hessian lies below FedAvg's"), "Norm, CIFAR-10"] == (
        "by construction",
        "reproduced",
    )
    naive = statement("what it sends gives a naive attacker less than FedAvg's does")
    assert {found[naive, where] for where in ("Smooth, CIFAR-10", norm("eval"), norm("train"))} == {both}
    assert found[statement("who knows the method gets what FedAvg's gradient gives"), norm("eval")] == both
    plain = statement("its model's plain gradient gives less than FedAvg's")
    assert found[plain, "Smooth, CIFAR-10"] == ("by construction",) * 2
    assert found[plain, norm("eval")] == ("by construction", "not reproduced")
    assert found["IG (cosine, eval mode) gets less than IG (cosine)", norm("train")] == both
    assert found["FedAvg: train mode gives less than eval mode", "Norm, CIFAR-10"] == both
    assert found["FedAvg: Norm gives less than Smooth", "CIFAR-10"] == ("by construction",) * 2


def test_a_case_that_is_missing_is_named(drawn):
    with pytest.raises(FlatgiaError, match="none is of ig_ignoring on norm, train mode"):
        drawn("ig_ignoring")
