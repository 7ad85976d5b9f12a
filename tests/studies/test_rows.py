"""What the tables of a study's command may not be."""

import pandas as pd
import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.studies.rows import read_rows


def table(tmp_path, text):
    path = tmp_path / "rows.csv"
    path.write_text(text)
    return [path]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", None),
        ("a,b\n1,2\n", None),
        ("a,c\n1,2\n", "columns b, c"),
        ("a,b\n1,\n", "a value is missing"),
        ("a,b\n1,inf\n", "a value is not finite"),
        ("a,b\ninf,3\n", None),
        ("a,b\n1,7\n", "too large"),
        ("", "No columns"),
    ],
)
def test_a_table_is_read_or_named(tmp_path, text, said):
    def read():
        paths = table(tmp_path, text)
        return read_rows(paths, ["a", "b"], "toy", "toys", lambda f: "too large" if (f["b"] > 6).any() else "", ["a"])

    if said is None:
        assert isinstance(read(), pd.DataFrame)
    else:
        with pytest.raises(FlatgiaError, match=rf"no table of toys \({said}.*scripts/studies/toy.py"):
            read()
