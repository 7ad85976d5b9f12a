"""A user's own images in class folders."""

import numpy as np
import pytest
from PIL import Image

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import DATASETS
from flatgia.datasets.folder import load_folder


def put(path, value, mode="RGB", size=(6, 4)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value if mode == "L" else (value, 0, 255)).save(path)


@pytest.fixture
def folder(tmp_path):
    for name, first in (("dog", 100), ("cat", 10)):
        for number in range(5):
            put(tmp_path / name / f"{number}.png", first + number)
    return tmp_path


def test_classes_by_name_and_every_fifth_for_the_test(folder, tmp_path):
    tensors, source = load_folder(folder, tmp_path)
    assert source == "folder" and tensors["train_images"].shape == (8, 3, 4, 6)
    assert tensors["train_images"][:, 0, 0, 0].tolist() == [10, 11, 12, 13, 100, 101, 102, 103]
    assert tensors["train_labels"].tolist() == [0] * 4 + [1] * 4
    assert tensors["test_images"][:, 0, 0, 0].tolist() == [14, 104] and tensors["test_labels"].tolist() == [0, 1]


def test_train_and_test_of_ones_own(tmp_path):
    for part, count in (("train", 2), ("test", 1)):
        for name in ("a", "b"):
            for number in range(count):
                put(tmp_path / part / name / f"{number}.png", number, "L")
    tensors, _ = load_folder(tmp_path, tmp_path)
    assert tensors["train_images"].shape == (4, 1, 4, 6) and tensors["test_images"].shape == (2, 1, 4, 6)
    facts = DATASETS["folder"].facts_of(tensors)
    assert facts["shape"] == [1, 4, 6] and facts["classes"] == 2
    assert facts["mean"] == pytest.approx([0.5 / 255]) and facts["std"] == [0.01]


def test_statistics_are_those_of_the_training_images(folder, tmp_path):
    tensors, _ = load_folder(folder, tmp_path)
    facts = DATASETS["folder"].facts_of(tensors)
    red = np.array([10, 11, 12, 13, 100, 101, 102, 103]).repeat(24) / 255
    assert facts["mean"] == pytest.approx([red.mean(), 0, 1]) and facts["std"][0] == pytest.approx(red.std(ddof=1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda at: put(at / "dog" / "x.png", 0, size=(6, 5)),
            r"dog/x\.png: it is not of the size of .*\(6 x 5 and 6 x 4\)",
        ),
        (lambda at: (at / "dog" / "x.png").write_text("no"), r"dog/x\.png: not a whole image"),
        (lambda at: (at / "cow").mkdir(), "cow: no images"),
        (lambda at: [path.unlink() for path in (at / "dog").iterdir()], "dog: no images"),
        (lambda at: [path.unlink() for path in at.glob("*/4.png")], "no image is left for the test accuracy"),
        (lambda at: (at / "cat").rename(at / ".cat"), "1 folders of classes"),
    ],
)
def test_what_does_not_fit_is_told(folder, tmp_path, spoil, said):
    spoil(folder)
    with pytest.raises(FlatgiaError, match=said):
        load_folder(folder, tmp_path)


def test_no_folder_is_told(tmp_path):
    with pytest.raises(FlatgiaError, match=r"data\.folder: missing"):
        load_folder(None, tmp_path)
    with pytest.raises(FlatgiaError, match="no such folder"):
        load_folder(tmp_path / "gone", tmp_path)
