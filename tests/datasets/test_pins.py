"""Pinned hashes, against published values for the text `abc`."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.pins import check_bytes, check_file

ABC = [
    "md5:900150983cd24fb0d6963f7d28e17f72",
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
]


@pytest.mark.parametrize("pin", ABC)
def test_the_right_bytes_pass_and_others_do_not(pin, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    check_file(path, pin, "here")
    check_bytes(b"abc", pin, "here")
    path.write_bytes(b"abd")
    with pytest.raises(FlatgiaError, match="here: wrong content"):
        check_file(path, pin, "here")
    with pytest.raises(FlatgiaError, match="here: wrong content"):
        check_bytes(b"ab", pin, "here")
