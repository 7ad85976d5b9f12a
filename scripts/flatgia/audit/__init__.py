"""What people bring: their own network, checkpoint, gradient, update, image."""

from flatgia.audit.answer import write_answer
from flatgia.audit.attack import Answer, attack
from flatgia.audit.border import open_network
from flatgia.audit.client import Client
from flatgia.audit.reading import read_checkpoint, read_gradient, read_update

__all__ = [
    "Answer",
    "Client",
    "attack",
    "open_network",
    "read_checkpoint",
    "read_gradient",
    "read_update",
    "write_answer",
]
