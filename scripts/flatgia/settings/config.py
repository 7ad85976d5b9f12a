"""The configuration: read, laid over the paper's, and checked."""

import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match

from flatgia.core.errors import FlatgiaError
from flatgia.settings.contradictions import contradictions
from flatgia.settings.reading import parse, read
from flatgia.settings.registry import STUDIES
from flatgia.settings.schema import schema_for

ROOT = Path(__file__).resolve().parents[3]
PAPER = ROOT / "config" / "config.yaml"
HELP = "A YAML file, laid over config/config.yaml, or JSON text. Default: config/config.yaml."  # of --config
# As JSON Schema has it, 10.0 is an integer and NaN a number; as Python has it, neither serves.
TYPES = Draft202012Validator.TYPE_CHECKER.redefine_many(
    {
        "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
        "number": lambda _, value: isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value),
    }
)
Validator = validators.extend(Draft202012Validator, type_checker=TYPES)
ROUND_GROUPS = ("table", "curve", "long")
Config = dict[str, Any]


class Sections(dict):
    """The sections that a configuration text gives; to ask for another is a mistake in the text, not a bug."""

    def __missing__(self, name: str) -> Any:
        raise FlatgiaError("the configuration text", f"missing {name}", "give that section too")


def load(source: Path | str, *needed: str) -> Config:
    """The configuration in a YAML file, laid over config/config.yaml; or, from JSON text, just the sections given.

    `needed` are the sections that the caller reads; raises `FlatgiaError` if one is missing.
    """
    text = str(source)
    if text.lstrip().startswith("{"):
        # Not as YAML, which takes 1e-06 for a word.
        found = Sections(check(parse(text, "the configuration text", json.loads), whole=False))
        if missing := sorted(set(needed) - set(found)):
            raise FlatgiaError("the configuration text", f"missing {', '.join(missing)}", "give those sections too")
        return found
    return check(over_the_papers(read(source)))


def over_the_papers(changes: Mapping[str, Any]) -> Config:
    """The paper's configuration with `changes` laid over it, not checked."""
    return overlay(read(PAPER), changes)


def overlay(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Config:
    """`base` with `changes` laid over it: mappings are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in changes.items():
        inner = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = overlay(merged[key], value) if inner else value
    return merged


def check(config: Mapping[str, Any], whole: bool = True) -> Config:
    """Returns the configuration if keys, types, ranges and names fit; raises `FlatgiaError` that names the key."""
    schema = schema_for(config)
    if whole:
        schema = schema | {"required": list(schema["properties"]), "properties": dict(schema["properties"])}
        schema["properties"]["studies"] = schema["properties"]["studies"] | {"required": list(STUDIES)}
    error = best_match(Validator(schema).iter_errors(config), key=_depth_first)
    if error is not None:
        raise _explain(error)
    for where, what, remedy in contradictions(config) if whole else ():
        raise FlatgiaError(f"config key {where}", what, remedy)
    return dict(config)


def errors_at(config: Mapping[str, Any]) -> set[tuple[str | int, ...]]:
    """The places, as keys and indices, that the schema refuses."""
    return {tuple(error.absolute_path) for error in Validator(schema_for(config)).iter_errors(config)}


def _depth_first(error: ValidationError) -> tuple[int, str]:
    return (len(error.absolute_path), str(error.validator))


def _explain(error: ValidationError) -> FlatgiaError:
    path = ".".join(_word(part) for part in error.absolute_path)
    where = f"config key {path}" if path else "configuration"
    remedy = "config/README.md lists the keys and their ranges"
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = sorted(_word(key) for key in error.instance if key not in known)
        key = f"{path}.{unknown[0]}" if path else unknown[0]
        return FlatgiaError(f"config key {key}", "unknown", f"known here: {', '.join(sorted(known))}")
    if error.validator == "required":
        missing = sorted(str(key) for key in error.validator_value if key not in error.instance)
        return FlatgiaError(where, f"missing {', '.join(missing)}", remedy)
    if error.validator == "type" and isinstance(error.instance, str) and _is_number(error.instance):
        remedy = _as_yaml_wants(float(error.instance), whole=error.validator_value == "integer")
    return FlatgiaError(where, error.message, remedy)


def _as_yaml_wants(number: float, whole: bool) -> str:
    """How to write a number that arrived as a word."""
    if not whole:
        return f"write it with a point and without quotes, as YAML wants: {number}"
    return f"write a whole number without quotes{f': {number:.0f}' if number.is_integer() else ''}"


def _word(key: object) -> str:
    """A key as it stands in a sentence: one that would break the line is quoted."""
    return str(key) if str(key).isprintable() else repr(key)


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def entry(config: Mapping[str, Any], section: str, name: str) -> Config:
    """The entry `name` of `methods` or `attacks`. Raises `FlatgiaError` that lists those there are."""
    if name not in config[section]:
        raise FlatgiaError(f"{section[:-1]} {name}", "unknown", f"known: {', '.join(config[section])}")
    found: Config = config[section][name]
    return found


def all_rounds(config: Config) -> list[int]:
    """Every listed round, ascending: the checkpoints that are kept."""
    return sorted(number for group in ROUND_GROUPS for number in config["rounds"][group])
