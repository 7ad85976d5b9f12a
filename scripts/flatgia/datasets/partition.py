"""Which training images each client holds, and which of them are attacked."""

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator
from flatgia.settings.sections import Federation


def client_indices(labels: Tensor, federation: Federation, seed: int) -> list[Tensor]:
    """One tensor of image indices per client, disjoint; at most `images_per_client` each; the same for all methods."""
    clients, most = federation.clients, federation.images_per_client
    draw = generator("partition", seed, federation.partition, clients)
    if federation.partition == "equal":
        parts = list(torch.randperm(len(labels), generator=draw).split(max(1, len(labels) // clients))[:clients])
    else:
        parts = _dirichlet(labels, clients, federation.alpha, draw)
    parts = [part[:most] for part in parts]
    if len(parts) < clients or any(len(part) == 0 for part in parts):
        raise FlatgiaError("config key federation", "a client holds no image", "lower clients or raise alpha")
    return parts


def _dirichlet(labels: Tensor, clients: int, alpha: float, draw: torch.Generator) -> list[Tensor]:
    """Each class is divided among all clients by proportions from Dirichlet(alpha) (Yurochkin et al. 2019)."""
    parts: list[list[Tensor]] = [[] for _ in range(clients)]
    for label in labels.unique(sorted=True):
        members = (labels == label).nonzero()[:, 0]
        members = members[torch.randperm(len(members), generator=draw)]
        gamma = torch._standard_gamma(torch.full((clients,), alpha, dtype=torch.float64), generator=draw)
        cuts = ((gamma / gamma.sum()).cumsum(0)[:-1] * len(members)).round().long()
        for part, piece in zip(parts, members.tensor_split(cuts), strict=True):
            part.append(piece)
    joined = [torch.cat(part) for part in parts]
    return [part[torch.randperm(len(part), generator=draw)] for part in joined]


def target_indices(labels: Tensor, indices: Tensor, count: int) -> Tensor:
    """`count` of a client's images: the first of each class in turn, then the second of each, and so on."""
    queues = [indices[labels[indices] == label].tolist() for label in labels.unique(sorted=True)]
    ranked = [queue[place] for place in range(max(map(len, queues))) for queue in queues if place < len(queue)]
    if len(ranked) < count:
        raise FlatgiaError("config key targets.images", f"the client holds {len(ranked)} images", "lower it")
    return torch.tensor(ranked[:count])
