"""Archives are read in memory, and a broken one is named."""

import io
import tarfile

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.archives import read_members


def test_the_named_members_come_back(tmp_path, tar):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(tar({"a/x": b"1", "a/y": b"2", "../out": b"3"}))
    assert read_members(path, ["a/y"]) == {"a/y": b"2"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.tar.gz"]


@pytest.mark.parametrize("damage", [lambda whole: whole[: len(whole) // 2], lambda whole: b"<html>", lambda whole: b""])
def test_a_broken_archive_is_named(tmp_path, damage, tar):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(damage(tar({"x": bytes(range(256)) * 400})))
    with pytest.raises(FlatgiaError, match=r"a\.tar\.gz: not a whole archive"):
        read_members(path, ["x"])


def test_a_missing_member_is_named(tmp_path, tar):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(tar({"x": b"1"}))
    with pytest.raises(FlatgiaError, match="lacks y"):
        read_members(path, ["x", "y"])


def test_a_link_is_no_file(tmp_path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        link = tarfile.TarInfo("x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    (tmp_path / "a.tar.gz").write_bytes(buffer.getvalue())
    with pytest.raises(FlatgiaError, match="lacks x"):
        read_members(tmp_path / "a.tar.gz", ["x"])
