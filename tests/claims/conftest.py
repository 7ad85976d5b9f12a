"""The claims are judged on the made-up results that the figures are drawn from."""

from ..plotting.conftest import made  # noqa: F401
