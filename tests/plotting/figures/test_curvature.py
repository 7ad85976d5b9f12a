import pytest

from flatgia.core.artifacts import Provenance, save_json
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.figures.curvature import describe, read_hessians, summarise_hessians


def result(path, log_det=-51000.0, seed=0, se=60.0, method="fedavg", number=0, quadrature=0.0, trace=500.0):
    value = {"method": method, "round": number, "seed": seed, "estimator": "slq", "log_det": log_det}
    value |= {"log_det_se": se, "quadrature_error": quadrature, "lambda_max": 100.0, "lambda_min": -2.0}
    value |= {"trace": trace, "trace_se": 20.0, "count_above": 900.0, "count_above_se": 40.0}
    save_json(path, value | {"floor": -54660.0}, Provenance("hessian", {}))
    return path


def test_one_seed_shows_the_error_of_its_estimate(tmp_path):
    line = summarise_hessians(read_hessians([result(tmp_path / "a")], ["fedavg"], [0])).iloc[0]
    assert (line["mean"], line["se"], line["n"]) == (pytest.approx(-5.1), pytest.approx(0.006), 1)


def test_the_quadrature_error_widens_the_bar_and_the_text_says_so(tmp_path):
    rows = read_hessians([result(tmp_path / "a", quadrature=500.0)], ["fedavg"], [0])
    line = summarise_hessians(rows).iloc[0]
    assert (line["se"], line["quadrature_error"]) == (pytest.approx(0.056), pytest.approx(0.05))
    assert "standard error of the stochastic estimate + its quadrature error" in describe(rows)
    rows = read_hessians([result(tmp_path / "b", se=0.0, quadrature=500.0)], ["fedavg"], [0])
    assert "Exact" not in describe(rows)


def test_other_numbers_stand_beside_it(tmp_path):
    paths = [result(tmp_path / "a"), result(tmp_path / "b", seed=1, trace=540.0, quadrature=100.0)]
    one, both = (summarise_hessians(read_hessians(some, ["fedavg"], [0])).iloc[0] for some in (paths[:1], paths))
    assert (one["lambda_max"], one["lambda_min"], one["count_above"], one["count_above_se"]) == (100, -2, 900, 40)
    assert (one["trace"], one["trace_se"]) == (500, 20)
    assert (both["trace"], both["trace_se"], both["count_above_se"]) == (520, pytest.approx(20), 0)
    assert both["quadrature_error"] == pytest.approx(0.01)


def test_seeds_show_their_own_spread(tmp_path):
    paths = [result(tmp_path / "a"), result(tmp_path / "b", -53000.0, seed=1)]
    rows = read_hessians(paths, ["fedavg"], [0])
    line = summarise_hessians(rows).iloc[0]
    assert (line["mean"], line["se"], line["n"]) == (pytest.approx(-5.2), pytest.approx(0.1), 2)
    assert "over 2 seeds." in describe(rows)
    rows["quadrature_error"] = [10.0, 500.0]
    assert "quadrature errors, up to 0.05, come on top" in describe(rows)


def test_exact_results_say_so(tmp_path):
    assert "Exact" in describe(read_hessians([result(tmp_path / "a", se=0.0)], ["fedavg"], [0]))


def test_missing_method_is_named(tmp_path):
    with pytest.raises(FlatgiaError, match="no result of method fedsam"):
        read_hessians([result(tmp_path / "a")], ["fedavg", "fedsam"], [0])


def test_not_a_hessian(tmp_path):
    save_json(tmp_path / "a", {"method": "fedavg"}, Provenance("other", {}))
    with pytest.raises(FlatgiaError, match=r"scripts/curvature\.py"):
        read_hessians([tmp_path / "a"], ["fedavg"], [0])
