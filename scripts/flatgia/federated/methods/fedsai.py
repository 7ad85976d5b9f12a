"""FedSAI (Wang et al. 2025, in federated learning): FedSAM from a flat start, found on auxiliary images."""

from dataclasses import dataclass

from torch import Tensor

from flatgia.federated.flat_start import flat_start
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.networks.network import Params
from flatgia.settings.sections import Model, Pretraining


@dataclass(frozen=True)
class FedSAI(FedSAM):
    """FedSAM."""

    pretraining: Pretraining
    """The flat start: SAM on auxiliary images (4.3)."""
    needs_auxiliary = True

    def initial(self, start: Params, model: Model, auxiliary: tuple[Tensor, Tensor, int] | None, seed: int) -> Params:
        """The shared start with its convolutions replaced by flat ones."""
        assert auxiliary is not None  # as `needs_auxiliary` asks
        return flat_start(model, start, self.pretraining, *auxiliary, seed)
