"""Whether a search failed. That is no robustness: the attacker sees the cost, and could have searched on."""

import pandas as pd

# Cosine distances between the observed gradient and the one that the attacker models.
EXPLAINED = 1e-9  # at the truth: rounding alone, so the attacker's model of the client is right and the cost can tell
MISSED = 1e-4  # at the answer: far above what a prior costs a search that arrived, far below what a wrong model costs


def failed(answer: pd.Series, truth: pd.Series) -> pd.Series:
    """1 where the truth explains the gradient and the answer does not, 0 where both do; NaN where the truth does not, or
    where a distance is not told."""
    missed = (answer > MISSED).astype(float)
    return missed.where((truth <= EXPLAINED) & answer.notna())
