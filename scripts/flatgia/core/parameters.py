"""What a parameter may be, said in its type: `rho: Nonnegative`, `schedule: Literal["constant", "cosine"]`.

The fields of a dataclass are the one source of its part of the schema, of its checks and of its table in config/README.md.
The string below a field says what it is and where its number comes from. It is a string and no argument because strings are
no part of the code on which results depend: to mend a word makes nothing stale.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

PLAIN = {bool: "boolean", int: "integer", float: "number", str: "string", NoneType: "null"}


@dataclass(frozen=True)
class Limits:
    """The bounds of a number, or of the `length` of a list."""

    low: float | None = None
    above: float | None = None
    high: float | None = None
    multiple: int | None = None
    length: tuple[int, int | None] | None = None  # at least, at most
    unique: bool | None = None  # whether a list names nothing twice
    pattern: str | None = None  # of a string

    def schema(self) -> dict[str, Any]:
        """As JSON Schema has them."""
        least, most = self.length or (None, None)
        words: dict[str, Any] = {
            "minimum": self.low,
            "exclusiveMinimum": self.above,
            "maximum": self.high,
            "multipleOf": self.multiple,
        }
        words |= {"minItems": least, "maxItems": most, "uniqueItems": self.unique, "pattern": self.pattern}
        return {word: value for word, value in words.items() if value is not None}


Positive = Annotated[float, Limits(above=0)]
Nonnegative = Annotated[float, Limits(low=0)]
Fraction = Annotated[float, Limits(low=0, high=1)]
Whole = Annotated[int, Limits(low=0)]
Count = Annotated[int, Limits(low=1)]
Counts = Annotated[tuple[Count, ...], Limits(length=(1, None))]
Weights = Annotated[tuple[Nonnegative, ...], Limits(length=(1, None))]


@dataclass(frozen=True)
class Parameter:
    """One field of a dataclass; `words` say what it is and where its number comes from."""

    name: str
    kind: Any
    required: bool
    default: Any = None
    words: str = ""


def parameters_of(cls: type) -> list[Parameter]:
    """The fields of a dataclass, without their words, which only its source has."""
    kinds = get_type_hints(cls, include_extras=True)
    found = [field for field in fields(cls) if field.init]
    required = {field.name: field.default is MISSING and field.default_factory is MISSING for field in found}
    return [Parameter(field.name, kinds[field.name], required[field.name], field.default) for field in found]


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a type; of one it does not know, what admits everything."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        inner, *limits = arguments
        found = schema_of(inner)
        for limit in limits:
            found |= limit.schema()
        return found
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        found = {}
        for argument in arguments:
            found |= schema_of(argument)  # a bound of numbers binds nothing else
        return found | {"type": [schema_of(argument)["type"] for argument in arguments]}
    if origin is tuple:
        items = schema_of(arguments[0])
        size = {} if arguments[-1] is ... else {"minItems": len(arguments), "maxItems": len(arguments)}
        return {"type": "array", "items": items} | size
    if isinstance(kind, type) and is_dataclass(kind):
        return object_schema(parameters_of(kind))
    if origin is Mapping:
        return {"type": "object"}
    return {"type": PLAIN[kind]} if kind in PLAIN else {}


def object_schema(parameters: list[Parameter], **others: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a mapping that holds these parameters, and may hold `others`."""
    properties = others | {parameter.name: schema_of(parameter.kind) for parameter in parameters}
    required = [parameter.name for parameter in parameters if parameter.required]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def range_of(kind: Any) -> str:
    """The values of a type, in the words of config/README.md."""
    found = schema_of(kind)
    if "enum" in found:
        return ", ".join(f"`{value}`" for value in found["enum"])
    if found.get("type") == "array":
        bounds = [found.get("minItems", 0), found.get("maxItems")]
        size = "list" if bounds[1] is None else f"{bounds[0]} to {bounds[1]}"
        each = range_of(get_args(_bare(kind))[0])
        return f"{size} of counts" if each == "count" else f"{size}, each {each}"
    if found.get("type") == "integer" and found.get("minimum") == 1 and "maximum" not in found:
        return "count"
    low, above, high = (found.get(word) for word in ("minimum", "exclusiveMinimum", "maximum"))
    if low is not None and high is not None:
        return f"{low} to {high}"
    words = {"above": above, "from": low, "up to": high}
    told = [f"{word} {value}" for word, value in words.items() if value is not None]
    return ", ".join(told) or {"boolean": "`true`, `false`"}.get(found.get("type", ""), "")


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def convert(kind: Any, value: Any) -> Any:
    """A checked value as its type has it: a list as a tuple, a mapping as a dataclass; any other as it is."""
    kind = _bare(kind)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, Mapping):
        return kind(**arguments_of(kind, value))
    return tuple(value) if get_origin(kind) is tuple and isinstance(value, list) else value


def arguments_of(cls: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a dataclass is built from, out of a checked mapping; for any other class the mapping as it is."""
    known = parameters_of(cls) if isinstance(cls, type) and is_dataclass(cls) else []
    kinds = {parameter.name: parameter.kind for parameter in known}
    return {name: convert(kinds.get(name), value) for name, value in given.items()}
