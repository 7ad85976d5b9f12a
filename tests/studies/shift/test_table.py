"""Each number of `shift` stands in its own place."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.studies.rounds import rounds_of
from flatgia.studies.shift.table import COLUMNS, read_shifts

from ..conftest import rows_of


def shifts(root, method, number, predicted):
    """Two images, predicted 1 dB to either side."""
    lines = [",".join(COLUMNS)]
    for image in range(2):
        about = f"{method},{number},0,{image}"
        for kind, size in (("sent", 0.2), ("random", 0.01), ("noise", 0.2)):
            values = {"ridge": 40, "prior": predicted + 2 * image - 1, "relative": size, "prior_weight": 0.01}
            values |= {"perturbation": 0.3} if kind == "sent" else {"reached": predicted - 5}
            lines += [f"{about},{kind},{name},{value}" for name, value in values.items()]
    path = root / f"shifts/{method}/round_{number:04d}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_a_row_a_method_and_round(made, write, table, tmp_path):
    section, rounds = made.config["studies"]["shift"], rounds_of(made.config, "shift")
    cases = [(method, number) for method in section["methods"] for number in rounds]
    paths = [shifts(tmp_path, *case, 20.0 + place) for place, case in enumerate(cases)]
    metrics = [write(f"{m}_{r}_{a}", m, a, 22.0 + p, r) for p, (m, r) in enumerate(cases) for a in section["attacks"]]
    text = table("shift", "--shifts", *paths, "--metrics", *metrics)
    rows = rows_of(text)[2:]
    assert len(rows) == len(cases)
    first = ["0", "FedSAM 0.05", "0.30", "0.200", "40.00", "20.00", "22.00", "22.00", "", "0.010", "20.00", "15.00"]
    assert rows[0] == [*first, "0.200", "20.00", "15.00"]
    assert "Between prediction and IG, in the median over images: 2.0 dB at round 0" in text
    assert (tmp_path / "shift.png").stat().st_size > 10_000


def test_a_foreign_table_is_named(tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FlatgiaError, match="no table of shifts"):
        read_shifts([tmp_path / "other.csv"])
