"""What every command shares."""

import errno
import os
import subprocess
import sys

import pytest
import torch

from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.compute import Compute
from flatgia.core.errors import FlatgiaError


def ending(error):
    """The exit code or message of a command that raises `error`."""

    def main(argv):
        raise error

    with pytest.raises(SystemExit) as caught:
        run(main)
    return caught.value.code


def test_a_mistake_is_one_sentence():
    assert ending(FlatgiaError("here", "wrong", "mend it")) == "error: here: wrong; mend it."


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "no space left"), (errno.EACCES, "permission denied"), (errno.EROFS, "read-only")],
)
def test_a_full_or_closed_disk_is_one_sentence(number, words):
    message = ending(OSError(number, os.strerror(number), "a/b"))
    assert message.startswith("error: a/b: ") and words in message
    assert words in ending(OSError(number, os.strerror(number)))  # no name known


def test_a_bug_keeps_its_traceback():
    def main(argv):
        raise ValueError("bug")

    with pytest.raises(ValueError, match="bug"):
        run(main)


def test_ctrl_c_ends_quietly():
    assert ending(KeyboardInterrupt()) == 130


def test_success_returns():
    assert run(lambda argv: None) is None


def test_a_closed_pipe_ends_quietly():
    code = "from flatgia.core.cli import run\ndef main(argv): raise BrokenPipeError(32, 'Broken pipe')\nrun(main)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")


def test_the_exit_code_of_a_mistake_is_one():
    code = "from flatgia.core.cli import run\nfrom flatgia.core.errors import FlatgiaError\n"
    code += "def main(argv): raise FlatgiaError('here', 'wrong', 'mend it')\nrun(main)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "error: here: wrong; mend it.\n")


@pytest.mark.parametrize(
    ("threads", "device", "gpu", "asked"),
    [
        (1, "cpu", False, []),
        (2, "cpu", False, [True]),
        (1, "cpu", True, []),
        (1, "auto", False, []),
        (1, "auto", True, [True]),
        (1, "cuda", True, [True]),
    ],
)
def test_what_could_vary_is_fixed(monkeypatch, threads, device, gpu, asked):
    calls, before = [], torch.get_num_threads()
    monkeypatch.setattr(torch, "use_deterministic_algorithms", calls.append)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.delenv("TORCHINDUCTOR_COMPILE_THREADS", raising=False)
    prepare_torch(Compute(threads, device, "portable", "never"))
    assert os.environ.pop("TORCHINDUCTOR_COMPILE_THREADS") == str(threads)
    assert not torch.backends.cuda.matmul.allow_tf32 and not torch.backends.cudnn.allow_tf32
    found = torch.get_num_threads()
    torch.set_num_threads(before)
    assert (found, calls) == (threads, asked)


def test_the_device_is_what_torch_sees(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")  # as a scheduler sets it on any node
    assert pick_device("cpu") == pick_device("auto") == "cpu"
    with pytest.raises(FlatgiaError, match="compute.device"):
        pick_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert pick_device("auto") == pick_device("cuda") == "cuda"
