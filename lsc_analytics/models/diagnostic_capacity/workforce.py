"""The five-year workforce question: how many staff the sessions take as demand grows, and how many must be recruited."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import DiagnosticCapacity, diagnostics
from lsc_analytics.reference import SYSTEM
from lsc_analytics.tables import DIAGNOSTIC_WORKFORCE


def to_recruit(
    needed: float, in_post: float, growth_percent: float, leavers_percent: float, years: int
) -> list[tuple[float, float, float]]:
    """By year from now: staff needed, staff left if nobody were recruited, and recruits of the year to have as many.

    needed_y = needed (1 + growth)^y; left_y = in post (1 - leavers)^y; recruits_y = needed_y - (1 - leavers) x those in
    post the year before, who are as many as were needed, or more.

    100 are needed and 90 in post, so 10 posts are empty now. 4% more are needed each year and 10% leave: in the first year
    104 are needed and 90 of the 100 stay, so 14 are recruited; of the 90 of now alone, 81 would be left.

    >>> [tuple(round(figure, 2) for figure in year) for year in to_recruit(100, 90, 4, 10, 2)]
    [(100, 90, 10), (104.0, 81.0, 14.0), (108.16, 72.9, 14.56)]
    """
    told = [(needed, in_post, max(needed - in_post, 0))]
    staying, there = 1 - leavers_percent / 100, max(needed, in_post)
    for year in range(1, years + 1):
        wanted = needed * (1 + growth_percent / 100) ** year
        recruits = max(wanted - there * staying, 0.0)
        there = there * staying + recruits
        told.append((wanted, in_post * staying**year, recruits))
    return told


def workforce(sites: pd.DataFrame, assumed: DiagnosticCapacity) -> pd.DataFrame:
    """How many staff does each trust's network need in each of the years ahead, and how many must it recruit?

    Growth of demand and leavers are assumptions of `diagnostic_capacity.yml`; sessions grow with demand, and a session
    takes as many people as now. Year 0 is now: its recruits are the posts that today's sessions lack.

    Args:
        sites: `tables.DIAGNOSTIC_SITES`.
        assumed: Growth, leavers and years.

    Returns:
        `tables.DIAGNOSTIC_WORKFORCE`, a row a trust (and the system), network and year; none without a capacity file.
    """
    if sites.empty:
        return DIAGNOSTIC_WORKFORCE.empty()
    network = {test.code: test.network for test in diagnostics().tests}
    own = sites.assign(network=sites["diagnostic_test_code"].map(network))
    sums = ["sessions_a_week", "staff_needed", "staff_in_post"]
    trusts = own.groupby(["provider_code", "network"], as_index=False)[sums].sum()
    system = own.groupby("network", as_index=False)[sums].sum().assign(provider_code=SYSTEM)
    plan = assumed.workforce
    rows = []
    for _, row in pd.concat([trusts, system]).iterrows():
        growth, leavers = plan.demand_growth_percent[row["network"]], plan.leavers_percent[row["network"]]
        years = to_recruit(row["staff_needed"], row["staff_in_post"], growth, leavers, plan.years)
        for year, (needed, left, recruits) in enumerate(years):
            rows.append(
                {
                    "as_of": sites["as_of"].iloc[0],
                    "provider_code": row["provider_code"],
                    "network": row["network"],
                    "year": year,
                    "sessions_a_week": row["sessions_a_week"] * (1 + growth / 100) ** year,
                    "staff_needed": needed,
                    "staff_without_recruiting": left,
                    "to_recruit": recruits,
                    "demand_growth_percent": growth,
                    "leavers_percent": leavers,
                    "source": plan.source,
                }
            )
    return DIAGNOSTIC_WORKFORCE.check(pd.DataFrame(rows))
