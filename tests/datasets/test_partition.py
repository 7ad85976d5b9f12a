"""Which images each client holds."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.partition import client_indices, target_indices
from flatgia.settings.sections import Federation

LABELS = torch.arange(600) % 10


def federation(**numbers):
    given = {
        "clients": 3,
        "clients_per_round": 1,
        "images_per_client": 1000,
        "partition": "equal",
        "alpha": 1.0,
    } | numbers
    return Federation(**given, local_epochs=1, batch_size=1, learning_rate=0.1, weight_decay=0.0, test_images=1)


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 20), st.integers(1, 80), st.sampled_from(["equal", "dirichlet"]), st.floats(0.5, 100),
    st.integers(0, 99),
)  # fmt: skip
def test_disjoint_bounded_and_the_same_again(clients, most, kind, alpha, seed):
    numbers = federation(clients=clients, images_per_client=most, partition=kind, alpha=alpha)
    try:
        parts = client_indices(LABELS, numbers, seed)
    except FlatgiaError as error:
        assert kind == "dirichlet" and "holds no image" in str(error)
        return
    joined = torch.cat(parts)
    assert len(parts) == clients and len(joined.unique()) == len(joined)
    assert all(0 < len(part) <= most for part in parts)
    again = client_indices(LABELS, numbers, seed)
    assert all(torch.equal(a, b) for a, b in zip(parts, again, strict=True))


def test_equal_parts_are_equal_and_random():
    parts = client_indices(LABELS, federation(clients=7), 0)
    assert [len(part) for part in parts] == [600 // 7] * 7
    other = client_indices(LABELS, federation(clients=7), 1)
    assert not torch.equal(parts[0], other[0])
    assert not torch.equal(parts[0], parts[0].sort().values)


def test_fewer_images_are_a_part_of_the_same_division():
    whole, fewer = (client_indices(LABELS, federation(images_per_client=n), 0) for n in (200, 50))
    assert all(torch.equal(a[:50], b) for a, b in zip(whole, fewer, strict=True))


def test_dirichlet_gives_every_image_away_in_the_drawn_proportions():
    numbers = federation(partition="dirichlet", alpha=0.3, clients=5)
    parts = client_indices(LABELS, numbers, 4)
    assert torch.cat(parts).sort().values.tolist() == list(range(600))
    # Among clients, the share of a class varies as Dirichlet(alpha) does: variance (1/K)(1 - 1/K) / (K alpha + 1).
    labels, all_of_them = torch.arange(20000) % 500, replace(numbers, images_per_client=20000)
    shares = torch.stack([counts(labels, part, 500) for part in client_indices(labels, all_of_them, 0)]) / 40
    assert shares.mean(1).tolist() == pytest.approx([0.2] * 5, abs=0.05)
    assert shares.var().item() == pytest.approx(0.2 * 0.8 / (5 * 0.3 + 1), rel=0.1)


def counts(labels, part, classes):
    return labels[part].bincount(minlength=classes).double()


def test_which_images_of_a_class_a_client_gets_is_drawn():
    part = client_indices(LABELS, federation(partition="dirichlet", alpha=1e6), 0)[0]
    mine = part[LABELS[part] == 0]  # 20 of 0, 10, 20, ..., 590
    assert mine.max() > 400


def test_a_large_alpha_is_nearly_equal():
    parts = client_indices(LABELS, federation(partition="dirichlet", alpha=1e6), 0)
    assert all(abs(len(part) - 200) <= 10 for part in parts)


def test_a_client_without_images_is_a_mistake():
    with pytest.raises(FlatgiaError, match="holds no image"):
        client_indices(LABELS[:5], federation(clients=6), 0)


def test_targets_are_one_of_each_class_then_the_second_of_each():
    labels = torch.tensor([2, 0, 0, 1, 2, 1, 0])
    mine = torch.tensor([6, 4, 3, 1, 0])  # classes 0 2 1 0 2
    assert target_indices(labels, mine, 3).tolist() == [6, 3, 4]
    assert target_indices(labels, mine, 5).tolist() == [6, 3, 4, 1, 0]
    with pytest.raises(FlatgiaError, match=r"targets\.images: the client holds 5 images"):
        target_indices(labels, mine, 6)


def test_ten_targets_of_a_real_division_are_of_ten_classes():
    part = client_indices(LABELS, federation(), 0)[0]
    found = target_indices(LABELS, part, 10)
    assert LABELS[found].tolist() == list(range(10)) and set(found.tolist()) <= set(part.tolist())
