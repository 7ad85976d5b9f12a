"""Each number of `credit` stands in its own place."""

import torch

from flatgia.core.artifacts import Provenance, save_tensors

from ..conftest import REPORTED, rows_of


def test_credit_sets_the_truth_beside_the_answer(made, write, tmp_path, table):
    shown = made.config["studies"]["credit"]
    pairs = [(m, a) for m in shown["methods"] for a in shown["attacks"]]
    metrics = [write(f"{m}{a}", m, a, 20.0 + i) for i, (m, a) in enumerate(pairs)]
    attacks = []
    for i, (method, attack) in enumerate(pairs):
        path = tmp_path / f"{method}{attack}.safetensors"
        tensors = {"distance": torch.tensor([1.0, 2.0, 9.0]) * 10.0**-i, "distance_truth": torch.full((3,), 0.5)}
        save_tensors(path, tensors, {"method": method, "attack": attack}, Provenance("attack", {}))
        attacks.append(str(path))
    rows = rows_of(table("credit", "--metrics", *metrics, "--attacks", *attacks, "--reported", REPORTED))[2:]
    place = shown["attacks"].index("gias_untrained")
    expected = f"{20 + place:.2f}", "36.25", f"{2 * 10.0**-place:.1e}", "5.0e-01"
    assert rows[place] == ["FedAvg", "GIAS (untrained)", *expected]
    assert len(rows) == len(pairs)
