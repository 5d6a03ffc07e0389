"""Diagnostic waits (DM01): where a test's list stands, which way it leans, and what each standard would take.

It forecasts nothing, draws nothing and reads no files. A person waiting for two tests is counted once per test, as
DM01 does, so lists added over tests count requests rather than people.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models.standards import binds, to_be_seen
from lsc_analytics.parameters import NETWORKS, Standard, ids_of_tests, trust_codes
from lsc_analytics.reference import ALL_TESTS, LAST_DM01_BAND, SYSTEM, add_months, month_end, month_words
from lsc_analytics.tables import DM01_MEASURES, DM01_POSITION, DM01_STANDING, DM01_TREND, DM01_WAITS

TREND_MONTHS = 12  # a whole year, so that the season is in every slope once
_FEWEST_MONTHS = 6  # a slope through fewer points is an anecdote
_TREND_MEASURES = ("within_6_weeks_percent", "waiting_6_plus", "total_waiting")
_LIST = ["month", "provider_code", "diagnostic_test_code"]


def position(figures: pd.DataFrame) -> pd.DataFrame:
    """Where does each test's list stand at each month end, and how many joined it?

    DM01 has no referral count. Implied demand is what the identity leaves over (domain rule C6): change in the list
    plus tests done from it. It is net of people who left the list untested, so it can be negative.

    Args:
        figures: Rows of `tables.DM01` of one scope.

    Returns:
        `tables.DM01_POSITION`, one row a month, provider and test with a published total and six-week count. Percent
        within six weeks is empty on an empty list; implied demand is empty after a month that is not loaded.

    Morecambe Bay, MRI, April 2023: 27 of 1,169 had waited 42 days or more. In May the list was 1,175 after 1,524 tests
    from it, so 1,530 joined.

    >>> figures = pd.DataFrame(
    ...     [("provider", month, "RTX", "1", measure, value)
    ...      for month, values in (("2023-04", (1169, 27, 1516)), ("2023-05", (1175, 22, 1524)))
    ...      for measure, value in zip(("total_waiting", "waiting_6_plus", "waiting_list_activity"), values)],
    ...     columns=["scope", *_LIST, "measure", "value"])
    >>> found = position(figures)
    >>> found.within_6_weeks_percent.round(1).tolist(), found.implied_demand.tolist()
    ([97.7, 98.1], [<NA>, 1530])
    """
    wide = figures.pivot(index=_LIST, columns="measure", values="value").reindex(columns=list(DM01_MEASURES))
    wide = wide.dropna(subset=["total_waiting", "waiting_6_plus"]).round().astype("Int64").reset_index()
    wide.columns.name = None
    before = wide[[*_LIST, "total_waiting"]].assign(month=wide["month"].map(lambda month: add_months(month, 1)))
    wide = wide.merge(before.rename(columns={"total_waiting": "before"}), on=_LIST, how="left")
    wide["implied_demand"] = wide["total_waiting"] - wide["before"] + wide["waiting_list_activity"]
    total = wide["total_waiting"].astype("float64")
    within = total - wide["waiting_6_plus"].astype("float64")
    wide["within_6_weeks_percent"] = 100 * within / total.where(total > 0)
    return DM01_POSITION.check(wide[DM01_POSITION.names].sort_values(_LIST, ignore_index=True))


def history(figures: pd.DataFrame, provider: str, test: str, as_of: str = "") -> pd.DataFrame:
    """How has one list stood at every month end up to now?

    Args:
        figures: Rows of `tables.DM01` of one scope: every test of the provider, or of every trust for the system.
        provider: Trust code, or LSC for the system's trusts added up.
        test: Diagnostic ID, the code of a network (`parameters.NETWORKS`) for its tests added up, or 16 for all.
        as_of: Last month wanted, YYYY-MM; empty for the latest loaded.

    Returns:
        `tables.DM01_POSITION`, one row a month. A month that one of the trusts did not submit has no system row, since
        a smaller sum would look like a shorter list; nor has a sum a measure that one of its parts lacks.

    Raises:
        NoDataError: Nothing is loaded for this list, or not for `as_of`.
    """
    found = position(_one_list(figures, provider, test, "measure", "value"))
    if as_of:
        found = found[found["month"] <= as_of].reset_index(drop=True)
    if found.empty or (as_of and found["month"].iloc[-1] != as_of):
        when = f" for {month_words(as_of)}" if as_of else ""
        raise NoDataError(
            f"No DM01 figures are loaded{when} for test {test} at {provider}.", "Load that month's DM01 file."
        )
    return found


def standing_at(figures: pd.DataFrame, provider: str, test: str, as_of: str) -> pd.DataFrame:
    """How does one list stand at one month end? The last row of `history`, in a fraction of its time.

    Args:
        figures: As for `history`.
        provider: As for `history`.
        test: As for `history`.
        as_of: The month, YYYY-MM.

    Returns:
        `tables.DM01_POSITION`, one row.

    Raises:
        NoDataError: Nothing is loaded for this list in that month.
    """
    recent = figures[figures["month"].isin([add_months(as_of, -1), as_of])]
    # Where one trust has told nothing of late, only the whole history shows that it is missing from a sum.
    whole = recent["provider_code"].nunique() < figures["provider_code"].nunique()
    return history(figures if whole else recent, provider, test, as_of).tail(1).reset_index(drop=True)


def worst_tests(cells: pd.DataFrame, top: int = 12) -> pd.DataFrame:
    """Which tests hold most of those who wait six weeks or more?

    Args:
        cells: `tables.DM01_POSITION` of one month.
        top: How many.

    Returns:
        The same columns, the worst first.
    """
    worst = cells.sort_values("waiting_6_plus", ascending=False).head(top)
    return DM01_POSITION.check(worst.reset_index(drop=True))


def waits(bands: pd.DataFrame, provider: str, test: str, month: str) -> pd.DataFrame:
    """How long have the people on one list waited?

    Args:
        bands: Rows of `tables.DM01_BAND_VIEW`, as `figures` of `history`.
        provider: Trust code, or LSC.
        test: Diagnostic ID, the code of a network, or 16 for all tests.
        month: Month end, YYYY-MM.

    Returns:
        `tables.DM01_WAITS`, fourteen rows, the bands of nobody included; no rows where no bands are loaded, as for a
        history that holds totals only.

    >>> bands = pd.DataFrame({"scope": "provider", "month": "2025-09", "provider_code": "RTX",
    ...     "diagnostic_test_code": "1", "week_from": [0, 6, 13], "waiting": [40, 2, 1]})
    >>> found = waits(bands, "RTX", "1", "2025-09")
    >>> found.loc[found.waiting > 0, ["band", "waiting", "six_weeks_or_more"]].values.tolist()
    [['0 to 1 week', 40, False], ['6 to 7 weeks', 2, True], ['13 weeks or more', 1, True]]
    """
    rows = _one_list(bands[bands["month"] == month], provider, test, "week_from", "waiting")
    if rows.empty:
        return DM01_WAITS.empty()
    weeks = range(LAST_DM01_BAND + 1)
    counted = rows.set_index("week_from")["waiting"].reindex(weeks, fill_value=0)
    return DM01_WAITS.check(
        pd.DataFrame(
            {
                "month": month,
                "provider_code": provider,
                "diagnostic_test_code": test,
                "week_from": list(weeks),
                "week_to": pd.array([*range(1, LAST_DM01_BAND + 1), None], dtype="Int64"),
                "band": [_band_words(week) for week in weeks],
                "waiting": counted.astype("Int64").to_numpy(),
                "six_weeks_or_more": [week >= 6 for week in weeks],
            }
        )
    )


def trend(history: pd.DataFrame) -> pd.DataFrame:
    """Is the list better than a year ago, and which way do the last twelve months lean?

    The slope is Theil and Sen's: the median of the slopes between every two months, which one odd month does not move.
    Its direction is named only where the 95% interval of that median (scipy's, after Sen 1968) leaves out zero. The
    interval takes months to be independent; lists are not quite, so read a direction as a lean rather than as proof.

    Args:
        history: `tables.DM01_POSITION` of one list, in month order.

    Returns:
        `tables.DM01_TREND`, one row a measure at the last month.

    >>> rows = pd.DataFrame({"month": [f"2025-{m:02d}" for m in range(1, 8)], "provider_code": "RXN",
    ...     "diagnostic_test_code": "1", "total_waiting": [100, 98, 96, 94, 92, 90, 88], "waiting_6_plus": 10,
    ...     "within_6_weeks_percent": 90.0})
    >>> print(*trend(rows).query("measure == 'total_waiting'")[["slope_per_month", "direction"]].values[0])
    -2.0 falling
    """
    last = history.iloc[-1]
    first_month = add_months(last["month"], 1 - TREND_MONTHS)
    recent = history[history["month"] >= first_month]
    year_before = history[history["month"] == add_months(last["month"], -TREND_MONTHS)]
    rows = []
    for measure in _TREND_MEASURES:
        known = recent[recent[measure].notna()]
        if pd.isna(last[measure]):
            continue
        slope, lower, upper = _slope(known["month"], known[measure].astype("float64"))
        before = year_before[measure].astype("float64").max()
        rows.append(
            {
                **last[_LIST].to_dict(),
                "measure": measure,
                "latest": float(last[measure]),
                "year_before": before,
                "change": float(last[measure]) - before,
                "months": len(known),
                "slope_per_month": slope,
                "slope_lower": lower,
                "slope_upper": upper,
                "direction": _direction(lower, upper),
            }
        )
    return DM01_TREND.check(pd.DataFrame(rows, columns=DM01_TREND.names))


def against_standards(history: pd.DataFrame, standards: Iterable[Standard]) -> pd.DataFrame:
    """Does the list meet each standard, and how many more would have to be seen for it to?

    What it would take is `models.standards.to_be_seen`: nobody else crossing the line meanwhile and nobody new.

    Args:
        history: `tables.DM01_POSITION` of one list; its last month is judged.
        standards: As in `standards.yml`; those of RTT, those asked of others than the list's provider, and those
            announced after the month are passed over.

    Returns:
        `tables.DM01_STANDING`, one row a DM01 standard, the most demanding first. An empty list meets them all.

    Raises:
        ParameterError: A DM01 standard is not a share, or of other than 6 or 13 weeks, which DM01 does not count.

    1,142 of 1,169 are within six weeks, 97.7%. Seeing 16 more of the 27 leaves 1,142 of 1,153, which is 99.05%:

    >>> rows = pd.DataFrame({"month": ["2023-04"], "provider_code": "RTX", "diagnostic_test_code": "1",
    ...     "total_waiting": 1169, "waiting_6_plus": 27})
    >>> ninety_nine = Standard(id="x", family="dm01", weeks=6, rule="share_within_at_least", value=99,
    ...     words="99% within six weeks", source="NHS Constitution", verified=True)
    >>> against_standards(rows, [ninety_nine])[["met", "to_be_seen"]].values.tolist()
    [[False, 16]]
    """
    rows = standings(history.iloc[-1], standards)
    return DM01_STANDING.check(pd.DataFrame(rows, columns=DM01_STANDING.names))


def standings(last: pd.Series, standards: Iterable[Standard]) -> list[dict[str, Any]]:
    """The rows of `against_standards`, of one row of `tables.DM01_POSITION`."""
    rows: list[dict[str, Any]] = []
    for standard in standards:
        status = standard.status_at(month_end(last["month"]))
        if standard.family != "dm01" or status == "future" or not binds(standard, last["provider_code"]):
            continue
        needed = _needed_percent(standard)
        total, over = last["total_waiting"], last[f"waiting_{standard.weeks}_plus"]
        if pd.isna(over):
            continue
        seen = to_be_seen(int(total), int(total - over), needed)
        rows.append(
            {
                **{name: last[name] for name in _LIST},
                "standard": standard.id,
                "words": standard.words,
                "by": standard.by.isoformat() if standard.by else None,
                "status": status,
                "verified": standard.verified,
                "needed_percent": needed,
                "actual_percent": 100 * (total - over) / total if total else None,
                "met": seen == 0,
                "to_be_seen": seen,
            }
        )
    return sorted(rows, key=lambda row: -row["needed_percent"])


def _one_list(figures: pd.DataFrame, provider: str, test: str, counted: str, value: str) -> pd.DataFrame:
    """The rows of one list: chosen, or added up over a network's or all tests, over the system's trusts, or over both."""
    rows = figures
    if provider == SYSTEM:
        rows = rows[rows["provider_code"].isin(trust_codes())]
        submitted = rows.groupby("month")["provider_code"].nunique()
        rows = rows[rows["month"].isin(submitted.index[submitted == rows["provider_code"].nunique()])]
    else:
        rows = rows[rows["provider_code"] == provider]
    of_many = test == ALL_TESTS or test in NETWORKS
    rows = rows[rows["diagnostic_test_code"].isin(ids_of_tests(test))]
    if provider != SYSTEM and not of_many:
        return rows
    added = rows.groupby(["scope", "month", counted], as_index=False).agg(
        **{value: (value, "sum"), "parts": (value, "size")}
    )
    if counted == "measure":
        lists = added[added["measure"] == "total_waiting"]
        added = added.merge(lists[["scope", "month", "parts"]], on=["scope", "month", "parts"])
    return added.drop(columns="parts").assign(provider_code=provider, diagnostic_test_code=test)


def _band_words(week: int) -> str:
    if week == LAST_DM01_BAND:
        return f"{week} weeks or more"
    return f"{week} to {week + 1} week{'s' if week else ''}"


def _slope(months: pd.Series, values: pd.Series) -> tuple[float, float, float]:
    if len(values) < _FEWEST_MONTHS:
        return np.nan, np.nan, np.nan
    from scipy.stats import theilslopes

    at = [int(month[:4]) * 12 + int(month[5:7]) for month in months]
    found = theilslopes(values.to_numpy(), at, alpha=0.95)
    return float(found.slope), float(found.low_slope), float(found.high_slope)


def _direction(lower: float, upper: float) -> str:
    if np.isnan(lower):
        return "too few months"
    return "rising" if lower > 0 else "falling" if upper < 0 else "no clear direction"


def _needed_percent(standard: Standard) -> float:
    if standard.weeks not in (6, 13) or standard.rule == "count_over_at_most":
        raise ParameterError(
            "A DM01 standard must be a share within or over 6 or 13 weeks: DM01 counts no other.",
            "Correct it in standards.yml.",
            parameter=standard.id,
        )
    return standard.value if standard.rule == "share_within_at_least" else 100 - standard.value
