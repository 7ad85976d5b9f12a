"""Which seeds run where: one list for everything, or lists by group of rounds and by study, each also by method."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

TABLE = "table"  # its seeds serve the groups and studies that are not named, and the first of its rounds
OTHERS = "others"  # the methods that are not named


def seeds_of(config: Mapping[str, Any], groups: Sequence[str] = (), methods: Sequence[str] = ()) -> list[int]:
    """The seeds that all these methods have at all rounds of these groups; a study counts as a group. [] if none."""
    lists = [
        _seeds(config["seeds"], group, method) for group, method in product(groups or [TABLE], methods or [OTHERS])
    ]
    return [seed for seed in lists[0] if all(seed in other for other in lists)]


def seed_of_pictures(config: Mapping[str, Any]) -> int:
    """The first seed that every method of the config has in the table."""
    return seeds_of(config, [TABLE], list(config["methods"]))[0]


def all_seeds(config: Mapping[str, Any]) -> list[int]:
    """Every seed that is named anywhere, ascending."""
    return sorted({seed for *_, seeds in _lists(config["seeds"]) for seed in seeds})


def mistakes_in_seeds(
    config: Mapping[str, Any], groups: Sequence[str], studies: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Where, what, and how to mend it: what the schema cannot say of `seeds`."""
    for name, method, seeds in _lists(config["seeds"]):
        key = ".".join(filter(None, ("seeds", name, method)))
        if name and name not in (*groups, *studies):
            yield f"seeds.{name}", "no group of rounds and no study", f"known: {', '.join((*groups, *studies))}"
        elif method not in ("", OTHERS, *config["methods"]):
            yield key, f"{method} is not among the methods", f"known: {', '.join(config['methods'])}"
        elif name in groups and (odd := [seed for seed in seeds if seed not in seeds_of(config, [TABLE], [method])]):
            yield key, f"{odd[0]} is not among the seeds of {TABLE}, which come first", f"name it in seeds.{TABLE} too"
    if not seeds_of(config, groups, list(config["methods"])):
        yield "seeds", "there is none that every method has in every group of rounds", "let one be the same everywhere"


def _seeds(given: Any, group: str, method: str) -> Sequence[int]:
    if not isinstance(given, Mapping):
        return list(given)
    found = given.get(group, given[TABLE])
    return list(found.get(method, found[OTHERS]) if isinstance(found, Mapping) else found)


def _lists(given: Any) -> Iterator[tuple[str, str, Sequence[int]]]:
    """(group or study, method, seeds) of each list there is."""
    if not isinstance(given, Mapping):
        yield "", "", given
        return
    for name, found in given.items():
        if isinstance(found, Mapping):
            yield from ((name, method, seeds) for method, seeds in found.items())
        else:
            yield name, "", found
