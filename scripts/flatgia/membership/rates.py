"""How well scores tell members apart: area under the ROC curve, true positives at few false ones, balanced accuracy."""

from dataclasses import dataclass

import numpy as np

from flatgia.membership.shadows import Array


@dataclass(frozen=True)
class Ranked:
    """Scores by falling size, ties together; `member`, `owner` (whose score it is) in that order, `last` of each tie."""

    member: Array
    owner: Array
    last: Array

    @classmethod
    def of(cls, scores: Array, members: Array) -> "Ranked":
        """Of scores and members (N, I), or (I,) of one model."""
        owner = np.broadcast_to(np.arange(len(scores))[:, None] if scores.ndim == 2 else 0, scores.shape)
        order = np.argsort(-scores, axis=None, kind="stable")
        ordered = scores.ravel()[order]
        return cls(members.ravel()[order], owner.ravel()[order], np.append(ordered[1:] != ordered[:-1], True))

    def curve(self, weights: Array | None = None) -> tuple[Array, Array]:
        """False and true positive rates, from (0, 0) to (1, 1); `weights` (N,) count the models, as a bootstrap draws them."""
        weight = 1.0 if weights is None else weights[self.owner]
        hits, misses = (np.cumsum(side * weight)[self.last] for side in (self.member, ~self.member))
        return np.append(0, misses / misses[-1]), np.append(0, hits / hits[-1])


def area(false: Array, true: Array) -> float:
    """The area under a curve of rates."""
    return float(np.trapezoid(true, false))


def true_at(false: Array, true: Array, share: float) -> float:
    """The true positive rate at the last threshold whose false positive rate is at most `share`."""
    return float(true[np.searchsorted(false, share, side="right") - 1])


def balanced_accuracies(scores: Array, members: Array, groups: Array) -> Array:
    """(TPR + TNR) / 2 of each model (N,), by thresholds from the other models alone, one a group (Song & Mittal 2021).

    Scores and members (N, I); `groups` (I,), such as labels. A threshold is the one with the best TPR + TNR there.
    """
    right = np.zeros((len(scores), 2))
    count = np.stack([members.sum(1), (~members).sum(1)], 1)
    for group in np.unique(groups):
        mine = groups == group
        ranked = Ranked.of(scores[:, mine], members[:, mine])
        ordered = np.sort(scores[:, mine], axis=None)[::-1][ranked.last]
        for model in range(len(scores)):
            others = np.ones(len(scores))
            others[model] = 0
            false, true = ranked.curve(others)
            best = int(np.argmax(true - false))
            threshold = np.inf if best == 0 else ordered[best - 1]
            said = scores[model, mine] >= threshold
            inside = members[model, mine]
            right[model] += (said & inside).sum(), (~said & ~inside).sum()
    found: Array = (right / count).mean(1)
    return found
