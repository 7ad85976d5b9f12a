"""A look at one step: the angle between gradients and the leading eigenvector, and what SAM does to the curvature along it.

An eigenvector has no sign. Followed from step to step, as the published code does, it keeps that of its random start. Oriented
so that the curvature along it rises, the angle has a meaning: at less
than 90 degrees a step against the gradient goes where the curvature falls, to first order.
"""

import torch
from torch import Tensor

from flatgia.training.leading import largest
from flatgia.training.loss import BatchLoss
from flatgia.training.sam import ascent

Row = tuple[str, float]
NAMES = ("curvature", "rise", "plain_cosine", "perturbed_cosine", "effect", "own")


def look(
    loss: BatchLoss, weights: Tensor, vector: Tensor, own: Tensor | None, rho: float, steps: int
) -> tuple[list[Row], Tensor]:
    """What is seen at weights (P,), and v (P,), of the largest algebraic value after so many Lanczos steps from `vector`.

    With c(w) = v.H(w) v: `curvature` c; `rise` (dc/dv)/|c|; cosines of g and of g_a = grad L(w + delta) with v; `effect`, the
    relative change of c by a step against g_a beyond that of one against g, for a unit of learning rate: -(dc/dq)/|c| for
    q = g_a - g. Derivatives are central differences over +-rho. `own` is the curvature along the optimiser's own v, as a
    share of c, where it has one.
    """
    times = loss.hessian(weights)
    vector = largest(times, vector, steps)
    curvature = float(vector @ times(vector))
    plain = loss.gradient(weights)
    perturbed = loss.gradient(weights + ascent(plain, rho))
    added = perturbed - plain
    size = torch.linalg.vector_norm(added)

    def along(direction: Tensor) -> float:
        """dc/d(direction) / |c|, of a unit direction."""
        ends = [float(vector @ loss.hessian(weights + sign * rho * direction)(vector)) for sign in (1, -1)]
        return (ends[0] - ends[1]) / (2 * rho * abs(curvature))

    v = vector.to(weights.dtype)
    rows = [
        ("curvature", curvature),
        ("rise", along(v)),
        ("plain_cosine", float(plain @ v / torch.linalg.vector_norm(plain))),
        ("perturbed_cosine", float(perturbed @ v / torch.linalg.vector_norm(perturbed))),
        ("effect", -float(size) * along(added / size)),
    ]
    if own is not None:
        rows.append(("own", float(own.double() @ times(own)) / curvature))
    return rows, v
