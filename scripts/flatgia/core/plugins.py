"""Finds a class by `module:Class`, so that networks, methods and attacks can live outside this package."""

import importlib
from collections.abc import Mapping
from typing import Any

from flatgia.core.errors import FlatgiaError
from flatgia.core.parameters import arguments_of


def load_class(reference: str, where: str) -> Any:
    """The class that `module:Class` names. Raises `FlatgiaError` if there is none; `where` is where the user wrote it."""
    module, _, name = reference.partition(":")
    if not (name and all(part.isidentifier() for part in module.split("."))):
        raise FlatgiaError(where, f"{reference!r} names no class", "write it as package.module:Class")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise FlatgiaError(where, f"no module {module}", "check the name, or put its folder on PYTHONPATH") from None
    except AttributeError:
        raise FlatgiaError(where, f"no class {name} in {module}", "check the name") from None


def build(cls: Any, arguments: Mapping[str, Any], where: str) -> Any:
    """`cls(**arguments)`. Raises `FlatgiaError` if the arguments are not those that it takes."""
    try:
        return cls(**arguments_of(cls, arguments))
    except TypeError as error:
        raise FlatgiaError(where, str(error), f"give the numbers that {getattr(cls, '__name__', 'it')} takes") from None
