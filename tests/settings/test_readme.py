"""The tables of config/README.md that are written from the classes."""

from flatgia.settings.config import ROOT
from flatgia.settings.readme import with_tables


def test_the_committed_tables_are_current():
    text = (ROOT / "config/README.md").read_text(encoding="utf-8")
    assert text == with_tables(text), "run python scripts/parameters.py"
    assert text.count("scripts/parameters.py -->") == text.count("<!-- end -->") == 2


def test_a_table_holds_every_number_with_its_range_and_its_words():
    text = with_tables("<!-- methods: scripts/parameters.py -->\nold\n<!-- end -->\nrest")
    assert "old" not in text and text.endswith("<!-- end -->\nrest")
    assert "| `fedsam` | `rho` | from 0 |  | Radius of the ball (4.3). |" in text
    assert "| `pretraining.images` | count |" in text
