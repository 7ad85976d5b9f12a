"""What every command shares: one sentence for a user's mistake, a traceback only for a bug."""

import errno
import os
import sys
from collections.abc import Callable, Sequence

from flatgia.core.compute import ALONE, Compute
from flatgia.core.errors import FlatgiaError
from flatgia.core.instructions import use_instructions

DISK = {errno.ENOSPC: "no space left on the disk", errno.EROFS: "the folder is read-only"}
DISK |= {errno.EACCES: "permission denied", errno.EDQUOT: "the disk quota is used up"}


def run(main: Callable[[Sequence[str] | None], None]) -> None:
    """Runs `main` and ends the process: 0 when it returns, 1 with one sentence on a `FlatgiaError`."""
    try:
        main(None)
    except FlatgiaError as error:
        sys.exit(f"error: {error}")
    except BrokenPipeError:  # before its parent, OSError
        os._exit(1)
    except OSError as error:
        if error.errno not in DISK:
            raise
        sys.exit(f"error: {error.filename or 'writing'}: {DISK[error.errno]}; mend that and run again.")
    except KeyboardInterrupt:
        sys.exit(130)


def prepare_torch(compute: Compute = ALONE) -> None:
    """Fixes what the config's `compute` says, deterministic algorithms and full precision, so that equal work gives equal
    bytes; before torch and NumPy are imported."""
    threads, device = compute.threads, compute.device
    use_instructions(compute.instructions)
    os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", str(threads))  # else each job starts one for every core
    import torch

    torch.set_num_threads(threads)
    # One thread is deterministic as it is, and this import takes a second.
    if threads > 1 or (device != "cpu" and torch.cuda.is_available()):
        torch.use_deterministic_algorithms(True)
    # A debugging aid that costs time; the module's class holds it as a property, which no type checker sees.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False


def pick_device(name: str) -> str:
    """`cpu`, or for `auto` a GPU that torch itself can use (a scheduler's CUDA_VISIBLE_DEVICES is not taken for one)."""
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise FlatgiaError("compute.device", f"{name} is asked for but torch sees no GPU", "use cpu or auto")
    return name
