import pytest

from flatgia.artifacts import Record, save_json
from flatgia.errors import FlatgiaError
from flatgia.report.curvature import describe, read_hessians, summarise_hessians


def result(path, log_det=-51000.0, seed=0, se=60.0, method="fedavg", number=0):
    value = {"method": method, "round": number, "seed": seed, "estimator": "slq", "log_det": log_det}
    save_json(path, value | {"log_det_se": se, "floor": -54660.0}, Record("hessian", {}))
    return path


def test_one_seed_shows_the_error_of_its_estimate(tmp_path):
    line = summarise_hessians(read_hessians([result(tmp_path / "a")], ["fedavg"], [0])).iloc[0]
    assert (line["mean"], line["se"], line["n"]) == (pytest.approx(-5.1), pytest.approx(0.006), 1)


def test_seeds_show_their_own_spread(tmp_path):
    paths = [result(tmp_path / "a"), result(tmp_path / "b", -53000.0, seed=1)]
    rows = read_hessians(paths, ["fedavg"], [0])
    line = summarise_hessians(rows).iloc[0]
    assert (line["mean"], line["se"], line["n"]) == (pytest.approx(-5.2), pytest.approx(0.1), 2)
    assert "2 seeds" in describe(rows)


def test_exact_results_say_so(tmp_path):
    assert "Exact" in describe(read_hessians([result(tmp_path / "a", se=0.0)], ["fedavg"], [0]))


def test_missing_method_is_named(tmp_path):
    with pytest.raises(FlatgiaError, match="no result of method fedsam"):
        read_hessians([result(tmp_path / "a")], ["fedavg", "fedsam"], [0])


def test_not_a_hessian(tmp_path):
    save_json(tmp_path / "a", {"method": "fedavg"}, Record("other", {}))
    with pytest.raises(FlatgiaError, match=r"scripts/hessian\.py"):
        read_hessians([tmp_path / "a"], ["fedavg"], [0])
