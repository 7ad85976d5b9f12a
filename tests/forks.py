"""A Python that has its imports behind it: commands run as forks of one process that has loaded PyTorch and the like.

Loading them takes seconds, which is most of a tiny job. A fork has the command's own arguments, folder, environment and
files, and dies with the client that asked for it. What depends on how a process starts is tested with processes of its own.
"""

import atexit
import contextlib
import functools
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
HEAVY = ("numpy", "pandas", "scipy.optimize", "skimage.metrics", "matplotlib.pyplot", "safetensors.torch", "PIL.Image",
         "torch.func", "snakemake.cli", "snakemake_executor_plugin_slurm")  # fmt: skip
CLIENT = [sys.executable, "-S", "-E", __file__]


@functools.cache
def address() -> str:
    """Where this process's server listens; the server is started by the first call and ends with this process."""
    folder = tempfile.TemporaryDirectory(prefix="forks-")
    path = f"{folder.name}/socket"
    server = subprocess.Popen([sys.executable, __file__, "--serve", path])

    def stop() -> None:
        server.kill()
        server.wait()
        folder.cleanup()

    atexit.register(stop)
    while not Path(path).exists():
        assert server.poll() is None, "the server of forks ended"
        time.sleep(0.05)
    # For the shells of jobs: bash reads this file before a command.
    Path(folder.name, "bash").write_text(f'python() {{ {" ".join(map(repr, CLIENT))} "$@"; }}\n')
    return path


def forking(environment: dict[str, str]) -> dict[str, str]:
    """The environment in which a shell's `python`, and `CLIENT`, are forks."""
    return environment | {"FORKS": address(), "BASH_ENV": str(Path(address()).with_name("bash"))}


def ask() -> int:
    """Has this process's command run by the server; its exit status."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ["FORKS"])
        request = json.dumps([sys.argv[1:], str(Path.cwd()), dict(os.environ)]).encode()
        socket.send_fds(connection, [len(request).to_bytes(8, "big")], [0, 1, 2])
        connection.sendall(request)
        answer = connection.recv(1)
    return answer[0] if answer else 137


def serve(path: str) -> None:
    """Loads what takes long and forks for each client, until the process that started it is gone."""
    sys.path.insert(0, str(SCRIPTS))
    from flatgia.core.instructions import use_instructions

    use_instructions("portable")
    from flatgia.core.torchvision_import import import_lpips

    import_lpips()
    for name in HEAVY:
        __import__(name)
    for name in [name for name in sys.modules if name.split(".")[0] == "flatgia"]:
        del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if entry not in (str(SCRIPTS), str(Path(__file__).parent))]
    gc.freeze()  # else each fork's collector copies pages only to look at them
    parent = os.getppid()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen()
        Path(f"{path}.new").rename(path)
        listener.settimeout(2)
        while os.getppid() == parent:
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                if os.fork() == 0:
                    listener.close()
                    answer(connection)
                connection.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def answer(connection: socket.socket) -> None:
    """Runs the client's command in a process of its own, tells the client how it ended, and ends."""
    connection.settimeout(None)
    size, files, *_ = socket.recv_fds(connection, 8, 3)
    request = b""
    while len(request) < int.from_bytes(size, "big"):
        request += connection.recv(1 << 16)
    if (job := os.fork()) == 0:
        connection.close()
        os.setpgid(0, 0)
        become(*json.loads(request), files)
    threading.Thread(target=end_with, args=[connection, job], daemon=True).start()
    code = os.waitstatus_to_exitcode(os.waitpid(job, 0)[1])
    with contextlib.suppress(OSError):
        connection.sendall(bytes([code if code >= 0 else 128 - code]))
    os._exit(0)


def end_with(connection: socket.socket, job: int) -> None:
    """Kills a job with all its children once its client is gone."""
    connection.recv(1)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(job, signal.SIGKILL)


def become(words: list[str], folder: str, environment: dict[str, str], files: list[int]) -> None:
    """Ends this process as the command would, run in that folder with that environment and those standard files."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os._exit(perform(words, environment.get("PYTHONPATH", "")))


def perform(words: list[str], path: str) -> int:
    """Runs `-m module ...` or `script ...` as the interpreter would; its exit status."""
    sys.path[:0] = [entry for entry in path.split(os.pathsep) if entry]
    module = words[0] == "-m"
    name, sys.argv = (words[1], words[1:]) if module else (words[0], words)
    sys.path.insert(0, "" if module else str(Path(name).resolve().parent))
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True) if module else runpy.run_path(
            name, None, "__main__"
        )
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        status = 1
    with contextlib.suppress(Exception):
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    return status & 255


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        sys.exit(ask())
