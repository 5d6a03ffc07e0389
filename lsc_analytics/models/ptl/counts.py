"""What is counted of the patient tracking list: exact counts, what they add up to, and what of them may be shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics.models.ptl.order import at_risk_by, booking, days
from lsc_analytics.parameters import Ptl
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, latest_clock_start, month_end
from lsc_analytics.store import disclosure
from lsc_analytics.tables import PTL_COUNTS, PTL_PUBLISHED

ALL = "all"
NOT_KNOWN = "not known"
WAITS = ("over_18_weeks", "over_52_weeks", "over_65_weeks")
EQUITY = ("deprivation", "ethnicity", "age", "sex", "rurality", "procedure", "priority")
_KEY = [name for name in PTL_COUNTS.grain if name != "as_of"]
_COUNT = "count"
_TOLD_APART = 50  # fewer pathways are not told apart: ones and twos of so small a total could be worked out


@dataclass(frozen=True)
class Bridge:
    """The last published month before the day counted."""

    month: str

    def ends(self, as_of: str) -> bool:
        """Whether the day counted is that month's end, so that the return itself gives every list's count."""
        return month_end(self.month).isoformat() == as_of


def counts(listed: pd.DataFrame, as_of: str, rule: Ptl, bridge: Bridge | None = None) -> pd.DataFrame:
    """How many wait, how long, for what, who of them is at risk, and who they are?

    Args:
        listed: `tables.PTL_LIST`.
        as_of: The day counted, YYYY-MM-DD.
        rule: `ptl.yml`.
        bridge: The last published month, to tell those whose clocks ran then from those that started since.

    Returns:
        `tables.PTL_COUNTS`, exact: every trust and the system (LSC); dimension all by specialty and in total, every
        other dimension in total. The waits of every group, the at-risk cohort of every list.
    """
    if listed.empty:
        return PTL_COUNTS.empty()
    by = at_risk_by(as_of, rule)
    provider, trusts = _coded(listed["provider_code"])
    function, functions = _coded(listed["treatment_function_code"])
    flags = _flags(listed, as_of, by, rule)
    waits = {measure: flags[measure] for measure in ("pathways", *WAITS)}
    frames = []
    for measure, flag in flags.items():
        cells = _crossed(provider, len(trusts), function, len(functions), flag)
        cells = np.column_stack([cells, cells.sum(axis=1)])
        frames.append(_frame(cells, trusts, [*functions, ALL_SPECIALTIES], measure))
    offered = frames[0].loc[frames[0][_COUNT] > 0, ["provider_code", "treatment_function_code"]]
    listwise = pd.concat(frames).merge(offered).assign(dimension=ALL, group=ALL)
    frames = [listwise]
    for dimension, (code, groups) in _dimensions(listed, as_of, rule, bridge).items():
        for measure in waits if dimension in EQUITY else ["pathways"]:
            cells = _crossed(provider, len(trusts), code, len(groups), flags[measure])
            frames.append(_grouped(cells, trusts, groups, dimension, measure))
    start = days(listed["clock_start_date"])
    for weeks in rule.standards_weeks:
        week, last = _tip_in_week(start, as_of, weeks, by)
        cells = _crossed(provider, len(trusts), np.maximum(week, 0), last + 1, (week >= 0).astype(float))
        groups = [str(number) for number in range(last + 1)]
        frames.append(_grouped(cells, trusts, groups, "week", f"at_risk_{weeks}"))
    told = pd.concat(frames, ignore_index=True).assign(as_of=as_of)[PTL_COUNTS.names]
    return PTL_COUNTS.check(told[_enough(told)].reset_index(drop=True))


def _enough(told: pd.DataFrame) -> pd.Series:
    """Whether a count's total is large enough to be told apart; totals themselves always are shown."""
    whole = (told["dimension"] == ALL) & (told["treatment_function_code"] == ALL_SPECIALTIES)
    totals = told[whole].set_index(["provider_code", "measure"])[_COUNT]
    of = pd.MultiIndex.from_frame(told[["provider_code", "measure"]].assign(measure=told["measure"].map(_whole)))
    return whole | pd.Series(totals.reindex(of).to_numpy() >= _TOLD_APART, index=told.index)


def _whole(measure: str) -> str:
    """The measure that one is a part of: bookings of those at risk stand or fall with them.

    >>> _whole("at_risk_52_booked_late"), _whole("over_52_weeks")
    ('at_risk_52', 'over_52_weeks')
    """
    return "_".join(measure.split("_")[:3]) if measure.startswith("at_risk_") else measure


def published(
    exact: pd.DataFrame, *, bridge: Bridge | None = None, before: tuple[pd.DataFrame, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """The counts as anyone may read them, through the one disclosure rule.

    Every sum that a reader can make is guarded: specialties to a trust, trusts to the system, groups to a total, weeks
    and bookings to those at risk, long waits inside shorter ones.

    Args:
        exact: `tables.PTL_COUNTS`.
        bridge: The last published month: where the day counted is its end, readers know every list from the return.
        before: The exact and shown counts of the list before this one.

    Returns:
        `tables.PTL_PUBLISHED`, row by row.
    """
    if exact.empty:
        return PTL_PUBLISHED.empty()
    sums, inside = adds_up(exact)
    known: list[disclosure.Cell] = []
    if bridge and bridge.ends(str(exact["as_of"].iloc[0])):
        returned = exact["dimension"].eq(ALL) & exact["measure"].isin(["pathways", *WAITS])
        known = [(int(row), _COUNT) for row in exact.index[returned]]
    earlier = None
    if before is not None:
        earlier_sums, earlier_inside = adds_up(before[0])
        earlier = disclosure.Before(*before, earlier_sums, _KEY, earlier_inside)
    return disclosure.publish(exact, PTL_PUBLISHED, sums, inside=inside, known=known, before=earlier)


def adds_up(exact: pd.DataFrame) -> tuple[list[disclosure.Sum], list[tuple[disclosure.Cell, disclosure.Cell]]]:
    """The sums that a reader of the counts can make, and which count is part of which."""
    at = {key: (row, _COUNT) for row, key in enumerate(exact[_KEY].itertuples(index=False, name=None))}
    sums: list[disclosure.Sum] = []
    inside: list[tuple[disclosure.Cell, disclosure.Cell]] = []
    into: dict[tuple, list[disclosure.Cell]] = {}
    for key, cell in at.items():
        trust, function, dimension, group, measure = key
        if trust != SYSTEM:
            into.setdefault((SYSTEM, function, dimension, group, measure), []).append(cell)
        if dimension != ALL:
            into.setdefault((trust, function, ALL, ALL, measure, dimension), []).append(cell)
        elif function != ALL_SPECIALTIES:
            into.setdefault((trust, ALL_SPECIALTIES, ALL, ALL, measure, "functions"), []).append(cell)
        if dimension == ALL and measure.startswith("at_risk_") and measure.count("_") == 2:
            parts = [at[*key[:4], f"{measure}_{part}"] for part in ("booked", "booked_late", "unbooked")]
            sums.append((parts, [cell]))
            inside += [(at[*key[:4], f"{measure}_{part}"], cell) for part in ("awaiting_test", "due_validation")]
        wider = {"over_18_weeks": "pathways", "over_52_weeks": "over_18_weeks", "over_65_weeks": "over_52_weeks"}
        if (whole := at.get((*key[:4], wider.get(measure)))) is not None:
            inside.append((cell, whole))
    lists = exact[exact["measure"].eq("pathways") & exact["provider_code"].ne(SYSTEM)]
    trusts = lists.groupby("treatment_function_code")["provider_code"].nunique()
    for total, parts in into.items():
        complete = total[0] != SYSTEM or len(total) > 5 or len(parts) == trusts[total[1]]
        if complete and total[:5] in at:
            sums.append((parts, [at[total[:5]]]))
    return sums, inside


def _flags(listed: pd.DataFrame, as_of: str, by: dt.date, rule: Ptl) -> dict[str, np.ndarray]:
    """What each pathway counts towards, 0 or 1, by measure."""
    waited = listed["days_waited"].to_numpy(dtype="int64")
    due = listed["due_validation"].to_numpy(dtype=bool)
    test = listed["waiting_for"].eq("test").to_numpy()
    start, booked = days(listed["clock_start_date"]), booking(listed, as_of, by)
    flags = {"pathways": np.ones(len(listed), dtype=bool)}
    flags |= {f"over_{weeks}_weeks": waited > 7 * weeks for weeks in (18, 52, 65)}
    flags["due_validation"] = due
    for weeks in rule.standards_weeks:
        risk = start <= np.datetime64(latest_clock_start(weeks, by))
        flags[f"at_risk_{weeks}"] = risk
        flags |= {f"at_risk_{weeks}_{part}": risk & (booked == part) for part in ("booked", "booked_late", "unbooked")}
        flags[f"at_risk_{weeks}_awaiting_test"] = risk & test
        flags[f"at_risk_{weeks}_due_validation"] = risk & due
    return {measure: flag.astype(float) for measure, flag in flags.items()}


def _dimensions(
    listed: pd.DataFrame, as_of: str, rule: Ptl, bridge: Bridge | None
) -> dict[str, tuple[np.ndarray, list[str]]]:
    """What pathways are told apart by: each pathway's group by number, and the groups."""
    ethnic = {code: group for group, codes in rule.ethnic_groups.items() for code in codes}
    procedures = {code: code for code in rule.procedures}
    found = {
        "deprivation": _named(listed["deprivation_decile"], {str(n): str(n) for n in range(1, 11)}),
        "ethnicity": _named(listed["ethnic_category"], ethnic, NOT_KNOWN),
        "age": _named(listed["age_band"], {band: band for band in rule.age_bands}),
        "sex": _named(listed["sex"], rule.sexes),
        "rurality": _named(listed["rurality"], rule.rurality),
        "procedure": _named(listed["procedure_code"].str[:3], procedures, "none told", other="other"),
        "priority": _named(listed["priority_code"], {code: code for code in rule.priority_codes}, "none told"),
        "stage": _coded(listed["stage"]),
    }
    if bridge is not None:
        since = days(listed["clock_start_date"]) > np.datetime64(month_end(bridge.month))
        found["published"] = (since.astype(int), ["then", "since"])
    return found


def _named(
    values: pd.Series, names: dict[str, str], blank: str = NOT_KNOWN, *, other: str = NOT_KNOWN
) -> tuple[np.ndarray, list[str]]:
    groups = list(dict.fromkeys([*names.values(), other, blank]))
    number = {name: at for at, name in enumerate(groups)}
    codes, words = pd.factorize(values)
    return np.array([*(number[names.get(str(word), other)] for word in words), number[blank]])[codes], groups


def _coded(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    codes, words = pd.factorize(values, sort=True)
    return codes, [str(word) for word in words]


def _tip_in_week(start: np.ndarray, as_of: str, weeks: int, by: dt.date) -> tuple[np.ndarray, int]:
    """In which week from the day counted each pathway passes the standard: 0 already, -1 not by the date; and the last."""
    day, end = np.datetime64(as_of), np.datetime64(by)
    breach = start + (7 * weeks + 1)
    ahead = (breach - day).astype("int64")
    week = np.where(ahead <= 0, 0, -(-ahead // 7))
    return np.where(breach <= end, week, -1), int(-(-(end - day).astype("int64") // 7))


def _crossed(row: np.ndarray, rows: int, column: np.ndarray, columns: int, flag: np.ndarray) -> np.ndarray:
    """Counts by trust and group, the system's in the last row."""
    cells = np.bincount(row * columns + column, weights=flag, minlength=rows * columns).reshape(rows, columns)
    return np.vstack([cells, cells.sum(axis=0)]).astype("int64")


def _frame(cells: np.ndarray, trusts: list[str], functions: list[str], measure: str) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product(
        [[*trusts, SYSTEM], functions], names=["provider_code", "treatment_function_code"]
    )
    return pd.DataFrame({_COUNT: cells.ravel()}, index=keys).reset_index().assign(measure=measure)


def _grouped(cells: np.ndarray, trusts: list[str], groups: list[str], dimension: str, measure: str) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product([[*trusts, SYSTEM], groups], names=["provider_code", "group"])
    told = pd.DataFrame({_COUNT: cells.ravel()}, index=keys).reset_index()
    return told.assign(treatment_function_code=ALL_SPECIALTIES, dimension=dimension, measure=measure)
