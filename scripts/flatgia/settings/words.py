"""Values from the command line. Snakemake hands all but single numbers on as words: `seeds=[0,1]` arrives as ["0", "1"]."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import Config, errors_at

Place = tuple[str | int, ...]
EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")  # of YAML's numbers the point is a part


def understood(config: Mapping[str, Any], given: Mapping[str, Any]) -> Config:
    """The configuration with the words in `given`, of the command line, as the values that YAML has for them.

    A word stays one where only a word fits. Raises `FlatgiaError` where both fit, since the quotes are lost.
    """
    as_words, as_values = copy.deepcopy(dict(config)), copy.deepcopy(dict(config))
    meant = {place: value for place, word in _words(given) if (value := _value(word)) != word}
    meant = {place: value for place, value in meant.items() if isinstance(_at(config, place), str)}
    for place, value in meant.items():
        _put(as_values, place, value)
    bad_words, bad_values = errors_at(as_words), errors_at(as_values)
    for place, value in meant.items():
        if place in bad_words:
            _put(as_words, place, value)
        elif place not in bad_values:
            key = ".".join(map(str, place))
            what = f"{_at(config, place)} may be that word or YAML's value of it: the command line loses the quotes"
            raise FlatgiaError(f"config key {key}", what, "give it in a file, with --configfile")
    return as_words


def _words(given: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every word in a nested value, with its place."""
    if isinstance(given, str):
        yield place, given
    elif isinstance(given, Mapping | list):
        for key, value in given.items() if isinstance(given, Mapping) else enumerate(given):
            yield from _words(value, (*place, key))


def _value(word: str) -> Any:
    """What YAML takes the word for, or JSON: 1e-3 is a number. The word itself where that is no plain value."""
    if EXPONENT.fullmatch(word):
        return float(word)
    try:
        value = yaml.safe_load(word)
    except (yaml.YAMLError, ValueError):
        return word
    return value if value is None or isinstance(value, bool | int | float) else word


def _at(config: Any, place: Place) -> Any:
    for key in place:
        try:
            config = config[key]
        except (KeyError, IndexError, TypeError):  # in a module the configuration may be another
            return None
    return config


def _put(config: Any, place: Place, value: Any) -> None:
    for key in place[:-1]:
        config = config[key]
    config[place[-1]] = value
