"""The one exception that a user reads."""

from pathlib import Path

from flatgia.core.errors import FlatgiaError


def test_one_sentence_of_where_what_and_remedy():
    error = FlatgiaError(Path("a/b.txt"), "no such file", "check the path")
    assert str(error) == "a/b.txt: no such file; check the path."
    assert (error.where, error.what, error.remedy) == ("a/b.txt", "no such file", "check the path")
