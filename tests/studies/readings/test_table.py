"""Each number of `readings` stands in its own place, and the nearest reading is said."""

import pytest

from flatgia.core.errors import FlatgiaError

from ..conftest import REPORTED, rows_of


def test_it_has_a_row_a_reading_beside_the_papers(made, write, table):
    section = made.config["studies"]["readings"]
    cases = [
        (f"{inputs}-{init}", method, attack)
        for inputs in section["inputs"]
        for init in section["init"]
        for method in section["methods"]
        for attack in section["attacks"]
    ]
    paths = [write(f"readings/{r}/{m}/{a}", m, a, 10.0 + place) for place, (r, m, a) in enumerate(cases)]
    text = table("readings", "--metrics", *paths, "--reported", REPORTED)
    rows = rows_of(text)[2:]
    assert rows[0] == ["the paper", "", "IG", "33.71", "16.55", "16.05", "", ""]
    assert len(rows) == 1 + len(section["inputs"]) * len(section["init"]) * len(section["attacks"])
    expected = [10.0 + cases.index(("raw-dlg", method, "ig_short")) for method in section["methods"]]
    assert ["raw", "dlg", "IG (unsigned, 1,000 steps)", *(f"{value:.2f}" for value in expected)] in rows


def test_it_says_which_reading_is_nearest(made, write, table):
    section = made.config["studies"]["readings"]
    paper = {"fedavg": 33.71, "fedsam": 16.55, "fedasam": 16.05}
    paths = []
    for inputs in section["inputs"]:
        for init in section["init"]:
            for method in section["methods"]:
                off = (inputs == "raw") + 2 * (init == "dlg") + (2 if method == "fedasam_eta020" else 3)
                for place, attack in enumerate(section["attacks"]):
                    value = paper[method.split("_")[0]] + off + 4 * place
                    paths.append(write(f"readings/{inputs}-{init}/{method}/{attack}", method, attack, value))
    text = table("readings", "--metrics", *paths, "--reported", REPORTED)
    # FedAvg and FedSAM are 3 dB off, FedASAM's nearest entry 2: 8/3; each other choice adds its own step.
    assert "Nearest to the paper's numbers: normalised, pytorch, IG, FedASAM (eta 0.2); 2.7 dB away" in text
    other = made.config["attacks"][section["attacks"][1]]["label"]
    assert f"normalised 2.7, raw 3.7; dlg 4.7, pytorch 2.7; IG 2.7, {other} 6.7" in text
    assert "FedASAM 3.0, FedASAM (eta 0.2) 2.7, FedASAM (eta 0.01) 3.0" in text


def test_what_is_missing_is_told(made, write, table):
    with pytest.raises(FlatgiaError, match="no rows for method"):
        table("readings", "--metrics", write("readings/raw-dlg/fedavg/ig", "fedavg", "ig", 9.0), "--reported", REPORTED)
