"""How many patients with cancer were treated in time, trust by trust, against the standards, by type and against the plan.

Published files count patients treated (28 days: told), a half at each of two trusts that share one. They say nothing of
those who still wait, so no backlog is made of them. It forecasts nothing and reads no files.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from lsc_analytics.models.intervals import wilson
from lsc_analytics.models.standards import binds
from lsc_analytics.parameters import CancerStandard
from lsc_analytics.reference import ALL_CANCERS, SYSTEM, add_months, month_end
from lsc_analytics.tables import (
    CANCER_AGAINST_PLAN,
    CANCER_MEASURES,
    CANCER_POSITION,
    CANCER_STANDARDS,
    CANCER_STANDING,
    CANCER_TYPES,
)

_FIGURES = list(CANCER_MEASURES)
_KEY = [*CANCER_POSITION.grain]
# What a plan may be of, and the standard whose share it is.
PLANNED = {f"within_{days}_days_percent": name for name, days in CANCER_STANDARDS.items()}


def position(figures: pd.DataFrame) -> pd.DataFrame:
    """How many patients did each provider treat in each month, and how many in time?

    Args:
        figures: `tables.CANCER`; only the providers' own totals (route and type "all") are read.

    Returns:
        `tables.CANCER_POSITION`, a row a month, provider and standard, by month. The interval is Wilson's
        (`intervals.wilson`) of so many patients as are counted: shared patients count half, so it is a little too wide.

    East Lancashire in April 2025, 62 days, as published with revisions: 181.5 of 232 in time.

    >>> rows = pd.DataFrame({"month": "2025-04", "provider_code": "RXR", "cancer_standard": "62_days", "route": "all",
    ...     "cancer_type": "all", "measure": ["treated", "within_standard", "breaches"], "value": [232, 181.5, 50.5]})
    >>> position(rows)[["treated", "performance_percent", "lower_95", "upper_95"]].round(2).values.tolist()
    [[232.0, 78.23, 72.49, 83.06]]
    """
    whole = figures[(figures["route"] == ALL_CANCERS) & (figures["cancer_type"] == ALL_CANCERS)]
    return CANCER_POSITION.check(_with_shares(_wide(whole, _KEY)))


def system_figures(figures: pd.DataFrame, trusts: list[str]) -> pd.DataFrame:
    """The trusts' figures and, as those of one provider LSC, their sum, in months and standards that every trust tells of.

    A patient shared by two of the trusts counts half at each, and so once in the sum.

    Args:
        figures: `tables.CANCER` of the trusts.
        trusts: The system's.
    """
    mine = figures[figures["provider_code"].isin(trusts)]
    by = ["month", "cancer_standard"]
    told = mine.groupby(by)["provider_code"].transform("nunique")
    summed = mine[told == mine.groupby("cancer_standard")["provider_code"].transform("nunique")]
    key = ["month", "cancer_standard", "route", "cancer_type", "measure"]
    added = summed.groupby(key, as_index=False).agg(value=("value", "sum")).assign(provider_code=SYSTEM)
    return pd.concat([mine, added], ignore_index=True)


def standing(positions: pd.DataFrame, standards: Iterable[CancerStandard], as_of: str) -> pd.DataFrame:
    """Which cancer standards does each provider meet, and by how much are the others missed?

    Each of the three standards is judged in its own last month up to `as_of` that every provider given tells of: files
    of one standard may go further than those of another.

    Args:
        positions: `tables.CANCER_POSITION` of the providers to be compared.
        standards: As in `standards.yml` under `cancer`; those that bind at the month are judged.
        as_of: Month reported, YYYY-MM; nothing later is looked at.

    Returns:
        `tables.CANCER_STANDING`, by standard (62 days first), then by provider as given; the most demanding row first. A
        standing row is left to its twin with a date that asks the same.

    149.5 of 252.5 patients in time where 85% is asked is 25.79 points short; 214.625 would have been enough, so 65.5 more:

    >>> rows = pd.DataFrame([("2025-05", "RXN", "62_days", 252.5, 149.5, 103.0, 59.21, 53.0, 65.1)], columns=CANCER_POSITION.names)
    >>> asked = CancerStandard(id="x", days=62, value=85, words="w", source="s", verified=True)
    >>> standing(rows, [asked], "2025-05")[["needed_percent", "gap_points", "met", "beyond_chance", "more_in_time"]].values.tolist()
    [[85.0, -25.79, False, True, 65.5]]
    """
    standards = list(standards)
    rows = []
    for name in reversed(CANCER_STANDARDS):
        seen = positions[(positions["cancer_standard"] == name) & (positions["month"] <= as_of)]
        told = seen.groupby("month")["provider_code"].nunique()
        if told.empty:
            continue
        month = told.index[told == told.max()].max()
        before = seen[seen["month"] == add_months(month, -12)].set_index("provider_code")["performance_percent"]
        asked = _binding([one for one in standards if f"{one.days}_days" == name], month)
        for now in seen[seen["month"] == month].to_dict("records"):
            for standard in asked:
                if binds(standard, now["provider_code"]):
                    year_before = before.get(now["provider_code"], np.nan)
                    rows.append(now | _judged(now, standard) | {"year_before_percent": year_before})
    return CANCER_STANDING.check(pd.DataFrame(rows, columns=CANCER_STANDING.names)) if rows else CANCER_STANDING.empty()


def types(figures: pd.DataFrame, provider_code: str, as_of: str, cancer_standard: str = "62_days") -> pd.DataFrame:
    """Which types of cancer have most of a provider's breaches, in the last month up to `as_of` that types are told of?

    Args:
        figures: `tables.CANCER` of trusts and, for LSC, their sum (`system_figures`).
        provider_code: Trust code, or LSC.
        as_of: Month reported, YYYY-MM.
        cancer_standard: Whose breaches.

    Returns:
        `tables.CANCER_TYPES`, most breaches first; no rows where no file tells of types.
    """
    mine = figures[
        (figures["provider_code"] == provider_code)
        & (figures["cancer_standard"] == cancer_standard)
        & (figures["month"] <= as_of)
        & (figures["cancer_type"] != ALL_CANCERS)
    ]
    if mine.empty:
        return CANCER_TYPES.empty()
    key = [*CANCER_TYPES.grain]
    rows = _with_shares(_wide(mine[mine["month"] == mine["month"].max()], key))
    late = rows["breaches"].sum()
    rows["share_of_breaches_percent"] = 100 * rows["breaches"] / late if late else np.nan
    ranked = rows.sort_values(["breaches", "treated"], ascending=False, kind="stable", ignore_index=True)
    return CANCER_TYPES.check(ranked[CANCER_TYPES.names])


def against_plan(positions: pd.DataFrame, plan: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Is each provider's share in time what was planned, and which was its first month off?

    Args:
        positions: `tables.CANCER_POSITION`.
        plan: `tables.PLAN`; its rows of cancer are read.
        as_of: Last month reported; no later actual is looked at.

    Returns:
        `tables.CANCER_AGAINST_PLAN`, a row a provider, measure and planned month. Nothing is forecast, so a month that is
        not counted yet is neither on nor off.
    """
    planned = plan.loc[plan["family"] == "cancer", ["provider_code", "measure", "month", "planned_value"]]
    if planned.empty:
        return CANCER_AGAINST_PLAN.empty()
    counted = positions[positions["month"] <= as_of].rename(columns={"performance_percent": "actual"})
    rows = planned.rename(columns={"planned_value": "planned"}).assign(cancer_standard=planned["measure"].map(PLANNED))
    rows = rows.merge(counted[[*_KEY, "actual"]], on=_KEY, how="left").sort_values([*CANCER_AGAINST_PLAN.grain])
    rows["gap"] = rows["actual"] - rows["planned"]
    off = rows["gap"] < 0
    rows["off_plan"] = off.astype(object).where(rows["gap"].notna(), None)
    rows["first_off_plan"] = off & (off.groupby([rows["provider_code"], rows["measure"]]).cumsum() == 1)
    return CANCER_AGAINST_PLAN.check(rows[CANCER_AGAINST_PLAN.names].reset_index(drop=True))


def _wide(figures: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """A column a figure, added up over whatever is not in the key."""
    wide = figures.pivot_table(index=key, columns="measure", values="value", aggfunc="sum")
    wide = wide.reindex(columns=_FIGURES)
    wide["breaches"] = wide["breaches"].fillna(wide["treated"] - wide["within_standard"])
    return wide.dropna().rename_axis(columns=None).reset_index()


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    share = 100 * rows["within_standard"] / rows["treated"].where(rows["treated"] > 0)
    lower, upper = wilson(rows["within_standard"], rows["treated"])
    return rows.assign(performance_percent=share, lower_95=lower, upper_95=upper)


def _binding(standards: list[CancerStandard], month: str) -> list[CancerStandard]:
    """Those that bind at the month, the most demanding first; a standing one is left to its twin with a date."""
    at = [one for one in standards if one.status_at(month_end(month)) == "binding"]
    dated = {one.value for one in at if one.by}
    return sorted((one for one in at if one.by or one.value not in dated), key=lambda one: -one.value)


def _judged(now: dict, standard: CancerStandard) -> dict[str, object]:
    """One provider's month against one standard; a share is judged as counted, not as rounded."""
    treated, within, needed = now["treated"], now["within_standard"], standard.value
    share = np.nan if not treated else now["performance_percent"]
    # Rounded at the ninth decimal so that 85 of 100 is 85% and not short of it by a binary fraction; then up to a half.
    short = round(treated * needed / 100 - within, 9)
    met = short <= 0
    return {
        "standard": standard.id,
        "words": standard.words,
        "by": standard.by.isoformat() if standard.by else None,
        "verified": standard.verified,
        "needed_percent": needed,
        "gap_points": share - needed,
        "met": met if treated else None,
        "beyond_chance": (now["lower_95"] >= needed if met else now["upper_95"] < needed) if treated else None,
        "more_in_time": max(0.0, np.ceil(2 * short) / 2),
    }
