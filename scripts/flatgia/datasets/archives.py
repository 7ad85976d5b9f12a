"""Members of a tar archive, read into memory: nothing is unpacked to disk, so no member can land elsewhere."""

import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from flatgia.core.errors import FlatgiaError


def read_members(path: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The content of the named plain files in a tar.gz. Raises `FlatgiaError` if one is missing or it is broken."""
    wanted = dict.fromkeys(names)
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                if member.name in wanted and member.isfile():
                    found[member.name] = archive.extractfile(member).read()  # type: ignore[union-attr]
                if len(found) == len(wanted):
                    break
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise FlatgiaError(path.name, f"not a whole archive ({error})", "fetch it again") from None
    if missing := [name for name in wanted if name not in found]:
        raise FlatgiaError(path.name, f"lacks {', '.join(missing)}", "fetch it again")
    return found
