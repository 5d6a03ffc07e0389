"""What diagnostic charts draw and findings say, for lists of every kind: ordinary, empty, short, with a gap."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert

from lsc_analytics.models.diagnostics import against_standards, trend, waits
from lsc_analytics.parameters import standards
from lsc_analytics.reference import add_months
from lsc_analytics.reporting.charts import diagnostics as charts
from lsc_analytics.reporting.findings import diagnostics as findings
from lsc_analytics.tables import DM01_POSITION, DM01_WAITS


def history(
    totals: list[int], overs: list[int], last: str = "2025-09", test: str = "1", missing: str = ""
) -> pd.DataFrame:
    """A list's positions, the last given month last, the months before it consecutive but for a missing one."""
    months = [add_months(last, step + 1 - len(totals)) for step in range(len(totals))]
    total = np.array(totals, dtype=float)
    frame = pd.DataFrame(
        {
            "month": months, "provider_code": "RXN", "diagnostic_test_code": test, "total_waiting": totals,
            "waiting_6_plus": overs, "waiting_13_plus": [over // 2 for over in overs],
            "within_6_weeks_percent": 100 * (1 - np.array(overs) / np.where(total, total, np.nan)),
            "planned_activity": 100, "unscheduled_activity": 300, "waiting_list_activity": 1_900,
            "implied_demand": pd.Series(totals).diff().add(1_900).astype("Int64"),
        }
    )  # fmt: skip
    return DM01_POSITION.check(frame[frame["month"] != missing].reset_index(drop=True))


ORDINARY = history([2_000 - 30 * month for month in range(14)], [400 - 20 * month for month in range(14)])
AFTER_GUIDANCE = history(  # once the Medium Term Planning Framework of October 2025 was out
    [2_000 - 30 * month for month in range(14)], [400 - 20 * month for month in range(14)], last="2025-12"
)
EMPTY = history([30, 0], [5, 0])
BANDS = waits(
    pd.DataFrame(
        {"scope": "provider", "month": "2025-09", "provider_code": "RXN", "diagnostic_test_code": "1",
         "week_from": [0, 4, 5, 6, 13], "waiting": [1_000, 150, 320, 100, 40]}
    ), "RXN", "1", "2025-09",
)  # fmt: skip


def standing(rows: pd.DataFrame) -> pd.DataFrame:
    """The list against the standards as shipped."""
    return against_standards(rows, standards().standards)


def drawn(chart: alt.Chart | alt.LayerChart) -> str:
    """The chart as SVG, drawn by Vega, its invisible accessible text included."""
    return vl_convert.vegalite_to_svg(chart.to_dict())


ALL = [
    *(pytest.param(charts.diagnostics_within_six_weeks(rows, standing(rows)), id=f"share-{name}")
      for name, rows in (("ordinary", ORDINARY), ("empty", EMPTY))),
    *(pytest.param(draw(rows), id=f"{draw.__name__}-{name}")
      for draw in (charts.diagnostics_waiting, charts.diagnostics_flow, charts.diagnostics_activity)
      for name, rows in (("ordinary", ORDINARY), ("empty", EMPTY))),
    pytest.param(charts.diagnostics_waits(BANDS), id="waits-ordinary"),
    pytest.param(charts.diagnostics_waits(DM01_WAITS.empty()), id="waits-without-bands"),
]  # fmt: skip


@pytest.mark.parametrize("chart", ALL)
def test_every_chart_draws_and_says_what_it_shows(chart: alt.Chart) -> None:
    """Vega draws it; it has a title, a description in words, and no more rows than a page shows behind it."""
    spec = chart.to_dict()
    assert "<svg" in drawn(chart)
    assert len(spec["description"]) > 40
    assert spec["title"]["text"]
    assert spec["title"]["subtitle"]
    assert max(map(len, spec["datasets"].values())) <= 400


def test_bands_meet_at_six_weeks() -> None:
    """Bands from six weeks on are a darker colour, and the title counts them."""
    spec = charts.diagnostics_waits(BANDS).to_dict()
    assert spec["title"]["text"] == "140 of 1,610 have waited six weeks or more"
    svg = drawn(charts.diagnostics_waits(BANDS))
    assert "13+" in svg
    assert "six weeks or more" in svg


def test_standards_are_named_on_their_lines() -> None:
    """Each standard's share, date and whether it was superseded stand beside its line."""
    svg = drawn(charts.diagnostics_within_six_weeks(AFTER_GUIDANCE, standing(AFTER_GUIDANCE)))
    for words in ("99%", "95% by March 2025, superseded", "80% by March 2027"):
        assert f">{words}<" in svg


def test_missing_month_breaks_the_line() -> None:
    """A month that is not loaded is an empty point of the line, not a line through it."""
    rows = history([100] * 6, [10] * 6, missing="2025-06")
    data = charts.diagnostics_waiting(rows).to_dict()["datasets"]
    [points] = data.values()
    june = [row for row in points if row["month"].startswith("2025-06")]
    assert [row["people"] for row in june] == [None, None]


def test_series_are_told_apart_by_dash_too() -> None:
    """Nothing rests on colour alone."""
    for chart in (charts.diagnostics_waiting(ORDINARY), charts.diagnostics_flow(ORDINARY)):
        encoding = chart.to_dict()["encoding"]
        assert encoding["strokeDash"]["field"] == encoding["color"]["field"]
        assert len(set(map(str, encoding["strokeDash"]["scale"]["range"]))) == 2


def test_position_is_said_with_counts_and_the_year_before() -> None:
    """The share first, then its counts, then the same a year before."""
    assert findings.diagnostics_position(ORDINARY) == (
        "**91.3% of those waiting for MRI at Lancashire Teaching had waited less than six weeks.** At the end of "
        "September 2025, 1,610 were waiting, 140 of them for six weeks or more and 70 for thirteen weeks or more. A year "
        "before it was 80.7% of 1,970."
    )


def test_empty_and_tiny_lists_are_said_plainly() -> None:
    """Nobody waiting has no share; with few waiting the counts are to be read."""
    assert (
        findings.diagnostics_position(EMPTY)
        == "At the end of September 2025, nobody was waiting for MRI at Lancashire Teaching."
    )
    assert findings.diagnostics_standards(standing(EMPTY)) == ["Nobody is waiting, so every standard is met."]
    assert "one person is 25.0% of the list" in findings.diagnostics_position(history([4], [1]))
    assert "1 was waiting, 0 of them" in findings.diagnostics_position(history([1], [0]))
    assert "counted twice" in findings.diagnostics_position(history([400], [100], test="16"))


def test_standards_say_what_an_unmet_one_would_take() -> None:
    """Met or not, superseded or not, how many more, and whether the source was checked."""
    said = findings.diagnostics_standards(standing(AFTER_GUIDANCE))
    assert said[0].startswith("**Not met:** at least 99% waiting less than six weeks. At 91.3%, 126 more of those")
    assert said[1].startswith("**Not met (superseded):** 95% within six weeks by March 2025")
    assert said[2].startswith("**Met:** each trust at most 20%")
    assert said[2].endswith("(The source of this standard still needs checking.)")
    assert findings.diagnostics_standards(standing(ORDINARY)) == said[:2]  # what was announced later was not known then


def test_trend_says_change_and_direction() -> None:
    """Points for shares, counts for lists, each with the year before."""
    told = trend(ORDINARY)
    assert findings.diagnostics_trend(told) == (
        "The share waiting less than six weeks is 91.3%, 10.6 points higher than a year before; over the last twelve "
        "months it has risen by about 0.9 points a month."
    )
    assert findings.diagnostics_trend(told, "total_waiting") == (
        "The list is 1,610, 360 lower than a year before; over the last twelve months it has fallen by about 30 a month."
    )


def test_trend_of_short_and_empty_lists() -> None:
    """No year before, too few months, and no share at all are said, not hidden."""
    short = findings.diagnostics_trend(trend(history([100, 90], [10, 9])), "total_waiting")
    assert short == "The list is 90, with no figure of a year before to compare; 2 months are too few for a direction."
    assert findings.diagnostics_trend(trend(EMPTY)) == "Nobody is waiting, so there is no share to tell."
    still = findings.diagnostics_trend(trend(history([100] * 13, [10] * 13)))
    assert still == (
        "The share waiting less than six weeks is 90.0%, as a year before; the last twelve months show no clear direction."
    )


def test_waits_say_who_is_about_to_cross() -> None:
    """Those in their fifth and sixth week cross within a fortnight."""
    assert findings.diagnostics_waits(BANDS) == (
        "Of 1,610 waiting, 470 were in their fifth or sixth week: whoever of them is not seen within a fortnight joins the "
        "140 at six weeks or more."
    )
    assert "No weekly bands" in findings.diagnostics_waits(DM01_WAITS.empty())
    assert findings.diagnostics_waits(BANDS.assign(waiting=0)) == "Nobody is waiting."


def test_flow_balances() -> None:
    """What joined less what was done is by how much the list changed."""
    assert findings.diagnostics_flow(ORDINARY) == (
        "Over the last twelve months, 22,440 joined the list, net of those who left it untested, and 22,800 tests were "
        "done from it, so the list fell by 360."
    )
    assert "2 months of the last year that can be told" in findings.diagnostics_flow(history([10, 20, 15], [1, 1, 1]))
    assert "ended as long as it began" in findings.diagnostics_flow(history([10, 20, 10], [1, 1, 1]))
    assert "cannot be told" in findings.diagnostics_flow(history([10], [1]))


def test_activity_is_said_by_kind() -> None:
    """The month's tests, their kinds, and the same month a year before."""
    assert findings.diagnostics_activity(ORDINARY) == (
        "In September 2025, 2,300 tests were done: 1,900 from the waiting list, 100 planned and 300 unscheduled. A year "
        "before it was 2,300."
    )
    kinds = ["planned_activity", "unscheduled_activity", "waiting_list_activity"]
    assert (
        findings.diagnostics_activity(ORDINARY.assign(**dict.fromkeys(kinds, pd.NA)))
        == "No activity is loaded for this month."
    )
