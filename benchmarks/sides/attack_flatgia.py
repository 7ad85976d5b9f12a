"""Our side of attack.py."""

import time
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from serve import Measure, Rows, serve

from flatgia.attacks import load_attack
from flatgia.attacks.observe import server_view
from flatgia.attacks.optimisers import descent, lbfgs
from flatgia.attacks.victim import Victim
from flatgia.datasets.inputs import statistics
from flatgia.gradients.choice import choose_backend
from flatgia.networks.network import load_network
from flatgia.settings.config import PAPER
from flatgia.settings.settings import Settings


def build(case: dict[str, Any]) -> Measure:
    """Runs the attack of a config entry on all images at once."""
    settings = Settings.load(PAPER)
    entry = settings.attack(case["attack"])
    numbers = {**entry.numbers, **case["numbers"], "restarts": case["restarts"]}
    attack = load_attack(replace(entry, numbers=numbers))
    backend = choose_backend(load_network(settings.model.network), case["compile"])
    observed = tuple(case["observed"])
    client = Victim(backend, case["params"], None, None)
    normal = statistics(settings.data)
    view = server_view(client, observed, None, (1, 3, 32, 32), normal, case["compile"], None, ("benchmark",), "")

    def measure(number: int) -> Rows:
        ticks: list[float] = []

        class Clock:
            def __init__(self, *_: object) -> None: ...

            def update(self, *_: object) -> None:
                ticks.append(time.perf_counter())

        begin = time.perf_counter()
        with patch.object(descent, "Progress", Clock), patch.object(lbfgs, "Progress", Clock):
            attack.run(view)
        if number == 0:
            return [("first run to its first step", ticks[0] - begin, "s")]
        step = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
        return [(case["what"], view.targets * case["restarts"] / step, "1/s")]

    return measure


if __name__ == "__main__":
    serve(build)
