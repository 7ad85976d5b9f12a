"""What the workflow knows of optimisers without importing them."""

from flatgia.core.plugins import load_class
from flatgia.settings.registry import OPTIMISERS
from flatgia.studies.xsam.section import UNIT


def test_which_steps_have_unit_length():
    assert {kind for kind, reference in OPTIMISERS.items() if load_class(reference, kind).unit} == set(UNIT)
