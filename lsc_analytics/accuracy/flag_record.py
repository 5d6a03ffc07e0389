"""How many flags were right, how many lists that needed one had it, and how early: the record of the rules in `history`."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from lsc_analytics.tables import FLAG_LEAD, FLAG_RECORD

RECALLS: Final = (50, 75, 90, 95, 100)


def record(told: pd.DataFrame) -> pd.DataFrame:
    """How many flags were right, and how many of the lists that came to need one had one, by months ahead and rule?

    Args:
        told: `tables.FLAGS`.

    Returns:
        `tables.FLAG_RECORD`; `hindsight_95_percent` is the best precision at a recall of 95% or more that any threshold of
        the rule's score could have had, which nobody knew at the time.

    >>> rows = pd.DataFrame({"score": [3.0, 2, 1, 0], "flagged": [True, True, False, False], "came": [True, False, True, False]})
    >>> found = record(rows.assign(measure="over_65_weeks", share_percent=0.5, horizon=6, method="last_value",
    ...     target_month="2024-03", as_of="2023-09", provider_code=list("ABCD"), treatment_function_code="C_999"))
    >>> found[["precision_percent", "recall_percent", "hindsight_100_percent"]].round(1).iloc[0].to_list()
    [50.0, 50.0, 66.7]
    """
    by = ["measure", "share_percent", "horizon", "method"]
    rows = []
    for key, part in told.groupby(by):
        right = int((part["flagged"] & part["came"]).sum())
        counted = {"lists": len(part), "came": int(part["came"].sum()), "flagged": int(part["flagged"].sum())}
        rows.append(
            dict(zip(by, key, strict=True))
            | counted
            | {
                "precision_percent": _percent(right, counted["flagged"]),
                "recall_percent": _percent(right, counted["came"]),
            }
            | _down_the_ranking(part["score"].to_numpy(float), part["came"].to_numpy(bool))
        )
    return FLAG_RECORD.check(pd.DataFrame(rows, columns=FLAG_RECORD.names))


def _down_the_ranking(score: np.ndarray, outcome: np.ndarray) -> dict[str, float]:
    """The best precision at each recall, and the average precision; lists with the same score are flagged together."""
    levels, at = np.unique(-score, return_inverse=True)
    flagged = np.cumsum(np.bincount(at, minlength=len(levels)))
    right = np.cumsum(np.bincount(at, weights=outcome, minlength=len(levels)))
    names = [f"hindsight_{level}_percent" for level in RECALLS]
    if not outcome.any():
        return dict.fromkeys([*names, "average_precision_percent"], np.nan)
    precision, recall = right / flagged, right / right[-1]
    best = {
        name: 100 * float(precision[recall >= level / 100].max()) for name, level in zip(names, RECALLS, strict=True)
    }
    return best | {"average_precision_percent": 100 * float((precision * np.diff(recall, prepend=0.0)).sum())}


def lead(told: pd.DataFrame) -> pd.DataFrame:
    """How long before the month was each list that came to need a flag flagged, without a break up to the month itself?

    Args:
        told: `tables.FLAGS`.

    Returns:
        `tables.FLAG_LEAD`.
    """
    by = ["measure", "share_percent", "method"]
    need = told[told["came"]].sort_values("horizon")
    one = [*by, "target_month", "provider_code", "treatment_function_code"]
    unbroken = need.assign(kept=need.groupby(one)["flagged"].cumprod()).groupby(one)["kept"].sum().rename("months")
    groups = unbroken.reset_index().groupby(by)["months"]
    longest = told["horizon"].max()
    found = pd.DataFrame(
        {
            "came": groups.size(),
            "median_lead_months": groups.median(),
            "mean_lead_months": groups.mean(),
            "longest_percent": 100 * groups.agg(lambda months: float((months == longest).mean())),
        }
    )
    return FLAG_LEAD.check(found.reset_index()[FLAG_LEAD.names])


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else np.nan
