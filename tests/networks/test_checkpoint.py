"""Checkpoints: ours, a user's, and what is none."""

import os
import zipfile

import pytest
import torch
from torch import nn

from flatgia.core.artifacts import Provenance, provenance_path, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.networks.checkpoint import load_broadcast, load_checkpoint, save_checkpoint
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params, initial_state

RECORD = Provenance("train", {})


def normed():
    """A small network with batch norm."""
    return nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 4)).eval()


def equal(a, b):
    return list(a) == list(b) and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("extra", [None, 1])
def test_round_trip(tmp_path, extra):
    network, path = LeNet(), tmp_path / "x.safetensors"
    params, sent = initial_params(network, "dlg", 0), extra and initial_params(network, "dlg", extra)
    save_checkpoint(path, params, sent, {"round": 3}, RECORD)
    found, facts = load_checkpoint(path, network)
    assert equal(found, params) and facts == {"round": 3}
    broadcast = load_broadcast(path, network)
    assert broadcast is None if sent is None else equal(broadcast, sent)


@pytest.mark.parametrize("suffix", ["pt", "pth", "safetensors"])
def test_a_users_state_dict(tmp_path, suffix):
    network, path = LeNet(), tmp_path / f"x.{suffix}"
    state = LeNet().state_dict()
    save_tensors(path, state, {}, RECORD) if suffix == "safetensors" else torch.save(state, path)
    found, facts = load_checkpoint(path, network)
    assert equal(found, dict(state)) and facts == {}
    assert load_broadcast(path, network) is None


@pytest.mark.parametrize("name", ["net", "net.bin", "net.safetensors"])
def test_a_state_dict_is_known_by_its_content(tmp_path, name):
    state = LeNet().state_dict()
    torch.save(state, tmp_path / name)
    assert equal(load_checkpoint(tmp_path / name, LeNet())[0], dict(state))


def test_what_older_versions_of_torch_wrote_and_a_safetensors_of_torchs_name(tmp_path):
    state = LeNet().state_dict()
    torch.save(state, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    save_tensors(tmp_path / "other.pt", state, {}, RECORD)
    for name in ("old.pt", "other.pt"):
        assert equal(load_checkpoint(tmp_path / name, LeNet())[0], dict(state))


def test_a_strange_file_of_a_users_is_not_to_be_deleted(tmp_path):
    (tmp_path / "noext").write_text("hello")
    with pytest.raises(FlatgiaError, match=r"give a \.safetensors, or a state dict that torch\.save wrote\.$"):
        load_checkpoint(tmp_path / "noext", LeNet())


def test_double_and_half_weights_take_the_networks_precision(tmp_path):
    torch.save(LeNet().double().state_dict(), tmp_path / "x.pt")
    found, _ = load_checkpoint(tmp_path / "x.pt", LeNet())
    assert found["head.bias"].dtype == torch.float32


def test_running_statistics_are_loaded(tmp_path):
    theirs = normed()
    theirs[1].running_mean.fill_(3.0)
    theirs[1].running_var.fill_(4.0)
    torch.save(theirs.state_dict(), tmp_path / "x.pt")
    network = normed()
    state, _ = load_checkpoint(tmp_path / "x.pt", network)
    x = torch.randn(2, 3, 4, 4)
    assert torch.equal(torch.func.functional_call(network, state, (x,)), theirs(x))
    assert network[1].running_mean.tolist() == [0.0, 0.0]  # the network itself stays as it was


def test_a_state_dict_without_running_statistics_is_told(tmp_path):
    torch.save(dict(normed().named_parameters()), tmp_path / "x.pt")
    with pytest.raises(FlatgiaError, match=r"it lacks running statistics \(1.running_mean\)"):
        load_checkpoint(tmp_path / "x.pt", normed())


def test_round_trip_with_running_statistics_and_norms_of_the_clients_own(tmp_path):
    network, path = normed(), tmp_path / "x.safetensors"
    state = initial_state(network, "pytorch", 0) | {"1.running_mean": torch.tensor([1.0, 2.0])}
    own = {"own/3/1.weight": torch.tensor([5.0, 6.0])}
    save_checkpoint(path, state | own, initial_params(network, "pytorch", 1), {}, RECORD)
    assert equal(load_checkpoint(path, network)[0], state)
    assert load_checkpoint(path, network, client=3)[0]["1.weight"].tolist() == [5.0, 6.0]
    assert equal(load_checkpoint(path, network, client=None)[0], state | own)
    assert load_broadcast(path, network).keys() == dict(network.named_parameters()).keys()


def test_a_layer_that_is_used_twice_has_one_name(tmp_path):
    def tied():
        layer = nn.Linear(3, 3)
        return nn.Sequential(layer, nn.Sigmoid(), layer)

    theirs = tied()
    torch.save(theirs.state_dict(), tmp_path / "x.pt")
    assert equal(load_checkpoint(tmp_path / "x.pt", tied())[0], dict(theirs.named_parameters()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.pop("head.bias"), r"not a checkpoint of LeNet \(differs in head.bias\)"),
        (lambda s: s.update(more=torch.zeros(1)), r"differs in more"),
        (lambda s: s.update({"head.bias": torch.zeros(9)}), r"head.bias is \(9,\), not \(10,\)"),
        (lambda s: s["conv1.weight"].view(-1)[5].fill_(torch.nan), "conv1.weight holds NaN"),
        (lambda s: s["conv1.weight"].view(-1)[5].fill_(torch.inf), "conv1.weight holds NaN or infinity"),
    ],
)
@pytest.mark.parametrize("suffix", ["pt", "safetensors"])
def test_what_does_not_fit_is_told(tmp_path, change, words, suffix):
    state, path = dict(LeNet().state_dict()), tmp_path / f"x.{suffix}"
    change(state)
    save_tensors(path, state, {}, RECORD) if suffix == "safetensors" else torch.save(state, path)
    with pytest.raises(FlatgiaError, match=words) as caught:
        load_checkpoint(path, LeNet())
    assert str(path) in str(caught.value)


def test_statistics_of_another_width_are_told(tmp_path):
    state = normed().state_dict()
    state["1.running_mean"] = torch.zeros(3)
    torch.save(state, tmp_path / "x.pt")
    with pytest.raises(FlatgiaError, match="not a checkpoint"):
        load_checkpoint(tmp_path / "x.pt", normed())


class Evil:
    """What a malicious pickle does: it runs a command when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_a_malicious_file_is_refused_and_not_run(tmp_path):
    mark, path = tmp_path / "ran", tmp_path / "x.pt"
    for value in (Evil(mark), {"conv1.weight": Evil(mark)}):
        torch.save(value, path)
        with pytest.raises(FlatgiaError, match="nothing in it was run"):
            load_checkpoint(path, LeNet())
    assert not mark.exists()


@pytest.mark.parametrize("value", [[1, 2], 3, {"a": 1}, {"model": {"a": torch.zeros(1)}}, LeNet()])
def test_what_is_no_state_dict_is_told(tmp_path, value):
    torch.save(value, tmp_path / "x.pt")
    with pytest.raises(FlatgiaError, match="not a plain PyTorch state dict"):
        load_checkpoint(tmp_path / "x.pt", LeNet())


@pytest.mark.parametrize("suffix", ["pt", "safetensors"])
@pytest.mark.parametrize("keep", [0, 1, 7, 100, -300, -1])
def test_a_cut_file_is_told(tmp_path, suffix, keep):
    path = tmp_path / f"x.{suffix}"
    state = LeNet().state_dict()
    save_tensors(path, state, {}, RECORD) if suffix == "safetensors" else torch.save(state, path)
    provenance_path(path).unlink(missing_ok=True)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FlatgiaError, match=r"x\..*: not a "):
        load_checkpoint(path, LeNet())


@pytest.mark.parametrize("data", [b"hello", b"\x80\x02.", b"PK\x03\x04", bytes(range(256)), b"<html></html>"])
def test_garbage_is_told(tmp_path, data):
    (tmp_path / "x.pt").write_bytes(data)
    with pytest.raises(FlatgiaError, match="not a plain"):
        load_checkpoint(tmp_path / "x.pt", LeNet())


def test_a_zip_file_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.pt", "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(FlatgiaError, match="not a plain"):
        load_checkpoint(tmp_path / "x.pt", LeNet())


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FlatgiaError, match="no such file"):
        load_checkpoint(tmp_path / "x.pt", LeNet())
