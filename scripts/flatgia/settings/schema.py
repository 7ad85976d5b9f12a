"""The schema of a configuration: the written part, filled in by the dataclasses of sections and entries and by the studies."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flatgia.core.compute import Compute
from flatgia.core.parameters import object_schema, schema_of
from flatgia.settings import sections
from flatgia.settings.classes import class_parameters, constructor_parameters
from flatgia.settings.reading import read
from flatgia.settings.registry import ATTACKS, METHODS, NETWORKS, WITH_GENERATOR, studies

WRITTEN = Path(__file__).resolve().parents[3] / "workflow" / "schemas" / "config.schema.yaml"
SECTIONS = {
    "compute": Compute,
    "data": sections.Data,
    "model": sections.Model,
    "federation": sections.Federation,
    "rounds": sections.Rounds,
    "targets": sections.Targets,
    "generator": sections.Generator,
    "hessian": sections.Hessian,
}
GIVEN = {"classes", "num_classes", "channels", "in_channels", "size"}  # to a network, by the data set
Schema = dict[str, Any]


def schema_for(config: Mapping[str, Any]) -> Schema:
    """The schema, with the numbers of the classes from outside that the entries of `config` name."""
    network = _outside({"": config.get("model")}, "network")
    return _schema(_outside(config.get("methods"), "rule"), _outside(config.get("attacks"), "kind"), network)


def _outside(entries: Any, key: str) -> frozenset[str]:
    """The `module:Class` that entries name; what is no entry the schema refuses."""
    found = (
        [entry.get(key) for entry in entries.values() if isinstance(entry, Mapping)]
        if isinstance(entries, Mapping)
        else []
    )
    return frozenset(name for name in found if isinstance(name, str) and ":" in name)


@cache
def _schema(methods: frozenset[str], attacks: frozenset[str], networks: frozenset[str]) -> Schema:
    schema: Schema = read(WRITTEN)
    known = schema["$defs"]
    known |= {name: schema_of(section) for name, section in SECTIONS.items()}
    known["model"] |= {"allOf": list(_options(networks, known["model"]["properties"]))}
    del known["model"]["additionalProperties"]
    parts = {study.name: study.schema for study in studies()}
    schema["properties"]["studies"] = {"type": "object", "additionalProperties": False, "properties": parts}
    known["method"]["allOf"] = list(_numbers("rule", METHODS, methods, known["method"]["properties"]))
    known["attack"]["allOf"] = list(_numbers("kind", ATTACKS, attacks, known["attack"]["properties"]))
    return schema


def _options(outside: Iterable[str], written: Schema) -> Iterable[Schema]:
    """For each network, which options `model` has; none for a class that does not tell. The data set gives the others."""
    del written["options"]
    for name, reference in (*NETWORKS.items(), *((name, name) for name in outside)):
        parameters = constructor_parameters(reference)
        if parameters is not None:
            own = [parameter for parameter in parameters if parameter.name not in GIVEN]
            yield {
                "if": {"properties": {"network": {"const": name}}},
                "then": object_schema(own, **{key: {} for key in written}),
            }


def _numbers(key: str, registry: Mapping[str, str], outside: Iterable[str], written: Schema) -> Iterable[Schema]:
    """For each class, which numbers an entry that names it has; none for a class that does not tell."""
    for name, reference in (*registry.items(), *((name, name) for name in outside)):
        parameters = class_parameters(reference)
        if parameters is not None:
            others: dict[str, Schema] = {word: {} for word in written if word not in _not_for(name)}
            yield {
                "if": {"properties": {key: {"const": name}}},
                "then": object_schema(list(parameters), **others),
            }


def _not_for(name: str) -> set[str]:
    """What an entry of a registered class does not say of a generator."""
    if ":" in name:
        return set()
    return {"uses_generator"} if name in WITH_GENERATOR else {"uses_generator", "generator"}
