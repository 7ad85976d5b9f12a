"""Seeds from what is being computed, never from the order in which it is computed."""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def seed_of(*parts: object) -> int:
    """A seed in [0, 2^63) that depends on `parts` (plain JSON values) and on nothing else."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(*parts: object) -> "torch.Generator":
    """A CPU generator seeded with `seed_of(*parts)`: the same draws on every device."""
    import torch

    return torch.Generator().manual_seed(seed_of(*parts))


@contextlib.contextmanager
def global_draws(*parts: object) -> Iterator[None]:
    """Within, what draws without a generator of its own, as dropout does, draws from `seed_of(*parts)`."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed_of(*parts))
        yield
