"""What is asked of --out before the work begins."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files, check_folder


def refused(call, words, *arguments):
    with pytest.raises(FlatgiaError, match=words) as caught:
        call(*arguments)
    assert str(caught.value).startswith("--out: ") and "\n" not in str(caught.value)


def test_what_can_be_written_passes_and_nothing_is_left(tmp_path):
    (tmp_path / "old").write_text("x")
    check_files([tmp_path / "old", tmp_path / "new/deep/file"], [tmp_path / "input", None])
    check_folder(tmp_path)
    check_folder(tmp_path / "new/folder")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_what_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    refused(check_files, "is a folder", [tmp_path])
    refused(check_files, "file is a file where a folder is needed", [tmp_path / "file/deep/x"])
    refused(check_files, "empty", [""])
    refused(check_files, "cannot be written", ["/proc/x"])
    refused(check_files, "cannot be written", [tmp_path / ("x" * 300)])
    refused(check_files, "no plain file", ["/dev/null"])
    refused(check_folder, "no folder", tmp_path / "file")
    refused(check_folder, "empty", "")
    refused(check_folder, "file is a file where", tmp_path / "file/deep")


def test_an_input_is_not_overwritten_by_any_of_its_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "input").write_text("x")
    (tmp_path / "link").symlink_to("input")
    for name in ("input", "./input", "link", tmp_path / "input"):
        refused(check_files, "is an input", [name], ["input"])
    refused(check_files, "named twice", ["a", "./a"])
