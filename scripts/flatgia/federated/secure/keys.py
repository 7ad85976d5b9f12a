"""Key pairs, keys agreed upon by pairs, and the stream of a key, by the `cryptography` library.

A simulation: private keys are drawn from the run's seed, so that it can be repeated. A deployment draws them from the system.
"""

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from flatgia.federated.secure.fixed_point import FixedPoint, Words

KEY = 32  # bytes


def public_key(private: bytes) -> bytes:
    """Of a private key of X25519 (RFC 7748)."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def agreed(private: bytes, public: bytes, purpose: bytes) -> bytes:
    """The key that one's private and the other's public key give both, for one purpose (HKDF-SHA256, RFC 5869)."""
    secret = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    return HKDF(SHA256(), KEY, salt=None, info=purpose).derive(secret)


def mask(key: bytes, length: int, numbers: FixedPoint) -> Words:
    """`length` words, uniform to whoever lacks the key (ChaCha20, RFC 8439); each key makes one stream."""
    stream = Cipher(algorithms.ChaCha20(key, bytes(16)), mode=None).encryptor()
    return np.frombuffer(stream.update(bytes(length * numbers.word.itemsize)), numbers.word)
