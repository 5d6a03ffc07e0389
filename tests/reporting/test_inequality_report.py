"""What the page of who waits longer draws and says: gaps with their intervals, masks as stars, and what gaps cannot show."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
import vl_convert

from lsc_analytics.reporting.charts import inequality as charts
from lsc_analytics.reporting.findings import inequality as findings
from lsc_analytics.tables import (
    INEQUALITY_DECILES,
    INEQUALITY_GAPS,
    INEQUALITY_KNOWN,
    INEQUALITY_MIX,
    INEQUALITY_SLOPES,
    PTL_SHARES,
)

_KEY = {"week_ending": "2026-01-25", "provider_code": "RXN"}


def _gap(
    what: str, group: str, measure: str, gap: tuple[float, float, float] | None, place: int | None, **told
) -> dict:
    known = gap is not None
    middle, low, high = gap or (None, None, None)
    return _KEY | {
        "characteristic": what, "patient_group": group, "name": group, "measure": measure, "pathways": 40,
        "counted": 20 if known else None, "percent": 50.5 if known else None, "list_percent": 53.2, "gap_points": middle,
        "gap_lower": low, "gap_upper": high, "pathways_behind": 997.0 if known else None, "england_gap_points": -1.9,
        "place": place,
    } | told  # fmt: skip


GAPS = INEQUALITY_GAPS.check(
    pd.DataFrame(
        [
            _gap("age", "19 to 64 years", "within_18_weeks", (-2.7, -3.1, -2.4), 1),
            _gap("sex", "Male", "within_18_weeks", (1.3, 0.9, 1.7), None),
            _gap("sex", "Female", "over_52_weeks", (0.01, -0.02, 0.2), None),
            _gap("ethnicity", "White Irish", "over_52_weeks", None, None),
        ]
    ).astype({"counted": "Int64", "place": "Int64"})
)
SLOPES = INEQUALITY_SLOPES.check(
    pd.DataFrame(
        [
            {"week_ending": "2026-01-25", "provider_code": code, "measure": measure, "slope_points": slope, "slope_lower": slope - 1.5,
             "slope_upper": slope + 1.5, "place": place, "trusts": 131}
            for code, measure, slope, place in (
                ("LSC", "within_18_weeks", 3.2, None), ("RXN", "within_18_weeks", 6.1, 3), ("RTX", "within_18_weeks", 1.0, 69),
                ("ENG", "within_18_weeks", 1.4, None), ("RXN", "over_52_weeks", -1.6, 2),
            )
        ]
    ).astype({"place": "Int64"})
)  # fmt: skip
DECILES = INEQUALITY_DECILES.check(
    pd.DataFrame(
        [
            _KEY | {"measure": "within_18_weeks", "decile": at, "pathways": 500, "percent": 50.0 + at, "lower": 49.0 + at,
                    "upper": 51.0 + at, "rank_percent": 10.0 * at - 5, "line_percent": 50.0 + at}
            for at in range(1, 11)
        ]
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        (charts.inequality_gaps(GAPS, "within_18_weeks"), ["Age: 19 to 64 years", "-2.7", "left of it"]),
        (charts.inequality_gaps(GAPS, "over_52_weeks"), ["Ethnicity: White Irish", ">*<", "right of it"]),
        (charts.inequality_deciles(DECILES), [">10<", "most deprived"]),
        (charts.inequality_slopes(SLOPES), ["Lancashire Teaching", "+6.1, number 3 of 131", "acute trusts"]),
    ],
    ids=["within", "over", "deciles", "slopes"],
)
def test_vega_draws_them_with_their_labels(chart: alt.LayerChart, words: list[str]) -> None:
    """Direct labels, * where nothing is known, a title and a description that tells the figures."""
    spec = chart.to_dict()
    drawn = vl_convert.vegalite_to_svg(spec)
    assert [word for word in words if word not in drawn] == []
    assert spec["title"]["text"]
    assert spec["description"].startswith("Dot chart of")


def test_the_headline_leads_with_the_widest_sure_gap_and_the_slope() -> None:
    """Group, share, gap and interval, what it is in pathways; then deprivation with England's slope and the place."""
    first, second = findings.inequality_headline(GAPS, SLOPES)
    assert first.startswith("**Age, 19 to 64 years: 50.5% within 18 weeks, against 53.2% of the whole list**")
    assert (
        "-2.7 percentage points, between -3.1 and -2.4): at the whole list's share, 997 more would be within 18 weeks"
        in first
    )
    assert "changes by +6.1 percentage points** (between +4.6 and +7.6): the most deprived wait longer." in second
    assert "In England's acute trusts the same is +1.4. Of 131 acute trusts this is number 3" in second
    none = GAPS.assign(place=pd.array([None] * len(GAPS), dtype="Int64"))
    assert findings.inequality_headline(none, SLOPES)[0].startswith(
        "No group waits longer than the whole list by more than"
    )
    assert findings.inequality_headline(GAPS.iloc[:0], SLOPES) == [
        "No figures by patient group are published for this week."
    ]


def test_findings_say_what_is_sure_and_what_is_not_known() -> None:
    """No group worse off over 52 weeks, one share masked, a narrow gap no finding; a slope within chance is said to be."""
    said = findings.inequality_gaps(GAPS, "over_52_weeks")
    assert said[0] == "No group is worse off over 52 weeks than the whole list by more than chance and rounding allow."
    assert said[1] == "A count of 1 to 7 is published as \\*: the share of 1 group is not known."
    assert "one group in forty" in said[2]
    assert "In England's acute trusts the same gap is -1.9" in findings.inequality_gaps(GAPS, "within_18_weeks")[0]
    slope = findings.inequality_slope(SLOPES, "RTX")
    assert "which may be chance" in slope[0]
    assert slope[1].startswith("Over deprivation no slope over 52 weeks can be told")
    assert "the most deprived wait longer" in findings.inequality_slope(SLOPES, "RXN")[1]
    ranked = findings.inequality_slopes(SLOPES)
    assert ranked.index("Lancashire Teaching +6.1 (number 3 of 131)") < ranked.index("Morecambe Bay +1.0")


def test_what_is_not_known_is_said_of_every_characteristic() -> None:
    """Shares not known, a warning where they are many, and a characteristic that a trust sent nothing of."""
    known = INEQUALITY_KNOWN.check(
        pd.DataFrame(
            [
                _KEY | {"characteristic": what, "list_pathways": 1000, "known_pathways": 1000 - gone, "not_known_pathways": gone,
                        "not_known_percent": gone / 10, "stands_for_list": what == "age"}
                for what, gone in (("age", 0), ("deprivation", 40), ("ethnicity", 98))
            ]
        )
    )  # fmt: skip
    said = findings.inequality_known(known)
    assert said[:2] == [
        "**Ethnicity:** not known for 9.8% of 1,000 pathways. Its gaps may turn on whom it leaves out.",
        "**Deprivation:** not known for 4.0% of 1,000 pathways.",
    ]
    assert "**Sex:** no figures are published for this week." in said


def test_the_specialties_part_of_englands_gaps_is_told_apart() -> None:
    """The group furthest behind, and its gap in two parts, the widest gap first; nothing loaded is said."""
    row = {
        "week_ending": "2026-01-25",
        "characteristic": "sex",
        "patient_group": "Female",
        "name": "Female",
        "pathways": 10,
        "percent": 59.6,
    }
    mix = INEQUALITY_MIX.check(pd.DataFrame([row | {"gap_points": -0.46, "by_mix_points": -0.28, "remaining_points": -0.18}]))  # fmt: skip
    assert findings.inequality_mix(mix) == [
        "**Sex:** in England the group furthest behind is Female, -0.5 percentage points within 18 weeks: -0.3 for the specialties "
        "waited for, -0.2 within the same specialties."
    ]  # fmt: skip
    wider = mix.assign(characteristic="age", name="19 to 64 years", gap_points=-0.6)
    assert [one[:7] for one in findings.inequality_mix(pd.concat([mix, wider]))] == ["**Age:*", "**Sex:*"]
    assert "are not loaded" in findings.inequality_mix(mix.iloc[:0])[0]
    assert any("not adjusted" in one or "cannot show why" in one for one in findings.inequality_limits())


def test_the_tracking_list_follows_or_is_said_to_be_missing() -> None:
    """With a list its day and widest differences, without one a sentence."""
    assert findings.inequality_pathways(PTL_SHARES.empty()) == [
        "No patient tracking list of this trust is loaded: the published figures above are all there is."
    ]
    rows = [
        {"as_of": "2026-01-31", "provider_code": "RXN", "dimension": dimension, "group": group, "name": group, "pathways": "1,000",
         "over_18_weeks": "400", "over_18_percent": share, "over_52_weeks": "*", "over_52_percent": None}
        for dimension, group, share in (("all", "all", 40.0), ("sex", "Female", 42.0), ("sex", "Male", 38.0))
    ]  # fmt: skip
    said = findings.inequality_pathways(PTL_SHARES.check(pd.DataFrame(rows)))
    assert said[0] == "40.0% of all pathways have waited more than 18 weeks (patient tracking list of 31 January 2026)."
    assert "4.0 percentage points apart" in said[1]
