"""Where the pathways wait that the system's own board pays for. It forecasts nothing: only lists are kept by commissioner."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.tables import RTT_COMMISSIONED

_COUNTS = ["total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks", "over_78_weeks", "over_104_weeks"]
_LIST = ["month", "treatment_function_code"]


def commissioned(
    positions: pd.DataFrame, *, trusts: list[str], independents: list[str], outside: list[str]
) -> pd.DataFrame:
    """How many of the board's own pathways wait at the system's trusts, at its independent sites, and elsewhere?

    A trust's list holds other boards' patients too, and the board's patients wait at other trusts: neither list is part of
    the other, and they are not added up.

    Args:
        positions: `tables.RTT_POSITION` of scope icb, a row a provider and treatment function: what the board commissions.
        trusts: The system's trusts.
        independents: Independent sites under the board.
        outside: NHS trusts of the system that take no part in mutual aid, a place each.

    Returns:
        `tables.RTT_COMMISSIONED`, a row a month, treatment function and place, and one for all places (anywhere). A place
        where nobody waits has a row of zeros. A count that the extract cannot tell (over 65 weeks, before April 2021) is
        empty. Shares within 18 weeks are cut to a hundredth of a percent, as `models.rtt.position` does.

    >>> from lsc_analytics.tables import RTT_POSITION
    >>> rows = [("2026-01", code, "C_110", total, 10, 50.0, 1, 0, 0, 0, None) for code, total in (("RXN", 20), ("RBN", 60))]
    >>> told = commissioned(pd.DataFrame(rows, columns=RTT_POSITION.names), trusts=["RXN"], independents=[], outside=["RW5"])
    >>> told[["place", "providers", "total_incomplete", "share_percent"]].values.tolist()
    [['trusts', 1, 20, 25.0], ['RW5', 0, 0, 0.0], ['independents', 0, 0, 0.0], ['elsewhere', 1, 60, 75.0], ['anywhere', 2, 80, 100.0]]
    """
    if positions.empty:
        return RTT_COMMISSIONED.empty()
    places = ["trusts", *outside, "independents", "elsewhere", "anywhere"]
    known = dict.fromkeys(trusts, "trusts") | {code: code for code in outside}
    known |= dict.fromkeys(independents, "independents")
    there = positions[positions["total_incomplete"] > 0]
    there = there.assign(place=there["provider_code"].map(known).fillna("elsewhere"))
    both = pd.concat([there, there.assign(place="anywhere")], ignore_index=True)
    by_place = both.groupby([*_LIST, "place"])
    added = by_place[_COUNTS].sum(min_count=1).assign(providers=by_place["provider_code"].nunique())
    lists = positions[_LIST].drop_duplicates().sort_values(_LIST)
    rows = lists.merge(pd.DataFrame({"place": places}), how="cross").merge(
        added.reset_index(), on=[*_LIST, "place"], how="left"
    )
    told = [name for name in _COUNTS if positions[name].notna().any()]
    rows = rows.fillna(dict.fromkeys(["providers", *told], 0))
    every = rows.groupby(_LIST)["total_incomplete"].transform("max")
    rows["share_percent"] = 100 * rows["total_incomplete"].astype(float) / every.astype(float).where(every > 0)
    share = (
        100
        * rows["within_18_weeks"].astype(float)
        / rows["total_incomplete"].astype(float).where(rows["total_incomplete"] > 0)
    )
    rows["within_18_weeks_percent"] = np.floor(share * 100 + 1e-9) / 100
    return RTT_COMMISSIONED.check(rows[RTT_COMMISSIONED.names])
