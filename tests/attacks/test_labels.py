"""Labels from the gradient of the logits."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from flatgia.attacks.labels import Evidence, evidence, infer_labels, labels_from
from flatgia.attacks.victim import Victim
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_state


def shared(network, labels, method=None, seed=0, shape=(3, 6, 6)):
    """A client, and the gradient it shares of noise with these labels."""
    network = network.eval().requires_grad_(False)
    client = Victim(Backend(network), dict(network.named_parameters()), method, None)
    x = torch.randn(len(labels), *shape, generator=torch.Generator().manual_seed(seed))
    return client, tuple(g[None] for g in client.gradient()(x, torch.tensor(labels)).values())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 9), st.sampled_from([None, FedSAM(0.2), FedASAM(0.3, 0.9)]))
def test_it_is_exact_for_one_image_and_is_the_rule_of_idlg(seed, label, method):
    network = LeNet()
    network.load_state_dict(initial_state(network, "dlg", seed))
    client, observed = shared(network, [label], method, seed, (3, 32, 32))
    found = infer_labels(client, observed, 1, (3, 32, 32))
    assert found.values.tolist() == [[label]] and found.sure == "exact"
    assert observed[-2].sum(2).argmin(1).tolist() == [label]  # iDLG: the least row sum of the last weights


HEADS = {
    "a bias on features of both signs": lambda: nn.Linear(8, 4),
    "no bias, features of both signs": lambda: nn.Linear(8, 4, bias=False),
}


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("label", range(4))
def test_features_of_both_signs_do_not_mislead(name, label):
    for seed in range(5):
        torch.manual_seed(seed)
        network = nn.Sequential(nn.Flatten(), nn.Linear(108, 8), nn.Tanh(), HEADS[name]())
        client, observed = shared(network, [label], seed=seed)
        found = infer_labels(client, observed, 1, (3, 6, 6))
        assert found.values.tolist() == [[label]] and found.sure == "exact"


def test_a_gradient_that_does_not_show_the_classes_is_told():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(108, 8), nn.Tanh(), nn.Linear(8, 2, bias=False))
    client, observed = shared(network, [1])
    assert evidence(client, observed, (3, 6, 6)) is None  # of two rows, none is the odd one out
    with pytest.raises(FlatgiaError, match="does not show the classes .*give the labels"):
        infer_labels(client, observed, 1, (3, 6, 6))


class Squeezed(nn.Sequential):
    """As SqueezeNet: the classes' maps pass a ReLU before they are pooled."""

    def __init__(self, shift):
        super().__init__(nn.Conv2d(3, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        nn.init.constant_(self[0].bias, shift)


def test_a_class_that_a_relu_hides_is_not_guessed():
    torch.manual_seed(0)
    client, observed = shared(Squeezed(0.5), [2])
    assert infer_labels(client, observed, 1, (3, 6, 6)) == (torch.tensor([[2]]), "exact")
    client, observed = shared(Squeezed(0.5), [2])
    observed[1][:, 2] = 0  # no value of the label's map is positive
    assert evidence(client, observed, (3, 6, 6)) is None


@pytest.mark.parametrize("labels", [[0, 1, 2, 3], [1, 1, 3, 2], [2, 2, 2, 0], [3, 3, 3, 3], [0, 0, 2, 2, 2, 1]])
def test_a_batch_may_hold_a_class_twice(labels):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(108, 5))
    client, observed = shared(network, labels)
    found = infer_labels(client, observed, len(labels), (3, 6, 6))
    assert found.values.tolist() == [sorted(labels)] and found.sure == "guess"


@pytest.mark.parametrize("kind", ["a factor", "no bias"])
def test_the_scale_of_the_head_does_not_mislead_a_batch(kind):
    torch.manual_seed(0)
    head = nn.Linear(64, 10, bias=kind == "a factor")
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(108, 64), nn.Sigmoid(), head, Times(5.0 if kind == "a factor" else 1.0)
    )
    client, observed = shared(network, [7, 1, 7, 4])
    assert infer_labels(client, observed, 4, (3, 6, 6)).values.tolist() == [[1, 4, 7, 7]]


class Times(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x


def test_several_images_are_not_taken_for_one():
    torch.manual_seed(0)
    for bias in (True, False):
        network = nn.Sequential(nn.Flatten(), nn.Linear(108, 5, bias=bias))
        client, observed = shared(network, [0, 1, 2])
        found = evidence(client, observed, (3, 6, 6))
        assert found is None or labels_from(found, 1).sure == "guess"


def test_one_negative_entry_is_sure_and_rounding_is_none():
    usual = torch.full((3,), 1 / 3)
    assert labels_from(Evidence(torch.tensor([[0.5, -1, 0.5]]), usual, 0), 1).sure == "exact"
    assert labels_from(Evidence(torch.tensor([[1.0, -1, -1e-9]]), usual, 0), 1).sure == "exact"
    assert labels_from(Evidence(torch.tensor([[1.0, -0.6, -0.4]]), usual, 0), 1).sure == "guess"
    assert labels_from(Evidence(torch.tensor([[0.5, -1, 0.5]]), usual, 2), 1).sure == "guess"
