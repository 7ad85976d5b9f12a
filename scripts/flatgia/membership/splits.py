"""Who is in which model's training set: random halves, in pairs that complement each other."""

import numpy as np

from flatgia.core.seeds import generator
from flatgia.membership.shadows import Array


def halves(models: int, images: int, *seed: object) -> Array:
    """Members (N, I): models 2 k and 2 k + 1 share the images between them, so that each image is in exactly half of an even
    number of models, and more models leave those there are as they are."""
    import torch

    found = np.zeros((models + models % 2, images), dtype=bool)
    for pair in range(0, models, 2):
        order = torch.randperm(images, generator=generator("membership halves", *seed, pair)).numpy()
        found[pair, order[: images // 2]] = True
        found[pair + 1] = ~found[pair]
    return found[:models]
