"""Methods beside the first: at the same round, and at the same accuracy."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

COMPARED = ("directions_0.01", "directions_fixed_0.01")


def means(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Means over the images: a row for each method, round, seed and gradient."""
    return rows.groupby(["method", "round", "seed", "gradient"], sort=False)[columns].mean().reset_index()


def differences(
    averages: pd.DataFrame, first: str, rounds: list[int], compared: Sequence[str] = COMPARED
) -> pd.DataFrame:
    """Columns method, gradient, round, at (round or accuracy), number, mean, se, n: the columns `compared` less the first's.

    At the same accuracy the first method's number lies on the line between the two of its trained rounds that enclose it; where
    none do, nothing is compared. The seeds are paired.
    """
    found = pd.DataFrame(_pairs(averages, first, rounds, compared))
    if found.empty:
        return found
    keys = ["method", "gradient", "round", "at", "number"]
    return found.groupby(keys, sort=False)["value"].agg(mean="mean", se="sem", n="count").reset_index()


def _pairs(
    averages: pd.DataFrame, first: str, rounds: list[int], compared: Sequence[str]
) -> Iterator[dict[str, object]]:
    plain = averages[(averages["method"] == first) & (averages["gradient"] == "plain")]
    others = averages[(averages["method"] != first) & averages["round"].isin(rounds)]
    for row in others.to_dict("records"):
        own = plain[plain["seed"] == row["seed"]].sort_values("accuracy")
        about = {key: row[key] for key in ("method", "gradient", "round")}
        trained = own[own["round"] > 0]
        for number in compared:
            same = own.loc[own["round"] == row["round"], number]
            if len(same):
                yield about | {"at": "round", "number": number, "value": row[number] - same.iloc[0]}
            if (
                row["round"] > 0
                and len(trained)
                and trained["accuracy"].min() <= row["accuracy"] <= trained["accuracy"].max()
            ):
                there = np.interp(row["accuracy"], trained["accuracy"], trained[number])
                yield about | {"at": "accuracy", "number": number, "value": row[number] - there}
