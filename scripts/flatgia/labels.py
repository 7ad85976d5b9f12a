"""How the paper's names are found among ours."""

from collections.abc import Mapping
from typing import Any


def paper_label(config: Mapping[str, Any], attack: str) -> str:
    """What the paper calls an entry of the config's attacks: its label up to the bracket, `IG` for `IG (published)`."""
    return config["attacks"][attack]["label"].partition(" (")[0]
