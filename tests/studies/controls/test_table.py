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


def test_failed_searches_stand_in_brackets_and_the_median_keeps_them(made, write, tmp_path, table):
    methods, rounds = made.config["studies"]["controls"]["methods"], made.config["rounds"]["table"]
    paths = [write(f"{m}{r}", m, "ig", 20.0, r, "plain") for m in methods for r in rounds]
    lines = [f"quick,0,fedavg,{rounds[0]},plain,naive,ig,1,{image},{name},{value}\n"
             for image, answer in ((0, 0.3), (1, 1e-7))
             for name, value in (("distance", answer), ("distance_truth", 0))]  # fmt: skip
    with open(paths[0], "a") as file:
        file.writelines(lines)
    rows = rows_of(table("controls", "--metrics", *paths, "--checkpoints", *made.checkpoints(methods, rounds)))[2:]
    assert rows[0][3:6] == ["", "", "20.00 (1)"]
    numbers = pd.read_csv(tmp_path / "controls.csv").query("method == 'fedavg' and round == 0 and metric == 'psnr'")
    assert numbers[["mean", "n", "median", "failed"]].values.tolist() == [[21, 1, 20, 1]]
    assert (tmp_path / "controls.png").is_file()
