"""A download is whole and right, or is named for what it is."""

import socket
import sys

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.download import fetch, fetch_by_command, scratch_beside

BODY = bytes(range(256)) * 9000  # over two chunks


def nothing_left(folder):
    return list(folder.iterdir()) == []


@pytest.mark.parametrize("length", ["whole", None])
def test_a_good_download_arrives(web, tmp_path, length, pin):
    fetch(web.put("/file", BODY, length=length), tmp_path / "file", pin(BODY))
    assert (tmp_path / "file").read_bytes() == BODY
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_address_works(tmp_path, pin):
    (tmp_path / "there").write_bytes(BODY)
    fetch((tmp_path / "there").as_uri(), tmp_path / "here", pin(BODY, "md5"))
    assert (tmp_path / "here").read_bytes() == BODY


def test_a_wrong_hash_is_named(web, tmp_path, pin):
    with pytest.raises(FlatgiaError, match="wrong content"):
        fetch(web.put("/file", BODY[::-1]), tmp_path / "file", pin(BODY))
    assert nothing_left(tmp_path)


def test_a_broken_off_download_is_named(web, tmp_path, pin):
    with pytest.raises(FlatgiaError, match=f"broken off after 1000000 of {len(BODY)} bytes"):
        fetch(web.put("/file", BODY[:1000000], length=len(BODY)), tmp_path / "file", pin(BODY))
    assert nothing_left(tmp_path)


@pytest.mark.parametrize(
    ("kind", "body"), [("text/html; charset=utf-8", b"Sign in"), ("application/gzip", b"\n<!DOCTYPE HTML><p>Sign in")]
)
def test_a_web_page_is_named(web, tmp_path, kind, body, pin):
    with pytest.raises(FlatgiaError, match="a web page came"):
        fetch(web.put("/file", body, kind=kind), tmp_path / "file", pin(BODY))
    assert nothing_left(tmp_path)


def test_an_error_of_the_server_is_named(web, tmp_path, pin):
    with pytest.raises(FlatgiaError, match="HTTP 404"):
        fetch(web.url + "/nowhere", tmp_path / "file", pin(BODY))


def test_a_silent_server_is_given_up(tmp_path, pin):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(FlatgiaError, match="no answer"):
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/", tmp_path / "file", pin(BODY), silence=0.2)


def test_a_full_disk_is_not_taken_for_a_bad_address(web, tmp_path, monkeypatch, pin):
    monkeypatch.setattr("flatgia.datasets.download._receive", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        fetch(web.put("/file", BODY), tmp_path / "file", pin(BODY))


def write(text):
    return [sys.executable, "-c", text]


def test_a_command_leaves_the_file(tmp_path, pin):
    fetch_by_command(write("open('file', 'w').write('x')"), tmp_path / "file", pin(b"x"))
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["no-such-command-here"], "not installed"),
        (write("import sys; sys.exit('npm error 404 not found')"), "npm error 404 not found"),
        (write("pass"), "left no file"),
        (write("open('file', 'w').write('y')"), "wrong content"),
    ],
)
def test_a_command_that_fails_is_named(tmp_path, command, reason, pin):
    with pytest.raises(FlatgiaError, match=reason):
        fetch_by_command(command, tmp_path / "file", pin(b"x"))


def test_a_command_without_end_is_stopped(tmp_path, pin):
    with pytest.raises(FlatgiaError, match="no end after"):
        fetch_by_command(write("import time; time.sleep(60)"), tmp_path / "file", pin(b"x"), seconds=0.2)


def test_the_scratch_folder_goes_away(tmp_path):
    with pytest.raises(ZeroDivisionError), scratch_beside(tmp_path / "new" / "file") as scratch:
        (scratch / "part").write_text("x")
        raise ZeroDivisionError
    assert nothing_left(tmp_path / "new")
