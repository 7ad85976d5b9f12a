"""How the paper's names are found among ours."""

from collections.abc import Iterable, Mapping
from typing import Any


def paper_label(config: Mapping[str, Any], attack: str) -> str:
    """What the paper calls an entry of the config's attacks: what its `paper` says, and its label where it says nothing."""
    entry = config["attacks"][attack]
    return entry.get("paper", entry["label"])


def by_paper_label(config: Mapping[str, Any], attacks: Iterable[str]) -> dict[str, str]:
    """These attacks by what the paper calls them; of several of one name the first."""
    found: dict[str, str] = {}
    for name in attacks:
        found.setdefault(paper_label(config, name), name)
    return found
