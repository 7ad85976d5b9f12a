"""Which source files a command runs, found from its imports without importing anything, and what in them counts."""

import ast
import contextlib
import importlib.util
import io
import tokenize
from functools import cache
from pathlib import Path

from flatgia.pipeline.sources import once

SCRIPTS = Path(__file__).resolve().parents[2]
CPP = (".cpp", ".h")
# What these hold can change no number: words for a person, files and their names, how a configuration is read and checked
# (what a job is given of it is a parameter of the job).
SILENT = {
    "flatgia.core.artifacts",
    "flatgia.core.compute",
    "flatgia.core.errors",
    "flatgia.core.gpu",
    "flatgia.core.outputs",
    "flatgia.core.parameters",
    "flatgia.core.plugins",
    "flatgia.core.progress",
    "flatgia.plotting.figures.registry",
    "flatgia.plotting.shown",
    "flatgia.settings",
    "flatgia.studies.catalogue",
    "flatgia.studies.study",
}


def code_of(script: str, *references: str) -> list[str]:
    """The script under scripts/ and every file of this package that it imports, directly or not, and the C++ beside; sorted.

    `references` are classes that it loads by name, `module:Class`; one from outside the package counts as its one file.
    """
    path = SCRIPTS / script
    files, waiting = {path}, _imports(path).split() + [reference.partition(":")[0] for reference in references]
    seen: set[str] = set()
    while waiting:
        module = waiting.pop()
        source = None if module in seen or _is_silent(module) else _source(module)
        seen.add(module)
        if source is not None:
            files.add(source)
            if source.is_relative_to(SCRIPTS):
                files.update(path for path in source.parent.iterdir() if path.suffix in CPP)
                waiting += _imports(source).split()
    return sorted(str(file) for file in files)


def _is_silent(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in SILENT)


@cache
def essence(path: Path) -> bytes:
    """A Python file without comments, docstrings and blank lines, which change no result; any other, or a broken one, whole."""
    if path.suffix == ".py":
        with contextlib.suppress(SyntaxError, tokenize.TokenError, UnicodeDecodeError):  # the job that loads it says so
            return _without_words(path).encode("utf-8")
    return path.read_bytes()


@once
def _without_words(source: str) -> str:
    """Cut from the text, not put together from tokens or a tree: those differ between versions of Python."""
    lines, dropped = source.split("\n"), set()
    statement: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        row, column = token.start
        if token.type == tokenize.COMMENT:
            lines[row - 1] = lines[row - 1][:column].rstrip()
        elif token.type == tokenize.NL and not lines[row - 1].strip():
            dropped.add(row)
        elif token.type == tokenize.NEWLINE:
            if len(statement) == 1 and statement[0].type == tokenize.STRING:  # a docstring
                dropped.update(range(statement[0].start[0], statement[0].end[0] + 1))
            statement = []
        elif token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            statement.append(token)
    return "\n".join(line for row, line in enumerate(lines, 1) if row not in dropped)


@once
def _imports(source: str) -> str:
    """The names a file may import, with blanks between; a name that is no module is dropped later."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    ours = [name for name in names if name.split(".")[0] == "flatgia"]
    parents = [".".join(name.split(".")[:depth]) for name in ours for depth in range(1, name.count(".") + 1)]
    return " ".join(dict.fromkeys(ours + parents))


@cache
def _source(module: str) -> Path | None:
    base = SCRIPTS.joinpath(*module.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    if module.split(".")[0] == "flatgia":
        return None
    try:
        spec = importlib.util.find_spec(module)
    except Exception:  # no such package, or one that fails as it is imported: the job that loads it says so
        return None
    # Built-in and frozen modules have no location.
    return Path(spec.origin) if spec and spec.has_location and spec.origin else None
