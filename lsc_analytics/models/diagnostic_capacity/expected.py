"""What is expected of every trust's list of every test, week by week, in draws. It changes nothing (`need` and others do)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lsc_analytics.models.diagnostic_capacity.weeks import BANDS, Order, play, weekly_stay
from lsc_analytics.models.diagnostics import position
from lsc_analytics.models.flow_forecast import FlowForecast, working_days
from lsc_analytics.models.identity import list_ahead
from lsc_analytics.reference import add_months, month_end, months_between

_YEAR = 12
_LIST = ["provider_code", "diagnostic_test_code"]
MONTHS_NEEDED = 13  # a year of demand takes the list before it
MONTHS_AHEAD = 12


@dataclass(frozen=True)
class Expected:
    """Draws of all lists together: L lists, D draws, W weeks.

    Attributes:
        as_of: Last month seen.
        lists: Trust and test of each.
        ends: The day at which each week ends.
        start: (L, 1, 14) people by band at the end of the month.
        stay: (L, 1, 14) weekly stay rates.
        demand: (L, D, W) joining a week, net of those who leave untested.
        tests: (L, D, W) tests a week from the waiting list.
        tilt: (L, D, W) how much more of the long waiters are tested than the rates say; see `weeks.play`.
        counted: (L,) tests a week over the last twelve months.
        joined: (L,) implied demand a week over the last twelve months.
    """

    as_of: str
    lists: list[tuple[str, str]]
    ends: list[dt.date]
    start: np.ndarray
    stay: np.ndarray
    demand: np.ndarray
    tests: np.ndarray
    tilt: np.ndarray
    counted: np.ndarray
    joined: np.ndarray

    def of(self, lists: list[int]) -> Expected:
        """Some of the lists only, by their places."""
        arrays = ("start", "stay", "demand", "tests", "tilt", "counted", "joined")
        mine = {name: getattr(self, name)[lists] for name in arrays}
        return replace(self, lists=[self.lists[at] for at in lists], **mine)

    def week_of(self, month: str) -> int:
        """How many whole weeks end by a month's end."""
        return (month_end(month) - month_end(self.as_of)).days // 7

    def play(
        self,
        extra: np.ndarray | float = 0.0,
        order: Order = "as_now",
        more_demand: np.ndarray | float = 0.0,
        first: int = 0,
        last: int | None = None,
        start: np.ndarray | None = None,
    ) -> np.ndarray:
        """The bands week by week with so many tests and so much demand beyond those expected: (L, D, W, 14).

        Args:
            extra: Tests a week, to be broadcast to (L, D, W); below nought fewer. In the order `longest_first` those above
                nought go to the longest waiters.
            order: Who has the extra tests.
            more_demand: Joining a week beyond what is expected.
            first: Week to begin with, counted from nought.
            last: Week to end before.
            start: Bands before the first week, where that is not the first of all.
        """
        weeks = slice(first, last)
        demand, tests = self.demand[..., weeks], self.tests[..., weeks]
        more = np.broadcast_to(extra, self.tests.shape)[..., weeks]
        directed = np.maximum(more, 0.0) if order == "longest_first" else None
        shared = tests + (more if directed is None else np.minimum(more, 0.0))
        joining = demand + np.broadcast_to(more_demand, self.demand.shape)[..., weeks]
        return play(
            self.start if start is None else start, joining, shared, self.stay, directed, self.tilt[..., weeks]
        )[0]


def expect(figures: pd.DataFrame, bands: pd.DataFrame, as_of: str, *, draws: int, seed: int) -> Expected:
    """What is expected of every list with anyone on it?

    Demand and tests go on at the last twelve months' rate a working day; they are drawn together by the engine of the RTT
    flows (`identity.list_ahead`): months of the last two years strayed so far from their level, and half of the drift
    between demand and tests goes on. Weeks take their share of their months by days.

    Args:
        figures: Rows of `tables.DM01` of providers.
        bands: Rows of `tables.DM01_BAND_VIEW` of the same.
        as_of: Last month seen; nothing later is used.
        draws: How many futures.
        seed: Of the draws, with the list and the month.

    Returns:
        `Expected`, of the lists with thirteen months of figures in a row and bands at the month's end.
    """
    told = position(figures[figures["month"] <= as_of])
    known = bands[bands["month"] <= as_of]
    months = months_between(add_months(as_of, -_YEAR), as_of)
    wide = known.pivot_table(
        index=[*_LIST, "month"], columns="week_from", values="waiting", aggfunc="sum",
        fill_value=0,
    ).reindex(columns=range(BANDS), fill_value=0)  # fmt: skip
    year = wide[wide.index.get_level_values("month").isin(months[1:])]
    mean = _rows(year.groupby(level=_LIST).mean())
    now = _rows(wide[wide.index.get_level_values("month") == as_of].droplevel("month"))
    ends = [month_end(as_of) + dt.timedelta(days=7 * week) for week in range(1, _weeks(as_of) + 1)]
    weeks = sum(month_end(month).day for month in months[1:]) / 7
    histories = _histories(told, months)
    rates = {cell: (history.tail(_YEAR).sum() / weeks).to_dict() for cell, history in histories.items()}
    lists, start, stay, demand, tests = [], [], [], [], []
    for (trust, test), history in histories.items():
        if (trust, test) not in now:
            continue
        alike = [cell for cell in histories if cell[1] == test and cell in mean]
        whole = sum(float(rates[cell]["implied_demand"]) for cell in alike)
        like = (np.sum([mean[cell] for cell in alike], axis=0), whole)
        rate = weekly_stay(mean[trust, test], float(rates[trust, test]["implied_demand"]), like)
        drawn = _drawn(history, draws, [seed, *f"{trust}{test}{as_of}".encode()])
        lists.append((trust, test))
        start.append(now[trust, test])
        stay.append(rate)
        demand.append(_weekly(drawn[0], as_of))
        tests.append(_weekly(drawn[1], as_of))
    nothing = (0, draws, len(ends))
    return Expected(
        as_of,
        lists,
        ends,
        np.array(start).reshape(-1, 1, BANDS),
        np.array(stay).reshape(-1, 1, BANDS),
        np.array(demand) if lists else np.zeros(nothing),
        np.array(tests) if lists else np.zeros(nothing),
        np.zeros((len(lists), *nothing[1:])),
        np.array([float(rates[cell]["waiting_list_activity"]) for cell in lists]),
        np.array([float(rates[cell]["implied_demand"]) for cell in lists]),
    )


def _rows(frame: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """The rows of a frame of bands by trust and test."""
    return {(str(trust), str(test)): row for (trust, test), row in zip(frame.index, frame.to_numpy(float), strict=True)}


def _histories(told: pd.DataFrame, months: list[str]) -> dict[tuple[str, str], pd.DataFrame]:
    """Each list with anyone on it and a year of demand, by month without gaps in the months."""
    found = {}
    for _, rows in told.groupby(_LIST, sort=False):
        history = rows.set_index("month").reindex(months_between(str(rows["month"].min()), months[-1]))
        enough = len(history) >= MONTHS_NEEDED and history["implied_demand"].tail(_YEAR).notna().all()
        if enough and history["total_waiting"].iloc[-1] > 0:
            cell = str(rows["provider_code"].iloc[0]), str(rows["diagnostic_test_code"].iloc[0])
            found[cell] = history[["total_waiting", "implied_demand", "waiting_list_activity"]].astype(float)
    return found


def _drawn(history: pd.DataFrame, draws: int, seed: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Demand and tests of each month ahead, draws by months."""
    recent = history.tail(3 * _YEAR)
    demand = recent["implied_demand"].astype(float)
    tests = recent["waiting_list_activity"].astype(float)
    moved = pd.DataFrame(
        {
            "month": recent.index,
            "clock_starts": demand.clip(lower=0).to_numpy(),
            "admitted_stops": tests.to_numpy(),
            "non_admitted_stops": 0.0,
            "net_removals": (-demand).clip(lower=0).to_numpy(),
            "closing": recent["total_waiting"].astype(float).to_numpy(),
        }
    )
    flows = {"clock_starts": demand.clip(lower=0), "stops": tests}
    told = {name: _by_working_day(series.dropna()) for name, series in flows.items()}
    ahead = list_ahead(moved, MONTHS_AHEAD, draws=draws, seed=seed, told=told)
    return ahead.clock_starts - ahead.net_removals, ahead.stops


def _by_working_day(series: pd.Series) -> FlowForecast:
    """The last twelve months' rate a working day, kept up: a year has too few of each month to tell a season from chance."""
    days = pd.Series([working_days(month) for month in series.index], series.index, dtype=float)
    level = float(series.tail(_YEAR).sum() / days.tail(_YEAR).sum())
    ahead = [add_months(series.index[-1], step) for step in range(1, MONTHS_AHEAD + 1)]
    expected = level * np.array([working_days(month) for month in ahead], dtype=float)
    return FlowForecast(ahead, expected, series - level * days, series / days * days.mean(), "constant")


def _weeks(as_of: str) -> int:
    return (month_end(add_months(as_of, MONTHS_AHEAD)) - month_end(as_of)).days // 7


def _weekly(monthly: np.ndarray, as_of: str) -> np.ndarray:
    """Monthly flows as weekly ones: each day of a month has the same share of it.

    >>> _weekly(np.array([[31.0] * 12]), "2025-12")[0, :2].tolist()  # January has 31 days: one a day
    [7.0, 7.0]
    """
    days = [0, *np.cumsum([month_end(add_months(as_of, step)).day for step in range(1, monthly.shape[1] + 1)])]
    upto = np.concatenate([np.zeros((len(monthly), 1)), np.cumsum(monthly, axis=1)], axis=1)
    at = np.arange(_weeks(as_of) + 1) * 7
    whole = np.array([np.interp(at, days, row) for row in upto])
    return np.diff(whole, axis=1)
