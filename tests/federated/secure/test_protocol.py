"""Secure aggregation: the sum is exact, what the server is sent says nothing else, and drop-outs do not break it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from flatgia.core.errors import FlatgiaError
from flatgia.federated.secure.client import Client
from flatgia.federated.secure.fixed_point import FixedPoint
from flatgia.federated.secure.protocol import Protocol, aggregate
from flatgia.federated.secure.server import Server

NUMBERS = FixedPoint(32, 20)
PROTOCOL = Protocol(NUMBERS, 6, 0.5)


def vectors(count, length=7, seed=0):
    return np.random.default_rng(seed).normal(size=(count, length))


def exact(rows):
    """The sum in fixed point, without modulus and masks."""
    return np.rint(rows * 2.0**20).sum(0) / 2.0**20


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("count", [2, 3, 9, 10])
def test_the_sum_is_exact_and_one_client_more_changes_it_by_its_vector(count, bits):
    rows, protocol = vectors(count + 1), Protocol(FixedPoint(bits, 20), 6, 0.5)
    found = aggregate(rows.__getitem__, count, protocol, "test")
    assert np.array_equal(found, exact(rows[:count]))
    assert np.array_equal(aggregate(rows.__getitem__, count + 1, protocol, "test") - found, exact(rows[count:]))


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 12), st.data())
def test_clients_that_drop_out_are_left_out_and_nothing_else(count, data):
    drop = data.draw(st.sets(st.integers(0, count - 1), max_size=count // 4))
    rows, asked = vectors(count), []

    def vector_of(client):
        asked.append(client)
        return rows[client]

    found = aggregate(vector_of, count, Protocol(NUMBERS, 100, 0.5), "drop", drop=drop)
    left = [client for client in range(count) if client not in drop]
    assert asked == left and np.array_equal(found, exact(rows[left]))


def test_too_many_that_drop_out_end_it_in_words():
    with pytest.raises(FlatgiaError, match="neighbours of client 0 are left and 4 are needed"):
        aggregate(vectors(9).__getitem__, 9, Protocol(NUMBERS, 100, 0.5), "test", drop=range(3, 9))


def test_what_the_server_is_sent_is_uniform_whatever_the_vector():
    """Chi-square on each of the four bytes, for a vector of zeros and for a large one; and the two do not correlate."""
    sent = {}
    for name, values in (("zero", np.zeros(65536)), ("large", np.full(65536, 400.0))):
        clients = [Client(place, np.random.default_rng([7, place])) for place in range(3)]
        keys = {client.name: client.advertise() for client in clients}
        clients[0].share({1: keys[1], 2: keys[2]}, 2)
        sent[name] = clients[0].masked(values, NUMBERS, 3)
        for byte in sent[name].view(np.uint8).reshape(-1, 4).T:
            assert chisquare(np.bincount(byte, minlength=256)).pvalue > 1e-4
    assert len(np.unique(sent["zero"])) > 65_000
    # The same masks: only a masked vector that hides its content by them may be told from another by subtraction.
    assert np.array_equal(NUMBERS.decode(sent["large"] - sent["zero"]), np.full(65536, 400.0))


def test_the_server_holds_no_vector():
    numbers = FixedPoint(64, 20)
    server = Server({}, {0: (1,), 1: (0,)}, 1, numbers)
    for name in (0, 1):
        server.add(name, np.full(1000, name + 1, numbers.word))
    arrays = [value for value in vars(server).values() if isinstance(value, np.ndarray)]
    assert len(arrays) == 1 and np.array_equal(arrays[0], np.full(1000, 3))


def test_a_client_opens_no_secret_twice():
    clients = [Client(place, np.random.default_rng(place)) for place in range(3)]
    for alive, dropped in (({1, 2}, {1}), ({1}, {1, 2})):
        with pytest.raises(FlatgiaError, match="both secrets"):
            clients[0].unmask(alive, dropped)
    clients[0].unmask({1}, {2})
    with pytest.raises(FlatgiaError, match="both secrets"):
        clients[0].unmask({2}, {1})


def test_a_changed_share_is_found_out():
    clients = [Client(place, np.random.default_rng(place)) for place in range(2)]
    keys = {client.name: client.advertise() for client in clients}
    sent = [client.share({1 - client.name: keys[1 - client.name]}, 1) for client in clients]
    broken = bytes([sent[0][1][0] ^ 1]) + sent[0][1][1:]
    with pytest.raises(FlatgiaError, match="client 1 cannot decrypt the shares of client 0"):
        clients[1].receive({0: broken})


def test_one_client_is_too_few():
    with pytest.raises(FlatgiaError, match="1 client; take two or more"):
        aggregate(vectors(1).__getitem__, 1, PROTOCOL, "test")
