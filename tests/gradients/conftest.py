"""The small networks of the federation's tests."""

from ..federated.conftest import clients, network, params  # noqa: F401
