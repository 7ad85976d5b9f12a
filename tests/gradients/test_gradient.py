"""Gradients of the mini-batch loss."""

import torch
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from flatgia.attacks.victim import Victim
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.gradient import differentiable_gradient, training_gradient


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
    for kind in (training_gradient, differentiable_gradient):
        found = kind(network, inputs, labels)(params)
        assert list(found) == list(params)
        assert all(torch.allclose(found[name], expected[name], atol=1e-8) for name in params)


def test_the_gradient_of_a_linear_classifier_is_known(clients):
    network = torch.nn.Linear(6, 3).double().requires_grad_(False)
    inputs, labels = clients[1]
    params = {name: torch.randn_like(value) for name, value in network.named_parameters()}
    p = (inputs @ params["weight"].T + params["bias"]).softmax(1) - torch.eye(3, dtype=torch.float64)[labels]
    for kind in (training_gradient, differentiable_gradient):
        found = kind(network, inputs, labels)(params)
        assert torch.allclose(found["weight"], p.T @ inputs / 8) and torch.allclose(found["bias"], p.mean(0))


def test_the_shared_gradient_is_the_methods_or_the_plain_one(network, params, clients):
    inputs, labels = clients[0]
    plain = differentiable_gradient(network, inputs, labels)
    found = Victim(network, params, None, None).gradient()(inputs, labels)
    assert all(torch.equal(found[name], plain(params)[name]) for name in params)
    sam = Victim(network, params, FedSAM(0.3), None).gradient()(inputs, labels)
    expected = FedSAM(0.3).gradient(plain, params, None)
    assert all(torch.equal(sam[name], expected[name]) for name in params)
    assert not torch.allclose(sam["head.weight"], found["head.weight"], atol=1e-3)


def test_the_shared_sam_gradient_can_be_differentiated_in_the_input(network, params, clients):
    inputs, labels = clients[0]
    gradient = Victim(network, params, FedSAM(0.3), None).gradient()

    def first(x):
        return gradient(x, labels)["body.weight"]

    x = inputs.clone().requires_grad_()
    found = torch.autograd.grad(first(x).sum(), x)[0][0, 0].item()
    step = torch.zeros_like(inputs)
    step[0, 0] = 1e-6
    assert abs(found - ((first(inputs + step) - first(inputs - step)).sum() / 2e-6).item()) < 1e-7
