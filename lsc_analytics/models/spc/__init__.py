"""Statistical process control as NHS staff know it (Making Data Count): has a measure changed, and can it meet its target?

An XmR chart holds a series against its own month-to-month variation. It suits shares, flows and forecast errors. On the size
of a waiting list it alarms nearly always, since a list's month rests on the month before: give it the change in the list,
or what a forecast missed. It draws nothing (`reporting.charts.spc` does) and forecasts nothing. Where the national tools
differ, and what is done here, is in docs/method-spc.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from lsc_analytics.errors import ParameterError
from lsc_analytics.models.spc import rules
from lsc_analytics.parameters import SpcRules
from lsc_analytics.tables import SPC_MEASURED, SPC_POINTS, SPC_SUMMARY

_RULES = ("outside_limits", "trend", "two_of_three", "shift")  # the first that a point triggers speaks
_WAYS: tuple[rules.Way, rules.Way] = (1, -1)
_SIGN = {"up": 1, "down": -1, "neither": 0}
_FEWEST = 2  # one point has no moving range, so no limits


def measured(
    history: pd.DataFrame,
    measure: str,
    *,
    series: str,
    improves: str,
    unit: str = "count",
    target: float | Mapping[str, float] | None = None,
    rebases: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One column of a monthly table as a series to be charted.

    Args:
        history: One row a month, with a column `month` and the measure; a month without a figure is left out.
        measure: The column.
        series: What is measured, of whom, in words.
        improves: up, down or neither.
        unit: percent or count.
        target: One target for every month, or a trajectory by month.
        rebases: Month from which limits start anew, and why. Never without a reason.

    Returns:
        `tables.SPC_MEASURED`.

    Raises:
        ParameterError: `improves` is no direction, or a rebase gives no reason.

    >>> rates = pd.DataFrame({"month": ["2026-01", "2026-02"], "answered_percent": [75.0, 78.5]})
    >>> measured(rates, "answered_percent", series="Answered", improves="up", unit="percent", target=80)["target"].tolist()
    [80.0, 80.0]
    """
    if improves not in _SIGN:
        raise ParameterError(
            f"{improves!r} is no direction.", f"Use {', '.join(_SIGN)}.", parameter="improves"
        )  # fmt: skip
    if nameless := [month for month, reason in (rebases or {}).items() if not reason.strip()]:
        raise ParameterError(
            f"The rebase of {nameless[0]} has no reason.",
            "Limits start anew only where the process is known to have changed: say how, in parameters/spc.yml.",
            parameter="rebases",
        )
    rows = history.loc[history[measure].notna(), ["month", measure]].sort_values("month")
    given = rows["month"].map(dict(target)) if isinstance(target, Mapping) else target
    frame = pd.DataFrame({"month": rows["month"].to_numpy(), "value": rows[measure].astype("float64").to_numpy()})
    return SPC_MEASURED.check(
        frame.assign(
            series=series,
            measure=measure,
            unit=unit,
            improves=improves,
            target=None if given is None else np.asarray(given, dtype="float64"),
            rebase=_from_then(frame["month"], rebases or {}),
        )
    )


def xmr(frame: pd.DataFrame, chosen: SpcRules | None = None) -> pd.DataFrame:
    """What is each point: chance, or a sign that something has changed?

    Limits and rules see one stretch between rebases at a time. Where a point triggers several rules, outside the limits
    speaks before a trend, a trend before two of three, those before a shift. A trend is good or bad by where it goes, the
    others by their side of the mean. Where one rule says better and another worse, `chosen.when_both` decides.

    Args:
        frame: `tables.SPC_MEASURED`, one series or several.
        chosen: How the rules are read; Making Data Count's reading where not given.

    Returns:
        `tables.SPC_POINTS`, one row a point, no row of a series of fewer than two points; series in the order given.

    Seven months below a mean of 93.1 are a shift; where up is better, one of concern. The eight after it are the other way:

    >>> shares = [88, 92, 88, 92, 88, 92, 88] + [94, 98] * 4
    >>> history = pd.DataFrame({"month": [f"2025-{m:02d}" for m in range(1, 13)] + ["2026-01", "2026-02", "2026-03"],
    ...     "share": shares})
    >>> found = xmr(measured(history, "share", series="s", improves="up"))
    >>> found.loc[[0, 6, 7], ["special_cause", "way", "variation"]].values.tolist()
    [['shift', 'low', 'concern'], ['shift', 'low', 'concern'], ['shift', 'high', 'improvement']]
    """
    chosen = chosen or SpcRules()
    made = []
    checked = SPC_MEASURED.check(frame)
    for name in checked["series"].unique():
        series = checked[checked["series"] == name].sort_values("month")
        if len(series) < _FEWEST:
            continue
        stretches = series.assign(
            limits_group=1 + _starts(series["rebase"]).cumsum(), unbroken=_unbroken(series["month"])
        )
        made += [_stretch(stretch, chosen) for _, stretch in stretches.groupby("limits_group")]
    if not made:
        return SPC_POINTS.empty()
    return SPC_POINTS.check(pd.concat(made, ignore_index=True)[SPC_POINTS.names])


def summary(points: pd.DataFrame, chosen: SpcRules | None = None) -> pd.DataFrame:
    """What does each chart say today?

    The variation icon is of the latest point alone: a special cause seventeen months ago is history. The assurance icon
    sets the latest target against the limits of the latest stretch: beyond them, the process as it is will always pass or
    always fail; within them it passes or fails by chance. Too few points, and neither is shown.

    Args:
        points: `tables.SPC_POINTS`.
        chosen: As in `xmr`; its counts of points are read.

    Returns:
        `tables.SPC_SUMMARY`, one row a series.

    >>> history = pd.DataFrame({"month": [f"2025-{m:02d}" for m in range(1, 13)] + ["2026-01"],
    ...     "share": [91, 90, 91, 90, 91, 90, 91, 90, 91, 90, 91, 90, 91]})
    >>> found = summary(xmr(measured(history, "share", series="s", improves="up", target=99)))
    >>> found[["variation", "assurance"]].values.tolist()
    [['common_cause', 'fails']]
    """
    chosen = chosen or SpcRules()
    rows = []
    for _, series in points.groupby("series", sort=False):
        last = series.iloc[-1]
        stretch = series[series["limits_group"] == last["limits_group"]]
        enough = len(stretch) >= chosen.points_for_icons
        row = {name: last[name] for name in SPC_SUMMARY.names if name in last.index}
        rows.append(
            row
            | {
                "points": len(stretch),
                "trial_limits": len(stretch) < chosen.points_for_limits,
                "run": _run(stretch, chosen),
                "variation": last["variation"] if enough else "too_few",
                "assurance": _assurance(last) if enough else "too_few",
            }
        )
    return SPC_SUMMARY.check(pd.DataFrame(rows, columns=SPC_SUMMARY.names)) if rows else SPC_SUMMARY.empty()


def _from_then(months: pd.Series, rebases: Mapping[str, str]) -> pd.Series:
    """Each reason beside the first month at or after its own; one that is past or before the series has none."""
    told: dict[int, str] = {}
    for month, reason in sorted(rebases.items()):
        later = np.flatnonzero(months.to_numpy(dtype=str) >= month)
        if len(later) and later[0]:
            told[int(later[0])] = reason
    return pd.Series([told.get(place) for place in range(len(months))], index=months.index, dtype="str")


def _unbroken(months: pd.Series) -> pd.Series:
    """Which run of months without a gap each is in, from 1.

    >>> _unbroken(pd.Series(["2022-11", "2022-12", "2025-09"])).tolist()
    [1, 1, 2]
    """
    number = 12 * months.str[:4].astype("int64") + months.str[5:7].astype("int64")
    return 1 + number.diff().gt(1).cumsum()


def _starts(rebase: pd.Series) -> pd.Series:
    starts = rebase.notna()
    starts.iloc[0] = False  # the first point starts its stretch whether or not anything is recorded
    return starts


def _stretch(stretch: pd.DataFrame, chosen: SpcRules) -> pd.DataFrame:
    """The points of one stretch: limits, rules, and what they say."""
    values = stretch["value"].to_numpy(dtype="float64")
    found = rules.limits(values, screen=chosen.screen_moving_ranges)
    by_way = {way: _triggered(values, found, chosen, way) for way in _WAYS}
    good = _SIGN[str(stretch["improves"].iloc[0])]
    spoken = [
        _spoken({(rule, way): by_way[way][rule][place] for rule in _RULES for way in _WAYS}, good, chosen)
        for place in range(len(values))
    ]
    return stretch.assign(
        mean=found.mean,
        lower_limit=found.lower,
        upper_limit=found.upper,
        moving_range=found.moving_range,
        screened=found.screened,
        **{rule: by_way[1][rule] | by_way[-1][rule] for rule in _RULES},
        special_cause=pd.Series([rule for rule, _ in spoken], index=stretch.index, dtype="str"),
        way=pd.Series(
            [rule and ("high" if way > 0 else "low") for rule, way in spoken], index=stretch.index, dtype="str"
        ),
        variation=[_variation(rule, way * good) for rule, way in spoken],
    )


def _triggered(
    values: rules.Values, found: rules.Limits, chosen: SpcRules, way: rules.Way
) -> dict[str, rules.Mask]:  # fmt: skip
    return {
        "outside_limits": rules.outside(values, found, way),
        "trend": rules.trend(values, chosen.run_length, way, ties=chosen.ties_in_trends),
        "two_of_three": rules.two_of_three(
            values, found, way, beyond_limits_too=chosen.two_of_three == "beyond_limits_too"
        ),
        "shift": rules.shift(rules.side(values, found.mean), chosen.run_length, way),
    }


def _spoken(
    triggered: Mapping[tuple[str, int], bool], good: int, chosen: SpcRules
) -> tuple[str | None, int]:  # fmt: skip
    """The rule that speaks for a point, and its way: in the order of the rules, or an improvement before a concern."""
    said = [each for each, is_so in triggered.items() if is_so]
    if chosen.when_both == "improvement" and good:
        said.sort(key=lambda each: each[1] != good)  # stable: the order of the rules within each
    return said[0] if said else (None, 0)


def _variation(rule: str | None, goodness: int) -> str:
    if rule is None:
        return "common_cause"
    return "improvement" if goodness > 0 else "concern" if goodness < 0 else "neither"


def _run(stretch: pd.DataFrame, chosen: SpcRules) -> int:
    """How many points the latest one's shift or trend spans up to now."""
    last = stretch.iloc[-1]
    if pd.isna(last["special_cause"]):
        return 0
    values, way = stretch["value"].to_numpy(dtype="float64"), _WAYS[last["way"] == "low"]
    if last["special_cause"] == "trend":
        return rules.run_at_end(rules.trend(values, chosen.run_length, way, ties=chosen.ties_in_trends))
    if last["special_cause"] == "shift":
        return rules.run_at_end(rules.shift(rules.side(values, float(last["mean"])), chosen.run_length, way))
    return 1


def _assurance(last: pd.Series) -> str:
    good = _SIGN[str(last["improves"])]
    if pd.isna(last["target"]) or not good:
        return "no_target"
    if last["target"] > last["upper_limit"]:
        return "fails" if good > 0 else "passes"
    if last["target"] < last["lower_limit"]:
        return "passes" if good > 0 else "fails"
    return "hit_or_miss"


def of_tables(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Several series as one frame for `xmr`: `tables.SPC_MEASURED`."""
    given = [table for table in tables if len(table)]
    return SPC_MEASURED.check(pd.concat(given, ignore_index=True)) if given else SPC_MEASURED.empty()
