"""What control charts and long-wait drivers draw and say, for series of every kind: changed, calm, short, empty."""

from __future__ import annotations

import re

import pandas as pd
import pytest
import vl_convert

from lsc_analytics.models import spc
from lsc_analytics.reference import add_months
from lsc_analytics.reporting.charts import drivers as driver_charts
from lsc_analytics.reporting.charts import spc as charts
from lsc_analytics.reporting.findings import drivers as driver_words
from lsc_analytics.reporting.findings import spc as findings
from lsc_analytics.tables import DM01_COMPLETENESS, DM01_DRIVERS, DM01_RANKS, DM01_SESSIONS, SPC_POINTS

CALM = [70.0, 72.0] * 7


def told(values: list[float], **about: object) -> pd.DataFrame:
    """A chart of shares month by month from January 2024; up is an improvement unless told otherwise."""
    history = pd.DataFrame({"month": [add_months("2024-01", at) for at in range(len(values))], "share": values})
    given = {"series": "Within six weeks, MRI", "improves": "up", "unit": "percent", "target": 99} | about
    return spc.xmr(spc.measured(history, "share", **given))  # type: ignore[arg-type]


def said(values: list[float], **about: object) -> str:
    """What is said of the chart."""
    sentences = findings.has_it_changed(spc.summary(told(values, **about)))
    assert len(sentences) == 1
    return sentences[0]


@pytest.mark.parametrize(
    ("values", "about", "words"),
    [
        (CALM, {}, "common cause, no significant change (~).** 72.0% in February 2025, against a mean of 71.0%"),
        (CALM, {}, "It will not reach the target of 99.0% as it runs (F): its limits are 65.7% to 76.3%"),
        (CALM, {"target": 60}, "It will pass the target of 60.0% as it runs (P)"),
        (CALM, {"target": 71}, "It will hit the target of 71.0% in some months and miss it in others (?)"),
        ([*CALM, 20.0], {}, "special cause of concern (L).** Below the lower process limit: 20.0% in March 2025"),
        ([*CALM, 95.0], {}, "special cause of improvement (H).** Above the upper process limit"),
        ([*CALM, 95.0], {"improves": "neither"}, "special cause, neither better nor worse (H).**"),
        ([74.0, 76.0] * 4 + [70.0, 72.0] * 4, {}, "special cause of concern (L).** Eight months running below the mean"),
        ([70.0, 74.0] * 4 + [69.0, 70.0, 71.0, 72.0, 73.0, 74.0, 75.0], {}, "Seven months running, each higher than the one before"),
        (CALM[:12], {}, "too few points to say.** 72.0% in December 2024; 12 months are too few for an icon"),
        ([*CALM, 98.96], {}, "98.9% in March 2025"),
    ],
)  # fmt: skip
def test_each_verdict_is_said_in_words(values: list[float], about: dict, words: str) -> None:
    """Icon, rule, run and target, each in words; a share is never rounded up to the standard."""
    assert words in said(values, **about)


def test_a_rebase_is_told_with_its_reason() -> None:
    """The page says from when limits start anew, and why; nothing where they do not."""
    points = told([*CALM, *CALM], rebases={"2025-03": "A second scanner opened."})
    assert findings.rebased(points) == [
        "Within six weeks, MRI: limits start anew in March 2025. A second scanner opened."
    ]  # fmt: skip
    assert findings.rebased(told(CALM)) == []
    assert "limits start anew" in svg(points)


def svg(points: pd.DataFrame) -> str:
    """The chart as Vega draws it."""
    return vl_convert.vegalite_to_svg(charts.control_chart(points, spc.summary(points), "share").to_dict())


@pytest.mark.parametrize(
    ("values", "about", "letters", "colour"),
    [
        ([*CALM, 20.0], {}, [">L<", ">F<"], charts.CONCERN),
        ([*CALM, 95.0], {"target": None}, [">H<"], charts.IMPROVEMENT),
        ([*CALM, 95.0], {"improves": "neither"}, [">H<"], charts.NEITHER),
        (CALM, {"target": 60}, [">~<", ">P<"], charts.COMMON_CAUSE),
        (CALM[:6], {}, [], charts.COMMON_CAUSE),
    ],
)
def test_chart_is_in_the_national_colours_and_not_by_colour_alone(
    values: list[float], about: dict, letters: list[str], colour: str
) -> None:
    """Vega draws it in the colour of the kind, with the icons' letters, their words and a description."""
    points = told(values, **about)
    drawn = svg(points)
    assert colour in drawn
    assert [letter for letter in (">L<", ">H<", ">~<", ">F<", ">P<", ">?<") if letter in drawn] == sorted(
        letters, key=[">L<", ">H<", ">~<", ">F<", ">P<", ">?<"].index
    )
    spec = charts.control_chart(points, spc.summary(points), "share").to_dict()
    assert len(spec["description"]) > 40
    kinds = points["variation"].nunique()
    shapes = next(layer["encoding"]["shape"] for layer in spec["layer"] if "shape" in layer.get("encoding", {}))
    assert len(set(shapes["scale"]["range"])) == kinds


def test_no_line_is_drawn_across_a_month_without_a_figure() -> None:
    """A gap of two months: a line of six and one of eight; without a gap, one through all. Every point is drawn."""
    gap: list[float] = [*CALM[:6], float("nan"), float("nan"), *CALM[6:]]
    for values, lines in ((gap, [6, 8]), (CALM, [14])):
        points = told(values)
        assert points["unbroken"].value_counts(sort=False).tolist() == lines
        layers = charts.control_chart(points, spc.summary(points), "share").to_dict()["layer"]
        through = next(at for at, layer in enumerate(layers) if "unbroken" in str(layer.get("encoding")))
        marks = re.findall(rf'mark-line role-mark layer_{through}_marks.*?d="(M[^"]*)"', svg(points))
        assert [path.count("L") + 1 for path in marks] == lines
        symbols = re.search(rf"mark-symbol role-mark layer_{through + 1}_marks.*?</g>", svg(points))
        assert symbols is not None
        assert symbols[0].count("<path") == len(CALM)


def test_a_measure_without_points_is_said_to_have_none() -> None:
    """A chart that cannot be drawn says so in its title."""
    spec = charts.control_chart(told(CALM), spc.summary(told(CALM)), "clock_starts").to_dict()
    assert "too few months" in spec["title"]["text"]
    assert findings.has_it_changed(spc.summary(SPC_POINTS.empty())) == [
        "There are too few months for a control chart."
    ]  # fmt: skip


def driven(**changes: object) -> dict:
    """One list's drivers."""
    return {
        "month": "2025-09", "provider_code": "RXN", "diagnostic_test_code": "7", "total_waiting": 1_000,
        "waiting_6_plus": 300, "waiting_13_plus": 50, "within_6_weeks_percent": 70.0, "share_of_6_plus_percent": 75.0,
        "waiting_year_before": 880, "waiting_6_plus_year_before": 250, "within_year_before_percent": 71.6, "joined": 720,
        "done": 600, "list_change": 120, "demand_part": 150, "activity_part": -40, "carried_part": 10,
        "other_tests_change": 25, "driver": "demand up",
    } | changes  # fmt: skip


UNKNOWN = dict.fromkeys(["list_change", "demand_part", "activity_part", "carried_part", "waiting_6_plus_year_before"])
FIRST = DM01_DRIVERS.check(
    pd.DataFrame(
        [driven(), driven(diagnostic_test_code="1", waiting_6_plus=100, driver="not known", **UNKNOWN)]
    ).convert_dtypes()
)
SESSIONS = DM01_SESSIONS.check(
    pd.DataFrame(
        [
            {
                "month": "2025-09", "provider_code": "RXN", "diagnostic_test_code": test, "standard": "ninety_nine",
                "words": "99% within six weeks", "by": None, "status": "binding", "needed_percent": 99.0, "met": False,
                "to_be_seen": 293, "tests_a_session": 6.0, "assumed": True, "sessions_once": 49,
                "sessions_a_week_to_keep_up": 0.38,
            }
            for test in ("7", "1")
        ]
    )
)  # fmt: skip


def test_first_screen_says_which_test_why_and_how_many_sessions() -> None:
    """The test that drives the long waits, demand or capacity with the parts, sessions once and a week, and what is next."""
    who, why, sessions, following = driver_words.diagnostics_drivers(FIRST, SESSIONS)
    assert "Echocardiography at Lancashire Teaching drives the long waits: 300 of the 400" in who
    assert "A year before it was 250: 50 more now." in who
    assert why.startswith("**Demand:** over twelve months the list has grown by 120, as more joined the list")
    assert "150 more joined" in why
    assert "40 more tests were done" in why
    assert "49 for 99%, at 6 tests each (assumed). Beside them, 0.4 a week" in sessions
    assert "98 sessions" in sessions
    assert "MRI at Lancashire Teaching 100 (not known)" in following
    assert "1 list without two years of figures is left out" in driver_words.diagnostics_parts(FIRST)


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        ("fewer tests", "**Capacity:**"),
        ("demand up and fewer tests", "**Demand and capacity:**"),
        ("list not growing", "**Neither demand nor capacity now:**"),
        ("not known", "**Demand or capacity?**"),
    ],
)
def test_each_driver_has_its_words(driver: str, words: str) -> None:
    """Demand, capacity, both, neither, or not known."""
    one = DM01_DRIVERS.check(pd.DataFrame([driven(driver=driver)]))
    assert driver_words.diagnostics_drivers(one, DM01_SESSIONS.empty())[1].startswith(words)


def test_nothing_loaded_and_nobody_late_are_said() -> None:
    """Empty tables give a sentence, not an error."""
    assert driver_words.diagnostics_drivers(DM01_DRIVERS.empty(), DM01_SESSIONS.empty()) == [
        "No DM01 figures are loaded."
    ]
    nobody = DM01_DRIVERS.check(pd.DataFrame([driven(waiting_6_plus=0, share_of_6_plus_percent=None)]))
    assert driver_words.diagnostics_drivers(nobody, SESSIONS) == ["Nobody has waited six weeks or more."]
    assert "Too few English trusts" in driver_words.diagnostics_ranks(DM01_RANKS.empty())[0]
    assert driver_words.diagnostics_completeness(DM01_COMPLETENESS.empty()) == ["No DM01 figures are loaded."]


def test_gaps_are_said_with_their_months() -> None:
    """A missing month, blank activity and a test that vanished are each named."""
    row = {
        "provider_code": "RXL", "first_month": "2025-06", "last_month": "2025-09", "months": 4,
        "months_missing": "2025-08", "lists": 30, "lists_without_activity": 2, "months_without_activity": "2025-06",
        "tests_gone": "7",
    }  # fmt: skip
    said_of = driver_words.diagnostics_completeness(DM01_COMPLETENESS.check(pd.DataFrame([row])))[0]
    for words in ("no figures for August 2025", "blank on 2 of 30 lists (June 2025)", "nothing of Echocardiography"):
        assert words in said_of


@pytest.mark.parametrize("draw", [driver_charts.diagnostics_long_waits, driver_charts.diagnostics_parts])
def test_driver_charts_are_drawn(draw) -> None:
    """Vega draws both, with words for what made a list grow."""
    spec = draw(FIRST).to_dict()
    assert "<svg" in vl_convert.vegalite_to_svg(spec)
    assert len(spec["description"]) > 40
    assert "<svg" in vl_convert.vegalite_to_svg(draw(FIRST.head(1)).to_dict())


def test_few_lists_hold_half_of_the_long_waits() -> None:
    """300 of 400 are one list's: it holds half by itself; a single list is told by its own count."""
    assert driver_words.diagnostics_long_waits(FIRST) == (
        "Of 2 lists, 1 holds half of the 400 long waits: Echocardiography at Lancashire Teaching."
    )
    assert "300 of 1,000 have waited" in driver_words.diagnostics_long_waits(FIRST.head(1))
