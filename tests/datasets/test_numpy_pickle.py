"""Pickles of numpy arrays are read; any other pickle is refused before it runs."""

import os
import pickle
import subprocess

import numpy as np
import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.numpy_pickle import load_numpy_pickle


@pytest.mark.parametrize("protocol", [3, 4])
@pytest.mark.parametrize("array", [np.arange(6.0, dtype=np.float32).reshape(2, 3), np.array([], np.int64)])
def test_nested_arrays_come_back(protocol, array):
    found = load_numpy_pickle(pickle.dumps({"a": {"b": array}, "c": [array]}, protocol=protocol), "here")
    for value in (found["a"]["b"], found["c"][0]):
        assert value.dtype == array.dtype
        assert np.array_equal(value, array)


@pytest.mark.parametrize("core", [b"numpy.core.multiarray", b"numpy._core.multiarray"])
def test_both_spellings_of_numpys_core_are_read(core):
    data = pickle.dumps(np.arange(3), protocol=3)
    assert b"numpy._core.multiarray" in data
    assert load_numpy_pickle(data.replace(b"numpy._core.multiarray", core), "here").tolist() == [0, 1, 2]


class Runs:
    """Pickled, this is a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("function", [os.system, subprocess.call, eval, np.load])
def test_a_pickle_that_would_run_something_does_not(function, protocol, tmp_path):
    mark = tmp_path / "ran"
    argument = f"open({str(mark)!r}, 'w')" if function is eval else f"touch {mark}"
    data = pickle.dumps({"weights": np.zeros(2), "trap": Runs(function, argument)}, protocol=protocol)
    with pytest.raises(FlatgiaError, match="here: not a pickle of plain numpy arrays"):
        load_numpy_pickle(data, "here")
    assert not mark.exists()


def test_the_trap_would_work_without_the_guard(tmp_path):
    pickle.loads(pickle.dumps(Runs(os.system, f"touch {tmp_path}/ran")))
    assert (tmp_path / "ran").exists()


def test_arrays_of_objects_cannot_smuggle(tmp_path):
    array = np.array([Runs(os.system, f"touch {tmp_path}/ran")], dtype=object)
    with pytest.raises(FlatgiaError):
        load_numpy_pickle(pickle.dumps(array), "here")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("data", [b"", b"<html>", pickle.dumps(np.zeros(9))[:40]])
def test_damage_is_named(data):
    with pytest.raises(FlatgiaError, match="here"):
        load_numpy_pickle(data, "here")


def test_every_cut_is_named():
    whole = pickle.dumps({"a": np.arange(3), "b": [np.zeros(2)]}, protocol=3)
    for length in range(len(whole)):
        with pytest.raises(FlatgiaError):
            load_numpy_pickle(whole[:length], "here")
