"""lavp: which proxy foresees, without an attack, how well an image is reconstructed, and does it depend on the loss?"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from flatgia.core.parameters import Count, Limits, Positive, Whole
from flatgia.plotting.shown import FIGURE, TABLE, Config, Needs, Own
from flatgia.studies.study import Names, Study, Work

SPECTRA = "{model}/{method}/round_{round}.safetensors"
RECOVERIES = "{model}/{method}/round_{round}_{loss}.csv"
LOSSES = ("l2", "cosine")
OWN = "own"  # the run's own network
# Other networks on the run's images: their `model` in the config.
NETWORKS: dict[str, dict[str, Any]] = {
    "convnet": {"network": "ConvNet", "init": "pytorch", "norm": "batch", "mode": "eval"},
    "mlp": {"network": "MLP", "init": "pytorch"},
    "resnet20": {"network": "ResNet20", "init": "pytorch", "norm": "batch", "mode": "eval"},
}
Network = Literal["own", "convnet", "mlp", "resnet20"]


@dataclass(frozen=True)
class Lavp:
    """Whose models, which other networks, how many images; the run's own at the first so many `rounds` of the table."""

    methods: Names
    networks: Annotated[tuple[Network, ...], Limits(length=(1, None), unique=True)]
    rounds: Count
    other_rounds: Annotated[tuple[Whole, ...], Limits(length=(1, None), unique=True)]
    images: Annotated[Count, Limits(low=4)]
    directions: Annotated[Count, Limits(low=2)]
    sigmas: Annotated[tuple[Positive, ...], Limits(length=(1, None), unique=True)]
    draws: Annotated[Count, Limits(low=2)]
    steps: Count
    adam: Positive


def rounds_of(config: Config, model: str) -> list[int]:
    """The rounds at which a network is looked at."""
    section = config["studies"]["lavp"]
    own = config["rounds"]["table"][: section["rounds"]]
    return list(own if model == OWN else section["other_rounds"])


def changes(model: str) -> dict[str, Any]:
    """What a network has other than the run's."""
    return {} if model == OWN else {"model": NETWORKS[model]}


def network_of(config: Config, model: str) -> str:
    """Its class by name, as `model.network` has it."""
    return str((config["model"] | changes(model).get("model", {}))["network"])


def needs(config: Config) -> Needs:
    """Spectra and recoveries of every model."""
    section = config["studies"]["lavp"]
    cases = [
        {"model": model, "method": method, "round": f"{number:04d}"}
        for model in section["networks"]
        for method in section["methods"]
        for number in rounds_of(config, model)
    ]
    spectra = [Own("lavp", SPECTRA.format(**case), case["method"]) for case in cases]
    recoveries = [
        Own("lavp", RECOVERIES.format(**case, loss=loss), case["method"]) for case in cases for loss in LOSSES
    ]
    return Needs(section["methods"], (), {"spectra": spectra, "recoveries": recoveries})


def spectra_cost(wildcards: Any) -> Work:
    """One model."""
    return ("lavp", f"{wildcards.model}_{wildcards.method}_{wildcards.round}"), 1


def recoveries_cost(wildcards: Any) -> Work:
    """One model under one loss."""
    return ("lavp", f"{wildcards.model}_{wildcards.method}_{wildcards.round}_{wildcards.loss}"), 1


def models_cost(wildcards: Any) -> Work:
    """One network, trained."""
    return ("lavp", f"{wildcards.model}_{wildcards.method}_trained"), 1


def images_cost(wildcards: Any) -> Work:
    """Next to nothing."""
    return ("lavp", "images"), 1


STUDY = Study(
    "lavp",
    "proxies of vulnerability",
    "flatgia.studies.lavp.table:make",
    needs,
    takes=("spectra", "recoveries"),
    writes=(*TABLE, *FIGURE[:2]),
    section=Lavp,
    costs={
        "lavp_images": images_cost,
        "lavp_models": models_cost,
        "lavp_spectra": spectra_cost,
        "lavp_recoveries": recoveries_cost,
    },
    kept=("**/*.csv", "*/*/round_????.safetensors"),
)
