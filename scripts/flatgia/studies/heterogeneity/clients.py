"""What each client holds where every class is divided by Dirichlet(alpha), and whether each holds enough."""

from collections.abc import Iterator

from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.partition import client_indices
from flatgia.settings.sections import Federation

Holding = tuple[int, int, int, float]  # client, its images, its classes, the share in [0, 1] of the largest of these
MINIMUM = "config key studies.heterogeneity.minimum"


def holdings(labels: Tensor, federation: Federation, minimum: int, seed: int) -> Iterator[Holding]:
    """Of each client. Raises `FlatgiaError` if one has fewer than `minimum` images, or all cannot have so many."""
    clients = federation.clients
    if minimum * clients > len(labels):
        what = f"{clients} clients of {minimum} images or more need {minimum * clients}, and there are {len(labels)}"
        raise FlatgiaError(MINIMUM, what, "lower it, or federation.clients")
    parts = client_indices(labels, federation, seed)
    client, part = min(enumerate(parts), key=lambda pair: len(pair[1]))
    if len(part) < minimum:
        where = f"at alpha {federation.alpha:g} and seed {seed}"
        what = f"{where} client {client} holds {len(part)} images, fewer than {minimum}"
        raise FlatgiaError(MINIMUM, what, "take another seed or a larger alpha, or lower it")
    for client, part in enumerate(parts):
        counts = labels[part].bincount()
        yield client, len(part), int((counts > 0).sum()), int(counts.max()) / len(part)
