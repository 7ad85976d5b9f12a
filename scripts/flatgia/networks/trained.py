"""What a checkpoint was trained with, in its facts: the method's numbers, the network, the data set."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flatgia.core.errors import FlatgiaError
from flatgia.settings.registry import network_class
from flatgia.settings.settings import Settings

WORDS = {"label", "paper", "auxiliary"}  # of an entry: words, and where images come from, which are an input
LATER = {"mode", "init"}  # of the model, that a trained one does not depend on


def trained_with(settings: Settings, method: str | None, images: Mapping[str, Any]) -> dict[str, Any]:
    """The facts; `images` is what the file of images says of them. Without a `method` what any method's checkpoint says."""
    data = settings.given["data"]
    model = {name: value for name, value in settings.given["model"].items() if name not in LATER}
    found = {
        "model": model | {"network": network_class(model["network"])},
        "data": {name: data[name] for name in ("dataset", "inputs", "mean", "std") if name in data} | dict(images),
    }
    if method is not None:
        entry = settings.given["methods"][method]
        found["method"] = {name: value for name, value in entry.items() if name not in WORDS}
    return found


def check_trained(facts: Mapping[str, Any], wanted: Mapping[str, Any], where: Path | str) -> None:
    """Raises `FlatgiaError` if a checkpoint says that it was trained with other numbers than the config has.

    One that says nothing of it is taken as it is: a user's own, or one of an earlier version.
    """
    told = facts.get("trained", {})
    for section in wanted.keys() & told.keys():
        for key, then, now in differing(told[section], wanted[section]):
            what = f"trained with {section} {key} {then}, and the config has {now}"
            raise FlatgiaError(where, what, "give the config that it was trained with, or its own checkpoint")


def differing(then: Mapping[str, Any], now: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Key, as a.b, and both values, where two mappings have not the same."""
    for key in sorted({*then, *now}):
        before, after = then.get(key, "none"), now.get(key, "none")
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from differing(before, after, f"{above}{key}.")
        elif before != after:
            yield f"{above}{key}", before, after
