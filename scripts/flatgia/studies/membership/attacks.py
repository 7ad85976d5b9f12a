"""The attacks of the study, each a score for every model of a pool and every image."""

from collections.abc import Callable, Mapping

import numpy as np

from flatgia.membership.lira import Variance, lira
from flatgia.membership.rmia import rmia
from flatgia.membership.shadows import Array, leave_one_out

Pool = Mapping[str, Array]  # what `pool.train_model` keeps, by model, and `members`


def _lira(variance: Variance) -> Callable[[Pool], Array]:
    def scores(pool: Pool) -> Array:
        phi, members = pool["phi"], pool["members"]
        return leave_one_out(lambda others, t: lira(phi[t], phi[others], members[others], variance), len(phi))

    return scores


def _rmia(pool: Pool) -> Array:
    phi, members, seen = pool["phi"], pool["members"], pool["population"]

    def one(others: Array, target: int) -> Array:
        return rmia(phi[target], phi[others], members[others], (seen[target], seen[others]))

    return leave_one_out(one, len(phi))


# By name: the label, whether it has shadow models, the scores. Confidence, loss and phi order images alike: one attack.
ATTACKS: dict[str, tuple[str, Callable[[Pool], Array]]] = {
    "correct": ("Label only, one query", lambda pool: pool["correct"]),
    "votes": ("Label only, moved queries", lambda pool: pool["votes"]),
    "confidence": ("Confidence (loss)", lambda pool: pool["phi"]),
    "entropy": ("Entropy", lambda pool: -pool["entropy"]),
    "modified": ("Modified entropy", lambda pool: -pool["modified"]),
    "lira": ("LiRA, a variance an image", _lira("each")),
    "lira_fixed": ("LiRA, one variance", _lira("fixed")),
    "rmia": ("RMIA", _rmia),
}
TRACED = ("confidence", "lira_fixed")  # of those that phi alone serves, at the marks


def scores_of(pool: Pool, name: str) -> Array:
    """Scores (N, I), float64."""
    return np.asarray(ATTACKS[name][1](pool), dtype=np.float64)
