"""The tables of config/README.md that say what the numbers of methods and attacks may be: from the fields of their classes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flatgia.core.parameters import Parameter, range_of
from flatgia.settings.classes import class_parameters
from flatgia.settings.registry import ATTACKS, METHODS

HEAD = "| {} | number | range | if left out | what, and where from |\n|---|---|---|---|---|\n"
MARKED = re.compile(r"(<!-- (methods|attacks): scripts/parameters\.py -->\n).*?(?=<!-- end -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """The text with the tables between its marks written anew."""
    tables = {"methods": _table("rule", METHODS), "attacks": _table("kind", ATTACKS)}
    return MARKED.sub(lambda match: match[1] + tables[match[2]], text)


def _table(key: str, registry: Mapping[str, str]) -> str:
    rows = [row for name, reference in registry.items() for row in _rows(name, class_parameters(reference) or ())]
    return HEAD.format(key) + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(name: str, parameters: tuple[Parameter, ...]) -> Iterator[tuple[str, ...]]:
    """A row for each number of a class, whose name stands in the first row alone."""
    first = f"`{name}`"
    for parameter in parameters or (Parameter("", Any, required=True, words="No numbers."),):
        number = f"`{parameter.name}`" if parameter.name else ""
        default = "" if parameter.required else _text(parameter.default)
        yield first, number, range_of(parameter.kind), default, parameter.words.replace("|", "\\|")
        first = ""
        inner = class_parameters(f"{parameter.kind.__module__}:{parameter.kind.__name__}") if _nested(parameter) else ()
        for part in inner or ():
            yield "", f"`{parameter.name}.{part.name}`", range_of(part.kind), "", part.words


def _nested(parameter: Parameter) -> bool:
    return hasattr(parameter.kind, "__dataclass_fields__")


def _text(default: Any) -> str:
    return "none" if default == () else f"`{default}`" if isinstance(default, str) else f"{default:,}"
