"""The federation as a whole."""

from dataclasses import asdict

import pytest
import torch

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import DATASETS
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.training import Reached, Training
from flatgia.gradients.backend import Backend
from flatgia.gradients.choice import backend_for
from flatgia.networks.network import load_network
from flatgia.settings.settings import Settings


def loaded(tiny, method, data_file):
    settings = Settings(tiny)
    backend = Backend(load_network("LeNet"))
    return Training.load(settings, settings.methods[method], data_file, 0, backend)


@pytest.fixture
def training(network, params, clients, federation):
    return Training(
        Settings({"federation": asdict(federation)}),
        0,
        FedAvg(),
        Backend(network),
        clients,
        clients[0],
        DATASETS["cifar10"],
    )


def test_the_rounds_come_one_after_the_other(training, params):
    states = list(training.rounds(Reached(0, params, None), 3, "x"))
    assert [state.number for state in states] == [1, 2, 3]
    (later,) = training.rounds(states[1], 3, "x")
    assert all(torch.equal(later.state[name], states[2].state[name]) for name in params)


def test_nothing_to_do_gives_the_state_itself(training, params):
    state = Reached(4, params, None)
    assert list(training.rounds(state, 4, "x")) == [state]
    with pytest.raises(FlatgiaError, match="it is of round 4, beyond 3"):
        list(training.rounds(state, 3, "x"))


def test_loading_divides_the_images(tiny, data_file):
    training = loaded(tiny, "fedavg", data_file)
    assert [tuple(inputs.shape) for inputs, _ in training.clients] == [(40, 3, 32, 32)] * 3
    assert len(training.test[1]) == 50
    mean = torch.cat([inputs for inputs, _ in training.clients]).mean().item()
    tiny["data"]["inputs"] = "raw"
    raw = loaded(tiny, "fedavg", data_file)
    assert raw.clients[0][0].min() >= 0 and raw.clients[0][0].max() <= 1 and mean < 0.4


def test_all_methods_but_fedsai_start_alike(tiny, data_file, tmp_path):
    auxiliary = tmp_path / "aux.safetensors"
    tensors = {"images": torch.randint(0, 256, (40, 3, 32, 32), dtype=torch.uint8), "labels": torch.arange(40)}
    save_tensors(auxiliary, tensors, {"classes": 100}, Provenance("auxiliary", {}))
    start = {}
    for name in ("fedavg", "fedsam", "fedasam", "fedgf", "fedsai"):
        state = loaded(tiny, name, data_file).begin(None, auxiliary)
        assert state.number == 0 and state.broadcast is None
        start[name] = state.state
    for name, params in start.items():
        same = [torch.equal(params[key], start["fedavg"][key]) for key in params]
        assert all(same) == (name != "fedsai") and same[-2:] == [True, True]


def test_it_says_what_becomes_of_batch_norm(tiny, data_file):
    tiny["model"] = {"network": "ConvNet", "init": "pytorch"}
    settings = Settings(tiny)

    def said(**federation):
        changed = Settings(tiny | {"federation": tiny["federation"] | federation})
        backend = backend_for(changed, DATASETS["synthetic"])
        return Training.load(changed, settings.methods["fedavg"], data_file, 0, backend).about_norms()

    assert said() == "3 batch norms, trained in train mode; their weights and running statistics are averaged"
    assert said(norms="own").endswith("are each client's own")
    tiny["model"]["norm"] = "group"
    assert said() is None


def test_fedsai_wants_auxiliary_images(tiny, data_file):
    with pytest.raises(FlatgiaError, match="--auxiliary: missing"):
        loaded(tiny, "fedsai", data_file).begin(None, None)
