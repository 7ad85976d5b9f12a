"""The server of secure aggregation: it holds the running sum of what is masked, and no client's vector."""

from collections.abc import Mapping

from flatgia.core.errors import FlatgiaError
from flatgia.federated.secure.client import Advertised
from flatgia.federated.secure.fixed_point import FixedPoint, Words
from flatgia.federated.secure.keys import KEY, agreed, mask
from flatgia.federated.secure.shamir import reconstruct


class Server:
    """Sums masked vectors of so many entries, then removes what masks are left."""

    def __init__(
        self, keys: Mapping[int, Advertised], graph: Mapping[int, tuple[int, ...]], threshold: int, numbers: FixedPoint
    ):
        self.keys, self.graph, self.threshold, self.numbers = keys, graph, threshold, numbers
        self.alive: set[int] = set()
        self._sum: Words | None = None

    def add(self, name: int, masked: Words) -> None:
        """Takes one client's masked vector into the sum."""
        if name in self.alive or name not in self.graph:
            raise FlatgiaError("secure aggregation", f"client {name} is unknown or sent twice", "begin the round again")
        self.alive.add(name)
        if self._sum is None:
            self._sum = masked.copy()
        else:
            self._sum += masked

    @property
    def dropped(self) -> set[int]:
        """Who has sent nothing."""
        return set(self.graph) - self.alive

    def unmasked(self, shares: Mapping[int, Mapping[int, bytes]]) -> Words:
        """The sum of the vectors of those alive; `shares` by who sent them, then by whose they are.

        Raises `FlatgiaError` if too few are left to undo the masks.
        """
        if self._sum is None:
            raise FlatgiaError("secure aggregation", "no client sent a vector", "begin the round again")
        total, length = self._sum, len(self._sum)
        for name in sorted(self.graph):
            if name in self.dropped and not self.alive & set(self.graph[name]):
                continue  # no mask of it has reached the sum
            secret = self._secret(name, shares)
            if name in self.alive:
                total = total - mask(secret, length, self.numbers)
                continue
            for other in self.alive & set(self.graph[name]):  # what `other` has added with it
                between = mask(agreed(secret, self.keys[other].masks, b"mask"), length, self.numbers)
                total = total - between if other < name else total + between
        return total

    def _secret(self, name: int, shares: Mapping[int, Mapping[int, bytes]]) -> bytes:
        found = {sender + 1: held[name] for sender, held in sorted(shares.items()) if name in held}
        if len(found) < self.threshold:
            what = f"{len(found)} neighbours of client {name} are left and {self.threshold} are needed"
            raise FlatgiaError(
                "secure aggregation", what, "begin the round again, with a lower threshold or more neighbours"
            )
        return reconstruct(dict(list(found.items())[: self.threshold]), KEY)
