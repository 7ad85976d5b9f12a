"""The parameters of methods, attacks and networks, read from the source of their classes.

The workflow checks the configuration at every start, where importing torch would cost seconds, and an import would run the
code of a class from outside. A schema generated beforehand would be one more file to keep current, and could not hold those.
"""

import ast
import importlib
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Union

from flatgia.core.parameters import Limits, Parameter

WITHOUT_TORCH = ("flatgia.core.", "flatgia.settings.")  # what may be imported to know a type
BUILTIN = {"bool": bool, "int": int, "float": float, "str": str, "tuple": tuple}
TYPING = {"Annotated": Annotated, "ClassVar": ClassVar, "Literal": Literal}
NO_FIELDS = {"ABC", "object"}


@cache
def class_parameters(reference: str) -> tuple[Parameter, ...] | None:
    """The fields of the dataclass `module:Class`, inherited ones first; None where its source does not tell them."""
    module, _, name = reference.partition(":")
    tree = _tree(module)
    return _fields(tree, name) if tree else None


@cache
def constructor_parameters(reference: str) -> tuple[Parameter, ...] | None:
    """What the class, or the function, `module:name` is called with; None where its source does not tell."""
    module, _, name = reference.partition(":")
    tree = _tree(module)
    node = next((node for node in tree.body if getattr(node, "name", None) == name), None) if tree else None
    if tree is None or node is None:
        home = _home(tree, name) if tree else None
        return constructor_parameters(home) if home else None
    if isinstance(node, ast.FunctionDef):
        return _arguments(tree, node)
    if not isinstance(node, ast.ClassDef):
        return None
    own = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
    if own:
        return _arguments(tree, own[0], bound=True)
    bases = [_name(base) for base in node.bases]
    if bases == ["Module"]:
        return ()
    return constructor_parameters(_home(tree, bases[0]) or f"{module}:{bases[0]}") if len(bases) == 1 else None


def _arguments(tree: ast.Module, node: ast.FunctionDef, bound: bool = False) -> tuple[Parameter, ...] | None:
    """Those of a function; None if it takes any."""
    given = node.args
    if given.vararg or given.kwarg:
        return None
    named = [*given.posonlyargs, *given.args][1 if bound else 0 :]
    pairs = [*zip(named[::-1], [*given.defaults[::-1], *[None] * len(named)], strict=False)][::-1]
    pairs += zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return tuple(
        Parameter(each.arg, _kind(tree, each.annotation), default is None, _value(default)) for each, default in pairs
    )


@cache
def _tree(module: str) -> ast.Module | None:
    path = _source(module)
    try:
        return ast.parse(path.read_text(encoding="utf-8")) if path else None
    except (OSError, SyntaxError, ValueError):  # the job that loads it says so
        return None


def _source(module: str) -> Path | None:
    """Found without importlib, which would import the packages above the module."""
    for folder in sys.path:
        base = Path(folder or ".", *module.split("."))
        for path in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
            if path.is_file():
                return path
    return None


def _fields(tree: ast.Module, name: str) -> tuple[Parameter, ...] | None:
    node = next((node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), None)
    if node is None:
        home = _home(tree, name)
        return class_parameters(home) if home else None
    if any(isinstance(item, ast.FunctionDef) and item.name in {"__init__", "__new__"} for item in node.body):
        return None
    found: dict[str, Parameter] = {}
    for base in reversed(node.bases):
        above = () if _name(base) in NO_FIELDS else _fields(tree, _name(base))
        if above is None:
            return None
        found |= {parameter.name: parameter for parameter in above}
    if any(_name(mark) == "dataclass" for mark in node.decorator_list):
        found |= {parameter.name: parameter for parameter in _own(tree, node)}
    return tuple(found.values())


def _name(node: ast.expr) -> str:
    """The last name in `dataclass`, `dataclass(frozen=True)`, `dataclasses.dataclass` and the like."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _home(tree: ast.Module, name: str) -> str | None:
    """Where a name was imported from, as `module:name`."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return f"{node.module}:{alias.name}"
    return None


def _own(tree: ast.Module, node: ast.ClassDef) -> list[Parameter]:
    """The fields that a class adds to those it inherits."""
    found = []
    for item, after in zip(node.body, [*node.body[1:], None], strict=True):
        if not (isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)):
            continue
        kind = _kind(tree, item.annotation)
        if kind is ClassVar or getattr(kind, "__origin__", None) is ClassVar:
            continue
        text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
        default = item.value
        required = default is None
        if isinstance(default, ast.Call) and _name(default) == "field":
            words = {word.arg: _value(word.value) for word in default.keywords}
            if words.get("init") is False:
                continue
            required = not words.keys() & {"default", "default_factory"}
        found.append(Parameter(item.target.id, kind, required, _value(default), " ".join(str(text).split())))
    return found


def _value(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node else None
    except ValueError:
        return None


def _kind(tree: ast.Module, node: ast.expr | None) -> Any:
    """The type that an annotation names; Any where that cannot be told from here."""
    if isinstance(node, ast.Name):
        return _named(tree, node.id)
    if isinstance(node, ast.Constant):
        return ... if node.value is ... else type(None) if node.value is None else Any
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = _kind(tree, node.left), _kind(tree, node.right)
        return Any if Any in sides else Union[sides]  # noqa: UP007
    if isinstance(node, ast.Subscript):
        return _filled(tree, node)
    return Any


def _filled(tree: ast.Module, node: ast.Subscript) -> Any:
    """`Literal[...]`, `tuple[...]`, `Annotated[...]`, `ClassVar[...]`."""
    base = _kind(tree, node.value)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if base is Literal:
        return Literal[tuple(_value(part) for part in parts)]
    if base is Annotated:
        limits = [
            Limits(**{word.arg: _value(word.value) for word in part.keywords if word.arg})
            for part in parts[1:]
            if isinstance(part, ast.Call) and _name(part) == "Limits"
        ]
        return Annotated[(_kind(tree, parts[0]), *limits)] if limits else _kind(tree, parts[0])
    if base is tuple:
        return tuple[tuple(_kind(tree, part) for part in parts)]  # type: ignore[misc]
    return base if base is ClassVar else Any


def _named(tree: ast.Module, name: str) -> Any:
    """What a name of a module stands for: a builtin, a name of typing, an alias in the module, or an import from ours."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            return _kind(tree, node.value)
    home = _home(tree, name)
    if home is None:
        return BUILTIN.get(name, Any)
    module, _, original = home.partition(":")
    if module in {"typing", "typing_extensions"}:
        return TYPING.get(original, Any)
    if f"{module}.".startswith(WITHOUT_TORCH):
        return getattr(importlib.import_module(module), original, Any)
    there = _tree(module)
    return _named(there, original) if there else Any
