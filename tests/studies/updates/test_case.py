"""Cases by name, and which attackers differ on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatgia.studies.updates.attackers import attackers_of
from flatgia.studies.updates.case import Case, case_named, mistake_in

COUNT = st.integers(1, 99)


@given(COUNT, COUNT, COUNT)
def test_a_name_says_all(images, batch, steps):
    case = Case(images, batch, steps)
    assert case_named(case.name) == case


@pytest.mark.parametrize("name", ["n1_b1", "n1_b1_k1 ", "n1_b1_k1\n", "nx_b1_k1", ""])
def test_what_is_no_name_is_no_case(name):
    assert case_named(name) is None


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (Case(4, 8, 1), "batches of 8 out of 4"),
        (Case(5, 2, 2), "2 steps of 2 leave some of 5"),
        (Case(5, 2, 3), ""),
    ],
)
def test_a_case_uses_all_its_images(case, said):
    assert mistake_in(case).startswith(said) and bool(mistake_in(case)) == bool(said)


def test_only_attackers_who_differ_are_run():
    assert attackers_of(Case(1, 1, 1), plain=True) == ["gradient"]
    assert attackers_of(Case(1, 1, 1), plain=False) == ["gradient", "knowing"]
    assert attackers_of(Case(1, 1, 5), plain=True) == ["gradient", "plain"]
    assert attackers_of(Case(4, 2, 2), plain=False) == ["gradient", "plain", "knowing", "shuffled"]
