"""What cohort charts draw and findings say, and that a notebook's verbs answer from the store."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

import lsc_analytics as lsc
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.reporting.charts import cohorts as charts
from lsc_analytics.reporting.findings import cohorts as findings
from lsc_analytics.store.home import Home
from lsc_analytics.tables import RTT_COHORT, RTT_TIP_INS


def outlook(**changed: object) -> pd.DataFrame:
    """One list and standard: 1,234 to clear in nine weeks."""
    row: dict[str, object] = {
        "provider_code": "RXL", "treatment_function_code": "C_110", "as_of": "2026-01", "standard_weeks": 65,
        "by": "2026-04-04", "latest_clock_start": "2025-01-03", "weeks_left": 9.0, "over_now": 34.0, "cohort": 1234.0,
        "weekly_clearance": 137.11, "mean": 61.0, "median": 60.0, "lower_80": 40.0, "upper_80": 88.0,
        "probability_any": 1.0, "more_than": 0, "probability_more": 1.0, "reconstructed": False, "learned_from_months": 3,
    }  # fmt: skip
    return RTT_COHORT.check(pd.DataFrame([row | changed]))


def tips(tipped: tuple[float, ...] = (3, 5, 9, 2), left: tuple[float, ...] = (19, 18, 15, 4)) -> pd.DataFrame:
    """Three weeks on the way to 21 February."""
    weeks = range(len(tipped))
    frame = pd.DataFrame(
        {
            "provider_code": "RXL", "treatment_function_code": "C_110", "as_of": "2026-01", "standard_weeks": 65,
            "by": "2026-02-21", "week": weeks, "week_ending": ["2026-01-31", "2026-02-07", "2026-02-14", "2026-02-21"],
            "tip_ins": tipped, "cohort_needed": [sum(tipped) * (1 - week / 3) for week in weeks],
            "cohort_expected": left, "reconstructed": False,
        }
    )  # fmt: skip
    return RTT_TIP_INS.check(frame.astype({"tip_ins": float, "cohort_expected": float}))


def test_the_cohort_is_said_with_what_clears_it_and_what_is_expected() -> None:
    """Every number of the row is in one sentence a BI lead can read out."""
    (said,) = findings.cohort(outlook())
    for words in (
        "1,234 pathways will be over 65 weeks on 4 April 2026 unless seen",
        "34 of them are over it already",
        "137.1 a week for 9.0 weeks",
        "60 will be, eight times in ten between 40 and 88",
        "the chance of any is over 99%",
    ):
        assert words in said


def test_a_limit_other_than_none_has_its_own_chance() -> None:
    """The chance of more than so many is said where so many is asked for."""
    assert "of more than 50 70%" in findings.cohort(outlook(more_than=50, probability_more=0.7))[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reconstructed": True}, "reconstructed"),
        ({"learned_from_months": 0}, "an assumption and not learned"),
        ({"learned_from_months": 1}, "1 month only"),
        ({"cohort": 0.0, "over_now": 0.0}, "nobody has waited so long"),
        ({"median": 0.0, "lower_80": 0.0, "upper_80": 0.0, "probability_any": 0.004}, "probably nobody will be"),
        ({"probability_any": 0.004}, "under 1%"),
    ],
)
def test_doubts_are_said(changed: dict[str, object], words: str) -> None:
    """An estimate, an assumption, few months and an empty cohort are each named."""
    assert words in " ".join(findings.cohort(outlook(**changed)))


def test_no_rows_say_that_nothing_is_known() -> None:
    """An empty table is a sentence, not a blank."""
    assert "neither weekly bands" in findings.cohort(RTT_COHORT.empty())[0]


def test_tip_ins_name_the_worst_week_and_the_pace() -> None:
    """The total, the week in which most tip over, and whether the cohort leaves fast enough, are said."""
    (said,) = findings.tip_ins(tips())
    assert "16 pathways tip over 65 weeks by 21 February 2026, the most in the week to 14 February 2026: 9" in said
    assert "slower than an even clearance: 15 would be left on 14 February 2026, where 6 may be" in said
    assert "faster" in findings.tip_ins(tips(left=(19, 8, 3, 0)))[0]
    assert "Nobody tips over" in findings.tip_ins(tips((4, 0, 0, 0)))[0]


def test_bars_and_lines_draw_the_table_as_it_is() -> None:
    """One bar a week, those already over named apart; two lines, each point the table's."""
    bars = charts.tip_ins(tips()).to_dict()
    drawn = next(iter(bars["datasets"].values()))
    assert [(row["week"], row["tip_ins"]) for row in drawn] == [(0, 3), (1, 5), (2, 9), (3, 2)]
    assert [row["group"] for row in drawn] == ["Already over", *["Tips over in the week"] * 3]
    lines = charts.cohort_to_clear(tips())
    assert isinstance(lines, alt.LayerChart)
    points = pd.DataFrame(next(iter(lines.to_dict()["datasets"].values())))
    assert points.groupby("path")["pathways"].apply(list).to_dict() == {
        "Needed: even clearance to none": pytest.approx([19, 38 / 3, 19 / 3, 0]),
        "Expected, as the list has been moving": [19, 18, 15, 4],
    }


def test_charts_of_no_rows_are_charts() -> None:
    """A list of which nothing is known draws empty axes and says what they would hold."""
    for chart in (charts.tip_ins, charts.cohort_to_clear):
        assert "65" not in chart(RTT_TIP_INS.empty()).to_dict()["title"]["text"]


@pytest.mark.integration
def test_the_verbs_answer_from_the_store(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trust's and the system's cohort come from published bands, nest, add up to their tip-ins, and rest on months."""
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    for trust in ("RXN", "LSC"):
        told = lsc.cohort(trust, "C_999", standard_weeks=(52, 65)).set_index("standard_weeks")
        assert told.loc[65, "cohort"] <= told.loc[52, "cohort"]
        assert told.loc[65, "upper_80"] <= told.loc[52, "upper_80"]
        assert told["learned_from_months"].eq(3).all()
        assert not told["reconstructed"].any()
        tipped = lsc.tip_ins(trust, "C_999", standard_weeks=65)
        assert tipped["tip_ins"].sum() == pytest.approx(told.loc[65, "cohort"])
        bands = lsc.cohort_bands(trust, "C_999")
        assert bands.loc[bands["week_from"] >= 52, "pathways"].sum() == told.loc[52, "over_now"]
        assert lsc.charts.waiting_list(bands).to_dict()["layer"]
    with pytest.raises(ParameterError, match="is no date"):
        lsc.cohort("RXN", "C_999", by="next spring")
    with pytest.raises(NoDataError, match="Who waits how long is not loaded"):
        lsc.cohort("RXN", "C_000")
