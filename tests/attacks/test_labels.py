"""The label rule of iDLG."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatgia.attacks.labels import infer_labels
from flatgia.attacks.victim import Victim
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 9), st.sampled_from([None, FedSAM(0.2), FedASAM(0.3, 0.9)]))
def test_it_is_exact_for_one_image(seed, label, method):
    network = LeNet().eval().requires_grad_(False)
    x = 2 * torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(seed))
    gradient = Victim(Backend(network), initial_params(network, "dlg", seed), method, None).gradient()(
        x, torch.tensor([label])
    )
    assert infer_labels(tuple(g[None] for g in gradient.values()), 1).tolist() == [[label]]


def test_the_least_row_sums_are_taken():
    head = torch.tensor([[[1.0, 1], [-3, 1], [-2, -3]], [[-9, 0], [0, 0], [-1, 0]]])
    observed = (torch.zeros(2, 4, 3, 5, 5), head, torch.zeros(2, 3))
    assert infer_labels(observed, 1).tolist() == [[2], [0]]
    assert infer_labels(observed, 2).tolist() == [[2, 1], [0, 2]]


def test_what_cannot_be_inferred_is_told():
    with pytest.raises(FlatgiaError, match="no linear layer"):
        infer_labels((torch.zeros(1, 4, 3, 5, 5), torch.zeros(1, 4)), 1)
    with pytest.raises(FlatgiaError, match="larger than the number of classes"):
        infer_labels((torch.zeros(1, 3, 5),), 4)
