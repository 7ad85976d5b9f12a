"""Downloads: whole and with the expected content, or a clear reason why not."""

import contextlib
import http.client
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from flatgia.core.artifacts import replacing
from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import Progress
from flatgia.datasets.pins import check_file

CHUNK = 1_000_000  # bytes
SILENCE = 10.0  # seconds: an address that cannot be reached must not hold up the sources after it
COMMAND = 900.0  # seconds
REMEDY = "check the network, or fetch it by hand"
# What a connection can raise; a full disk is none of these and is left to the command to report.
NO_ANSWER = (urllib.error.URLError, http.client.HTTPException, ssl.SSLError, TimeoutError, ConnectionError, ValueError)


@contextlib.contextmanager
def scratch_beside(path: Path) -> Iterator[Path]:
    """Yields a folder for downloads beside `path`, since /tmp is often too small for them; removes it at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".download.") as folder:
        yield Path(folder)


def fetch(url: str, path: Path, pin: str, silence: float = SILENCE) -> None:
    """Downloads `url` to `path` if its content has the hash `pin`; gives up after `silence` seconds without a byte."""
    request = urllib.request.Request(url, headers={"User-Agent": "flatgia"})
    with replacing(path) as temporary:
        try:
            with urllib.request.urlopen(request, timeout=silence) as reply:
                _receive(reply, temporary, url)
        except NO_ANSWER as error:
            raise FlatgiaError(url, f"no answer ({_reason(error)})", REMEDY) from None
        check_file(temporary, pin, url)


def _receive(reply: http.client.HTTPResponse, path: Path, url: str) -> None:
    """Writes the body, watching for a web page in place of the file and for an early end."""
    length = reply.headers.get("Content-Length")
    total = int(length) if length else None
    progress = Progress(-(-total // CHUNK), f"downloading {url.rsplit('/', 1)[-1]}", "megabyte") if total else None
    received = 0
    page = reply.headers.get_content_type() == "text/html"
    with open(path, "wb") as file:
        while chunk := reply.read(CHUNK):
            if page or (received == 0 and chunk.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))):
                raise FlatgiaError(url, "a web page came instead of the file (a proxy or a sign-in?)", REMEDY)
            file.write(chunk)
            received += len(chunk)
            if progress:
                progress.update()
    if total is not None and received < total:
        raise FlatgiaError(url, f"broken off after {received} of {total} bytes", REMEDY)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    return str(error) or type(error).__name__


def fetch_by_command(command: Sequence[str], path: Path, pin: str, seconds: float = COMMAND) -> None:
    """Runs `command` in the folder of `path`, where it is to leave that file, and checks the file's hash `pin`."""
    where = " ".join(command)
    if shutil.which(command[0]) is None:
        raise FlatgiaError(where, f"{command[0]} is not installed", "install it, or fetch the file by hand")
    path.parent.mkdir(parents=True, exist_ok=True)
    print(f"running: {where}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise FlatgiaError(where, f"no end after {seconds:.0f} s", REMEDY) from None
    if done.returncode != 0:
        raise FlatgiaError(where, f"failed ({_last_error(done.stderr)})", REMEDY)
    if not path.is_file():
        raise FlatgiaError(where, f"left no {path.name}", REMEDY)
    check_file(path, pin, where)


def _last_error(text: str) -> str:
    """The line of a command's messages that says most: the last that speaks of an error, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and "log" not in line.lower()]
    return (errors or lines or ["no message"])[-1][:200]
