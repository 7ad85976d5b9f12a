"""The sections of a configuration that computations read, and what each value may be; config/README.md says why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from flatgia.core.parameters import Count, Fraction, Limits, Nonnegative, Positive, Whole

Widths = Annotated[tuple[Count, ...], Limits(length=(4, 4))]  # at 4, 8, 16 and 32 pixels
RoundList = Annotated[tuple[Annotated[int, Limits(low=0, high=100_000)], ...], Limits(unique=True)]
# Of Dirichlet(alpha). Lower, all gamma draws of a class may underflow to one number, which would be an equal split.
Alpha = Annotated[float, Limits(low=0.01)]
Inputs = Literal["normalised", "raw"]
Init = Literal["dlg", "pytorch"]
Precision = Literal["fp32", "bf16"]
BatchStatistics = Literal["known", "estimated", "ignored"]  # of a client in train mode, by the attacker


@dataclass(frozen=True)
class Data:
    """Which images, and how a network sees them."""

    dataset: Literal["cifar10", "cifar100", "mnist", "folder", "synthetic"]
    folder: str | None
    inputs: Inputs
    auxiliary: Literal["auto", "cifar100", "cifar10-test"]
    mean: tuple[float, ...] = ()  # of each channel; left out, the data set's own
    std: tuple[Positive, ...] = ()


@dataclass(frozen=True)
class Model:
    """The network, by its name or as `module:Class`, its options, and its random weights."""

    network: Annotated[str, Limits(pattern=r"^([A-Za-z_]\w*|[A-Za-z_][\w.]*:[A-Za-z_]\w*)\Z")]
    init: Init
    mode: Literal["eval", "train"] = "eval"  # in which a client computes the gradient that is attacked
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Model":
        """From a checked mapping; what is not of every network are the options of this one."""
        common = {"network", "init", "mode"}
        return cls(**{name: given[name] for name in common & given.keys()}, options=_without(given, common))


@dataclass(frozen=True)
class Local:
    """What one client does with its images."""

    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float


@dataclass(frozen=True)
class Federation:
    """Who holds which images, and what a round is."""

    clients: Count
    clients_per_round: Count
    partition: Literal["equal", "dirichlet"]
    alpha: Alpha
    images_per_client: Count
    local_epochs: Count
    batch_size: Count
    learning_rate: Positive
    weight_decay: Nonnegative
    test_images: Count
    norms: Literal["averaged", "own"] = "averaged"

    @property
    def local(self) -> Local:
        """The training of each client."""
        return Local(self.local_epochs, self.batch_size, self.learning_rate, self.weight_decay)


@dataclass(frozen=True)
class Pretraining:
    """FedSAI's training on auxiliary images."""

    images: Count
    """The first so many of the auxiliary images (4.3)."""
    epochs: Count
    """Over those images (4.3)."""
    batch_size: Count
    """4.3."""
    learning_rate: Positive
    """Ours: as in the federation."""
    weight_decay: Nonnegative
    """Ours: as in the federation."""
    rho: Nonnegative
    """Radius of SAM's ball; ours: as the method's own."""

    @property
    def local(self) -> Local:
        """The same as the training of a client."""
        return Local(self.epochs, self.batch_size, self.learning_rate, self.weight_decay)


@dataclass(frozen=True)
class Rounds:
    """The rounds whose checkpoints are kept."""

    table: Annotated[RoundList, Limits(length=(1, None))]
    curve: RoundList
    long: RoundList


@dataclass(frozen=True)
class Targets:
    """The images that are attacked."""

    client: Whole
    images: Annotated[int, Limits(low=1, high=100)]


@dataclass(frozen=True)
class Generator:
    """The StyleGAN2 of GIAS and GIFD, and its training."""

    channels: Widths
    discriminator_channels: Widths
    latent: Count
    mapping_layers: Count
    images: Count
    batch_size: Annotated[int, Limits(low=4, multiple=4)]
    learning_rate: Positive
    r1: Nonnegative
    r1_every: Count
    ema: Fraction
    style_mixing: Fraction
    precision: Precision

    @property
    def sizes(self) -> tuple[int, tuple[int, ...], int]:
        """What the generator alone is made of: latent, channels, layers of the mapping network."""
        return self.latent, self.channels, self.mapping_layers


@dataclass(frozen=True)
class Hessian:
    """How the Hessian is measured."""

    estimator: Literal["exact", "slq"]
    images: Count
    damping: Positive
    block: Count
    probes: Annotated[int, Limits(low=2)]
    steps: Count
    exact: tuple[Whole, ...] = ()
    error: Positive | None = None

    def at(self, number: int | None) -> "Hessian":
        """The same for one round: exact at those of `exact`."""
        return replace(self, estimator="exact") if number in self.exact else self


@dataclass(frozen=True)
class MethodEntry:
    """An entry of `methods`: an update rule with its numbers."""

    rule: str
    label: str
    numbers: Mapping[str, Any]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "MethodEntry":
        """From a checked mapping."""
        return cls(given["rule"], given["label"], _without(given, {"rule", "label", "auxiliary"}))


@dataclass(frozen=True)
class AttackEntry:
    """An entry of `attacks`: a kind of attack with its numbers."""

    kind: str
    label: str
    numbers: Mapping[str, Any]
    statistics: BatchStatistics = "estimated"
    retries: int = 0  # more searches where one has failed

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "AttackEntry":
        """From a checked mapping; what it says for the workflow and the tables is left out."""
        others = {"kind", "label", "paper", "preset", "generator", "uses_generator", "statistics", "retries"}
        numbers = _without(given, others)
        return cls(
            given["kind"], given["label"], numbers, given.get("statistics", "estimated"), given.get("retries", 0)
        )


def _without(given: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in names}
