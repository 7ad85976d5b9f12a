"""The auxiliary images say what they are."""

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.datasets import auxiliary
from flatgia.datasets.sources import BadFolder
from flatgia.datasets.synthetic import load_synthetic

HUNDRED = {"train_images": torch.ones(3, 3, 32, 32, dtype=torch.uint8), "train_labels": torch.tensor([0, 50, 99])}
STAND_IN = {"source": "cifar10-test", "classes": 10, "stand_in": True}


def there(folder, scratch):
    return HUNDRED


def missing(folder, scratch):
    raise FlatgiaError("CIFAR-100", "none of 1 sources works", "put it there")


@pytest.mark.parametrize("choice", ["auto", "cifar100"])
def test_cifar100_is_taken_where_it_is(choice, monkeypatch, tmp_path):
    monkeypatch.setattr(auxiliary, "load_cifar100", there)
    tensors, facts = auxiliary.load_auxiliary(choice, load_synthetic()[0], None, tmp_path)
    assert facts == {"source": "cifar100", "classes": 100, "stand_in": False}
    assert torch.equal(tensors["labels"], HUNDRED["train_labels"])
    assert torch.equal(tensors["images"], HUNDRED["train_images"])


@pytest.mark.parametrize(("choice", "source"), [("auto", missing), ("cifar10-test", there)])
def test_the_test_images_stand_in_and_say_so(choice, source, monkeypatch, tmp_path):
    monkeypatch.setattr(auxiliary, "load_cifar100", source)
    data = load_synthetic()[0]
    tensors, facts = auxiliary.load_auxiliary(choice, data, None, tmp_path)
    assert facts == STAND_IN
    assert torch.equal(tensors["images"], data["test_images"])
    assert torch.equal(tensors["labels"], data["test_labels"])


def test_nothing_stands_in_for_a_bad_folder(monkeypatch, tmp_path):
    def bad(folder, scratch):
        raise BadFolder(folder, "wrong content", "fetch it again")

    monkeypatch.setattr(auxiliary, "load_cifar100", bad)
    with pytest.raises(BadFolder):
        auxiliary.load_auxiliary("auto", load_synthetic()[0], tmp_path, tmp_path)


def test_there_is_no_stand_in_where_cifar100_is_demanded(monkeypatch, tmp_path):
    monkeypatch.setattr(auxiliary, "load_cifar100", missing)
    with pytest.raises(FlatgiaError, match="none of 1 sources"):
        auxiliary.load_auxiliary("cifar100", load_synthetic()[0], None, tmp_path)


def test_beside_another_data_set_its_own_test_images_stand_in(tmp_path, monkeypatch):
    monkeypatch.setattr(auxiliary, "load_cifar100", there)
    data = {"test_images": torch.zeros(4, 1, 28, 28), "test_labels": torch.tensor([0, 6, 2, 2])}
    tensors, facts = auxiliary.load_auxiliary("auto", data, None, tmp_path, "mnist")
    assert facts == {"source": "mnist-test", "classes": 7, "stand_in": True}
    assert torch.equal(tensors["labels"], data["test_labels"])
    with pytest.raises(FlatgiaError, match="cifar100 serves beside CIFAR-10 only, and the images are mnist"):
        auxiliary.load_auxiliary("cifar100", data, None, tmp_path, "mnist")


def test_mnist_is_framed_and_has_the_channels_of_the_images(tmp_path, monkeypatch):
    digits = torch.randint(0, 256, (5, 1, 28, 28), dtype=torch.uint8)
    given = {"train_images": digits, "train_labels": torch.tensor([3, 1, 4, 1, 5])}
    monkeypatch.setattr(auxiliary, "load_mnist", lambda folder, scratch: (given, "npm"))
    tensors, facts = auxiliary.load_auxiliary("mnist", load_synthetic()[0], None, tmp_path)
    assert facts == {"source": "mnist", "classes": 10, "stand_in": False}
    assert tensors["images"].shape == (5, 3, 32, 32) and torch.equal(tensors["labels"], given["train_labels"])
    for channel in range(3):
        assert torch.equal(tensors["images"][:, channel, 2:30, 2:30], digits[:, 0])
    assert tensors["images"].sum() == 3 * digits.sum()
    small = {"train_images": torch.zeros(1, 3, 20, 20, dtype=torch.uint8)}
    with pytest.raises(FlatgiaError, match="do not fit into 20 x 20"):
        auxiliary.load_auxiliary("mnist", small, None, tmp_path)
