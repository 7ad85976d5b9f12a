"""A failed search is tried again, and only that."""

import torch

from flatgia.attacks.again import STARTS, blurred, search
from flatgia.attacks.agreement import distances
from flatgia.attacks.view import Attack, Attempt

FITS = torch.tensor([0.0, 0.0])


class Oracle(Attack):
    """Knows the images, and finds those of `found` only from the search number `wakes` on."""

    def __init__(self, images, wakes):
        self.images, self.wakes, self.seen = images, wakes, []

    def run(self, view):
        names = view.names or range(view.targets)
        self.seen.append((list(names), view.seed, view.first is not None))
        right = view.to_inputs(self.images)
        inputs = torch.stack([right[name] if len(self.seen) > self.wakes[name] else -right[name] for name in names])
        cost = torch.arange(len(inputs)).float()
        return Attempt(inputs, cost, cost[None])


def searched(easy, wakes, truth=FITS, retries=8):
    view, images = easy
    attack = Oracle(images, wakes)
    return attack, search(view, attack, attack.run(view), truth, retries)


def test_what_was_found_is_left_alone(easy):
    attack, result = searched(easy, [0, 0])
    assert len(attack.seen) == 1 and result.searches.tolist() == [1, 1]
    assert torch.allclose(result.found.images, easy[1])


def test_what_failed_is_searched_for_from_other_starts_until_it_is_found(easy):
    attack, result = searched(easy, [0, 3])
    assert [names for names, *_ in attack.seen] == [[0, 1], [1], [1], [1]]
    assert len({seed for _, seed, _ in attack.seen}) == 4
    assert [first for *_, first in attack.seen] == [False, *(sigma is not None for _, sigma in STARTS[:3])]
    assert result.searches.tolist() == [1, 4]
    assert torch.allclose(result.found.images, easy[1])
    assert torch.equal(result.distance, distances(easy[0], easy[0].to_inputs(result.found.images)))


def test_it_ends_with_a_failure_after_so_many(easy):
    attack, result = searched(easy, [0, 99], retries=2)
    assert len(attack.seen) == 3 and result.searches.tolist() == [1, 3]
    assert result.distance[1] > 1e-5 > result.distance[0]


def test_where_the_truth_does_not_fit_nothing_is_a_failure(easy):
    attack, result = searched(easy, [99, 99], truth=torch.tensor([0.1, 0.0]))
    assert [names for names, *_ in attack.seen][1:] == [[1]] * 8
    assert result.searches.tolist() == [1, 9]


def test_a_blur_keeps_what_is_even_and_the_mean(faces):
    assert torch.allclose(blurred(torch.ones(1, 1, 3, 8, 8), 2), torch.ones(1, 1, 3, 8, 8), atol=1e-6)
    assert blurred(faces, 1).std() < faces.std()
