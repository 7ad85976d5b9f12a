"""What is run: a value for each round of secure aggregation, all of them spelt out from the study's section."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flatgia.studies.lia import Lia

HONEST = "honest"  # in place of a design: the same model for all


@dataclass(frozen=True)
class Case:
    """One round: who takes part, what they are sent, what they do. `part` is the question it belongs to."""

    part: str
    network: str
    clients: int
    images: int  # of each client
    classes: int
    gamma: float  # share of the norm's honest weights
    design: str
    strength: float
    method: str
    steps: int = 1
    weights: str = "equal"  # in the sum: equal, known to the server, or unknown
    clip: float = 0.0  # of each client's vector; 0 is none
    noise: float = 0.0  # deviation of what each client adds to each entry
    dropped: int = 0  # clients that drop out after the others have masked with them


def cases(section: Lia, channels: dict[str, int], shortcuts: set[str], classes: int) -> Iterator[Case]:
    """Every case; `channels` of the norm of each network to be run, and the networks in which a shortcut passes it."""
    first, method = section.networks[0], section.methods[0]
    usual = Case("", first, section.clients, section.images, classes, 0.0, section.design, section.strength, method)
    for images in section.batches:
        for gamma in section.gammas:
            yield replace(usual, part="gamma", images=images, gamma=gamma)
    for name in section.methods:
        for strength in section.strengths_of_methods:
            yield replace(usual, part="methods", method=name, strength=strength)
    for network in channels:
        there = usual
        if network in shortcuts:  # only what is large beside what the shortcut brings
            there = replace(usual, design="blocks", strength=section.shortcut_strength)
        limit = channels[network] + 1
        counts = {count for count in section.scale if count <= limit} | ({limit} if limit <= section.largest else set())
        for count in sorted(counts):
            yield replace(there, part="clients", network=network, clients=count, images=section.images_at_scale)
        if limit <= section.largest and network not in shortcuts:
            beyond = limit + max(1, limit // 10)
            few = section.images_at_scale
            yield replace(there, part="clients", network=network, clients=beyond, images=few, design="random")
    for design in ("simplex", "blocks", "random"):
        for strength in section.strengths:
            for gamma in section.gammas_of_stealth:
                yield replace(usual, part="stealth", design=design, strength=strength, gamma=gamma)
    for steps in section.steps:
        for name in dict.fromkeys((method, section.methods[-1])):
            for strength in section.strengths_of_methods:
                yield replace(usual, part="steps", steps=steps, method=name, strength=strength)
    yield replace(usual, part="defences", weights="known")
    yield replace(usual, part="defences", weights="unknown")
    yield replace(usual, part="defences", dropped=max(1, section.clients // 10))
    yield from (replace(usual, part="defences", clip=clip) for clip in section.clips)
    yield from (replace(usual, part="defences", noise=noise) for noise in section.noises)
    yield replace(usual, part="defences", classes=classes * section.subclasses)
    yield replace(usual, part="baselines", design=HONEST, strength=0.0, gamma=1.0)
