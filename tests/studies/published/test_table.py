"""Each number of `published` stands in its own place."""

from pathlib import Path

import pandas as pd

from ..conftest import REPORTED, rows_of


def test_published_stands_beside_the_paper(made, tmp_path, table):
    shown, rounds = made.config["studies"]["published"], made.config["rounds"]["table"]
    metrics = []
    for attack, ours in zip(shown["attacks"], ("idlg", "gi", "ig"), strict=True):
        for path in made.metrics(shown["methods"], [ours], rounds):
            copy = tmp_path / path.lstrip("/").replace("/", "_")
            copy.write_text(Path(path).read_text().replace(f",{ours},", f",{attack},"))
            metrics.append(str(copy))
    text = table("published", "--metrics", *metrics, "--reported", REPORTED)
    rows = rows_of(text)[2:]
    assert len(rows) == len(shown["methods"]) * len(shown["attacks"]) * len(rounds)
    place = shown["attacks"].index("ig_published")
    mean = pd.read_csv(made.metric("fedavg", "ig", 0, 1)).query("metric == 'psnr'")["value"].mean()
    assert rows[place][:5] == ["0", "FedAvg", "IG (unsigned)", f"{mean:.2f}", "33.71"]
    assert len(rows[0]) == 3 + 2 * len(made.config["metrics"])
    near = [row for row in rows if abs(float(row[3]) - float(row[4])) <= 1]
    assert f"PSNR: {len(near)} of {len(rows)} within 1 dB" in text
