"""Where a run may take place."""

import os

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.pipeline.environment import check_writable


def test_a_folder_that_is_read_only_is_named(tmp_path, monkeypatch):
    check_writable(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write wherever the disk can be written
    with pytest.raises(FlatgiaError, match=f"{tmp_path}: nothing can be written here"):
        check_writable(tmp_path)
