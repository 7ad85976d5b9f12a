"""Each number of `updates` stands in its own place."""

import pandas as pd
import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.studies.updates import rounds_of
from flatgia.studies.updates.attackers import attackers_of
from flatgia.studies.updates.case import cases_of
from flatgia.studies.updates.read import COLUMNS, per_image, read_scores, searches

from ..conftest import rows_of

LEVEL = {"blind": 12.0, "gradient": 12.5, "plain": 20.0, "knowing": 30.0, "shuffled": 11.0}


def scores(root, method, number, case):
    """Two images a client and metric, 1 dB to either side."""
    about = f"{method},{number},0,{','.join(map(str, case))}"
    lines = [",".join(COLUMNS)]
    for attacker in ("blind", *attackers_of(case, method == "fedavg")):
        for image in range(max(2, case.images)):
            values = {
                "psnr": LEVEL[attacker] + (2 * image - 1 if image < 2 else 0),
                "ssim": 0.5,
                "lpips": 0.4,
                "mse": 0.01,
            }
            lines += [f"{about},{attacker},{image},{name},{value}" for name, value in values.items()]
        if attacker != "blind":
            lines += [f"{about},{attacker},0,distance,{0.1}", f"{about},{attacker},0,distance_truth,{1e-9}"]
    path = root / f"scores/{method}/round_{number:04d}/{case.name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def paths(root, made):
    section = made.config["studies"]["updates"]
    places = [(m, r, c) for m in section["methods"] for r in rounds_of(made.config) for c in cases_of(section["cases"])]
    return [scores(root, *place) for place in places]


def test_a_row_a_case_and_method(made, table, tmp_path):
    text = table("updates", "--scores", *paths(tmp_path, made))
    rows = {tuple(row[:5]): row[5:] for row in rows_of(text)[2:]}
    section = made.config["studies"]["updates"]
    assert len(rows) == len(section["cases"]) * len(rounds_of(made.config)) * len(section["methods"])
    assert rows["0", "1", "1", "1", "FedAvg"] == ["12.00", "12.50 − (1/1)", "=", "=", "="]
    full = ["12.00", "12.50 − (1/1)", "20.00 + (1/1)", "30.00 + (1/1)", "11.00 − (1/1)"]
    assert rows["0", "4", "1", "4", "FedSAM"] == full
    assert "Comes back, round 0, FedAvg, plain steps: one image up to 10 steps; " in text
    assert (tmp_path / "updates.png").stat().st_size > 10_000
    claims = pd.read_csv(tmp_path / "updates_claims.csv")
    assert set(claims["verdict"]) == {"undecided: one draw"}
    one = claims[
        (claims["sentence"].str.contains("plain steps")) & (claims["where"] == "round 0, 4 images, B 1, 4 steps")
    ]
    assert one["found"].item().startswith("+0.0 dB")
    assert (tmp_path / "updates_claims.tex").read_text().count(r"\toprule") == 1


def test_gain_is_over_the_same_images_guess(made, tmp_path):
    rows = read_scores(paths(tmp_path, made))
    images = per_image(rows)
    assert (images["gain"] - (images["attacker"].map(LEVEL) - LEVEL["blind"])).abs().max() < 1e-9
    assert searches(rows)["failed"].all() and "blind" not in set(images["attacker"])


def test_foreign_and_repeated_files_are_named(made, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FlatgiaError, match="no table of scores"):
        read_scores([tmp_path / "other.csv"])
    one = paths(tmp_path, made)[0]
    with pytest.raises(FlatgiaError, match="given twice"):
        read_scores([one, one])
