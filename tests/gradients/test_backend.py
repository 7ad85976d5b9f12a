"""Gradients of the mini-batch loss."""

import copy

import pytest
import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.nn.functional import cross_entropy

from flatgia.attacks.victim import Victim
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.networks.network import initial_state, split_state


def differences(network, params, inputs, labels, step=1e-6):
    """The gradient by central differences."""
    found = {name: torch.zeros_like(value) for name, value in params.items()}
    for name, value in params.items():
        for place in range(value.numel()):
            loss = []
            for sign in (1, -1):
                moved = value.clone()
                moved.view(-1)[place] += sign * step
                loss.append(cross_entropy(functional_call(network, params | {name: moved}, (inputs,)), labels))
            found[name].view(-1)[place] = (loss[0] - loss[1]) / (2 * step)
    return found


def test_both_agree_with_central_differences(network, params, clients):
    inputs, labels = clients[0]
    expected = differences(network, params, inputs, labels)
    for kind in (Backend.training_gradient, Backend.gradient):
        found = kind(Backend(network), inputs, labels)(params)
        assert list(found) == list(params)
        assert all(torch.allclose(found[name], expected[name], atol=1e-8) for name in params)


def test_the_gradient_of_a_linear_classifier_is_known(clients):
    network = torch.nn.Linear(6, 3).double().requires_grad_(False)
    inputs, labels = clients[1]
    params = {name: torch.randn_like(value) for name, value in network.named_parameters()}
    p = (inputs @ params["weight"].T + params["bias"]).softmax(1) - torch.eye(3, dtype=torch.float64)[labels]
    for kind in (Backend.training_gradient, Backend.gradient):
        found = kind(Backend(network), inputs, labels)(params)
        assert torch.allclose(found["weight"], p.T @ inputs / 8) and torch.allclose(found["bias"], p.mean(0))


def test_the_shared_gradient_is_the_methods_or_the_plain_one(network, params, clients):
    inputs, labels = clients[0]
    plain = Backend(network).gradient(inputs, labels)
    found = Victim(Backend(network), params, None, None).gradient()(inputs, labels)
    assert all(torch.equal(found[name], plain(params)[name]) for name in params)
    sam = Victim(Backend(network), params, FedSAM(0.3), None).gradient()(inputs, labels)
    expected = FedSAM(0.3).gradient(plain, params, None)
    assert all(torch.equal(sam[name], expected[name]) for name in params)
    assert not torch.allclose(sam["head.weight"], found["head.weight"], atol=1e-3)


def test_the_shared_sam_gradient_can_be_differentiated_in_the_input(network, params, clients):
    inputs, labels = clients[0]
    gradient = Victim(Backend(network), params, FedSAM(0.3), None).gradient()

    def first(x):
        return gradient(x, labels)["body.weight"]

    x = inputs.clone().requires_grad_()
    found = torch.autograd.grad(first(x).sum(), x)[0][0, 0].item()
    step = torch.zeros_like(inputs)
    step[0, 0] = 1e-6
    assert abs(found - ((first(inputs + step) - first(inputs - step)).sum() / 2e-6).item()) < 1e-7


@pytest.fixture
def normed():
    """Batch norm inside, running statistics of its own, and double precision."""
    layers = nn.Linear(6, 4), nn.BatchNorm1d(4), nn.Sigmoid(), nn.Linear(4, 3)
    network = nn.Sequential(*layers).double().eval().requires_grad_(False)
    state = {n: v.double() if v.is_floating_point() else v for n, v in initial_state(network, "dlg", 0).items()}
    state |= {"1.running_mean": torch.full((4,), 0.25).double(), "1.running_var": torch.full((4,), 2.0).double()}
    return network, state


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_the_gradient_in_either_mode_is_autograds(normed, clients, mode):
    network, state = normed
    (inputs, labels), (params, buffers) = clients[1], split_state(*normed)
    found = Backend(network).gradient(inputs, labels, buffers, mode)(params)
    twin = copy.deepcopy(network)
    twin.load_state_dict(state)
    twin.train(mode == "train").requires_grad_()
    cross_entropy(twin(inputs), labels).backward()
    assert all(torch.allclose(found[name], value.grad, atol=1e-12) for name, value in twin.named_parameters())
    assert buffers["1.running_mean"].tolist() == [0.25] * 4


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_either_mode_can_be_mapped_over_and_differentiated_by_the_inputs(normed, clients, mode):
    (inputs, labels), (params, buffers) = clients[0], split_state(*normed)
    backend = Backend(normed[0])

    def cost(x):
        return sum(part.square().sum() for part in backend.gradient(x, labels, buffers, mode)(params).values())

    slopes = vmap(grad(cost))(torch.stack([inputs, inputs + 1]))
    step = torch.zeros_like(inputs)
    step[2, 3] = 1e-6
    expected = (cost(inputs + step) - cost(inputs - step)) / 2e-6
    assert slopes[0, 2, 3].item() == pytest.approx(expected.item(), rel=1e-6)


def test_only_the_first_call_of_a_training_gradient_moves_the_statistics(normed, clients):
    (inputs, labels), (params, buffers) = clients[0], split_state(*normed)
    gradient_at = Backend(normed[0]).training_gradient(inputs, labels, buffers)
    first = gradient_at(params)
    moved = buffers["1.running_mean"].clone()
    expected = 0.9 * 0.25 + 0.1 * (inputs @ params["0.weight"].T + params["0.bias"]).mean(0)
    assert torch.allclose(moved, expected)
    again = gradient_at({name: value + 1 for name, value in params.items()})
    assert torch.equal(buffers["1.running_mean"], moved) and buffers["1.num_batches_tracked"] == 1
    assert not torch.allclose(first["3.weight"], again["3.weight"])


class Attention(nn.Module):
    """Eight tokens of six numbers through self-attention to three logits."""

    def __init__(self, functional):
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 2, batch_first=True)
        self.head = nn.Linear(6, 3)
        self.functional = functional

    def forward(self, x):
        if self.functional:
            x = nn.functional.scaled_dot_product_attention(x, x, x) + x
        return self.head(self.attention(x, x, x, need_weights=False)[0].mean(1))


@pytest.mark.parametrize("functional", [False, True])
def test_attention_is_differentiated_twice(functional):
    network = Attention(functional).double().eval().requires_grad_(False)
    state = {name: value.double() for name, value in initial_state(network, "pytorch", 0).items()}
    inputs, labels = torch.randn(2, 8, 6, dtype=torch.float64), torch.tensor([0, 2])
    backend = Backend(network)

    def cost(x):
        return backend.gradient(x, labels)(state)["attention.in_proj_weight"].square().sum()

    slope = vmap(grad(cost))(inputs[None])[0]
    step = torch.zeros_like(inputs)
    step[1, 2, 3] = 1e-6
    expected = (cost(inputs + step) - cost(inputs - step)) / 2e-6
    assert slope[1, 2, 3].item() == pytest.approx(expected.item(), rel=1e-5)
    vector = torch.randn(sum(value.numel() for value in state.values()), dtype=torch.float64)
    assert backend.hessian_product(state, {}, inputs, labels, 2)(vector).isfinite().all()
