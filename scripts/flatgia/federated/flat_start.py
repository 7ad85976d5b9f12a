"""FedSAI's flat start: SAM on auxiliary images, then a fresh head."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from flatgia.federated.client import train_locally
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.networks.network import Params, initial_params, load_network


def flat_start(
    model: Mapping[str, Any],
    start: Params,
    pretraining: Mapping[str, Any],
    inputs: Tensor,
    labels: Tensor,
    classes: int,
    seed: int,
) -> Params:
    """`start` with all but its last layer replaced by what SAM finds on the auxiliary images (paper, section 4.3)."""
    network = load_network(model, classes=classes)
    count = min(pretraining["images"], len(labels))
    numbers = {**pretraining, "local_epochs": pretraining["epochs"]}
    # A head of its own: with the head that is put back later, the convolutions would be trained to fit it.
    first = initial_params(network, model["init"], seed, "flat start")
    body = {name: value for name, value in start.items() if name.rpartition(".")[0] != _head(start)}
    sam = FedSAM(pretraining["rho"])
    found = train_locally(network, first | body, None, sam, inputs[:count], labels[:count], numbers, seed, "flat start")
    return {name: found[name] if name in body else value for name, value in start.items()}


def _head(params: Params) -> str:
    """The module that holds the last parameter."""
    return list(params)[-1].rpartition(".")[0]
