"""Rows whose products are the Fisher information, with labels drawn from the model and with the data's.

The mean over n images of J^T (diag p - p p^T) J, J the derivative of the logits, is the Fisher information of a softmax with
labels drawn from it, and the Gauss-Newton matrix of the cross-entropy (Martens 2020, section 9.2): as A^T A it has a row for
each image and class, sqrt(p_c / n) times the gradient for the label c. With the data's labels it is the empirical one, the mean
of g g^T.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import Progress
from flatgia.networks.forward import logits
from flatgia.networks.network import State, split_state

MEMORY = 2**32  # bytes of the rows


class Rows(NamedTuple):
    """A of the model's Fisher (n classes, d), gradients of the images (n, d), and their losses (n,); float64."""

    fisher: Tensor
    gradients: Tensor
    losses: Tensor


def rows(network: nn.Module, state: State, inputs: Tensor, labels: Tensor) -> Rows:
    """In eval mode, at a float64 state. Raises `FlatgiaError` if the rows do not fit into `MEMORY`."""
    params, buffers = split_state(network, state)
    found = logits(network, state, inputs).log_softmax(1)
    count, classes = found.shape
    size = sum(value.numel() for value in params.values())
    if 8 * count * classes * size > MEMORY:
        what = f"the Fisher matrix of {size} parameters and {count} images needs {8e-9 * count * classes * size:.0f} GB"
        raise FlatgiaError("config key hessian.images", what, "lower it, or leave out the study bounds")
    chances = found.exp()
    fisher = inputs.new_empty(count, classes, size)
    gradients = inputs.new_empty(count, size)
    progress = Progress(count, "Fisher", "image")
    leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
    units = torch.eye(classes, dtype=inputs.dtype, device=inputs.device)
    for place, (image, label) in enumerate(zip(inputs, labels, strict=True)):
        outputs = logits(network, leaves | buffers, image[None])[0]
        # An image at a time: mapped over images, convolutions take twenty times as long.
        columns = torch.autograd.grad(outputs, list(leaves.values()), units, is_grads_batched=True)
        jacobian = torch.cat([column.flatten(1) for column in columns], 1)  # (classes, d)
        each = chances[place] @ jacobian - jacobian  # gradients of -log p_c
        gradients[place] = each[label]
        fisher[place] = each * (chances[place] / count).sqrt()[:, None]
        progress.update()
    return Rows(fisher.flatten(0, 1), gradients, -found.gather(1, labels[:, None])[:, 0])
