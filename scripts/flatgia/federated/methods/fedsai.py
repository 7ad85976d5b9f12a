"""FedSAI (Wang et al. 2025, in federated learning): FedSAM from a flat start, found on auxiliary images."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from flatgia.federated.flat_start import flat_start
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.networks.network import Params


@dataclass(frozen=True)
class FedSAI(FedSAM):
    """FedSAM; `pretraining` holds the numbers of its start."""

    pretraining: Mapping[str, Any]
    needs_auxiliary = True

    def initial(
        self, start: Params, model: Mapping[str, Any], auxiliary: tuple[Tensor, Tensor, int] | None, seed: int
    ) -> Params:
        """The shared start with its convolutions replaced by flat ones."""
        return flat_start(model, start, self.pretraining, *auxiliary, seed)
