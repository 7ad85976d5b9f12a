"""A broken training's state on disk, to go on from to the same bytes."""

import sys
from pathlib import Path

from flatgia.core.artifacts import Provenance, load_tensors, provenance_path, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.studies.xsam.run import State
from flatgia.training.loop import Reached


def save(path: Path, state: State, recipe: str, record: Provenance) -> None:
    """Writes a state that only the same `recipe` may go on from."""
    reached = state.reached
    tensors = {"weights": reached.weights, "velocity": reached.velocity, "look": state.vector}
    tensors |= {f"buffer {name}": value for name, value in reached.buffers.items()}
    tensors |= {f"memory {name}": value for name, value in reached.memory.items()}
    facts = {"epoch": reached.epoch, "evaluations": reached.evaluations, "seconds": reached.seconds}
    save_tensors(path, tensors, facts | {"rows": state.rows, "recipe": recipe}, record)


def load(path: Path, recipe: str) -> State | None:
    """What `save` wrote; None if there is nothing, it is damaged, or of another recipe."""
    if not path.is_file():
        return None
    try:
        tensors, facts = load_tensors(path)
    except FlatgiaError as error:
        print(f"{path}: {error.what}; starting over", file=sys.stderr, flush=True)
        return None
    if facts.get("recipe") != recipe:
        return None
    buffers, memory = (
        {name.removeprefix(kind): value for name, value in tensors.items() if name.startswith(kind)}
        for kind in ("buffer ", "memory ")
    )
    given = tensors["weights"], tensors["velocity"], buffers, memory
    reached = Reached(facts["epoch"], *given, facts["evaluations"], facts["seconds"])
    return State(reached, tensors["look"], [tuple(row) for row in facts["rows"]])


def forget(path: Path) -> None:
    """Removes it."""
    path.unlink(missing_ok=True)
    provenance_path(path).unlink(missing_ok=True)
