"""A user's network at the border: found by any usual name, built, and everything that goes wrong told in a sentence."""

import ast
import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn

from flatgia.core.errors import FlatgiaError
from flatgia.core.torchvision_import import with_torchvision

FORMS = (
    "write it as package.module:Class, file.py:Class or module:function, with arguments as in 'module:Class(width=2)'"
)
REFERENCE = re.compile(
    r"(?P<module>[^:()]+?(?:\.py)?)[:.](?P<name>[A-Za-z_]\w*)(?:\((?P<arguments>.*)\))?\s*\Z", re.DOTALL
)


def open_network(reference: str, where: str = "--model") -> nn.Module:
    """The network that `module:Class`, `file.py:Class` or a function names, in eval mode, as it was built otherwise.

    Raises `FlatgiaError` that says what to do, whatever the user's code does.
    """
    found = REFERENCE.match(reference.strip())
    if not found:
        raise FlatgiaError(where, f"{reference!r} names no class", FORMS)
    arguments = _arguments(found["arguments"], where)
    try:
        make = with_torchvision(lambda: _find(found["module"], found["name"], where))
    except RuntimeError as error:  # a torchvision that does not fit torch in another way
        raise _failed(found["module"], error, where) from None
    if not callable(make) or isinstance(make, nn.Module):
        raise FlatgiaError(
            where, f"{reference} is no class", "name the class of the network, or a function that makes it"
        )
    try:
        network = with_torchvision(lambda: make(**arguments))
    except (Exception, SystemExit) as error:  # whatever the code of a user's raises
        raise _unbuilt(reference, arguments, error, where) from None
    check_network(network, reference, where)
    return network.eval()


def _find(module: str, name: str, where: str) -> Any:
    loaded = _load_file(module, where) if module.endswith(".py") else _load_module(module, where)
    if not hasattr(loaded, name):
        raise FlatgiaError(where, f"no class {name} in {module}", "check the name")
    return getattr(loaded, name)


def _load_module(module: str, where: str) -> ModuleType:
    if not all(part.isidentifier() for part in module.split(".")):
        raise FlatgiaError(where, f"{module!r} names no module", FORMS)
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise _failed(module, error, where) from None
        remedy = f"check the name, put its folder on PYTHONPATH, or {FORMS}"
        raise FlatgiaError(where, f"no module {module}", remedy) from None
    except RuntimeError:  # with_torchvision mends one of these
        raise
    except (Exception, SystemExit) as error:
        raise _failed(module, error, where) from None


def _load_file(file: str, where: str) -> ModuleType:
    path = Path(file).resolve()
    if not path.is_file():
        raise FlatgiaError(where, f"no file {file}", FORMS)
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))  # what it imports lies beside it
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        sys.modules.pop(path.stem, None)
        raise error if isinstance(error, RuntimeError) else _failed(file, error, where) from None
    return module


def _failed(module: str, error: BaseException, where: str) -> Exception:
    """What an import that failed becomes."""
    missing = isinstance(error, ModuleNotFoundError)
    if "relative import" in str(error):
        remedy = "name it as package.module:Class, in the folder that holds the package"
        return FlatgiaError(where, f"{module} is part of a package ({error})", remedy)
    remedy = f"install {error.name}" if missing else "mend it: `python -c 'import ...'` shows where it stops"  # type: ignore[attr-defined]
    return FlatgiaError(where, f"{module} cannot be imported ({type(error).__name__}: {error})", remedy)


def _arguments(text: str | None, where: str) -> dict[str, Any]:
    """`a=1, b='x'` as a mapping of literals."""
    try:
        call = ast.parse(f"f({text or ''})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args or any(word.arg is None for word in call.keywords):
            raise ValueError
        return {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    except (SyntaxError, ValueError):
        raise FlatgiaError(where, f"({text}) are no arguments by name", FORMS) from None


def _unbuilt(reference: str, arguments: dict[str, Any], error: BaseException, where: str) -> FlatgiaError:
    if isinstance(error, TypeError) and "argument" in str(error):
        given = f"with {', '.join(arguments)}" if arguments else "without arguments"
        remedy = "give them, as in 'module:Class(width=2)', or name a function that makes the network (a factory)"
        return FlatgiaError(where, f"{reference} cannot be built {given} ({error})", remedy)
    if isinstance(error, ModuleNotFoundError):
        return FlatgiaError(where, f"{reference} cannot be built ({error})", f"install {error.name}")
    what = f"{reference} cannot be built ({type(error).__name__}: {error})"
    return FlatgiaError(where, what, "mend it, or name another network")


def check_network(network: Any, reference: str, where: str) -> None:
    """Raises `FlatgiaError` unless it is a module with parameters of known sizes."""
    if not isinstance(network, nn.Module):
        raise FlatgiaError(where, f"{reference} is no torch.nn.Module but a {type(network).__name__}", "name a network")
    parameters = list(network.parameters())
    if not parameters:
        raise FlatgiaError(where, f"{reference} has no parameters, so no gradient is shared", "name another network")
    if any(nn.parameter.is_lazy(parameter) for parameter in parameters):
        raise FlatgiaError(where, f"{reference} has lazy parameters", "give its layers their sizes")
    if any(parameter.is_meta for parameter in parameters):
        raise FlatgiaError(where, f"{reference} is on the meta device", "build it on the CPU")
