"""The generator never sees the attacked client's images."""

from dataclasses import replace

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.partition import client_indices
from flatgia.generator.others import images_of_others
from flatgia.settings.sections import Federation

FEDERATION = Federation(
    clients=4, clients_per_round=1, partition="equal", alpha=10.0, images_per_client=10, local_epochs=1, batch_size=1,
    learning_rate=0.1, weight_decay=0.0, test_images=1,
)  # fmt: skip


def numbered(n: int):
    """Images that carry their own index in the first pixel, and labels."""
    images = torch.zeros(n, 3, 32, 32, dtype=torch.uint8)
    images[:, 0, 0, 0] = torch.arange(n)
    return images, torch.arange(n) % 10


@pytest.mark.parametrize("attacked", [0, 3])
def test_all_images_of_the_others_and_none_of_the_attacked(attacked):
    images, labels = numbered(40)
    seen = set(images_of_others(images, labels, FEDERATION, attacked, 0)[:, 0, 0, 0].tolist())
    shares = [set(share.tolist()) for share in client_indices(labels, FEDERATION, 0)]
    assert seen.isdisjoint(shares[attacked])
    assert seen == set.union(*(share for i, share in enumerate(shares) if i != attacked))


def test_a_lone_client_leaves_nothing_to_learn_from():
    images, labels = numbered(10)
    with pytest.raises(FlatgiaError, match=r"federation\.clients"):
        images_of_others(images, labels, replace(FEDERATION, clients=1), 0, 0)
