"""The name of a scale, as it stands in folders."""

import re

from flatgia.errors import FlatgiaError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_scale(name: str) -> str:
    """The name. Raises `FlatgiaError` if it is none: an empty one, or one with a slash, would name another folder."""
    if not NAME.fullmatch(name):
        raise FlatgiaError("--scale", f"{name!r} is no name of a scale", "give letters, digits, _ and -, as in quick")
    return name
