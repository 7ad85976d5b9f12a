"""What the client shares."""

import torch

from flatgia.attacks.observe import observe, server_view, target_batches
from flatgia.attacks.victim import Victim
from flatgia.datasets.inputs import statistics
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.settings.settings import Settings


def test_each_target_leads_one_batch():
    assert target_batches(4, 1).tolist() == [[0], [1], [2], [3]]
    assert target_batches(3, 2).tolist() == [[0, 1], [1, 2], [2, 0]]


def test_what_is_shared_is_what_the_client_trains_with(lenet_case):
    network, params, images, labels = lenet_case
    for method in (None, FedSAM(0.2), FedGF(0.2, 0.2, 0.5)):
        broadcast = {name: value + 0.01 for name, value in params.items()}
        observed = observe(Victim(Backend(network), params, method, broadcast), images, labels)
        for target in range(2):
            at = Backend(network).training_gradient(images[target], labels[target])
            expected = at(params) if method is None else method.gradient(at, params, broadcast)
            for found, tensor in zip(observed, expected.values(), strict=True):
                assert torch.allclose(found[target], tensor, rtol=1e-4, atol=1e-6)


def test_the_shared_gradient_of_a_batch_is_the_mean(lenet_case):
    network, params, images, labels = lenet_case
    client = Victim(Backend(network), params, None, None)
    both = observe(client, images.transpose(0, 1), labels.T)
    single = observe(client, images, labels)
    assert all(torch.allclose(b[0], s.mean(0), atol=1e-6) for b, s in zip(both, single, strict=True))


def test_labels_are_inferred_unless_given(lenet_case, tiny):
    network, params, images, labels = lenet_case
    client = Victim(Backend(network), params, FedSAM(0.2), None)
    observed = observe(client, images, labels)
    arguments = ((1, 3, 32, 32), statistics(Settings(tiny).data), "never", None, ("x",), "x")
    view = server_view(client, observed, None, *arguments)
    assert torch.equal(view.labels, labels)
    given = server_view(client, observed, torch.tensor([[1], [2]]), *arguments)
    assert given.labels.tolist() == [[1], [2]]
