"""Each number of `bounds` stands in its own place, and the verdicts follow from the numbers."""

import csv
import math

import numpy as np
import pytest
import torch

from flatgia.core.artifacts import Provenance, load_json, save_json, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.studies.bounds.read import read_models

from ..conftest import rows_of

SIZE = 15826


@pytest.fixture
def made_terms(made, tmp_path):
    """Paths of what the command writes, of spectra, and of Hessians: trained flat models' are at `level`."""
    section = made.config["studies"]["bounds"]

    def made_terms(level=0.5, seeds=(0,)):
        paths = {"terms": [], "spectra": [], "hessian": []}
        for seed in seeds:
            for method in section["methods"]:
                for number in made.config["rounds"]["table"]:
                    trained = method != "fedavg" and number > 0
                    norm, values = (2.0, level) if trained else (5.0, 1.0)
                    terms = {"method": method, "round": number, "seed": seed, "rho": 0.2, "parameters": SIZE, "images": 100,
                             "damping": 1e-3, "loss": 2.0, "norm": norm, "rise": 1.5, "rise_step": 1.4, "lambda_max": 60.0,
                             "lambda_min": -3.0, "sigma_l": 0.2, "covariance_trace": 400.0}  # fmt: skip
                    for kind, cosine in (("fisher", 0.9), ("empirical", 0.4), ("covariance", 0.3)):
                        terms |= {f"{kind}_cosine": cosine, f"{kind}_distance": 1 - cosine, f"{kind}_log_det": -53000.0}
                    for batch in section["batches"]:
                        terms |= {f"rank_{batch}": batch - 1, f"log_det_covariance_{batch}": -54000.0}
                    path = tmp_path / f"terms/{seed}/{method}_{number}.json"
                    save_json(path, terms, Provenance("bounds", {}))
                    paths["terms"].append(str(path))
                    path = tmp_path / f"spectra/{seed}/{method}_{number}.safetensors"
                    # Five images, so that an interval over them exists.
                    spectrum = values * torch.logspace(0, -3, 8) * torch.linspace(0.9, 1.1, 5)[:, None]
                    facts = {"method": method, "round": number, "seed": seed, "accuracy": 0.4, "entries": 8}
                    tensors = {"plain": spectrum, "plain_norm": torch.full((5,), norm)}
                    save_tensors(path, tensors, facts, Provenance("information", {}))
                    paths["spectra"].append(str(path))
        paths["hessian"] = made.hessian(section["methods"], made.config["rounds"]["table"])
        return [word for kind, files in paths.items() for word in (f"--{kind}", *files)]

    return made_terms


def test_every_number_stands_in_its_place(made, made_terms, table, tmp_path):
    text = table("bounds", *made_terms())
    rows = rows_of(text)
    header, body = rows[0], rows[2:]
    methods, rounds = made.config["studies"]["bounds"]["methods"], made.config["rounds"]["table"]
    assert len(body) == len(methods) * len(rounds) and "nan" not in text.lower()
    first = dict(zip(header, body[0], strict=True))
    log_det = load_json(made.hessian(["fedavg"], [0])[0])["log_det"]
    third = SIZE / 2 * math.log(2 * math.pi * math.e) + log_det / 2
    fifth = SIZE / 2 * math.log(2 * math.pi * math.e * 2 / 0.04 * (1.5 + 0.2 * 5.0))
    assert first["(3), B = 1"] == f"{third:,.0f}".replace("-", "−") and first["(5), B = 1"] == f"{fifth:,.0f}"
    values = np.logspace(0, -3, 8) * np.linspace(0.9, 1.1, 5)[:, None]
    assert first["Channel"] == f"{0.5 * np.log1p((values / 0.05) ** 2).sum(1).mean():,.0f}"
    assert first["‖G‖"] == "5" and first["of (5)'s bound (%)"] == f"{100 * 60 / (2 / 0.04 * 2.5):.2g}"
    batches = rows_of((tmp_path / "bounds_batches.md").read_text())
    assert len(batches) - 2 == len(body) * len(made.config["studies"]["bounds"]["batches"])
    assert batches[2][-1] == "above the data" and batches[2][-3] == "44"  # 8 entries of 8 bits
    assert (tmp_path / "bounds.png").stat().st_size > 10_000


def verdicts(tmp_path):
    with (tmp_path / "bounds_claims.csv").open(encoding="utf-8") as file:
        return {(row["sentence"], row["where"]): row["verdict"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(("level", "expected"), [(0.1, "holds"), (0.9, "refuted")])
def test_less_is_told_only_if_the_channel_says_so(made, made_terms, table, tmp_path, level, expected):
    """FedSAM's log det H is lower; its gradient is 0.4 times as long, so J at 0.1 tells less beside it and J at 0.9 more."""
    table("bounds", *made_terms(level))
    found = verdicts(tmp_path)
    assert found["A lower (3), less told", "noise in proportion; FedSAM, round 4"] == expected
    assert found["(5) is not vacuous", "B = 1"] == "refuted"
    assert found["H = E[s sᵀ]: labels of the model", "B.1"] == "holds"
    assert found["H = E[s sᵀ]: labels of the data", "B.1"] == "refuted"
    assert found["H ≻ 0, as log det H and AM-GM need", "B.2"] == "refuted"
    assert found["Σ_G ≻ 0, as (2) needs", "every B"] == "by construction"


def test_a_foreign_or_missing_file_is_named(made, made_terms, tmp_path):
    words = made_terms()
    terms = words[1 : words.index("--spectra")]
    foreign = tmp_path / "foreign.json"
    save_json(foreign, {"method": "fedavg"}, Provenance("other", {}))
    methods, rounds = made.config["studies"]["bounds"]["methods"], made.config["rounds"]["table"]
    with pytest.raises(FlatgiaError, match=r"not a result of scripts/studies/bounds\.py"):
        read_models([foreign], made.hessian(methods, rounds), methods, rounds)
    with pytest.raises(FlatgiaError, match="of the models of --terms have none"):
        read_models(terms, made.hessian(methods, rounds[:1]), methods, rounds)
