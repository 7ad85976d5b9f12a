"""The name of a scale, as it stands in folders."""

import re

from flatgia.errors import FlatgiaError

NAME = re.compile(r"[a-z][a-z0-9_]*")  # as in the schema


def scale_name(name: str) -> str:
    """The name. Raises `FlatgiaError` if it is none: an empty one, or one with a slash, would name another folder."""
    if not NAME.fullmatch(name):
        raise FlatgiaError("--scale", f"{name!r} is no name of a scale", "give one in a-z, 0-9 and _, as quick")
    return name
