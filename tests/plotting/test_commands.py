"""Every figure and table, made from small made-up results."""

import csv
import shutil
from pathlib import Path

import matplotlib.image
import pandas as pd
import pytest

import draw
from flatgia.core.errors import FlatgiaError
from flatgia.plotting import page
from flatgia.settings.config import PAPER, ROOT, load

from .conftest import QUICK, make

FIGURES = [f"fig{number:02d}" for number in range(1, 14)]
REPORTED = str(ROOT / "config" / "reported" / "table1.csv")
LIKE_OTHERS = {"fig05", "fig08", "fig09", "fig10", "fig11", "fig12", "fig13"}  # as fig03 and fig02


def run(made, out, name, arguments):
    draw.main([name, *made.common, "--out-dir", str(out), *arguments])


def some(names):
    """The names as parameters, those that are like another slow."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name in LIKE_OTHERS else []) for name in names]


def needs(made, name):
    """The files each command is given."""
    report, rounds = made.config["report"], made.config["rounds"]
    methods, attacks, table = report["methods"], report["attacks"], rounds["table"]
    short = table + rounds["curve"]
    if name in ("fig02", "fig09", "fig10", "fig11", "fig12", "fig13"):
        return ["--metrics", *made.metrics(methods, attacks, short)]
    return {
        "fig01": lambda: ["--metrics", *made.metrics(["fedavg"], attacks, table + rounds["long"]),
                          "--hessian", *made.hessian(["fedavg"], table + rounds["long"])],
        "fig03": lambda: ["--hessian", *made.hessian(methods, short + rounds["long"])],
        "fig04": lambda: ["--metrics", *made.metrics(report["rho"]["methods"], ["ig"], table)],
        "fig05": lambda: ["--hessian", *made.hessian(report["rho"]["methods"], table)],
        "fig06": lambda: ["--metrics", *made.metrics(["fedavg", "fedsam"], ["ig"], [0], [1, 2, 4])],
        "fig07": lambda: ["--attacks", *made.attacks(methods, report["pictures"]["attacks"], 0),
                          *made.attacks(methods, report["pictures"]["attacks"], table[-1]), "--targets", made.targets()],
        "fig08": lambda: ["--metrics", *made.metrics(["fedavg"], attacks, short + rounds["long"])],
        "table1": lambda: ["--metrics", *made.metrics(methods, attacks, table),
                           "--checkpoints", *made.checkpoints(methods, table)],
        "table2": list,
        "compare": lambda: ["--metrics", *made.metrics(methods, attacks, table), "--reported", REPORTED],
    }[name]()  # fmt: skip


@pytest.mark.parametrize("name", some([*FIGURES, "compare"]))
def test_figure_is_whole_and_its_notes_cover_nothing(made, tmp_path, monkeypatch, name):
    kept, close = [], page.plt.close
    monkeypatch.setattr(page.plt, "close", kept.append)
    run(made, tmp_path, name, needs(made, name))
    assert {path.suffix for path in tmp_path.glob(f"{name}.*")} >= {".pdf", ".png", ".csv", ".json"}
    assert matplotlib.image.imread(tmp_path / f"{name}.png").std() > 0.05
    assert (tmp_path / f"{name}.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    (figure,) = kept
    draw = figure.canvas.get_renderer()
    notes = next(text for text in figure.texts if text.get_gid() == "notes")
    box = notes.get_window_extent(draw)
    assert "quick scale" in notes.get_text()
    assert box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y0 >= 0
    for axes in (axes for axes in figure.axes if axes.axison):
        assert axes.get_tightbbox(draw).y0 > box.y1
        assert axes.get_tightbbox(draw).x1 <= figure.bbox.x1 + 1
    close(figure)


def test_figure_two_plots_the_means_of_the_files(made, tmp_path):
    run(made, tmp_path, "fig02", needs(made, "fig02"))
    with open(made.metric("fedsam", "ig", 2, 1)) as file:
        values = [float(row["value"]) for row in csv.DictReader(file) if row["metric"] == "psnr"]
    table = pd.read_csv(tmp_path / "fig02.csv").set_index(["method", "attack", "metric", "round"])
    assert table.loc[("fedsam", "ig", "psnr", 2), "mean"] == pytest.approx(sum(values) / len(values))
    assert len(table) == 5 * 5 * 4  # methods, attacks, rounds: the long rounds are not in this figure


def test_the_numbers_beside_the_log_determinant_are_in_the_tables(made, tmp_path):
    for name in ("fig01", "fig03", "fig05"):
        run(made, tmp_path, name, needs(made, name))
    numbers = {"quadrature_error": 0.003, "lambda_min": -2, "trace": 500, "count_above": 900}
    for name in ("fig03", "fig05"):
        table = pd.read_csv(tmp_path / f"{name}.csv")
        errors = {"se": 0.009, "trace_se": 20, "count_above_se": 40}
        assert table.loc[table["method"] == "fedavg", "lambda_max"].eq(100).all()
        assert all((table[column] == value).all() for column, value in (numbers | errors).items())
    rows = pd.read_csv(tmp_path / "fig01.csv").set_index(["metric", "round"])
    assert rows.loc[("log_det_scaled", 0), "se"] == 0.009
    assert tuple(rows.loc[("trace", 0), ["mean", "se", "n"]]) == (500, 20, 1)
    assert rows.loc[("quadrature_error_scaled", 0), "mean"] == 0.003 and rows.loc[("lambda_max", 0), "mean"] == 100


@pytest.mark.parametrize("name", ["fig05", "table1"])
def test_same_bytes_twice(made, tmp_path, name):
    for folder in ("one", "two"):
        run(made, tmp_path / folder, name, needs(made, name))
    made_files = [path for path in (tmp_path / "one").iterdir() if path.suffix != ".json"]
    assert len(made_files) >= 3
    for path in made_files:
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_table_one_shows_accuracy_and_marks_the_best(made, tmp_path):
    run(made, tmp_path, "table1", needs(made, "table1"))
    text = (tmp_path / "table1.md").read_text()
    long = pd.read_csv(tmp_path / "table1.csv")
    cell = long[(long["round"] == 0) & (long["attack"] == "ig") & (long["metric"] == "psnr")]
    assert f"**{cell['mean'].min():.2f}**" in text and f"**{cell['mean'].max():.2f}**" not in text
    assert "FedSAI†" in text and "| 10.0 |" in text and "lower is the better defence" in text
    assert (long["metric"] == "accuracy_percent").sum() == 5 * 3
    assert r"\textbf" in (tmp_path / "table1.tex").read_text()


def test_table_two_is_read_from_the_config(made, tmp_path):
    run(made, tmp_path, "table2", [])
    rows = dict(pd.read_csv(tmp_path / "table2.csv", dtype=str).itertuples(index=False))
    assert (rows["Rounds"], rows["Clients"], rows["Learning rate"], rows["Non-IID α"]) == ("6", "10", "0.01", "IID")


def test_compare_says_which_rounds_stand_beside_each_other(made, tmp_path):
    run(made, tmp_path, "compare", needs(made, "compare"))
    text = (tmp_path / "compare.md").read_text()
    assert "scale quick" in text and "the paper's round 200 beside our round 4" in text
    table = pd.read_csv(tmp_path / "compare.csv")
    assert len(table) == 300
    assert (table["difference"] - (table["ours"] - table["paper"])).abs().max() < 1e-6


@pytest.mark.parametrize("name", [*FIGURES, "compare", "table1", "table2"])
def test_a_configuration_text_without_its_sections_is_one_sentence(made, tmp_path, name):
    with pytest.raises(FlatgiaError, match="^the configuration text: missing "):
        run(made, tmp_path, name, [*needs(made, name), "--config", "{}"])
    assert not list(tmp_path.iterdir())


def test_missing_attack_is_named_and_nothing_is_written(made, tmp_path):
    with pytest.raises(FlatgiaError, match="no rows for method fedavg, attack gifd"):
        run(made, tmp_path, "fig13", ["--metrics", *made.metrics(["fedavg"], ["ig"], [0])])
    assert not list(tmp_path.iterdir())


def test_panels_follow_the_metrics_of_the_config(made, tmp_path):
    few = tmp_path / "few"
    shutil.copytree(made.root, few)
    text = (few / "config.yaml").read_text().replace("- lpips\n", "")
    (few / "config.yaml").write_text(text)
    run(type(made)(few, made.config), tmp_path / "out", "fig11", needs(made, "fig11"))
    assert set(pd.read_csv(tmp_path / "out/fig11.csv")["metric"]) == {"mse_x100", "ssim"}


def test_arguments_can_come_from_a_file(made, tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text("\n".join(needs(made, "fig05")) + "\n")
    run(made, tmp_path / "out", "fig05", [f"@{listed}"])
    assert Path(tmp_path / "out/fig05.pdf").is_file()


def test_the_presets_shown_are_said(made, tmp_path):
    run(made, tmp_path, "table1", needs(made, "table1"))
    text = (tmp_path / "table1.md").read_text()
    assert "Attack settings: ours for " in text
    ours, _, rest = text.partition("Attack settings: ours for ")[2].partition("; published for ")
    published, _, adapted = rest.partition("; published but for what the label names for ")
    assert "GIFD" in ours and "iDLG (published)" in published and "IG (unsigned)" in adapted.partition(";")[0]


def test_compare_finds_the_paper_by_the_whole_label(tmp_path):
    report = load(PAPER)["report"] | {"methods": ["fedavg"], "attacks": ["gi", "ig", "ig_published"]}
    few = make(tmp_path / "few", "quick", QUICK, report=report)
    run(
        few,
        tmp_path,
        "compare",
        ["--metrics", *few.metrics(["fedavg"], ["gi", "ig"], QUICK["table"]), "--reported", REPORTED],
    )
    assert set(pd.read_csv(tmp_path / "compare.csv")["attack"]) == {"GI", "IG"}
