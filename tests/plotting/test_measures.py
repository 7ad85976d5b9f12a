from argparse import Namespace

import numpy as np
import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.plotting.measures import failures, read_measures, select, spread, summarise

REQUEST = Namespace(gradient="method", attacker="naive")
HEADER = "run,seed,method,round,gradient,attacker,attack,batch,image,metric,value\n"


def table(path, values, seed=0, run="quick", method="fedavg", number=0, attacker="naive", metric="mse"):
    key = f"{run},{seed},{method},{number},method,{attacker},ig,1"
    path.write_text(HEADER + "".join(f"{key},{image},{metric},{value}\n" for image, value in enumerate(values)))
    return path


def choose(rows, methods=("fedavg",), rounds=(0,), **more):
    return select(rows, REQUEST, list(methods), ["ig"], ["mse"], list(rounds), **more)


def test_a_mean_over_draws_has_the_error_of_the_draws(tmp_path):
    one, two = [0.01, 0.02, 0.06], [0.03, 0.05, 0.04, 0.08]
    paths = [table(tmp_path / "a", one), table(tmp_path / "b", two, seed=1)]
    alone = summarise(choose(read_measures(paths[:1])), ["method", "metric"]).iloc[0]
    assert (alone["mean"], alone["median"]) == (pytest.approx(3), 2) and alone["seeds"] == 1
    assert alone["se"] == pytest.approx(np.std([1, 2, 6], ddof=1) / 3**0.5)
    rows = read_measures(paths)
    line = summarise(choose(rows), ["method", "metric"]).iloc[0]
    assert (line["metric"], line["n"], line["seeds"]) == ("mse_x100", 7, 2)
    assert (line["mean"], line["se"]) == (pytest.approx((3 + 5) / 2), pytest.approx(np.std([3, 5], ddof=1) / 2**0.5))
    assert line["median"] == pytest.approx((2 + 4.5) / 2)
    assert spread(rows) == "Mean and ±1 standard error over 4 images × 2 draws."
    assert spread(read_measures(paths[:1])) == "Mean and ±1 standard error over 3 images, one draw."


def with_distances(path, answers, truths):
    rows = "".join(
        f"quick,0,fedavg,0,method,naive,ig,1,{image},{name},{value}\n"
        for name, values in (("distance", answers), ("distance_truth", truths))
        for image, value in enumerate(values)
    )
    path.write_text(path.read_text() + rows)
    return path


def test_a_failed_search_is_counted_and_left_out_of_the_mean(tmp_path):
    path = with_distances(table(tmp_path / "a", [0.01, 0.03, 0.5]), [1e-8, 1e-6, 0.05], [0, 0, 0])
    rows = read_measures([path])
    line = summarise(choose(rows), ["method", "metric"]).iloc[0]
    assert (line["mean"], line["n"], line["failed"]) == (pytest.approx(2), 2, 1)
    assert line["median"] == pytest.approx(3) and failures(rows) == (1, 3)
    assert spread(rows).endswith("1 of 3 searches failed and are left out.")


def test_where_the_attackers_model_is_wrong_no_search_counts_as_failed(tmp_path):
    rows = read_measures([with_distances(table(tmp_path / "a", [0.01, 0.5]), [0.05, 0.05], [0.04, 0.04])])
    assert failures(rows) == (0, 0) and summarise(choose(rows), ["method", "metric"]).iloc[0]["n"] == 2
    assert failures(read_measures([table(tmp_path / "b", [0.01])])) == (0, 0)  # nothing is told


def test_where_every_search_failed_the_mean_is_theirs(tmp_path):
    rows = read_measures([with_distances(table(tmp_path / "a", [0.1, 0.5]), [0.05, 0.05], [0, 0])])
    line = summarise(choose(rows), ["method", "metric"]).iloc[0]
    assert (line["mean"], line["n"], line["failed"]) == (pytest.approx(30), 2, 2)


def test_an_image_in_two_batches_counts_once(tmp_path):
    path = table(tmp_path / "a", [0.01, 0.03])
    path.write_text(path.read_text() + "quick,0,fedavg,0,method,naive,ig,1,0,mse,0.03\n")
    line = summarise(choose(read_measures([path])), ["method", "metric"]).iloc[0]
    assert (line["mean"], line["se"], line["n"]) == (pytest.approx(2.5), pytest.approx(0.5), 2)


def test_one_value_has_no_standard_error(tmp_path):
    rows = read_measures([table(tmp_path / "a", [0.01])])
    assert np.isnan(summarise(choose(rows), ["method", "metric"]).iloc[0]["se"])
    assert spread(rows) == "One image: no spread can be given."


def test_only_the_asked_attacker_counts(tmp_path):
    paths = [table(tmp_path / "a", [0.01]), table(tmp_path / "b", [0.5], attacker="adaptive")]
    assert choose(read_measures(paths))["value"].tolist() == [0.01]


@pytest.mark.parametrize("value", ["nan", "inf", ""])
def test_value_that_is_not_finite_is_named(tmp_path, value):
    with pytest.raises(FlatgiaError, match="mse of image 1"):
        read_measures([table(tmp_path / "a", [0.1, value])])


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEADER + "quick,zero,fedavg,0,method,naive,ig,1,0,mse,1\n"])
def test_file_that_is_no_table_of_metrics(tmp_path, text):
    (tmp_path / "a").write_text(text)
    with pytest.raises(FlatgiaError, match=r"give a \.csv that scripts/evaluate\.py wrote\.$"):
        read_measures([tmp_path / "a"])


def test_same_rows_twice(tmp_path):
    path = table(tmp_path / "a", [0.1])
    with pytest.raises(FlatgiaError, match="given twice"):
        read_measures([path, path])


def test_two_scales(tmp_path):
    with pytest.raises(FlatgiaError, match="paper and quick"):
        read_measures([table(tmp_path / "a", [0.1]), table(tmp_path / "b", [0.1], run="paper", seed=1)])


def test_missing_method_is_named(tmp_path):
    with pytest.raises(FlatgiaError, match="no rows for method fedsam, attack ig, metric mse"):
        choose(read_measures([table(tmp_path / "a", [0.1])]), methods=["fedavg", "fedsam"])


def test_a_line_with_fewer_rounds_than_the_others_is_named(tmp_path):
    paths = [table(tmp_path / "a", [0.1]), table(tmp_path / "b", [0.1], number=5)]
    rows = read_measures([*paths, table(tmp_path / "c", [0.1], method="fedsam")])
    with pytest.raises(FlatgiaError, match="method fedsam.* at round 5"):
        choose(rows, ["fedavg", "fedsam"], [0, 5])


def test_every_round_is_needed_only_where_asked(tmp_path):
    rows = read_measures([table(tmp_path / "a", [0.1])])
    assert len(choose(rows, rounds=[0, 9])) == 1
    with pytest.raises(FlatgiaError, match="at round 9"):
        choose(rows, rounds=[0, 9], every_round=True)
