"""A small web server on this machine, and small stand-ins for the official files."""

import contextlib
import hashlib
import http.server
import io
import tarfile
import threading

import numpy as np
import pytest

from flatgia.datasets import cifar10

ROWS = 4


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the server's `pages`: path -> (announced length or None, type, body)."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path not in self.server.pages:
            self.send_error(404)
            return
        length, kind, body = self.server.pages[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def web(monkeypatch):
    """A server; `web.put(path, body)` serves a body and gives its address."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.pages, server.asked = {}, []
    server.url = f"http://127.0.0.1:{server.server_port}"

    def put(path, body, length="whole", kind="application/octet-stream"):
        server.pages[path] = (len(body) if length == "whole" else length, kind, body)
        return server.url + path

    server.put = put
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def make_tar(members):
    """A tar.gz with these members (name -> bytes)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def make_pin(data, kind="sha256"):
    """The pin of these bytes."""
    return f"{kind}:{hashlib.new(kind, data).hexdigest()}"


@pytest.fixture
def tar():
    """`tar(members)` gives the bytes of a tar.gz."""
    return make_tar


@pytest.fixture
def pin():
    """`pin(data)` gives the pin of these bytes."""
    return make_pin


@pytest.fixture
def small(monkeypatch):
    """Six small batches, taken for the official ones: name -> (labels, pixels (4, 3072))."""
    draw = np.random.default_rng(0)
    batches = {
        name: (draw.integers(0, 10, ROWS), draw.integers(0, 256, (ROWS, 3072), dtype=np.uint8))
        for name in cifar10.BATCHES
    }
    pins = {name: make_pin(cifar10.encode(*batch), "md5") for name, batch in batches.items()}
    monkeypatch.setattr(cifar10, "BATCHES", pins)
    monkeypatch.setattr(cifar10, "ROWS", ROWS)
    return batches
