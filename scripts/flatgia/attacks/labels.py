"""Labels from the gradient, by the rule of iDLG (Zhao et al. 2020)."""

from torch import Tensor

from flatgia.core.errors import FlatgiaError


def infer_labels(observed: tuple[Tensor, ...], batch: int) -> Tensor:
    """(T, B) labels: the B classes whose rows of the last weight gradient have the least sums.

    Exact for B = 1 under cross-entropy if the features before the head are nonnegative; a guess for B > 1.
    """
    weights = [tensor for tensor in observed if tensor.dim() == 3]
    if not weights:
        raise FlatgiaError("label inference", "the network ends in no linear layer", "give the labels")
    if batch > weights[-1].shape[1]:
        raise FlatgiaError("label inference", "the batch is larger than the number of classes", "give the labels")
    return weights[-1].sum(2).argsort(dim=1, stable=True)[:, :batch]
