"""Seconds of a federated round on the same batches: ours, pfl's, and the bare forward, backward and SGD steps alone.

    python benchmarks/round.py [--quick]

FedAvg with LeNet, 2 clients x 2,000 images, one epoch. Says how far the models after the round are apart.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import cases
import torch
from alternate import Row, Side, alternate, options, show, write

from flatgia.federated.client import batches

SIDES = [
    Side("flatgia", "round_flatgia.py", changes={"compile": "auto"}),
    Side("flatgia, uncompiled", "round_flatgia.py", changes={"compile": "never"}),
    Side("bare steps", "round_bare.py"),
    Side("pfl 0.6.0", "round_pfl.py", "pfl"),
]


def case(clients: int, count: int) -> dict:
    """The clients' images, and the order in which our seeds visit them."""
    numbers = asdict(cases.paper().federation) | {"local_epochs": 1}
    inputs, labels = cases.images(clients * count)
    inputs = inputs.contiguous(memory_format=torch.channels_last)  # the layout in which PyTorch is fastest
    orders = [torch.cat(list(batches(count, 1, numbers["batch_size"], 0, 0, client))) for client in range(clients)]
    return {
        "params": cases.model()[1],
        "clients": list(zip(inputs.split(count), labels.split(count), strict=True)),
        "orders": orders,
        "federation": numbers | {"clients": clients, "clients_per_round": clients},
    }


def differences(folder: Path) -> list[Row]:
    """How far each side's weights after the round are from ours, over the largest weight."""
    models = {path.stem: torch.load(path) for path in sorted(folder.glob("*.model"))}
    ours = models.pop("flatgia")
    size = max(value.abs().max() for value in ours.values())
    largest = {who: max((theirs[key] - ours[key]).abs().max() for key in ours) for who, theirs in models.items()}
    return [Row("theta_1, difference over largest", who, (far / size).item(), "1", 1) for who, far in largest.items()]


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes results/round.csv."""
    given = options(__doc__, 7).parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        numbers = case(2, 100 if given.quick else 2000)
        rows = alternate(SIDES, numbers, 1 if given.quick else given.repeats, Path(folder))
        rows += show(differences(Path(folder)))
    write("round", rows, given.quick)


if __name__ == "__main__":
    main()
