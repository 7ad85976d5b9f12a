"""The schema of sections that hold optimisers, or other entries, by names of the user's."""

from typing import Any

from flatgia.core.parameters import object_schema, parameters_of, schema_of
from flatgia.settings.classes import class_parameters
from flatgia.settings.registry import OPTIMISERS

NAME = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*\Z"


def optimiser_schema(entry: type) -> dict[str, Any]:
    """JSON Schema of optimisers by name: the fields of `entry`, and by its `kind` the numbers of that optimiser's class."""
    common: dict[str, dict[str, Any]] = {parameter.name: {} for parameter in parameters_of(entry)}
    kinds = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": object_schema(list(parameters), **common)}
        for kind, reference in OPTIMISERS.items()
        if (parameters := class_parameters(reference)) is not None
    ]
    found = schema_of(entry) | {"allOf": kinds}
    del found["additionalProperties"]
    found["properties"]["kind"] = {"enum": list(OPTIMISERS)}
    return named(found)


def named(entry: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of one entry or more, each by a name."""
    names = {"type": "string", "pattern": NAME}
    return {"type": "object", "minProperties": 1, "propertyNames": names, "additionalProperties": entry}
