"""The synthetic images: always the same, and their class can be told."""

import torch

from flatgia.datasets.synthetic import load_synthetic


def test_twice_the_same():
    first, second = load_synthetic()[0], load_synthetic()[0]
    assert list(first) == ["train_images", "train_labels", "test_images", "test_labels"]
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert first["train_images"].dtype == torch.uint8 and first["train_images"].shape == (600, 3, 32, 32)
    assert first["test_images"].shape == (200, 3, 32, 32)
    assert first["train_labels"].dtype == torch.int64
    assert first["train_labels"].bincount().tolist() == [60] * 10


def test_the_nearest_class_mean_tells_the_class():
    data = load_synthetic()[0]
    images = data["train_images"].float().flatten(1)
    means = torch.stack([images[data["train_labels"] == label].mean(0) for label in range(10)])
    guesses = torch.cdist(data["test_images"].float().flatten(1), means).argmin(1)
    assert (guesses == data["test_labels"]).float().mean() > 0.9
