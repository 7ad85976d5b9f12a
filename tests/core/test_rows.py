"""A table is written with nine digits of a fraction, whole or not at all."""

import numpy as np
import pytest

from flatgia.core.artifacts import Provenance
from flatgia.core.rows import save_rows


def test_fractions_have_nine_digits_and_the_rest_is_as_it_is(tmp_path):
    rows = [["a, b", 3, True, 1 / 3, np.float32(0.5), np.int64(7)], ["c", -1, False, 2.0, np.float64(1e-12), 0]]
    save_rows(tmp_path / "rows.csv", list("uvwxyz"), rows, Provenance("toy", {}))
    lines = (tmp_path / "rows.csv").read_bytes().split(b"\n")
    assert lines == [b"u,v,w,x,y,z", b'"a, b",3,True,0.333333333,0.5,7', b"c,-1,False,2,1e-12,0", b""]


def test_an_error_among_the_rows_leaves_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError):
        save_rows(tmp_path / "rows.csv", ["x"], ([1 / value] for value in (1, 0)), Provenance("toy", {}))
    assert not list(tmp_path.iterdir())
