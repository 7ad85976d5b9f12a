"""Which backend takes the gradients of a network: chosen once, before anything is computed."""

from torch import nn

from flatgia.core.instructions import are_portable
from flatgia.datasets.dataset import Dataset
from flatgia.gradients.backend import Backend
from flatgia.gradients.native.lanes import Lanes
from flatgia.gradients.native.library import capability, load_library
from flatgia.networks.built import network_for
from flatgia.networks.lenet import LeNet
from flatgia.settings.settings import Settings


def choose_backend(network: nn.Module, compile: str, device: str = "cpu") -> Backend:
    """The network on its device; in C++ if it is a LeNet on the CPU, `compile` is auto and a compiler is found."""
    ours = type(network) is LeNet and device == "cpu" and compile == "auto" and load_library() is not None
    return (Lanes if ours else Backend)(network.to(device))


def backend_for(settings: Settings, dataset: Dataset, device: str = "cpu") -> Backend:
    """The config's network, built for the images of a data set, and what takes its gradients."""
    network = network_for(settings.model, dataset.shape, dataset.classes)
    return choose_backend(network, settings.compute.compile, device)


def kernels(backend: Backend, device: str) -> str:
    """What takes the gradients, for the provenance: C++ and PyTorch round differently, and so do processors, but for what
    all of them have."""
    return f"{backend.name}, {'portable' if are_portable() else capability()}" if device == "cpu" else backend.name
