"""Where audits end when the client is modelled rightly, and when it is not: chooses the threshold of audit/verdict.py.

    python benchmarks/audit_threshold.py [--config config/quick.yaml]
prints a Markdown table: cosine distance at the answer of IG, for networks that no test of the audit uses.
"""

import argparse
from collections.abc import Callable

import torch
from torch import nn
from torch.nn.functional import interpolate

from flatgia.audit import Client, attack
from flatgia.core.cli import prepare_torch
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.settings.settings import Settings


def convolutional(activation: type[nn.Module], norm: Callable[[int], nn.Module], classes: int = 7) -> nn.Module:
    """Two convolutions of 16 channels with norms, average pooling, a linear head; 3 x 24 x 24."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 2, 1), norm(16), activation(), nn.Conv2d(16, 16, 3, 1, 1), norm(16), activation(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(576, classes),
    )  # fmt: skip


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "MLP, tanh": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(1728, 64), nn.Tanh(), nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 7)
    ),
    "convolutions, batch norm, softplus": lambda: convolutional(nn.Softplus, nn.BatchNorm2d),
    "convolutions, batch norm, GELU": lambda: convolutional(nn.GELU, nn.BatchNorm2d),
    "convolutions, group norm, SiLU": lambda: convolutional(nn.SiLU, lambda width: nn.GroupNorm(4, width)),
    "convolutions, ReLU": lambda: convolutional(nn.ReLU, lambda _: nn.Identity()),
}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default="config/quick.yaml", help="The steps of IG.")
    settings = Settings.load(parser.parse_args().config, "attacks", "compute", "data")
    prepare_torch()
    print(
        "| network | right | FedSAM 0.1 | other mode | two images | other weights | other label |\n|---|" + "---:|" * 6
    )
    for name, make in NETWORKS.items():
        cells = [f"{distance:.1g}" if distance is not None else "" for distance in distances(make, settings)]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def distances(make: Callable[[], nn.Module], settings: Settings) -> list[float | None]:
    """A right model's distance, and those of five wrong ones."""
    torch.manual_seed(0)
    network = make()
    with torch.no_grad():
        for _ in range(20):
            network(torch.randn(32, 3, 24, 24))  # running statistics
    images = interpolate(torch.rand(2, 3, 6, 6), size=(24, 24), mode="bicubic").clamp(0, 1)
    client = Client.of(network, 24, (0.5,), (0.25,))
    one = client.share(images[:1], [3])
    norms = any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    train = Client.of(network, 24, (0.5,), (0.25,), "train").share(images[:1], [3]) if norms else None
    sam = Client.of(network, 24, (0.5,), (0.25,), method=FedSAM(0.1)).share(images[:1], [3])
    two = client.share(images, [3, 5])
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * parameter.std(correction=0) * torch.randn_like(parameter))
    other = Client.of(network, 24, (0.5,), (0.25,)).share(images[:1], [3])
    torch.manual_seed(0)
    client = Client.of(make_again(make), 24, (0.5,), (0.25,))
    shared = [(one, 3), (sam, 3), (train, 3), (two, 3), (other, 3), (one, 4)]
    return [None if g is None else attack(client, g, [label], settings=settings).distance for g, label in shared]


def make_again(make: Callable[[], nn.Module]) -> nn.Module:
    """The same network with the same statistics."""
    network = make()
    with torch.no_grad():
        for _ in range(20):
            network(torch.randn(32, 3, 24, 24))
    return network


if __name__ == "__main__":
    main()
