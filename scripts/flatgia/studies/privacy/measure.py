"""What one model says of its training set: accuracy on both sides, and membership inference."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import Dataset
from flatgia.datasets.inputs import to_inputs
from flatgia.datasets.partition import client_indices
from flatgia.membership.signals import signals
from flatgia.networks.forward import logits
from flatgia.networks.network import State
from flatgia.settings.settings import Settings
from flatgia.studies.privacy.membership import leakage

BLOCK = 1000


def measure(
    settings: Settings,
    network: nn.Module,
    state: State,
    images: Mapping[str, Tensor],
    dataset: Dataset,
    seed: int,
    device: str = "cpu",
) -> dict[str, float]:
    """Shares by name. Members are the images of all clients of `seed`, the others the test images."""
    state = {name: value.to(device) for name, value in state.items()}
    held = torch.cat(client_indices(images["train_labels"], settings.federation, seed))
    count = settings.federation.test_images
    sides = {
        "train": (images["train_images"][held], images["train_labels"][held]),
        "test": (images["test_images"][:count], images["test_labels"][:count]),
    }
    found, scores = {}, {}
    for side, (pictures, labels) in sides.items():
        with torch.no_grad():
            blocks = [
                logits(network, state, to_inputs(block, settings.data, dataset).to(device)).cpu()
                for block in pictures.split(BLOCK)
            ]
        outputs = torch.cat(blocks)
        if not outputs.isfinite().all():
            raise FlatgiaError("--checkpoint", "its outputs are not finite", "train again with a lower rho")
        found[f"accuracy_{side}"] = (outputs.argmax(1) == labels).double().mean().item()
        scores[side] = signals(outputs, labels)
    return found | leakage(scores["train"], scores["test"])
