"""Each number of `information` stands in its own place, and what is compared is said."""

import numpy as np
import pytest
import torch

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.studies.information.matched import differences, means
from flatgia.studies.information.read import read_spectra

from ..conftest import rows_of

ACCURACY = {0: 0.1, 2: 0.4, 4: 0.6}
LEVEL = {"fedavg": 1.0, "fedsam": 0.5, "fedasam": 0.5, "fedgf": 0.5, "fedsai": 0.5}


def spectrum(root, method, number, seed=0, level=None, halves=False, less=0.0):
    """Two images whose singular values are `level` times a power law; accuracy as above, `less` something."""
    path = root / f"spectra/seed_{seed}/{method}/round_{number:04d}.safetensors"
    values = (level or LEVEL[method]) * torch.logspace(0, -3, 8).expand(2, 8)
    tensors = {"plain": values, "plain_norm": torch.tensor([10.0, 30.0])}
    if method != "fedavg":
        tensors |= {"sent": 2 * values, "sent_norm": torch.tensor([10.0, 30.0])}
    if halves:
        tensors["plain_halves"] = torch.stack([values[:, :4], values[:, 4:]], 1)
    facts = {"method": method, "round": number, "seed": seed, "accuracy": ACCURACY[number] - less}
    save_tensors(path, tensors, facts | {"entries": 16 if halves else 8}, Provenance("information", {}))
    return path


@pytest.fixture
def drawn(made, tmp_path, table):
    methods, rounds = made.config["studies"]["information"]["methods"], made.config["rounds"]["table"]

    def drawn(**options):
        spectra = [spectrum(tmp_path, method, number, **options) for method in methods for number in rounds]
        metrics = made.controls(methods, ["ig"], rounds)
        hessian = made.hessian(methods, rounds)
        return table("information", "--spectra", *map(str, spectra), "--hessian", *hessian, "--metrics", *metrics)

    return drawn


def test_a_row_for_each_gradient_that_a_method_shares(made, drawn, tmp_path):
    text = drawn()
    rows = rows_of(text)[2:]
    methods, rounds = made.config["studies"]["information"]["methods"], made.config["rounds"]["table"]
    assert len(rows) == len(rounds) * (2 * len(methods) - 1)
    first = rows[0]
    assert first[:4] == ["0", "FedAvg", "plain", "10.0"] and first[4] == "20" and first[8] == "1"
    assert "Directions beside FedAvg's, noise of a fixed size (10⁻²), round 4" in text
    assert "nan" not in text.lower() and (tmp_path / "information.png").stat().st_size > 10_000


def test_fewer_directions_are_said_with_what_half_of_them_give(drawn):
    assert "J along 8 random directions of 16: log det and surviving directions are upper bounds" in drawn(halves=True)


def test_noise_of_a_fixed_size_is_measured_by_the_first_method(tmp_path):
    paths = [spectrum(tmp_path, "fedavg", 0), spectrum(tmp_path, "fedsam", 2)]
    rows = read_spectra(paths, "fedavg", 0)
    squares = rows["values"].iloc[0] ** 2
    assert rows["directions_fixed_0.01"].iloc[0] == pytest.approx((squares / (squares + 0.2**2)).sum())
    with pytest.raises(FlatgiaError, match="none of fedavg at round 4"):
        read_spectra(paths, "fedavg", 4)


def test_the_same_accuracy_lies_between_two_rounds_of_the_first(tmp_path):
    paths = [spectrum(tmp_path, "fedavg", number, level=level) for number, level in ((0, 9.0), (2, 1.0), (4, 2.0))]
    paths.append(spectrum(tmp_path, "fedsam", 4, less=0.1))
    averages = means(read_spectra(paths, "fedavg", 0), ["accuracy", "directions_0.01", "directions_fixed_0.01"])
    found = differences(averages, "fedavg", [0, 2, 4])
    value = averages.set_index(["method", "round", "gradient"])["directions_0.01"]
    same = found[(found["at"] == "accuracy") & (found["number"] == "directions_0.01") & (found["gradient"] == "plain")]
    expected = value["fedsam", 4, "plain"] - (value["fedavg", 2, "plain"] + value["fedavg", 4, "plain"]) / 2
    assert same["mean"].item() == pytest.approx(expected)
    assert np.isnan(same["se"].item()) and same["n"].item() == 1


def test_a_foreign_file_is_named(tmp_path):
    save_tensors(tmp_path / "other.safetensors", {"x": torch.zeros(1)}, {}, Provenance("other", {}))
    with pytest.raises(FlatgiaError, match="not the spectra of"):
        read_spectra([tmp_path / "other.safetensors"], "fedavg", 0)
