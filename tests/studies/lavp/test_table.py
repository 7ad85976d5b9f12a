"""Claims and numbers from made-up spectra and recoveries, where what must come out is known."""

import numpy as np
import pytest
import torch

from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.studies.lavp.cases import correlations
from flatgia.studies.lavp.read import COLUMNS, read_recoveries, read_spectra
from flatgia.studies.lavp.verdicts import HOLDS, REFUTED, UNDECIDED, everywhere

from ..conftest import rows_of

IMAGES = 40


@pytest.fixture
def files(tmp_path):
    """Images whose l2 eigenvalues rise with their number, whose norm falls; recoveries that follow `order` of a loss."""

    def files(**order):
        spectra = tmp_path / "spectra.safetensors"
        rank = torch.arange(IMAGES, dtype=torch.float64)
        values = (1 + rank[:, None]) * torch.tensor([4.0, 2.0, 1.0], dtype=torch.float64)
        tensors = {"norm": IMAGES - rank}
        for loss in ("l2", "cosine"):
            tensors |= {loss: values.clone(), f"{loss}_largest": values[:, 0].contiguous()}
        facts = {"model": "own", "method": "fedavg", "round": 0, "seed": 0, "entries": 3, "accuracy": 0.1}
        artifacts.save_tensors(spectra, tensors, facts, artifacts.Provenance("test", {}))
        lines = [",".join(COLUMNS)]
        for loss in ("l2", "cosine"):
            risk = order.get(loss, np.arange(IMAGES))
            for draw in range(2):
                for image in range(IMAGES):
                    about = f"own,fedavg,0,0,{loss},adam,0.1,{draw},{image}"
                    mse = 1.0 / (1 + risk[image])
                    lines += [f"{about},mse,{mse}", f"{about},psnr,{-10 * np.log10(mse)}", f"{about},finite,1"]
        recoveries = tmp_path / "recoveries.csv"
        recoveries.write_text("\n".join(lines) + "\n")
        return spectra, recoveries

    return files


def found(spectra, recoveries):
    rows = correlations(read_spectra([spectra], 10), read_recoveries([recoveries]))
    return rows.set_index(["loss", "metric", "proxy", "statistic"])["value"]


def test_a_perfect_proxy_is_at_one_and_the_norm_at_minus_one(files):
    numbers = found(*files())
    assert numbers["l2", "mse", "lambda_max", "spearman"] == pytest.approx(1)
    assert numbers["l2", "mse", "norm", "spearman"] == pytest.approx(-1)
    assert numbers["cosine", "mse", "lambda_min", "difference"] == pytest.approx(2)
    assert ("l2", "psnr", "norm", "spearman") not in numbers  # the ranks of MSE


def test_losses_that_rank_alike_are_no_further_apart_than_draws(files):
    assert found(*files())["l2", "mse", "losses", "difference"] == pytest.approx(0)


def test_losses_that_rank_differently_are(files):
    numbers = found(*files(cosine=np.arange(IMAGES)[::-1]))
    assert numbers["l2", "mse", "losses", "spearman"] == pytest.approx(-1)
    assert numbers["l2", "mse", "losses", "difference"] == pytest.approx(2)


def test_table_and_figure(files, table, tmp_path):
    spectra, recoveries = files(cosine=np.arange(IMAGES)[::-1])
    text = table("lavp", "--spectra", str(spectra), "--recoveries", str(recoveries))
    rows = [row for row in rows_of(text) if row[0] == "own, 0"]
    assert len(rows) == 2 and "nan" not in text.lower()
    assert "The ranking depends on the loss: holds (2 holds, 0 refuted, 0 undecided, of 2 cases)." in text
    assert "LAVP beats the norm everywhere: refuted (1 holds, 1 refuted, 0 undecided, of 2 cases)." in text
    assert (tmp_path / "lavp.png").stat().st_size > 10_000


def test_one_case_against_refutes_a_claim_about_all():
    assert everywhere({HOLDS: 3, REFUTED: 1, UNDECIDED: 0}) == REFUTED
    assert everywhere({HOLDS: 3, REFUTED: 0, UNDECIDED: 1}) == UNDECIDED
    assert everywhere({HOLDS: 3, REFUTED: 0, UNDECIDED: 0}) == HOLDS


def test_foreign_files_are_named(files, tmp_path):
    spectra, _ = files()
    with pytest.raises(FlatgiaError, match="no table of recoveries"):
        read_recoveries([spectra])
    other = tmp_path / "other.safetensors"
    artifacts.save_tensors(other, {"x": torch.zeros(1)}, {}, artifacts.Provenance("test", {}))
    with pytest.raises(FlatgiaError, match="not the spectra"):
        read_spectra([other], 10)


def test_recoveries_without_their_spectra_are_told(files):
    with pytest.raises(FlatgiaError, match="no spectra of own, fedavg, round 0, seed 0"):
        correlations({}, read_recoveries([files()[1]]))
