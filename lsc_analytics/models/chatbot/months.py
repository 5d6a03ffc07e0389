"""Validation month by month, out of published counts: what a control chart holds against its own variation."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_MONTHS

_COUNTS = ["contacted", "responded", "leave", "worse"]
_NO_MONTH = "not known"
_FEWEST = 100  # a month with fewer would be read as a change where it is chance: its share of them is a gap too


def months(published: pd.DataFrame) -> pd.DataFrame:
    """What share answered, wants to leave and is worse, by the month of the answer or, without one, of the last attempt?

    Campaigns of one month are added up. A month with a hidden count, or of fewer than 100, has no share of it: a gap, not a zero.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.

    Returns:
        `tables.CHATBOT_MONTHS`, all trusts together, a row a month in which anybody was reached.

    >>> rows = pd.DataFrame({"dimension": ["month"] * 2, "category": ["2025-09", "2025-10"], "contacted": ["200", "*"],
    ...     "responded": ["150", "*"], "leave": ["15", "0"], "worse": ["*", "0"]})
    >>> months(rows)[["month", "responded_percent", "leave_percent", "worse_percent"]].values.tolist()
    [['2025-09', 75.0, 10.0, nan], ['2025-10', nan, nan, nan]]
    """
    rows = published[(published["dimension"] == "month") & (published["category"] != _NO_MONTH)]
    rows = rows[rows["contacted"] != "0"]
    if rows.empty:
        return CHATBOT_MONTHS.empty()
    numbers = rows[_COUNTS].apply(disclosure.as_numbers).assign(month=rows["category"])
    told = numbers.groupby("month")[_COUNTS].sum(min_count=1).reset_index()
    hidden = numbers.set_index("month")[_COUNTS].isna().groupby("month").any().reset_index()
    told[_COUNTS] = told[_COUNTS].mask(hidden[_COUNTS])
    of = {"responded": "contacted", "leave": "responded", "worse": "responded"}
    shares = {
        f"{name}_percent": (100 * told[name] / told[whole].where(told[whole] >= _FEWEST)).clip(upper=100)
        for name, whole in of.items()
    }
    return CHATBOT_MONTHS.check(told.assign(**shares)[CHATBOT_MONTHS.names])
