"""How a test's waits compare with other English trusts', and how whole the figures are that say so. It reads no files."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.models.diagnostics import position
from lsc_analytics.tables import DM01_COMPLETENESS, DM01_RANKS

FEWEST_TRUSTS = 20  # a rank among fewer says little of England
FEWEST_WAITING = 50  # on a shorter list two people move the share by four points
_TRUST = r"R[A-Z0-9]{2}"  # codes of NHS trusts; independent providers and ICBs have others


def ranks(figures: pd.DataFrame, tests: list[str], trusts: list[str], list_code: str) -> pd.DataFrame:
    """Where do the system's trusts stand among England's in the share within six weeks?

    Args:
        figures: Rows of `tables.DM01` of every provider and one month.
        tests: Diagnostic IDs that are added up: one, a network's, or all.
        trusts: The system's trusts.
        list_code: What their sum is called in `diagnostic_test_code`.

    Returns:
        `tables.DM01_RANKS`, one row a trust of the system, the best first; 1 is the highest share, and equal shares
        have an equal rank. NHS trusts with 50 or more waiting are compared; no rows where fewer than 20 are loaded.

    >>> rows = [("provider", "2025-09", f"R{at:02d}", "1", measure, value) for at in range(20)
    ...     for measure, value in (("total_waiting", 100), ("waiting_6_plus", at))]
    >>> columns = ["scope", "month", "provider_code", "diagnostic_test_code", "measure", "value"]
    >>> found = ranks(pd.DataFrame(rows, columns=columns), ["1"], ["R03"], "1")
    >>> found[["rank", "trusts", "within_6_weeks_percent", "middle_percent"]].values.tolist()
    [[4, 20, 97.0, 90.5]]
    """
    rows = figures[figures["provider_code"].str.fullmatch(_TRUST) & figures["diagnostic_test_code"].isin(tests)]
    cells = position(rows)
    lists = cells.groupby(["month", "provider_code"], as_index=False)[["total_waiting", "waiting_6_plus"]].sum()
    lists = lists[lists["total_waiting"] >= FEWEST_WAITING]
    if len(lists) < FEWEST_TRUSTS:
        return DM01_RANKS.empty()
    total = lists["total_waiting"].astype("float64")
    lists["within_6_weeks_percent"] = 100 * (total - lists["waiting_6_plus"].astype("float64")) / total
    lists["rank"] = lists["within_6_weeks_percent"].rank(method="min", ascending=False).astype("int64")
    lists = lists.assign(
        trusts=len(lists),
        middle_percent=lists["within_6_weeks_percent"].median(),
        diagnostic_test_code=list_code,
    )
    mine = lists[lists["provider_code"].isin(trusts)].sort_values(["rank", "provider_code"])
    return DM01_RANKS.check(mine[DM01_RANKS.names].reset_index(drop=True))


def completeness(figures: pd.DataFrame, trusts: list[str], tests: list[str], months: list[str]) -> pd.DataFrame:
    """Is every month of every trust there, and is its activity filled in?

    Args:
        figures: Rows of `tables.DM01` of one scope, of these trusts and perhaps others.
        trusts: Those that should report.
        tests: Diagnostic IDs looked at.
        months: The months that should be there, in order: from the first to the last that any trust of the system has.

    Returns:
        `tables.DM01_COMPLETENESS`, one row a trust: months that are missing, lists without a count of tests done, and
        tests of the month before of which the last month has no row.

    >>> rows = [("provider", month, "RXN", "1", "total_waiting", 10) for month in ("2025-07", "2025-09")]
    >>> columns = ["scope", "month", "provider_code", "diagnostic_test_code", "measure", "value"]
    >>> found = completeness(pd.DataFrame(rows, columns=columns), ["RXN"], ["1"], ["2025-07", "2025-08", "2025-09"])
    >>> found[["months_missing", "lists", "lists_without_activity"]].values.tolist()
    [['2025-08', 2, 2]]
    """
    if not months:
        return DM01_COMPLETENESS.empty()
    asked = figures["provider_code"].isin(trusts) & figures["diagnostic_test_code"].isin(tests)
    rows = figures[asked & figures["month"].between(months[0], months[-1])]
    key = ["month", "provider_code", "diagnostic_test_code"]
    lists = rows.loc[(rows["measure"] == "total_waiting") & (rows["value"] > 0), key]
    done = pd.MultiIndex.from_frame(rows.loc[rows["measure"] == "waiting_list_activity", key])
    found = []
    for trust in trusts:
        reported = set(rows.loc[rows["provider_code"] == trust, "month"])
        mine = lists[lists["provider_code"] == trust]
        blank = mine[~pd.MultiIndex.from_frame(mine).isin(done)]
        last, before = (
            set(mine.loc[mine["month"] == at, "diagnostic_test_code"]) for at in (months[-1], months[-2:][0])
        )
        known = set(rows.loc[(rows["provider_code"] == trust) & (rows["month"] == months[-1]), "diagnostic_test_code"])
        found.append(
            {
                "provider_code": trust,
                "first_month": months[0],
                "last_month": months[-1],
                "months": len(months),
                "months_missing": ", ".join(month for month in months if month not in reported),
                "lists": len(mine),
                "lists_without_activity": len(blank),
                "months_without_activity": ", ".join(sorted(set(blank["month"]))),
                "tests_gone": ", ".join(sorted(before - last - known, key=int)) if months[-1] in reported else "",
            }
        )
    return DM01_COMPLETENESS.check(pd.DataFrame(found, columns=DM01_COMPLETENESS.names))
