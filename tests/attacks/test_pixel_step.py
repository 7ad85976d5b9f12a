"""The step of attacks on pixels."""

import torch

from flatgia.attacks.optimisers.pixels import pixel_step
from flatgia.attacks.priors import Prior
from flatgia.gradients.objectives import cosine_distance


def test_one_compiled_program_serves_all_levels(easy, monkeypatch):
    view, _ = easy
    programs = []

    def backend(graph, _):
        programs.append(graph)
        return graph.forward

    monkeypatch.setattr(
        "flatgia.attacks.optimisers.pixels.compiled",
        lambda function, _: torch.compile(function, backend=backend, dynamic=False),
    )
    inputs = view.noise(1, view.shape)
    costs = [pixel_step(view, cosine_distance, 1, Prior(tv=tv, edge=0.1))(inputs)[1] for tv in (1, 0.1, 0.01)]
    assert len(programs) == 1
    assert (costs[0] > costs[1]).all() and (costs[1] > costs[2]).all()
