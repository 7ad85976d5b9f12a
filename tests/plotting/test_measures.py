from argparse import Namespace

import numpy as np
import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.plotting.measures import read_measures, select, spread, summarise

REQUEST = Namespace(gradient="method", attacker="naive")
HEADER = "run,seed,method,round,gradient,attacker,attack,batch,image,metric,value\n"


def table(path, values, seed=0, run="quick", method="fedavg", number=0, attacker="naive", metric="mse"):
    key = f"{run},{seed},{method},{number},method,{attacker},ig,1"
    path.write_text(HEADER + "".join(f"{key},{image},{metric},{value}\n" for image, value in enumerate(values)))
    return path


def choose(rows, methods=("fedavg",), rounds=(0,), **more):
    return select(rows, REQUEST, list(methods), ["ig"], ["mse"], list(rounds), **more)


def test_mean_and_standard_error_over_images_and_seeds(tmp_path):
    one, two = [0.01, 0.02, 0.06], [0.03, 0.05, 0.01]
    rows = read_measures([table(tmp_path / "a", one), table(tmp_path / "b", two, seed=1)])
    line = summarise(choose(rows), ["method", "metric"]).iloc[0]
    values = 100 * np.array(one + two)
    assert (line["metric"], line["n"]) == ("mse_x100", 6)
    assert line["mean"] == pytest.approx(values.mean())
    assert line["se"] == pytest.approx(values.std(ddof=1) / 6**0.5)
    assert spread(rows) == "Mean and ±1 standard error over 3 images × 2 seeds."


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
