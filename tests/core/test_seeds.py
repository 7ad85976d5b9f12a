"""Seeds."""

import subprocess
import sys

import torch
from hypothesis import given
from hypothesis import strategies as st

from flatgia.core.seeds import generator, seed_of

PARTS = st.lists(st.one_of(st.integers(), st.text(), st.booleans(), st.none()))


@given(PARTS)
def test_a_seed_depends_on_its_parts_alone_and_suits_torch(parts):
    assert seed_of(*parts) == seed_of(*parts)
    assert 0 <= seed_of(*parts) < 2**63


@given(PARTS, PARTS)
def test_other_parts_give_another_seed(one, two):
    same = [(type(part), part) for part in one] == [(type(part), part) for part in two]
    assert (seed_of(*one) == seed_of(*two)) == same


def test_the_seed_is_the_same_for_ever():
    assert seed_of("a", 1) == 0x9AF8BD23AD30D7E  # half of the first 8 bytes of SHA-256 of ["a",1]


def test_draws_do_not_touch_the_global_generator():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    first = torch.rand(2, generator=generator("x", 0))
    assert torch.equal(torch.rand(2), expected)
    assert torch.equal(first, torch.rand(2, generator=generator("x", 0)))
    assert not torch.equal(first, torch.rand(2, generator=generator("x", 1)))


def test_seeds_need_no_torch():
    code = "import sys; from flatgia.core.seeds import seed_of; seed_of('x'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
