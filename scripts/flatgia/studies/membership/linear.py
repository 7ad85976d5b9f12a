"""The interpolating linear model in closed form: what regularising sharpness does to members and unseen images."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from flatgia.membership.lira import lira
from flatgia.membership.rates import Ranked, area
from flatgia.membership.shadows import Array, leave_one_out


class Row(NamedTuple):
    """A number of a draw; `features` is pixels or whitened, `labels` true or random."""

    features: str
    labels: str
    strength: float
    number: str
    draw: int
    value: float


def interpolate(features: Array, targets: Array, curvature: Array, strength: float) -> Array:
    """argmin ||w||^2 + strength w^T curvature w subject to X w = y, (D,), for X (n, D), n < D, of full rank, and y (n,).

    w = M^-1 X^T (X M^-1 X^T)^-1 y with M = I + strength curvature; strength 0 is the least-norm interpolator, to which SGD
    from zero converges. The curvature is the Hessian of the squared loss, E[x x^T].
    """
    metric = np.eye(len(curvature)) + strength * curvature
    towards = cho_solve(cho_factor(metric), features.T)
    found: Array = towards @ np.linalg.solve(features @ towards, targets)
    return found


def measure(features: Array, labels: Array, members: Array, strengths: tuple[float, ...], kind: str) -> Iterator[Row]:
    """Numbers for strength 0 and the others; features (I, D), labels +-1 (I,), members (N, I) of the draws.

    `variance` is the mean of (w^T x)^2 over unseen images, `confidence` the AUC in % of the margin y w^T x, its members' being
    1 exactly and counted as reached where an unseen margin rounds to it; `lira` that of LiRA with one variance.
    """
    for name, features_of in (("pixels", features), ("whitened", whitened(features))):
        curvature = features_of.T @ features_of / len(features_of)
        for strength in (0.0, *strengths):
            weights = np.stack(
                [interpolate(features_of[inside], labels[inside], curvature, strength) for inside in members]
            )
            margins = np.round(labels * (weights @ features_of.T), 9)
            scores = _scores(margins, members)
            for draw, inside in enumerate(members):
                unseen = margins[draw, ~inside]
                numbers = {"variance": float((unseen**2).mean()), "unseen_right": 100 * float((unseen > 0).mean())}
                for attack, found in (("confidence", margins[draw]), ("lira", scores[draw])):
                    numbers[attack] = 100 * area(*Ranked.of(found, inside).curve())
                for number, value in numbers.items():
                    yield Row(name, kind, strength, number, draw, value)


def _scores(margins: Array, members: Array) -> Array:
    def one(others: Array, target: int) -> Array:
        return lira(margins[target], margins[others], members[others], "fixed")

    return leave_one_out(one, len(margins))


def whitened(features: Array) -> Array:
    """Features (I, D), I >= D, with the identity as their second moment. Raises `LinAlgError` if they do not span D."""
    values, vectors = np.linalg.eigh(features.T @ features / len(features))
    if values[0] < 1e-12 * values[-1]:
        raise np.linalg.LinAlgError("the images do not span the space of their pixels")
    found: Array = features @ (vectors / np.sqrt(values)) @ vectors.T
    return found
