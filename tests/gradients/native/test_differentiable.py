"""The gradient under vmap and autograd, against PyTorch's own, in float64."""

import pytest
import torch
from torch.func import grad_and_value, jacrev, jvp, vmap

from flatgia.attacks.victim import Victim
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.gradients.hessian import gradient_graphs, product
from flatgia.gradients.native.lanes import Lanes
from flatgia.gradients.objectives import cosine_distance
from flatgia.networks.network import initial_params

METHODS = {
    "plain": None,
    "FedSAM": FedSAM(0.2),
    "FedASAM": FedASAM(0.3, 0.9),
    "FedGF": FedGF(0.2, 0.2, 0.1),
}


def doubles(network, *seed):
    return {name: value.double() for name, value in initial_params(network, "dlg", *seed).items()}


def images(*shape):
    draw = torch.Generator().manual_seed(0)
    return torch.randn(*shape, 3, 32, 32, generator=draw).double(), torch.randint(0, 10, shape, generator=draw)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("name", METHODS)
def test_a_matching_cost_and_its_gradient(network, name, size):
    method = METHODS[name]
    params, sent = doubles(network, 0), doubles(network, 1)
    inputs, labels = images(5, size)
    observed = tuple(torch.randn(5, *value.shape, dtype=torch.float64) for value in params.values())

    def found(backend):
        modelled = Victim(backend, params, method, sent).gradient()

        def loss(inputs, labels, observed):
            return cosine_distance(list(modelled(inputs, labels).values()), observed) + 0.1 * inputs.square().mean()

        return vmap(grad_and_value(loss))(inputs, labels, observed)

    for ours, theirs in zip(found(Lanes(network)), found(Backend(network)), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-15)


def test_without_vmap_it_is_the_gradient_of_the_mean(network):
    params = doubles(network, 0)
    inputs, labels = images(7)
    for take in (lambda backend: Victim(backend, params, None, None).gradient()(inputs, labels),
                 lambda backend: backend.training_gradient(inputs, labels)(params)):  # fmt: skip
        ours, theirs = take(Lanes(network)), take(Backend(network))
        assert list(ours) == list(theirs)
        for name in ours:
            torch.testing.assert_close(ours[name], theirs[name], rtol=1e-10, atol=1e-15)


def test_forward_mode_is_pytorchs(network):
    params = doubles(network, 0)
    inputs, labels = images(2)
    ahead, _ = images(4, 2)

    def push(backend):
        modelled = Victim(backend, params, None, None).gradient()
        return vmap(lambda along: jvp(lambda x: modelled(x, labels), (inputs,), (along,))[1])(ahead)

    ours, theirs = push(Lanes(network)), push(Backend(network))
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-9, atol=1e-15)


def test_a_third_derivative_is_refused_in_words(network):
    params = doubles(network, 0)
    inputs, labels = images(1)
    inputs.requires_grad_()
    modelled = Victim(Lanes(network), params, None, None).gradient()(inputs, labels)
    (once,) = torch.autograd.grad(sum(value.square().sum() for value in modelled.values()), inputs, create_graph=True)
    with pytest.raises(RuntimeError, match=r"compute\.compile: never"):
        once.square().sum().backward()


def test_many_directions_for_one_gradient_are_refused_in_words(network):
    params = doubles(network, 0)
    inputs, labels = images(1)
    modelled = Victim(Lanes(network), params, None, None).gradient()
    with pytest.raises(RuntimeError, match="one direction a gradient"):
        jacrev(lambda x: modelled(x, labels)["head.bias"])(inputs)


def test_the_hessian_times_a_vector(network):
    params = doubles(network, 0)
    inputs, labels = images(37)
    vector = torch.randn(15_826, dtype=torch.float64)
    expected = product(gradient_graphs(network, params, inputs, labels, 37), vector)
    torch.testing.assert_close(
        Lanes(network).hessian_product(params, {}, inputs, labels, 1)(vector), expected, rtol=1e-9, atol=1e-14
    )
