"""FedSAI's flat start: SAM on auxiliary images, then a fresh head."""

from torch import Tensor, nn

from flatgia.federated.client import train_locally
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.networks.built import network_for
from flatgia.networks.network import State, initial_state
from flatgia.settings.sections import Model, Pretraining


def flat_start(
    model: Model,
    start: State,
    pretraining: Pretraining,
    inputs: Tensor,
    labels: Tensor,
    classes: int,
    seed: int,
) -> State:
    """`start` with all but its last layer replaced by what SAM finds on the auxiliary images (paper, section 4.3)."""
    _, channels, height, width = inputs.shape
    network = network_for(model, (channels, height, width), classes)
    count = min(pretraining.images, len(labels))
    # A head of its own: with the head that is put back later, the convolutions would be trained to fit it.
    first = initial_state(network, model.init, seed, "flat start")
    body = {name: value for name, value in start.items() if name.rpartition(".")[0] != _head(network)}
    sam, local = FedSAM(pretraining.rho), pretraining.local
    found = train_locally(
        Backend(network), first | body, None, sam, inputs[:count], labels[:count], local, seed, "flat start"
    )
    return {name: found[name] if name in body else value for name, value in start.items()}


def _head(network: nn.Module) -> str:
    """The module that holds the last parameter."""
    return [name for name, _ in network.named_parameters()][-1].rpartition(".")[0]
