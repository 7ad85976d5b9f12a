"""Hessian-vector products: a second pass backward through the graph of the gradient, which is built once and kept."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from flatgia.networks.forward import logits
from flatgia.networks.network import State


class Graph(NamedTuple):
    """The gradient of one block of images as a function of `leaves`, still attached to its graph."""

    leaves: list[Tensor]
    gradients: list[Tensor]


def gradient_graphs(
    network: nn.Module,
    params: State,
    inputs: Tensor,
    labels: Tensor,
    block: int,
    first: int = 0,
    buffers: State | None = None,
) -> list[Graph]:
    """A graph per `block` images of the mean cross-entropy's gradient; parameters before the `first` are constants."""
    graphs = []
    for start in range(0, len(inputs), block):
        part = slice(start, start + block)
        held = {name: value.detach() for name, value in params.items()}
        leaves = [value.requires_grad_() for value in list(held.values())[first:]]
        found = logits(network, held | (buffers or {}), inputs[part])
        loss = cross_entropy(found, labels[part], reduction="sum") / len(inputs)
        gradients = torch.autograd.grad(loss, leaves, create_graph=True, materialize_grads=True)
        graphs.append(Graph(leaves, list(gradients)))
    return graphs


def product(graphs: list[Graph], vector: Tensor) -> Tensor:
    """H v as float64 (d,) for a vector (d,); the passes run in the parameters' own precision."""
    total = torch.zeros(len(vector), dtype=torch.float64, device=vector.device)
    for graph in graphs:
        pieces = vector.split([leaf.numel() for leaf in graph.leaves])
        shaped = [piece.to(leaf).view_as(leaf) for piece, leaf in zip(pieces, graph.leaves, strict=True)]
        columns = torch.autograd.grad(graph.gradients, graph.leaves, shaped, retain_graph=True, materialize_grads=True)
        total += torch.cat([column.flatten() for column in columns])
    return total


def products_with_first(graphs: list[Graph], vectors: Tensor) -> Tensor:
    """Rows H v, float64 (K, d), for K vectors (K, first leaf's size) that are zero outside the first leaf."""
    rows = []
    for leaves, (gradient, *_) in graphs:
        shaped = vectors.to(gradient.dtype).view(-1, *gradient.shape)
        columns = torch.autograd.grad(
            gradient, leaves, shaped, retain_graph=True, allow_unused=True, is_grads_batched=True
        )
        # Torch's own zeros for what does not depend on a leaf would lack the dimension K.
        pairs = zip(leaves, columns, strict=True)
        filled = [vectors.new_zeros(len(vectors), leaf.numel()) if c is None else c.flatten(1) for leaf, c in pairs]
        rows.append(torch.cat(filled, 1).double())
    return torch.stack(rows).sum(0)
