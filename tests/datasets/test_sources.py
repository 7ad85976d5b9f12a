"""Sources are tried in order; when none works there is one message with every reason."""

from pathlib import Path

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.sources import BadFolder, Lacking, find_file, first_that_works, in_folder, user_folder


def failing(reason):
    def source():
        raise FlatgiaError("place", reason, "remedy")

    return source


def test_the_first_that_works_is_taken(capsys):
    sources = {"one": failing("is down"), "two": lambda: 2, "three": lambda: pytest.fail("not needed")}
    assert first_that_works("thing", sources, "help yourself") == (2, "two")
    assert "one: place: is down; trying the next" in capsys.readouterr().err


def test_all_reasons_are_in_one_message():
    with pytest.raises(FlatgiaError) as caught:
        first_that_works("thing", {"one": failing("is down"), "two": failing("is broken")}, "put it in a folder")
    assert all(
        text in str(caught.value) for text in ("one: place: is down", "two: place: is broken", "put it in a folder")
    )


def test_a_bug_is_not_taken_for_a_bad_source():
    with pytest.raises(ZeroDivisionError):
        first_that_works("thing", {"one": lambda: 1 / 0, "two": lambda: 2}, "")


def test_the_variable_wins_over_the_config(monkeypatch):
    monkeypatch.delenv("FLATGIA_DATA", raising=False)
    assert user_folder() is None
    assert user_folder("~/a") == Path.home() / "a"
    monkeypatch.setenv("FLATGIA_DATA", "/b")
    assert user_folder("/a") == Path("/b")


def test_what_a_folder_lacks_is_named(tmp_path):
    with pytest.raises(FlatgiaError, match="no such folder"):
        find_file(tmp_path / "nowhere", ("x",))
    with pytest.raises(Lacking, match="holds no x or y"):
        find_file(tmp_path, ("x", "y"))
    (tmp_path / "y").write_text("")
    assert find_file(tmp_path, ("x", "y")) == tmp_path / "y"


def test_a_folder_that_lacks_the_thing_is_passed_over_with_a_line(tmp_path, capsys):
    sources = {"folder": lambda: in_folder(tmp_path, lambda folder: find_file(folder, ("x",))), "two": lambda: 2}
    assert first_that_works("thing", sources, "") == (2, "two")
    assert f"{tmp_path}: holds no x; trying the next" in capsys.readouterr().err


@pytest.mark.parametrize("named", [True, False])
def test_a_folder_at_fault_ends_the_search_and_is_named(tmp_path, named):
    def wrong(folder):
        raise FlatgiaError(folder / "x" if named else "x", "wrong content", "fetch it again")

    sources = {"folder": lambda: in_folder(tmp_path, wrong), "two": lambda: pytest.fail("not wanted")}
    with pytest.raises(BadFolder) as caught:
        first_that_works("thing", sources, "")
    place = f"{tmp_path}/x" if named else f"x in {tmp_path}"
    assert str(caught.value) == f"{place}: wrong content; fetch it again."
