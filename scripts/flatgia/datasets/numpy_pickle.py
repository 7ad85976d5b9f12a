"""Pickles of plain numpy arrays, read without letting them run anything."""

import io
import pickle
from typing import Any

import numpy as np
from numpy._core.multiarray import _reconstruct

from flatgia.core.errors import FlatgiaError

# All that a pickle of numpy arrays in dicts and lists asks for. numpy 2 moved its core, so it has two spellings.
ADMITTED = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class NumpyUnpickler(pickle.Unpickler):
    """An unpickler that finds numpy's three names and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The object behind a global name. Raises `pickle.UnpicklingError` for every name but numpy's three."""
        try:
            return ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}") from None


def load_numpy_pickle(data: bytes, where: str) -> Any:
    """The dicts, lists and arrays in a pickle; `where` names it in the `FlatgiaError` raised for anything else."""
    try:
        return NumpyUnpickler(io.BytesIO(data), encoding="bytes").load()
    except Exception as error:
        raise FlatgiaError(where, f"not a pickle of plain numpy arrays ({error})", "fetch it again") from None
