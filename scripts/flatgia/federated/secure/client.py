"""A client of secure aggregation: its vector leaves it only under masks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from flatgia.core.errors import FlatgiaError
from flatgia.federated.secure.fixed_point import FixedPoint, Words
from flatgia.federated.secure.keys import KEY, agreed, mask, public_key
from flatgia.federated.secure.shamir import SIZE, share


@dataclass(frozen=True)
class Advertised:
    """A client's public keys: for its masks, and for the shares that it is sent."""

    masks: bytes
    shares: bytes


class Client:
    """One client, named by a number from 0; `random` draws its secrets."""

    def __init__(self, name: int, random: np.random.Generator):
        self.name, self._random = name, random
        self._mask_key, self._share_key, self._own = (random.bytes(KEY) for _ in range(3))
        self._held: dict[int, tuple[bytes, bytes]] = {}  # by client: shares of its mask key and of its own mask
        self._keys: dict[int, Advertised] = {}
        self._answered = False

    def advertise(self) -> Advertised:
        """Round 0: its public keys."""
        return Advertised(public_key(self._mask_key), public_key(self._share_key))

    def share(self, keys: Mapping[int, Advertised], threshold: int) -> dict[int, bytes]:
        """Round 1: for each neighbour, encrypted shares of the two secrets that undo this client's masks."""
        self._keys = dict(keys)
        points = [other + 1 for other in keys]
        shares = [share(secret, threshold, points, self._random) for secret in (self._mask_key, self._own)]
        return {
            other: self._cipher(other).encrypt(
                self._nonce(self.name), shares[0][other + 1] + shares[1][other + 1], None
            )
            for other in keys
        }

    def receive(self, sent: Mapping[int, bytes]) -> None:
        """The encrypted shares of its neighbours. Raises `FlatgiaError` if one was changed on its way."""
        for other, message in sent.items():
            try:
                plain = self._cipher(other).decrypt(self._nonce(other), message, None)
            except InvalidTag:
                what = f"client {self.name} cannot decrypt the shares of client {other}"
                raise FlatgiaError("secure aggregation", what, "begin the round again") from None
            self._held[other] = plain[:SIZE], plain[SIZE:]

    def masked(self, values: Sequence[float] | np.ndarray, numbers: FixedPoint, clients: int) -> Words:
        """Round 2: its vector, of which `clients` are summed, under its own mask and one with each neighbour."""
        total = numbers.encode(np.asarray(values), clients) + mask(self._own, len(values), numbers)
        for other, public in self._keys.items():
            between = mask(agreed(self._mask_key, public.masks, b"mask"), len(values), numbers)
            (np.add if self.name < other else np.subtract)(total, between, out=total)
        return total

    def unmask(self, alive: Collection[int], dropped: Collection[int]) -> dict[int, bytes]:
        """Round 3, once: of each neighbour a share of its own mask if it is `alive`, of its mask key if it `dropped`.

        Never both, which would open its vector: raises `FlatgiaError`.
        """
        if self._answered or set(alive) & set(dropped):
            what = f"the server asks client {self.name} for both secrets of a client"
            raise FlatgiaError("secure aggregation", what, "leave this server")
        self._answered = True
        return {
            other: shares[other in alive] for other, shares in self._held.items() if other in alive or other in dropped
        }

    def _cipher(self, other: int) -> ChaCha20Poly1305:
        return ChaCha20Poly1305(agreed(self._share_key, self._keys[other].shares, b"shares"))

    def _nonce(self, sender: int) -> bytes:
        return sender.to_bytes(12, "big")  # a key serves two messages, one each way
