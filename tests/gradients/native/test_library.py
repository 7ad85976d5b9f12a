"""Compiling: once, for every kind of processor, and done without where it cannot be."""

import ctypes
import os
import shutil
import subprocess

import pytest
import torch

from flatgia.gradients.native import lenet, library


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An empty cache and no library loaded."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    library._load.cache_clear()
    yield tmp_path
    library._load.cache_clear()


@pytest.fixture
def small(fresh, monkeypatch):
    """A library of one line, since ours takes a compiler many seconds."""
    main = fresh / "one.cpp"
    main.write_text('extern "C" int one() { return 1; }\n')
    monkeypatch.setattr(library, "SOURCES", [main])
    monkeypatch.setattr(library, "MAINS", [main])
    return main


def test_it_compiles_once_and_leaves_one_file(fresh, small):
    assert library.load_library() is not None
    (made,) = (fresh / "cache" / "flatgia").iterdir()
    before = made.stat().st_mtime_ns
    library._load.cache_clear()
    assert library.load_library() is not None
    assert made.stat().st_mtime_ns == before


def test_a_library_that_is_cut_short_is_compiled_again(fresh, small):
    compiler = shutil.which("c++") or shutil.which("g++")
    made = library.compiled(compiler, library.capability())
    made.write_bytes(b"")
    assert library.load_library().one() == 1
    assert made.stat().st_size > 0


def test_other_sources_make_another_file(small):
    compiler = shutil.which("g++") or shutil.which("c++")
    first = library.compiled(compiler, "AVX2")
    small.write_text(small.read_text() + "// nothing\n")
    assert library.compiled(compiler, "AVX2") != first


def test_without_a_compiler_it_says_so(fresh, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(fresh))
    assert library.load_library() is None
    assert "no C++ compiler found" in capsys.readouterr().err


def test_a_compiler_that_fails_is_named_and_done_without(fresh, monkeypatch, capsys):
    broken = fresh / "bin" / "g++"
    broken.parent.mkdir()
    broken.write_text('#!/bin/sh\ntest "$1" = --version && exit 0\necho "no headers here" >&2\nexit 1\n')
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(library.shutil, "which", lambda name: str(broken) if name == "g++" else None)
    assert library.load_library() is None
    assert "no headers here" in capsys.readouterr().err
    assert not list((fresh / "cache" / "flatgia").glob("*"))


def test_a_home_that_cannot_be_written_to_is_done_without(fresh, small):
    (fresh / "cache").write_text("a file, no folder")
    assert library.load_library() is not None


@pytest.mark.parametrize(
    "capability, half",
    [
        ("AVX2", False),
        pytest.param("AVX2", True, marks=pytest.mark.slow),
        pytest.param("AVX512", False, marks=pytest.mark.slow),
        pytest.param("AVX512", True, marks=pytest.mark.slow),
        pytest.param("DEFAULT", False, marks=pytest.mark.slow),
    ],
)
def test_every_kind_of_processor_gives_the_same_numbers(monkeypatch, capability, half):
    order = ["DEFAULT", "AVX2", "AVX512"]
    if order.index(capability) > order.index(torch.backends.cpu.get_cpu_capability()):
        pytest.skip(f"this processor has no {capability}")
    ours = ctypes.CDLL(str(library.compiled(shutil.which("g++") or shutil.which("c++"), capability, half)))
    draw = torch.Generator().manual_seed(0)
    images = torch.randn(21, 3, 32, 32, generator=draw, dtype=torch.float64)
    labels = torch.randint(0, 10, (21,), generator=draw)
    weights = torch.rand(15_826, generator=draw, dtype=torch.float64) - 0.5
    direction = torch.rand(21, 15_826, generator=draw, dtype=torch.float64)

    def numbers():
        found, states = lenet.gradients(images, labels, weights, 1.0)
        ahead = lenet.along(images[0], labels[0], weights, 1.0, images, direction)
        return [found, ahead, *lenet.derivatives(21, states, weights, direction, images=True, gradient=True)]

    expected = numbers()
    monkeypatch.setattr(lenet, "load_library", lambda half=False: ours)
    for mine, theirs in zip(numbers(), expected, strict=True):
        assert ((mine - theirs).abs().max() / theirs.abs().max()) < 1e-12


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("clang++") is None, reason="no clang++ here")
def test_clang_compiles_it_too(fresh):
    assert library.compiled(shutil.which("clang++"), "AVX2").is_file()


@pytest.mark.parametrize("half", [[], pytest.param(["-DHALF"], marks=pytest.mark.slow)])
def test_no_warnings(half):
    compiler = shutil.which("g++") or shutil.which("c++")
    flags = [*library.FLAGS, *half, "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    subprocess.run([compiler, *flags, *map(str, library.MAINS)], check=True)
