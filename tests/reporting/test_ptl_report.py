"""What the tracking list's charts draw and findings say: shown counts only, and nothing drawn of a hidden one."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
import vl_convert

from lsc_analytics.reporting.charts import ptl as charts
from lsc_analytics.reporting.findings import ptl as findings
from lsc_analytics.store.disclosure import HIDDEN
from lsc_analytics.tables import PTL_BRIDGE, PTL_COHORT, PTL_SHARES, PTL_TIP_INS

_KEY = {"as_of": "2026-01-31", "provider_code": "RTX"}
_LIST = _KEY | {"treatment_function_code": "C_999", "by": "2026-03-31", "awaiting_test": "400", "due_validation": "300"}
COHORT = PTL_COHORT.check(
    pd.DataFrame(
        [
            _LIST
            | {"standard_weeks": 52, "at_risk": "1,330", "booked": "520", "booked_late": "225", "unbooked": "580"},
            _LIST | {"standard_weeks": 65, "at_risk": "15", "booked": "10", "booked_late": "*", "unbooked": "*"},
        ]
    )
)
TIP_INS = PTL_TIP_INS.check(
    pd.DataFrame(
        [
            _KEY | {"standard_weeks": 52, "by": "2026-03-31", "week": week, "week_ending": day, "tip_ins": told}
            for week, day, told in [(0, "2026-01-31", "295"), (1, "2026-02-07", "*"), (2, "2026-02-14", "65")]
        ]
    )
)
SHARES = PTL_SHARES.check(
    pd.DataFrame(
        [
            _KEY
            | {"dimension": dimension, "group": group, "name": group, "pathways": "1,000", "over_18_weeks": "400"}
            | {"over_18_percent": share, "over_52_weeks": "*", "over_52_percent": None}
            for dimension, group, share in [
                ("all", "all", 40.0),
                ("deprivation", "1", 46.0),
                ("deprivation", "10", 38.5),
                ("sex", "Female", None),
            ]
        ]
    )
)


@pytest.mark.parametrize(
    "chart", [charts.ptl_booking(COHORT), charts.ptl_tip_ins(TIP_INS), charts.ptl_equity(SHARES)], ids=["booking", "weeks", "equity"]
)  # fmt: skip
def test_a_hidden_count_is_a_star(chart: alt.LayerChart) -> None:
    """Vega draws it with * where a count is hidden; title and description are there."""
    spec = chart.to_dict()
    drawn = vl_convert.vegalite_to_svg(spec)
    assert f">{HIDDEN}<" in drawn
    assert spec["title"]["text"]
    assert "Bar chart" in spec["description"]


def test_the_headline_leads_with_the_unbooked() -> None:
    """Unbooked of those at risk first, a hidden count as a star, and the trusts that have sent no list named."""
    said = findings.ptl_headline(COHORT, ["RXN"])
    assert said[0].startswith(
        "**580 of the 1,330 pathways that will be over 52 weeks on 31 March 2026 have no booking**"
    )
    assert said[1].startswith("**\\* of the 15 pathways")
    assert said[-1].startswith("No list of Lancashire Teaching is loaded")
    assert findings.ptl_headline(COHORT.iloc[:0], [])[0].startswith("Fewer than 50")


def test_findings_say_where_when_and_whose() -> None:
    """Shares of unbooked, the week when most tip over, and the widest difference between groups."""
    assert "580 (44%) unbooked" in findings.ptl_booking(COHORT)[0]
    assert (
        "295 are past it already; most tip over in the week to 14 February 2026, 65" in findings.ptl_tip_ins(TIP_INS)[0]
    )
    said = findings.ptl_equity(SHARES)
    assert said[0].startswith("40.0% of all pathways")
    assert "from 38.5% (10) to 46.0% (1), 7.5 percentage points apart" in said[1]
    assert "Morecambe Bay (580)" in findings.ptl_beneath(COHORT)


def test_the_bridge_is_said_with_its_difference() -> None:
    """What was published, what ran then, what started since, and by how much the two differ."""
    row = _KEY | {
        "published_month": "2025-12", "published_pathways": 35_000, "weeks_since": 31 / 7, "of_then": "31,000",
        "started_since": "4,715", "pathways": "35,715", "difference": 715.0, "difference_percent": 2.04,
    }  # fmt: skip
    said = findings.ptl_bridge(PTL_BRIDGE.check(pd.DataFrame([row])))
    assert "35,000" in said[0]
    assert "4.4 weeks later" in said[0]
    assert said[1].startswith("The difference is +715 (+2.0%)")
    assert "No published month" in findings.ptl_bridge(PTL_BRIDGE.empty())[0]
