"""What the charts of the record draw and its findings say: with a record, with back-casts alone, and with nothing."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from lsc_analytics.reference import add_months
from lsc_analytics.reporting.charts import accuracy as charts
from lsc_analytics.reporting.findings import accuracy as findings
from lsc_analytics.tables import (
    FORECAST_FLAGS,
    FORECAST_RELIABILITY,
    FORECAST_SAID,
    LEDGER_STATE,
    RTT_TREATMENT,
    scores_by,
)

MEASURE = "over_65_weeks"


def scores(
    *by: str, kinds: tuple[str, ...] = ("forecast", "backcast"), ratio: float = 0.8, held: float = 80.0
) -> pd.DataFrame:
    """Two methods and what led, at two months ahead or origins; the last value's ratio is 1."""
    keys = {"horizon": (1, 3), "as_of": ("2025-10", "2025-12")}.get(by[0], (None,)) if by else (None,)
    rows = [
        {
            "kind": kind, "measure": MEASURE, **({by[0]: key} if by else {}), "method": method, "forecasts": 40,
            "error_to_last_value": 1.0 if method == "last_value" else ratio, "wape": 0.25, "mase": 1.0, "crps": 2.0,
            "crps_to_last_value": 0.9, "brier": 0.1, "held_80_percent": held, "held_95_percent": 95.0, "mean_to_outturn": 1.0,
        }
        for kind in kinds for method in ("last_value", "drift", "led") for key in keys
    ]  # fmt: skip
    promise = scores_by("kind", "measure", *by)
    return promise.check(pd.DataFrame(rows, columns=promise.names))


def said(backcast: tuple[bool, ...] = (False, True), outturn: float = 5.0) -> pd.DataFrame:
    """Two origins, two months ahead each; medians 8."""
    rows = [
        (as_of, "RXN", "C_110", MEASURE, add_months(as_of, step), step, "drift", 8.0, 4.0, 14.0, back, outturn)
        for as_of, back in zip(("2025-06", "2025-09"), backcast, strict=True)
        for step in (1, 2)
    ]
    return FORECAST_SAID.check(pd.DataFrame(rows, columns=FORECAST_SAID.names))


RELIABILITY = FORECAST_RELIABILITY.check(
    pd.DataFrame(
        [("forecast", MEASURE, "led", 0.0, 5.0, 1.0, 2.5, 40), ("forecast", MEASURE, "led", 95.0, 100.0, 99.0, 90.0, 20),
         ("forecast", MEASURE, "led", 40.0, 60.0, 50.0, 100.0, 1)],
        columns=FORECAST_RELIABILITY.names,
    )
)  # fmt: skip


def flags(**changes: object) -> pd.DataFrame:
    """What led and the last value, on all lists."""
    rows = [
        ("forecast", MEASURE, "all", "led", 50.0, 100, 40, 50, 30, 75.0, 60.0, 4.0),
        ("forecast", MEASURE, "all", "last_value", 50.0, 100, 60, 50, 30, 50.0, 60.0, 2.0),
    ]
    return FORECAST_FLAGS.check(pd.DataFrame(rows, columns=FORECAST_FLAGS.names).assign(**changes))


@pytest.mark.parametrize(
    "chart",
    [
        charts.error_by_horizon(scores("horizon"), MEASURE),
        charts.error_by_origin(scores("as_of"), MEASURE),
        charts.coverage(scores("horizon"), MEASURE),
        charts.reliability(RELIABILITY, MEASURE),
        charts.last_six(said(), MEASURE),
        charts.error_by_horizon(scores("horizon", kinds=()), MEASURE),
        charts.last_six(said()[:0], MEASURE),
    ],
    ids=["horizon", "origin", "coverage", "reliability", "last six", "nothing scored", "nothing said"],
)  # fmt: skip
def test_every_chart_is_valid_and_described(chart: alt.TopLevelMixin) -> None:
    """Vega-Lite takes it, and it says in words what it shows."""
    told = chart.to_dict()
    assert told["description"]
    assert told["title"]["text"]


def test_forecasts_and_backcasts_are_drawn_apart() -> None:
    """Each kind has its own colour and dash, and is named in the legend."""
    told = charts.error_by_horizon(scores("horizon"), MEASURE).to_dict()
    line = told["spec"]["layer"][1]["encoding"]
    assert line["color"]["scale"]["domain"] == line["strokeDash"]["scale"]["domain"] == list(findings.KINDS.values())
    rows = next(iter(told["datasets"].values()))
    assert {row["kind"] for row in rows} == set(findings.KINDS.values())
    assert "Led the report" in {row["method"] for row in rows}


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [(0.8, "better than assuming"), (1.0, "no better than assuming"), (1.3, "worse than assuming")],
)
def test_the_record_says_whether_it_beats_the_last_value(ratio: float, verdict: str) -> None:
    """Both kinds are told, the true forecasts first, with the error, its share of the outturn and the coverage."""
    told = findings.accuracy_record(scores(ratio=ratio), MEASURE)
    assert told[0].startswith(
        "Of forecasts made before their month was published, those the reports led with were " + verdict
    )
    assert f"error {ratio:.2f} times the last value's over 40 forecasts (25% of the outturn)" in told[0]
    assert told[1].startswith("Of back-casts, those the reports led with")


def test_without_a_true_record_it_says_so() -> None:
    """Back-casts are never passed off as a record, and with nothing at all that is said."""
    assert (
        "no true record: what follows is back-cast" in findings.accuracy_record(scores(kinds=("backcast",)), MEASURE)[0]
    )
    assert findings.accuracy_record(scores(kinds=()), MEASURE) == [
        "No forecast made ahead has met its month yet, so there is no true record, and nothing could be back-cast either."
    ]


def test_the_nearest_method_is_named_by_months_ahead() -> None:
    """Where the last value is nearest, the finding says that nothing beats it."""
    told = findings.accuracy_by_horizon(scores("horizon"), MEASURE)
    assert "1 month ahead drift (0.80); 3 months ahead drift (0.80)" in told
    assert "Nothing beat" not in told
    worse = findings.accuracy_by_horizon(scores("horizon", ratio=1.2), MEASURE)
    assert "Nothing beat the last value 1 and 3 months ahead" in worse


def test_origins_are_counted() -> None:
    """How many beat the last value, and the worst."""
    assert "at 2 of 2 origins" in findings.accuracy_by_origin(scores("as_of"), MEASURE)
    assert "at 0 of 2 origins; at the worst, October 2025" in findings.accuracy_by_origin(
        scores("as_of", ratio=1.2), MEASURE
    )


@pytest.mark.parametrize(
    ("held", "verdict"),
    [(80.0, "taken at their word"), (60.0, "too narrow at every month ahead"), (95.0, "too wide at every month ahead")],
)
def test_coverage_says_which_way_intervals_are_wrong(held: float, verdict: str) -> None:
    """Outside 72 to 88 in a hundred they are called too narrow or too wide."""
    assert verdict in findings.coverage(scores("horizon", held=held), MEASURE)


def test_chances_are_told_where_there_are_enough() -> None:
    """A class of chance that was given once says nothing."""
    told = findings.reliability(RELIABILITY, MEASURE)
    assert "0% to 5%, it came in 2% of 40; where the chance given was 95% to 100%, it came in 90% of 20" in told
    assert "of 1" not in told


def test_warnings_stand_beside_the_rule_without_a_forecast() -> None:
    """Precision, recall and lead, and those of warning wherever anyone is over already."""
    (told,) = findings.flags(flags(), MEASURE)
    assert "75% came true; 60% of breaches were warned of, 4 months ahead in the middle" in told
    assert "Warning wherever anyone is over already: 50% and 60%." in told
    assert "no warning was due" in findings.flags(flags(came=0), MEASURE)[0]
    assert findings.flags(flags()[:0], MEASURE) == ["No warning that anyone would be over 65 weeks can be judged yet."]


def test_a_list_is_told_how_near_its_own_forecasts_came() -> None:
    """Medians of 8 against 5: out by three, too high by three, inside 4 to 14, half of them back-casts."""
    told = findings.last_six(said(), MEASURE)
    assert "met 4 months: they were out by 3 pathways on average, and the 80% interval held 4 of 4." in told
    assert "They were too high by 3 pathways on average." in told
    assert "2 of them are back-casts" in told
    assert (
        findings.last_six(said(outturn=float("nan")), MEASURE)
        == "None of this list's earlier forecasts has met its month yet."
    )


def test_the_state_of_the_ledger_is_told() -> None:
    """How many are kept, scored and waiting; and that none is."""
    state = LEDGER_STATE.check(pd.DataFrame([("2026-01", "2026-03-12", 100, 30, 10, 60)], columns=LEDGER_STATE.names))
    told = findings.ledger_state(state)
    assert told.startswith("100 forecasts are kept, of 1 origin up to January 2026: 30 made before")
    assert "60 wait for theirs, and 10 are back-casts" in told
    assert findings.ledger_state(state[:0]).startswith("No forecast has been kept yet")


def test_treatments_are_told_list_by_list_and_counted() -> None:
    """Each with its month; in the summary lists are counted, not rows."""
    rows = [
        ("RXR", "X02", "2023-07", "step", "It stepped."),
        ("RXR", "X02", "2023-09", "step", "It stepped."),
        ("RXL", "X03", "2024-01", "ended", "It ended."),
    ]
    found = RTT_TREATMENT.check(pd.DataFrame(rows, columns=RTT_TREATMENT.names))
    assert findings.treatments(found)[0] == "July 2023: It stepped."
    assert (
        "2 lists are treated before they are forecast: 1 for a step that stayed, 1 for an end."
        in findings.treatments_summary(found)
    )
    assert findings.treatments(found[:0]) == [
        "Nothing in this list's history needed a treatment: no gap, step, beginning or end."
    ]
    assert findings.treatments_summary(found[:0]).startswith("No list's history needed")
