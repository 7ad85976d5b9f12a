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
