"""What a notebook may ask of variation: has a measure changed, or is it chance, and can it meet its target?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import spc
from lsc_analytics.reference import month_end
from lsc_analytics.reporting.findings.diagnostics import diagnostics_list_name
from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.vocabulary.diagnostics import diagnostics
from lsc_analytics.vocabulary.rtt import rtt_flows, rtt_position

_DM01 = (
    ("within_6_weeks_percent", "Waiting less than six weeks", "up", "percent"),
    ("waiting_list_activity", "Tests done from the list", "up", "count"),
    ("implied_demand", "Joined the list (implied)", "neither", "count"),
)
_RTT = (
    ("within_18_weeks_percent", "Within 18 weeks", "up", "percent"),
    ("list_change", "Monthly change in the list", "down", "count"),
)
_RTT_FLOWS = (
    ("clock_starts", "Clock starts", "neither", "count"),
    ("clock_stops", "Clock stops", "up", "count"),
)
# What is charted of a family's lists, by the names that a rebase of `parameters/spc.yml` may give.
CHARTED = {
    "dm01": tuple(measure for measure, *_ in _DM01),
    "rtt": tuple(measure for measure, *_ in (*_RTT, *_RTT_FLOWS)),
    "chatbot": ("responded_percent", "leave_percent", "worse_percent"),
}


def series_of(
    family: str,
    trust: str,
    code: str,
    history: pd.DataFrame,
    measure: str,
    series: str,
    *,
    improves: str,
    unit: str = "count",
    target: float | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """One column of a monthly table as a series for `control_points`, with the rebases that are on record for it.

    Args:
        family: rtt, dm01 or chatbot: whose recorded rebases in `parameters/spc.yml` apply.
        trust: Trust code, or LSC.
        code: Treatment function or Diagnostic ID.
        history: One row a month, with a column `month` and the measure.
        measure: The column.
        series: What is measured, of whom, in words.
        improves: up, down or neither.
        unit: percent or count.
        target: One for every month, or a trajectory by month.

    Returns:
        `tables.SPC_MEASURED`.
    """
    recorded = {
        one.month: one.reason
        for one in parameters.spc().rebases
        if (one.family, one.trust, one.list_code) == (family, trust, code) and one.measure in ("all", measure)
    }
    return spc.measured(
        history, measure, series=series, improves=improves, unit=unit, target=target, rebases=recorded
    )  # fmt: skip


def control_points(*measured: pd.DataFrame) -> pd.DataFrame:
    """Every point of these series against their limits, read as `parameters/spc.yml` says: `tables.SPC_POINTS`."""
    return spc.xmr(spc.of_tables(measured), parameters.spc().rules)


def control_summary(points: pd.DataFrame) -> pd.DataFrame:
    """What each chart says today, its icons: `tables.SPC_SUMMARY`."""
    return spc.summary(points, parameters.spc().rules)


def diagnostics_control(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """A test's share within six weeks, its tests done and its implied demand as control charts: `tables.SPC_POINTS`.

    The target of the share is the most demanding standard that binds at the month.
    """
    history, name = diagnostics(trust, test, as_of), diagnostics_list_name(trust, test)
    target = _six_weeks(history["month"].iloc[-1])
    return control_points(
        *(
            series_of(
                "dm01", trust, test, history, measure, f"{words}, {name}", improves=improves, unit=unit,
                target=target if unit == "percent" else None,
            )
            for measure, words, improves, unit in _DM01
        )
    )  # fmt: skip


def rtt_control(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """A list's share within 18 weeks, its monthly change and its flows as control charts: `tables.SPC_POINTS`.

    Never the list's own size: it carries over from month to month and would alarm nearly always. Flows are charted where
    they are loaded.
    """
    position, name = rtt_position(trust, specialty, as_of), list_name(trust, specialty)
    flows = rtt_flows(trust, specialty, as_of)
    flows = flows.assign(clock_stops=flows["admitted_stops"] + flows["non_admitted_stops"])
    changes = position.assign(list_change=_monthly_change(position))

    def one(history: pd.DataFrame, measure: str, words: str, improves: str, unit: str) -> pd.DataFrame:
        target = _eighteen_weeks(position["month"].iloc[-1]) if unit == "percent" else None
        about = {"improves": improves, "unit": unit, "target": target}
        return series_of("rtt", trust, specialty, history, measure, f"{words}, {name}", **about)  # type: ignore[arg-type]

    return control_points(
        *(one(changes, *stock) for stock in _RTT),
        *(one(flows, *flow) for flow in _RTT_FLOWS),
    )


def _monthly_change(position: pd.DataFrame) -> pd.Series:
    """The list less that of the month before, empty after a month that is not loaded."""
    at = pd.PeriodIndex(position["month"], freq="M")
    sizes = pd.Series(position["total_incomplete"].astype("float64").to_numpy(), index=at)
    return pd.Series((sizes - sizes.shift(1, freq="M").reindex(at)).to_numpy(), index=position.index)


def _six_weeks(month: str) -> float | None:
    return _strictest("dm01", 6, month)


def _eighteen_weeks(month: str) -> float | None:
    return _strictest("rtt", 18, month)


def _strictest(family: str, weeks: int, month: str) -> float | None:
    """The largest share that a standard binding anywhere but England alone asks to be within so many weeks."""
    asked = [
        one.value
        for one in parameters.standards().standards
        if (one.family, one.weeks, one.rule) == (family, weeks, "share_within_at_least")
        and one.scope != "england"
        and one.status_at(month_end(month)) == "binding"
    ]
    return max(asked, default=None)
