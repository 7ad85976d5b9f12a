"""The command line that every figure and table shares."""

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flatgia.core.artifacts import Provenance, load_json
from flatgia.core.outputs import check_files, check_folder
from flatgia.settings.config import load

FILES = {
    "metrics": "The CSVs of scripts/evaluate.py.",
    "hessian": "The JSONs of scripts/curvature.py.",
    "checkpoints": "The checkpoints of scripts/train.py, for the test accuracy.",
    "attacks": "The reconstructions of scripts/attack.py.",
    "targets": "The images of scripts/targets.py.",
    "reported": "The paper's numbers, config/reported/table1.csv.",
}
SINGLE_FILE = ("targets", "reported")


@dataclass(frozen=True)
class Request:
    """What a figure or table is to be made from, and where to."""

    name: str
    config: dict[str, Any]
    notes: dict[str, Any]
    out_dir: Path
    files: dict[str, list[Path]]
    gradient: str
    attacker: str
    record: Provenance
    out: Path | None = None


def parse(
    name: str,
    doc: str | None,
    argv: Sequence[str] | None,
    *takes: str,
    optional: Collection[str] = (),
    out: str | None = None,
    prog: str | None = None,
) -> Request:
    """Reads the command line of `name`, which `takes` some of `FILES`; `@list.txt` reads arguments from a file.

    Of the kinds in `optional` there may be none; `out` is the default of --out, for a command that has one; `prog` is
    what the command is called, if not by its file.
    """
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=prog, description=doc, formatter_class=layout, fromfile_prefix_chars="@")
    parser.add_argument("--config", required=True, help="A YAML file, or JSON text.")
    parser.add_argument("--notes", required=True, type=Path, help="The JSON of scripts/notes.py.")
    parser.add_argument("--out-dir", required=True, type=Path, help="The folder to write to.")
    parser.add_argument("--gradient", default="method", help="The gradient that was attacked. Default: method.")
    parser.add_argument("--attacker", default="naive", help="Who attacked. Default: naive.")
    for kind in takes:
        count = 1 if kind in SINGLE_FILE else "*" if kind in optional else "+"
        needed: dict[str, Any] = {"default": []} if kind in optional else {"required": True}
        parser.add_argument(
            f"--{kind}", nargs=count, type=Path, metavar="FILE", help=FILES.get(kind, "Files of its own."), **needed
        )
    if out:
        parser.add_argument("--out", type=Path, default=Path(out), help="The document to write. Default: %(default)s.")
    options = parser.parse_args(argv)
    files = {kind: getattr(options, kind) for kind in takes}
    config = load(options.config)
    check_folder(options.out_dir, "--out-dir")
    if out:
        check_files(
            [options.out], [options.config, options.notes, *(path for paths in files.values() for path in paths)]
        )
    axes = {"gradient": options.gradient, "attacker": options.attacker}
    found = load_json(options.notes)
    notes = {name: found[name] for name in ("lines", "marks")}
    inputs = [options.notes, *(path for paths in files.values() for path in paths if path.is_file())]
    record = Provenance(name, {"config": config} | axes, inputs)
    document = getattr(options, "out", None)
    return Request(name, config, notes, options.out_dir, files, **axes, record=record, out=document)
