"""The tests a week that bring each list to each six-week standard by a date, and the sessions and staff for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics.errors import ParameterError
from lsc_analytics.models.diagnostic_capacity.expected import Expected
from lsc_analytics.models.diagnostic_capacity.weeks import Order
from lsc_analytics.models.queueing import weeks_of_demand
from lsc_analytics.models.standards import binds
from lsc_analytics.parameters import DiagnosticCapacity, Standard
from lsc_analytics.reference import SYSTEM, add_months, month_end, month_words
from lsc_analytics.tables import DIAGNOSTIC_NEED

ORDERS: tuple[Order, ...] = ("as_now", "longest_first")
_HALVINGS = 14  # of the bracket: to a few thousandths of what is done now
_TENTHS = (0.1, 0.5, 0.9)
_LONGEST = 520.0  # weeks: what takes more than ten years never comes


@dataclass(frozen=True)
class Goal:
    """A share of the list that must have waited less than six weeks at the end of a month."""

    standard: str
    words: str
    needed_percent: float
    by: str

    @property
    def allowed(self) -> float:
        """The share that may have waited longer, 0 to 1."""
        return 1 - self.needed_percent / 100


def goals_of(standards: Iterable[Standard], identifiers: Iterable[str], by: str) -> list[Goal]:
    """The named six-week standards as goals of one date, the most demanding first.

    Raises:
        ParameterError: One is not in the registry, or is no share of six weeks.
    """
    known = {standard.id: standard for standard in standards}
    goals = []
    for identifier in identifiers:
        found = known.get(identifier)
        if found is None or (found.family, found.weeks, found.rule) != ("dm01", 6, "share_within_at_least"):
            raise ParameterError(
                f"{identifier!r} is no six-week standard of a share within.",
                "Name one of parameters/standards.yml in parameters/diagnostic_capacity.yml.",
                parameter="standards",
            )
        if binds(found, "RXN"):  # asked of trusts: England's own figures are not theirs
            goals.append(Goal(found.id, found.words, found.value, by))
    return sorted(goals, key=lambda goal: -goal.needed_percent)


def needed(expected: Expected, goals: Iterable[Goal], sites: pd.DataFrame, assumed: DiagnosticCapacity) -> pd.DataFrame:
    """How many more tests a week bring each list to each standard by its date, and how many sessions and staff is that?

    The same number of tests a week is added in every week from `first_month_ahead` to the date; each draw's need is the
    least with which no larger share than allowed has waited six weeks, found by halving. A need below nought says that so
    many fewer would do. A list that stays there is demand times the healthy weeks of demand of exponential waits
    (`queueing.weeks_of_demand`); weeks to clear are (list - that list) / (tests - demand), where more are tested than join.

    Args:
        expected: Every list.
        goals: Standards and dates.
        sites: `tables.DIAGNOSTIC_SITES`; may be empty, and then sessions and staff are.
        assumed: When capacity can change, and what one whole-time equivalent works.

    Returns:
        `tables.DIAGNOSTIC_NEED`: a row a list, standard and order, and a row of the system for each test (the trusts'
        needs added up draw by draw).

    Raises:
        ParameterError: A date before capacity can change, or beyond a year.
    """
    if not expected.lists:
        return DIAGNOSTIC_NEED.empty()
    begins = expected.week_of(add_months(expected.as_of, assumed.first_month_ahead - 1))
    as_now = expected.play()
    frames = []
    for goal in goals:
        ends = week_at(expected, goal.by, begins)
        for order in ORDERS:
            extra = least_extra(expected, as_now[..., begins - 1, :], goal, begins, ends, order)
            frames.append(_rows(expected, as_now, extra, goal, begins, ends, order, assumed))
    told = pd.concat(frames, ignore_index=True)
    return DIAGNOSTIC_NEED.check(_in_sessions(told, sites, assumed)[DIAGNOSTIC_NEED.names])


def week_at(expected: Expected, by: str, begins: int) -> int:
    """How many weeks end by the end of a month in which capacity has had time to change.

    Raises:
        ParameterError: The month is too early, or beyond the weeks that are expected.
    """
    ends = expected.week_of(by)
    if not begins < ends <= len(expected.ends):
        first, last = add_months(expected.as_of, 1), add_months(expected.as_of, 12)
        raise ParameterError(
            f"{by} is not a month by which more capacity could bring a list to a standard.",
            f"As of {month_words(expected.as_of)} name one after {first} and capacity can change, up to {last}.",
            parameter="by",
        )
    return ends


def least_extra(expected: Expected, start: np.ndarray, goal: Goal, begins: int, ends: int, order: Order) -> np.ndarray:
    """The fewest further tests a week, (L, D), with which the goal is reached; below nought where fewer would do."""
    span = slice(begins, ends)
    low = -expected.tests[..., span].min(axis=-1)
    joining = np.maximum(expected.demand[..., span], 0.0).sum(axis=-1)
    high = (start.sum(axis=-1) + joining) / (ends - begins) + 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        bands = expected.play(middle[..., None], order, first=begins, last=ends, start=start)[..., -1, :]
        enough = reached(bands, goal)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def reached(bands: np.ndarray, goal: Goal) -> np.ndarray:
    """Whether no larger share than allowed has waited six weeks; fewer than half a person is nobody."""
    late = bands[..., 6:].sum(axis=-1)
    return (late <= goal.allowed * bands.sum(axis=-1) + 1e-9) | (late < 0.5)


def met_from(expected: Expected, bands: np.ndarray, goal: Goal) -> np.ndarray:
    """The end of the week from which each list meets the goal for good, as likely as not; None where it never does."""
    holds = np.median(reached(bands, goal), axis=1) >= 0.5
    lasts = np.logical_and.accumulate(holds[:, ::-1], axis=1)[:, ::-1]
    ends = [expected.ends[int(np.argmax(row))].isoformat() if row.any() else None for row in lasts]
    return np.array(ends, dtype=object)


def _rows(
    expected: Expected, as_now: np.ndarray, extra: np.ndarray, goal: Goal, begins: int, ends: int, order: Order,
    assumed: DiagnosticCapacity,
) -> pd.DataFrame:  # fmt: skip
    at = as_now[..., ends - 1, :]
    waiting, late = at.sum(axis=-1), at[..., 6:].sum(axis=-1)
    demand = expected.demand[..., begins:ends].mean(axis=-1)
    tests = expected.tests[..., begins:ends].mean(axis=-1)
    size = demand * weeks_of_demand(goal.needed_percent / 100, 6)
    half = np.median(extra, axis=1)
    more = np.zeros(expected.tests.shape[-1])
    more[begins:ends] = 1.0
    with_half = expected.play(np.maximum(half, 0.0)[:, None, None] * more, order)
    frame = pd.DataFrame(expected.lists, columns=["provider_code", "diagnostic_test_code"])
    over = np.median(waiting - size, axis=1)
    spare = np.median(tests - demand, axis=1)
    frame = frame.assign(
        waiting=expected.start.sum(axis=-1)[:, 0],
        within_now_percent=_within(expected.start[:, 0]),
        demand_a_week=np.maximum(demand.mean(axis=1), 0.0),
        tests_as_now=tests.mean(axis=1),
        waiting_as_now=np.median(waiting, axis=1),
        over_6_as_now=np.median(late, axis=1),
        within_as_now_percent=np.median(_within(at), axis=1),
        chance_as_now=reached(at, goal).mean(axis=1),
        met_from_as_now=met_from(expected, as_now, goal),
        met_from_with=met_from(expected, with_half, goal),
        list_to_keep=np.maximum(np.median(size, axis=1), 0.0),
        weeks_to_clear=np.where(
            over <= 0, 0.0, np.where(spare * _LONGEST > over, over / np.maximum(spare, 1e-9), np.nan)
        ),
    )
    spread = np.quantile(extra, _TENTHS, axis=1)
    for name, values in zip(("lower_80", "median", "upper_80"), spread, strict=True):
        frame[f"extra_{name}"] = values
    system = _system(frame, extra, reached(at, goal))
    return pd.concat([frame, system], ignore_index=True).assign(
        as_of=expected.as_of, standard=goal.standard, words=goal.words, needed_percent=goal.needed_percent,
        target_month=goal.by, order=order, first_month=add_months(expected.as_of, assumed.first_month_ahead),
    )  # fmt: skip


def _system(frame: pd.DataFrame, extra: np.ndarray, met: np.ndarray) -> pd.DataFrame:
    """A row a test: the trusts' needs added up draw by draw, a trust with room lending none of it."""
    rows = []
    for test, own in frame.groupby("diagnostic_test_code", sort=False):
        at = own.index.to_numpy()
        spread = np.quantile(np.maximum(extra[at], 0.0).sum(axis=0), _TENTHS)
        sums = ["waiting", "demand_a_week", "tests_as_now", "waiting_as_now", "over_6_as_now", "list_to_keep"]
        waiting, later = own["waiting"].sum(), own["waiting_as_now"].sum()
        rows.append(
            own[sums].sum().to_dict()
            | {"provider_code": SYSTEM, "diagnostic_test_code": test, "weeks_to_clear": np.nan}
            | {"within_now_percent": (own["within_now_percent"] * own["waiting"]).sum() / waiting}
            | {"within_as_now_percent": (own["within_as_now_percent"] * own["waiting_as_now"]).sum() / max(later, 1e-9)}
            | {"chance_as_now": met[at].all(axis=0).mean(), "met_from_as_now": None, "met_from_with": None}
            | dict(zip(("extra_lower_80", "extra_median", "extra_upper_80"), spread, strict=True))
        )
    return pd.DataFrame(rows)


def _in_sessions(told: pd.DataFrame, sites: pd.DataFrame, assumed: DiagnosticCapacity) -> pd.DataFrame:
    """The extra tests as sessions and staff, at what a further session of the trust's sites holds on average."""
    holds = sites.assign(
        tests=sites["sessions_a_week"] * sites["tests_an_extra_session"],
        staff=sites["sessions_a_week"] * sites["staff_a_session"],
    )
    key = ["provider_code", "diagnostic_test_code"]
    sums = holds.groupby(key)[["sessions_a_week", "tests", "staff"]].sum()
    whole = holds.groupby("diagnostic_test_code")[["sessions_a_week", "tests", "staff"]].sum()
    whole.index = pd.MultiIndex.from_product([[SYSTEM], whole.index], names=key)
    each = pd.concat([sums, whole])
    each = each[each["tests"] > 0]
    told = told.join(
        pd.DataFrame(
            {
                "tests_a_session": each["tests"] / each["sessions_a_week"],
                "staff_a_session": each["staff"] / each["sessions_a_week"],
            }
        ),
        on=key,
    )
    for name in ("lower_80", "median", "upper_80"):
        told[f"sessions_{name}"] = told[f"extra_{name}"].clip(lower=0) / told["tests_a_session"]
    told["staff_median"] = told["sessions_median"] * told["staff_a_session"] / assumed.sessions_one_works
    return told


def _within(bands: np.ndarray) -> np.ndarray:
    total = bands.sum(axis=-1)
    return 100 * (1 - bands[..., 6:].sum(axis=-1) / np.where(total > 0, total, 1.0))


def weeks_between(first: str | None, second: str | None) -> float:
    """How many weeks sooner the second day is than the first; nan where either never comes.

    >>> weeks_between("2026-07-31", "2026-06-26")
    5.0
    """
    if first is None or second is None:
        return np.nan
    return (dt.date.fromisoformat(first) - dt.date.fromisoformat(second)).days / 7


def month_ends(expected: Expected) -> list[tuple[str, int]]:
    """Each month ahead, and the last week that ends in it."""
    months = [add_months(expected.as_of, step) for step in range(1, 13)]
    told = [(month, expected.week_of(month)) for month in months if month_end(month) >= expected.ends[0]]
    return [(month, week) for month, week in told if week <= len(expected.ends)]
