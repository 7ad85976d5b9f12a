"""The client whose gradient is audited: a network at a checkpoint, the images it takes, and what it does with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch import Tensor, nn
from torch.func import grad, vmap
from torch.nn.modules.batchnorm import _NormBase

from flatgia.attacks.observe import observe
from flatgia.attacks.victim import Victim
from flatgia.audit.copied import copied
from flatgia.audit.fitting import Layout, layout_of
from flatgia.audit.probe import Shape, find_shape, first_line, forward, text
from flatgia.audit.sharing import Sharing, direction
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods.base import Method
from flatgia.gradients.choice import choose_backend
from flatgia.networks.network import Params, buffers_of

Loss = Literal["cross-entropy", "bce"]
PLAIN = Sharing()


@dataclass(frozen=True)
class Client:
    """A client as it is, or as an attacker takes it to be; what was assumed stands in `notes`."""

    network: nn.Module  # at the checkpoint, with two logits where it had one
    layout: Layout
    shape: Shape  # C, H, W of its images
    classes: int
    mean: Tensor  # (C, 1, 1): inputs = (images - mean) / std
    std: Tensor
    mode: Literal["eval", "train"] = "eval"
    sharing: Sharing = PLAIN
    shared: tuple[str, ...] = ()  # the parameters whose gradients are shared
    broadcast: Params | None = None
    compile: str = "never"
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        network: nn.Module,
        size: int | tuple[int, int] | None = None,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        mode: Literal["eval", "train"] = "eval",
        loss: Loss | None = None,
        method: Method | None = None,
        picture: tuple[int, int] | None = None,
        compile: str = "never",
        device: str = "cpu",
    ) -> "Client":
        """A client with a network and its weights as they are. Raises `FlatgiaError` if no gradient can be taken."""
        trained = [name for name, value in network.named_parameters() if value.requires_grad]
        trained = trained or list(dict(network.named_parameters()))  # a network that is merely not in training
        network = copied(network).to(device).eval().requires_grad_(False)
        notes = []
        if next(network.parameters()).dtype in (torch.float16, torch.bfloat16):
            notes.append(f"the network computes in {next(network.parameters()).dtype}, the attack in float32")
            network = network.float()
        shape, why = find_shape(network, (size, size) if isinstance(size, int) else size, picture)
        notes.insert(0, f"images: {text(shape)} ({why})")
        layout = layout_of(network, trained)
        like = next(network.parameters())
        blank = torch.zeros(1, *shape, dtype=like.dtype, device=like.device)
        classes = with_two_logits(network, blank, loss)
        notes += [f"loss: {'binary cross-entropy of one logit' if classes == 1 else 'cross-entropy'}"]
        notes += notes_on_mode(network, mode) + notes_on_output(forward(network, blank))
        zero, one = (torch.full((shape[0], 1, 1), value).to(like) for value in (0.0, 1.0))
        client = cls(network, layout, shape, max(2, classes), zero, one, mode, Sharing(method), tuple(trained))
        client = replace(client, compile=compile, notes=notes).normalised(mean or (0.0,), std or (1.0,))
        client.check()
        return client

    def normalised(self, mean: Sequence[float], std: Sequence[float]) -> "Client":
        """The client with inputs (images - mean) / std, a number a channel or one for all."""
        middle, spread = (statistic(key, value, self) for key, value in (("--mean", mean), ("--std", std)))
        if not (spread > 0).all():
            raise FlatgiaError("--std", "a deviation must be above 0", "give the one that the client divides by")
        return replace(self, mean=middle, std=spread)

    @property
    def victim(self) -> Victim:
        """As the attacks take a client."""
        params = dict(self.network.named_parameters())
        state = {name: params[name] for name in self.shared} | buffers_of(self.network)
        whole = len(self.shared) == len(params) and not self.network._forward_hooks  # as C++ knows the network
        backend = choose_backend(
            self.network, self.compile if whole else "never", str(next(iter(params.values())).device)
        )
        plain = self.sharing == Sharing(self.sharing.method)
        sent = self.broadcast and {name: self.broadcast[name] for name in self.shared}
        return Victim(backend, state, self.sharing.method if plain else self.sharing, sent, self.mode)

    def naive(self) -> "Client":
        """As it looks to an attacker who does not know the client's method."""
        return replace(self, sharing=replace(self.sharing, method=None))

    def that_shared(self, names: Sequence[str]) -> "Client":
        """The client of a gradient with these parameters alone."""
        return replace(self, shared=tuple(name for name in self.layout.params if name in set(names)))

    def to_inputs(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W), uint8 or in [0, 1], to model inputs."""
        scaled = images.to(self.mean.dtype) / 255 if images.dtype == torch.uint8 else images
        return (scaled.to(self.mean) - self.mean) / self.std

    def share(self, images: Tensor, labels: Sequence[int]) -> Params:
        """What the client shares of images (B, C, H, W), uint8 or in [0, 1]. Raises `FlatgiaError` if a label is none."""
        if odd := [label for label in labels if not 0 <= label < self.classes]:
            raise FlatgiaError("--label", f"{odd[0]} is no class of this network", f"give 0 to {self.classes - 1}")
        if len(labels) != len(images):
            raise FlatgiaError("--label", f"{len(labels)} labels for {len(images)} images", "give one for each")
        inputs, known = self.to_inputs(images), torch.tensor([list(labels)], device=self.mean.device)
        gradient = observe(self.victim, inputs[None], known)
        return {name: value[0] for name, value in zip(self.shared, gradient, strict=True)}

    def observed(self, gradient: Params) -> tuple[Tensor, ...]:
        """A gradient as the attacks take it: one tensor (1, ...) a parameter, of norm 1 where the scale is unknown."""
        gradient = direction(gradient) if self.sharing.scaled else gradient
        params = dict(self.network.named_parameters())
        return tuple(gradient[name][None].to(params[name]) for name in self.shared)

    def check(self) -> None:
        """Raises `FlatgiaError` if the network's gradient cannot be taken as an attack takes it."""
        blanks = torch.zeros(1, 1, *self.shape).to(self.mean)
        label = torch.zeros(1, dtype=torch.long, device=self.mean.device)
        gradient = self.victim._replace(method=None).gradient()

        def cost(image: Tensor) -> Tensor:
            return torch.stack([part.square().sum() for part in gradient(image, label).values()]).sum()

        try:
            vmap(grad(cost))(blanks)
        except FlatgiaError:
            raise
        except Exception as error:  # whatever the code of a user's raises
            what = f"the gradient of the network cannot be taken ({first_line(error)})"
            remedy = "use operations that torch.func can map and differentiate twice"
            raise FlatgiaError("--model", what, remedy) from None


def with_two_logits(network: nn.Module, blank: Tensor, loss: Loss | None) -> int:
    """Gives a network of one logit z the logits (0, z), whose cross-entropy is the binary one of z; returns its logits."""
    logits = forward(network, blank).reshape(1, -1).shape[1]
    if logits > 1 and loss == "bce":
        what = f"binary cross-entropy is for one logit, and the network has {logits}"
        raise FlatgiaError("--loss", what, "leave --loss out")
    if logits == 1 and loss == "cross-entropy":
        what = "the network has one logit, and cross-entropy over one class is zero"
        raise FlatgiaError("--loss", what, "leave --loss out: binary cross-entropy is taken")
    if logits == 1:

        def both(module: nn.Module, inputs: object, found: Tensor) -> Tensor:
            one = found.reshape(-1, 1)
            return torch.cat([torch.zeros_like(one), one], 1)

        network.register_forward_hook(both)
    return logits


def statistic(option: str, values: Sequence[float], client: Client) -> Tensor:
    """Mean or deviation (C, 1, 1). Raises `FlatgiaError` unless there is one for all channels, or one for each."""
    channels = client.shape[0]
    if len(values) not in (1, channels):
        raise FlatgiaError(
            option, f"{len(values)} numbers for {channels} channels", "give one for each, or one for all"
        )
    return torch.tensor(list(values) * (channels // len(values))).view(channels, 1, 1).to(client.mean)


def notes_on_mode(network: nn.Module, mode: str) -> list[str]:
    """What the mode means for this network."""
    norms = [m for m in network.modules() if isinstance(m, _NormBase) and m.track_running_stats]
    drops = [m for m in network.modules() if isinstance(m, nn.modules.dropout._DropoutNd) and m.p > 0]
    notes = []
    if norms and mode == "eval":
        notes.append(
            "batch norm is taken to be in eval mode (running statistics); "
            "--mode train is a client that normalises by its own images"
        )
        fresh = [m.running_mean is not None and not m.running_mean.any() for m in norms]
        if all(fresh):
            notes.append("the running statistics are those of a network that was never in train mode")
    if norms and mode == "train":
        notes.append("batch norm takes the statistics of the images, which hide their brightness and contrast")
    if drops and mode == "train":
        notes.append("dropout is left out: nobody knows what the client dropped")
    return notes


def notes_on_output(output: Tensor) -> list[str]:
    """Whether a network gives probabilities where the loss wants logits."""
    sums = bool((output >= 0).all() and (output.sum(1) - 1).abs().max() < 1e-4) if output.dim() == 2 else False
    return ["the outputs are probabilities; cross-entropy takes them for logits, as PyTorch does"] if sums else []
