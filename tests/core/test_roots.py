"""Square roots that no processor rounds its own way."""

import torch

from flatgia.core.roots import PortableRoots, root


def test_a_root_is_within_a_unit_in_the_last_place():
    x = torch.rand(1000, generator=torch.Generator().manual_seed(0)) * 100
    exact = x.double().sqrt()
    assert ((root(x).double() - exact).abs() <= exact * 2**-23).all()
    assert root(torch.zeros(1)).item() == 0


def test_its_derivative():
    x = torch.tensor([0.3, 4.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(root, x)


def test_the_mode_replaces_both_spellings_and_nothing_else():
    x = torch.tensor([2.0, 3.0])
    with PortableRoots():
        assert torch.equal(torch.sqrt(x), root(x)) and torch.equal(x.sqrt(), root(x))
        assert (x + 1).tolist() == [3, 4]
