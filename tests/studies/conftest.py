"""Made-up metrics for the tables of the studies, and how to draw one."""

import pytest

import draw
from flatgia.settings.config import ROOT

from ..plotting.conftest import HEADER, made  # noqa: F401

REPORTED = str(ROOT / "config" / "reported" / "table1.csv")


@pytest.fixture
def write(tmp_path):
    """Writes a metric table whose two images lie 1 dB to either side of `psnr`; gives its path."""

    def write(name, method, attack, psnr, number=0, gradient="method", attacker="naive"):
        path = tmp_path / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        facts = f"quick,0,{method},{number},{gradient},{attacker},{attack},1"
        path.write_text(HEADER + "".join(f"{facts},{i},psnr,{psnr + 2 * i - 1}\n" for i in range(2)))
        return str(path)

    return write


@pytest.fixture
def table(made, tmp_path):  # noqa: F811
    """Draws a study from the made-up results; gives its table as Markdown."""

    def table(name, *arguments):
        draw.main([name, *made.common, "--out-dir", str(tmp_path), *arguments])
        assert (tmp_path / f"{name}.tex").read_text().count(r"\toprule") == 1
        return (tmp_path / f"{name}.md").read_text()

    return table


def rows_of(text):
    """The cells of a Markdown table, its header first."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
