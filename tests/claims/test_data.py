import json
from pathlib import Path

import pandas as pd
import pytest

from flatgia.claims.claim import Key
from flatgia.claims.data import by_key, paper_values, read_rows
from flatgia.claims.models import accuracy, curvature, spectra, stochastic
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.beside import read_reported
from flatgia.settings.config import ROOT


def test_the_range_and_the_steps_of_late_log_determinants(made, tmp_path):
    paths = [Path(path) for path in made.hessian(["fedavg"], [0, 4, 6])]
    extra = json.loads(paths[-1].read_text()) | {"round": 8, "log_det": -50000.0}
    (tmp_path / "round_0008.json").write_text(json.dumps(extra))
    config = made.config | {"rounds": made.config["rounds"] | {"long": [6, 8]}}
    found = dict(curvature([*paths, tmp_path / "round_0008.json"], config))
    values = [found[Key("log_det", "fedavg", "", number)][0].item() for number in (4, 6, 8)]
    spread, error = found[Key("log_det_range", "fedavg", "", 8)]
    assert spread.item() == pytest.approx(max(values) - min(values))
    steps = abs(values[1] - values[0]) + abs(values[2] - values[1])
    assert found[Key("log_det_step", "fedavg", "", 8)][0].item() == pytest.approx(steps / 2)
    assert error == pytest.approx(2 * 1e-4 * (1.96 * 60 + 30))
    assert not any(key.metric == "log_det_range" for key, _ in curvature(paths, config))  # round 8 is missing


def test_accuracy_is_a_share_of_the_test_images(made):
    paths = [Path(path) for path in made.checkpoints(["fedavg"], [0])]
    ((key, (column, error)),) = accuracy(paths, made.config)
    assert key == Key("accuracy", "fedavg", "", 0) and column.item() == pytest.approx(10)
    assert error == pytest.approx(1.96 * (10 * 90 / made.config["federation"]["test_images"]) ** 0.5)


def test_an_image_in_several_batches_counts_once(made):
    rows = read_rows([Path(path) for path in made.metrics(["fedavg"], ["ig"], [0], [2])], "quick")
    values, failed = by_key(rows, "method", "naive")
    column = values[Key("mse", "fedavg", "ig", 0, 2)]
    assert len(column) == 4 and len(rows) == 2 * 4 * 4
    first = rows[(rows["metric"] == "mse") & (rows["image"] == 1)]["value"].iloc[0]
    assert column.loc[(0, 1)] == pytest.approx(100 * first)  # as the paper prints it
    assert not any(failed.values()) and by_key(rows, "method", "adaptive") == ({}, {})


def test_a_failed_search_is_in_the_count_and_not_in_the_values(made, tmp_path):
    path = tmp_path / "told.csv"
    rows = pd.read_csv(made.metric("fedavg", "ig", 0, 1))
    one = rows[rows["metric"] == "psnr"]
    told = [
        one.assign(metric="distance", value=[1e-8, 0.2, 1e-7, 1e-6]),
        one.assign(metric="distance_truth", value=0.0),
    ]
    pd.concat([rows, *told]).to_csv(path, index=False)
    values, failed = by_key(read_rows([path], "quick"), "method", "naive")
    key = Key("psnr", "fedavg", "ig", 0)
    assert failed[key] == 1 and values[key].index.get_level_values("image").tolist() == [0, 2, 3]
    plain = Path(made.metric("fedavg", "ig", 0, 1))  # without the distances it is the same attack
    assert len(read_rows([path, plain], "quick")) == len(read_rows([plain, path], "quick")) == len(rows) + 8


def test_a_round_in_two_files_counts_once_and_must_agree(made, tmp_path):
    path = Path(made.metrics(["fedavg"], ["ig"], [0])[0])
    again = tmp_path / "start.csv"
    again.write_text(path.read_text())
    pd.testing.assert_frame_equal(read_rows([path, again], "quick"), read_rows([path], "quick"))
    rows = pd.read_csv(path)
    rows.assign(value=rows["value"] * (1 + 1e-6)).to_csv(again, index=False)  # as other kernels round it
    assert len(read_rows([path, again], "quick")) == len(rows)
    again.write_text(path.read_text().replace(",0.", ",0.9", 1))
    with pytest.raises(FlatgiaError, match="the same attack with other values"):
        read_rows([path, again], "quick")
    with pytest.raises(FlatgiaError, match="scale is quick, not paper"):
        read_rows([path], "paper")


def test_the_papers_numbers_stand_at_our_rounds(made):
    reported = read_reported(ROOT / "config" / "reported" / "table1.csv")
    paper = paper_values(reported, made.config)
    assert len(paper) == 300 and paper[Key("psnr", "fedsam", "ig", 2)] == 13.17
    few = made.config | {"rounds": {"table": [0, 200], "curve": [], "long": []}}
    assert len(paper_values(reported, few)) == 200  # our 200 stands beside its 100; its 200 has no place
    none = made.config | {"rounds": {"table": [0], "curve": [], "long": []}}
    assert Key("psnr", "fedsam", "ig", 200) in paper_values(reported, none)


def test_what_was_measured_both_ways_is_compared(made, tmp_path):
    path = Path(made.hessian(["fedavg"], [0])[0])
    value = json.loads(path.read_text())
    beside = {"slq": {"log_det": value["log_det"] + 4, "log_det_se": 9.0}}
    (tmp_path / "both.json").write_text(json.dumps(value | beside))
    assert stochastic([path, tmp_path / "both.json"]) == [(4.0, 9.0)]


def test_spectra_are_read_where_they_are_kept(made, tmp_path):
    path = Path(made.hessian(["fedavg"], [0])[0])
    (tmp_path / "kept.json").write_text(json.dumps(json.loads(path.read_text()) | {"seed": 3, "spectrum": [1.0, 2.0]}))
    assert spectra([path, tmp_path / "kept.json"]) == {("fedavg", 0): {3: [1.0, 2.0]}}
