"""An answer on disk."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from flatgia.attacks.select import Reconstruction
from flatgia.audit.answer import WRITTEN, write_answer
from flatgia.audit.attack import Answer
from flatgia.audit.verdict import judge
from flatgia.core.artifacts import load_tensors, provenance_path


def answer(images):
    """An answer with these images (B, C, H, W)."""
    cost, curve = torch.tensor([[2.0, 1.0]]), torch.tensor([[4.0], [1.0]])
    found = Reconstruction(images[None], cost, torch.tensor([1]), curve)
    verdict = judge(1e-6, 1.0, candidates=[])
    return Answer(images, list(range(len(images))), "given", 1.0, 1e-6, verdict, ["a note"], found)


@pytest.mark.parametrize("channels", [1, 3, 5])
@pytest.mark.parametrize("batch", [1, 2, 6])
def test_everything_is_written(tmp_path, channels, batch):
    truth = torch.randint(0, 256, (batch, channels, 16, 12), dtype=torch.uint8)
    facts = write_answer(tmp_path, answer(truth.flip(0).double() / 510), truth, {"options": {"seed": 3}})
    assert {path.name for path in tmp_path.iterdir() if "provenance" not in path.name} == set(WRITTEN)
    assert json.loads((tmp_path / "result.json").read_text()) == facts
    assert facts["curve"] == [4, 1] and facts["notes"] == ["a note"] and facts["options"] == {"seed": 3}
    mse = (truth.double() / 510).square().flatten(1).mean(1).flip(0)  # each image beside the truth that it stands for
    assert facts["scores"]["mse"] == pytest.approx(mse.tolist())
    assert (
        facts["scores"]["psnr"] == pytest.approx((-10 * np.log10(mse)).tolist())
        and len(facts["scores"]["ssim"]) == batch
    )
    assert load_tensors(tmp_path / "result.safetensors")[0]["labels"].tolist() == list(range(batch))
    assert provenance_path(tmp_path / "overview.png").is_file()
    assert Image.open(tmp_path / "overview.png").width > 100


def test_without_a_truth_there_are_no_scores(tmp_path):
    facts = write_answer(tmp_path, answer(torch.rand(1, 3, 8, 8)))
    assert facts["scores"] == {}
    narrow = Image.open(tmp_path / "overview.png").width
    write_answer(tmp_path, answer(torch.rand(1, 3, 8, 8)), torch.rand(1, 3, 8, 8))
    assert Image.open(tmp_path / "overview.png").width > narrow
