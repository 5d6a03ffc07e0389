"""Referral to treatment: where a list stands, what joined and left it, and which cells of the system need looking at.

It forecasts nothing (`forecast` does) and reads no files.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.errors import TableError
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, add_months
from lsc_analytics.tables import RTT_BAND_VIEW, RTT_FLOWS, RTT_MEASURES, RTT_POSITION, RTT_TRANSFERS, SYSTEM_CELLS

_CELL = ["month", "provider_code", "treatment_function_code"]
_TRANSFERRED = ["transferred_in", "transferred_out"]
_COUNTS = [column.name for column in RTT_POSITION.columns if str(column.type) == "int64"]


def position(figures: pd.DataFrame) -> pd.DataFrame:
    """Where does each list stand at each month end?

    Args:
        figures: Rows of `tables.RTT`.

    Returns:
        `tables.RTT_POSITION`, one row a month, provider and treatment function with a published total; a measure that
        no loaded file reports is empty. The share within 18 weeks is of the whole list, cut (not rounded) to a hundredth
        of a percent: so the published provider panel gives it in every one of its series, and so a share just short of a
        standard never reads as if it met it.

    >>> rows = [("provider", "2026-01", "RXL", "C_999", m, v, "x", "f") for m, v in
    ...         (("total_incomplete", 42257), ("within_18_weeks", 24154))]
    >>> position(pd.DataFrame(rows, columns=["scope", *_CELL, "measure", "value", "source", "file_sha256"])
    ...          ).within_18_weeks_percent.item()
    57.15
    """
    wide = _wide(figures)
    wide = wide[wide["total_incomplete"].notna()].copy()
    share = 100 * wide["within_18_weeks"] / wide["total_incomplete"].where(wide["total_incomplete"] > 0)
    wide["within_18_weeks_percent"] = np.floor(share * 100 + 1e-9) / 100
    wide[_COUNTS] = wide[_COUNTS].round().astype("Int64")
    return RTT_POSITION.check(wide[RTT_POSITION.names])


def flows(figures: pd.DataFrame, transfers: pd.DataFrame | None = None) -> pd.DataFrame:
    """What joined and left each list in each month?

    Net removals are what the identity leaves over (domain rule B2): opening + clock starts + transferred in - admitted
    stops - non-admitted stops - transferred out - closing. They hold removals without a clock stop, less unreported
    starts, so a month can be negative. A pathway that is handed over starts no clock and stops none: without a ledger it
    is a removal at one provider and a negative one at the other, with a ledger it is counted once, as a transfer.

    Opening and closing lists are of one scope: provider figures are without NONC (pathways that England does not
    commission) at both ends. England is asked as `england_estimated`, since a trust that submits nothing takes its
    list out of `england_submitted` (see `ingest.rtt_overview`).

    Args:
        figures: Rows of `tables.RTT` of one scope.
        transfers: `tables.RTT_TRANSFERS`, where a ledger is loaded; a provider's total row takes the sum over its
            treatment functions. The system's sum (`LSC`) has none: what its trusts hand each other stays inside it.

    Returns:
        `tables.RTT_FLOWS`, one row a month for which both lists and all three flows are loaded; the month after a
        missing one has no opening list and so no row.

    Raises:
        TableError: The figures are of several scopes, or the ledger has total rows.

    England, March 2025: 7,402,148 + 1,798,503 - 1,207,339 - 327,477 - 7,420,899 = 244,936.
    """
    if figures["scope"].nunique() > 1:
        scopes = ", ".join(sorted(figures["scope"].unique()))
        raise TableError(f"Flows were asked of several scopes at once: {scopes}.", "Ask for each scope by itself.")
    parts = ["clock_starts", "admitted_stops", "non_admitted_stops"]
    wide = _wide(figures[figures["measure"].isin([*parts, "total_incomplete"])])
    before = wide[[*_CELL, "total_incomplete"]].rename(columns={"total_incomplete": "opening"})
    before["month"] = before["month"].map({month: add_months(month, 1) for month in before["month"].unique()})
    joined = wide.merge(before, on=_CELL, how="inner").rename(columns={"total_incomplete": "closing"})
    joined = joined.dropna(subset=[*parts, "opening", "closing"])
    joined = joined.merge(_handed_over(transfers), on=_CELL, how="left").fillna(dict.fromkeys(_TRANSFERRED, 0))
    joined["net_removals"] = (joined["opening"] + joined["clock_starts"] + joined["transferred_in"]) - joined[
        ["admitted_stops", "non_admitted_stops", "transferred_out", "closing"]
    ].sum(axis=1)
    counts = ["opening", *parts, "net_removals", "closing", *_TRANSFERRED]
    joined[counts] = joined[counts].round().astype("Int64")
    return RTT_FLOWS.check(joined[RTT_FLOWS.names].sort_values(_CELL, ignore_index=True))


def _handed_over(transfers: pd.DataFrame | None) -> pd.DataFrame:
    """Pathways in and out of each list and of each provider's total row, by month."""
    ledger = RTT_TRANSFERS.check(RTT_TRANSFERS.empty() if transfers is None else transfers)
    if (ledger["treatment_function_code"] == ALL_SPECIALTIES).any():
        raise TableError(
            f"The transfer ledger has rows of all specialties ({ALL_SPECIALTIES}).", "Record each treatment function."
        )
    both = pd.concat([ledger, ledger.assign(treatment_function_code=ALL_SPECIALTIES)], ignore_index=True)
    ways = [
        both.rename(columns={end: "provider_code"}).groupby(_CELL)["pathways"].sum().rename(way)
        for end, way in (("to_provider", "transferred_in"), ("from_provider", "transferred_out"))
    ]
    return pd.concat(ways, axis=1).reset_index()


def system_figures(figures: pd.DataFrame, trusts: list[str]) -> pd.DataFrame:
    """The trusts' figures added up, as those of one provider, `LSC`.

    Medians and percentiles do not add and are left out; a month that any trust did not submit is left out, since a
    smaller sum would look like a shorter list.
    """
    counted = figures[figures["provider_code"].isin(trusts) & ~figures["measure"].str.endswith("_wait_weeks")]
    submitted = counted[
        (counted["measure"] == "total_incomplete") & (counted["treatment_function_code"] == ALL_SPECIALTIES)
    ]
    by_month = submitted.groupby("month")["provider_code"].nunique()
    whole = counted[counted["month"].isin(by_month.index[by_month == submitted["provider_code"].nunique()])]
    # A measure that one trust's source lacks has no system figure either.
    of_all = whole[whole["treatment_function_code"] == ALL_SPECIALTIES].groupby(["month", "measure"])["value"].count()
    complete = of_all.index[of_all == submitted["provider_code"].nunique()]
    whole = whole[pd.MultiIndex.from_frame(whole[["month", "measure"]]).isin(complete)]
    key = ["scope", "month", "treatment_function_code", "measure"]
    added = whole.groupby(key, as_index=False).agg(
        value=("value", "sum"), source=("source", "first"), file_sha256=("file_sha256", "first")
    )
    return added.assign(provider_code=SYSTEM)[figures.columns]


def system_bands(bands: pd.DataFrame, trusts: list[str]) -> pd.DataFrame:
    """The trusts' weekly bands added up, as those of one provider, `LSC`."""
    mine = bands[bands["provider_code"].isin(trusts)]
    key = ["scope", "month", "treatment_function_code", "part", "week_from"]
    added = mine.groupby(key, as_index=False).agg(
        week_to=("week_to", "first"),
        pathways=("pathways", "sum"),
        source=("source", "first"),
        file_sha256=("file_sha256", "first"),
    )
    return RTT_BAND_VIEW.check(added.assign(provider_code=SYSTEM))


def outlook(over_now: float, probability_any: float | None) -> str:
    """How a cell stands against a standard that nobody should be over, in one word.

    Words, not percentages, for the heat map; the thresholds are ours: half, and one in ten.

    >>> outlook(3, 0.9), outlook(0, 0.5), outlook(0, 0.2), outlook(0, 0.01), outlook(0, None)
    ('breaching', 'likely', 'possible', 'unlikely', 'not forecast')
    """
    if over_now > 0:
        return "breaching"
    if probability_any is None or np.isnan(probability_any):
        return "not forecast"
    return "likely" if probability_any >= 0.5 else "possible" if probability_any >= 0.1 else "unlikely"


def system_cells(positions: pd.DataFrame, forecasts: pd.DataFrame, *, months_ahead: int = 6) -> pd.DataFrame:
    """Which trust and specialty needs looking at?

    Args:
        positions: `tables.RTT_POSITION` of one month.
        forecasts: `tables.RTT_FORECAST`; the chosen method's rows are read.
        months_ahead: The horizon at which the outlook is taken. Decisions rest on four to six months ahead, since
            published months come six weeks late.

    Returns:
        `tables.SYSTEM_CELLS`, one row a list with anyone on it.
    """
    cell = ["provider_code", "treatment_function_code"]
    ahead = forecasts[
        forecasts["chosen"] & (forecasts["measure"] == "over_65_weeks") & (forecasts["horizon"] == months_ahead)
    ]
    columns = [*cell, "target_month", "mean", "lower_80", "upper_80", "probability_any", "method"]
    cells = positions[positions["total_incomplete"] > 0].merge(ahead[columns], on=cell, how="left")
    cells = cells.rename(
        columns={"mean": "forecast_over_65", "lower_80": "forecast_lower_80", "upper_80": "forecast_upper_80"}
    )
    over = cells["over_65_weeks"].fillna(0).astype(float)
    cells["outlook"] = [outlook(a, b) for a, b in zip(over, cells["probability_any"].astype(float), strict=True)]
    return SYSTEM_CELLS.check(cells[SYSTEM_CELLS.names])


def worst_lists(cells: pd.DataFrame, top: int = 12) -> pd.DataFrame:
    """Which lists will have most pathways over 65 weeks?

    Args:
        cells: `tables.SYSTEM_CELLS`.
        top: How many.

    Returns:
        The same columns, the worst first, without total rows and lists that have no forecast.
    """
    lists = cells[(cells["treatment_function_code"] != ALL_SPECIALTIES) & cells["forecast_over_65"].notna()]
    worst = lists.sort_values(["forecast_over_65", "probability_any"], ascending=False).head(top)
    return SYSTEM_CELLS.check(worst.reset_index(drop=True))


def _wide(figures: pd.DataFrame) -> pd.DataFrame:
    """One row a month, provider and treatment function, a column a measure."""
    wide = figures.pivot(index=_CELL, columns="measure", values="value").reset_index()
    wide.columns.name = None
    absent = [measure for measure in RTT_MEASURES if measure not in wide.columns]
    return wide.assign(**dict.fromkeys(absent, np.nan)).sort_values(_CELL, ignore_index=True)
