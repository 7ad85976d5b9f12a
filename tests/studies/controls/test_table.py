"""Each number of `controls` stands in its own place."""

import pandas as pd

from ..conftest import rows_of


def test_controls_keep_the_axes_apart(made, write, tmp_path, table):
    values = {("method", "naive"): 10.0, ("method", "adaptive"): 30.0, ("plain", "naive"): 40.0}
    methods, rounds = made.config["studies"]["controls"]["methods"], made.config["rounds"]["table"]
    paths = [
        write(f"{m}{r}{g}{a}", m, "ig", value + r + methods.index(m) / 10, r, g, a)
        for m in methods for r in rounds for (g, a), value in values.items()
    ]  # fmt: skip
    text = table("controls", "--metrics", *paths, "--checkpoints", *made.checkpoints(methods, rounds))
    rows = rows_of(text)[2:]
    assert len(rows) == len(methods) * len(rounds) * len(made.config["studies"]["controls"]["attacks"])
    place = len(methods) + methods.index("fedasam")  # the table's second round
    assert rows[place][:6] == ["IG", str(rounds[1]), "FedASAM", *(f"{v + rounds[1] + 0.2:.2f}" for v in (10, 30, 40))]
    assert "FedSAI†" in text and "2 images" in text
    assert set(pd.read_csv(tmp_path / "controls.csv")["metric"]) == {"psnr", "accuracy_percent"}
