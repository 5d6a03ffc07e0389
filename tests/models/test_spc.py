"""XmR charts: golden cases worked by hand, identities of every rule, and rules against plain counting."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lsc_analytics.errors import ParameterError
from lsc_analytics.models import spc
from lsc_analytics.models.spc import rules
from lsc_analytics.parameters import SpcRules
from lsc_analytics.reference import add_months

WORKBOOK = SpcRules()
PLOTTHEDOTS = SpcRules(
    screen_moving_ranges=True, two_of_three="within_limits_only", ties_in_trends="break", when_both="rule_order"
)
SPIKE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
CALM = [10, 12] * 6  # mean 11, every moving range 2: limits 5.68 and 16.32, two thirds at 7.45 and 14.55
Series = list[float]


def charted(values: Series, chosen: SpcRules = WORKBOOK, **about: object) -> pd.DataFrame:
    """A chart of values, month by month from January 2024; up is an improvement unless told otherwise."""
    history = pd.DataFrame({"month": [add_months("2024-01", at) for at in range(len(values))], "value": values})
    told = {"series": "s", "improves": "up"} | about
    return spc.xmr(spc.measured(history, "value", **told), chosen)  # type: ignore[arg-type]


def marked(points: pd.DataFrame, rule: str) -> list[int]:
    """The places of the points that a rule marks."""
    return np.flatnonzero(points[rule]).tolist()


@pytest.mark.parametrize(
    ("values", "screen", "mean", "lower", "upper"),
    [
        pytest.param(SPIKE, False, 35 / 18, -3.0626, 6.9515, id="spike-kept: mean range 32/17"),
        pytest.param(SPIKE, True, 35 / 18, -0.7156, 4.6044, id="spike-screened: fifteen ranges of 1"),
        pytest.param(CALM, False, 11, 5.68, 16.32, id="alternating: 11 +/- 2.66 x 2"),
        pytest.param(CALM, True, 11, 5.68, 16.32, id="nothing-to-screen"),
        pytest.param([5, 5, 5, 5], True, 5, 5, 5, id="constant"),
        pytest.param([-4, -2, -4, -2], False, -3, -8.32, 2.32, id="negative, as a change in a list"),
    ],
)
def test_limits_are_as_worked_by_hand(values: Series, screen: bool, mean: float, lower: float, upper: float) -> None:
    """Mean +/- 2.66 mean moving ranges; NHSRplotthedots' published example with its outlier kept and screened."""
    found = rules.limits(np.array(values, dtype=float), screen=screen)
    assert (found.mean, found.lower, found.upper) == pytest.approx((mean, lower, upper), abs=5e-4)
    assert found.screened.sum() == (2 if screen and values is SPIKE else 0)


@pytest.mark.parametrize(
    ("values", "rule", "chosen", "places"),
    [
        pytest.param([*CALM, 40], "outside_limits", WORKBOOK, [12], id="one far out"),
        pytest.param(CALM, "outside_limits", WORKBOOK, [], id="none out"),
        pytest.param([3] * 7 + [9] * 7, "shift", WORKBOOK, list(range(14)), id="seven and seven, mean 6"),
        pytest.param([3] * 6 + [9] * 6, "shift", WORKBOOK, [], id="six and six are no shift of seven"),
        pytest.param([3] * 6 + [9] * 6, "shift", SpcRules(run_length=6), list(range(12)), id="but of six"),
        pytest.param([3, 3, 3, 6, 3, 3, 3, 9, 9, 9, 9, 9, 9, 6], "shift", WORKBOOK, [], id="a point on the mean, 6, ends it"),
        pytest.param([9, 1, 2, 3, 4, 5, 6, 7, 1], "trend", WORKBOOK, [1, 2, 3, 4, 5, 6, 7], id="seven rising"),
        pytest.param([9, 2, 3, 4, 5, 6, 7, 1], "trend", WORKBOOK, [], id="six rising are no trend of seven"),
        pytest.param([9, 2, 3, 4, 5, 6, 7, 1], "trend", SpcRules(run_length=6), [1, 2, 3, 4, 5, 6], id="but of six"),
        pytest.param([9, 1, 2, 3, 3, 4, 5, 6, 7, 1], "trend", WORKBOOK, list(range(1, 9)), id="a tie neither adds nor cancels"),
        pytest.param([9, 1, 2, 3, 3, 4, 5, 6, 1], "trend", WORKBOOK, [], id="a tie does not add: six values rise"),
        pytest.param([9, 1, 2, 3, 3, 4, 5, 6, 7, 1], "trend", PLOTTHEDOTS, [], id="a tie breaks, in NHSRplotthedots"),
        pytest.param([9, 9, 8, 7, 6, 5, 4, 3, 3], "trend", WORKBOOK, list(range(1, 8)), id="ties at either end are outside"),
        pytest.param([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1], "trend", WORKBOOK, list(range(13)), id="up and down share the top"),
    ],
)  # fmt: skip
def test_rules_mark_what_they_should(values: Series, rule: str, chosen: SpcRules, places: list[int]) -> None:
    """Each rule on a series small enough to count, at the run lengths and tie readings that the tools differ in."""
    assert marked(charted(values, chosen), rule) == places


@pytest.mark.parametrize(
    ("three", "workbook", "plotthedots"),
    [
        pytest.param([2.5, 2.5, 1], [0, 1], [0, 1], id="two beyond two thirds, the third not marked"),
        pytest.param([2.5, 1, 2.5], [0, 2], [0, 2], id="the third between them"),
        pytest.param([2.5, 3.5, 1], [0, 1], [], id="one beyond the limit counts since November 2023"),
        pytest.param([3.5, 3.5, 2.5], [0, 1, 2], [], id="two beyond the limit (issue 153)"),
        pytest.param([3.5, 2.5, 2.5], [0, 1, 2], [1, 2], id="two between are enough either way"),
        pytest.param([2.5, -1, 2.5], [], [], id="one on the other side of the mean"),
        pytest.param([2.5, 0, 2.5], [], [], id="one on the mean"),
        pytest.param([2.5, -2.5, 1], [], [], id="far out on both sides (issue 143)"),
        pytest.param([2.0, 2.0, 1], [], [], id="on the line is not beyond it"),
        pytest.param([-2.5, -2.5, -1], [], [], id="the other way is not this way"),
    ],
)
def test_two_of_three_is_read_both_ways(three: Series, workbook: list[int], plotthedots: list[int]) -> None:
    """With a mean of 0, two thirds at 2 and the limit at 3: the workbook's reading and NHSRplotthedots'."""
    found = rules.Limits(0, -3, 3, -2, 2, np.zeros(3), np.zeros(3, dtype=bool))
    for beyond, places in ((True, workbook), (False, plotthedots)):
        told = rules.two_of_three(np.array(three), found, 1, beyond_limits_too=beyond)
        assert np.flatnonzero(told).tolist() == places


def brute_shift(values: Series, mean: float, run: int, way: int) -> list[bool]:
    """Every window of so many points, all on one side, marks its points."""
    told = [False] * len(values)
    for start in range(len(values) - run + 1):
        if all((value - mean) * way > 0 for value in values[start : start + run]):
            told[start : start + run] = [True] * run
    return told


def brute_trend(values: Series, run: int, way: int) -> list[bool]:
    """Every window that goes one way without a step back, from its first move to its last, with enough distinct values."""
    told = [False] * len(values)
    for start in range(len(values)):
        for end in range(start + 1, len(values)):
            steps = [(b - a) * way for a, b in zip(values[start:end], values[start + 1 : end + 1], strict=True)]
            if min(steps) < 0:
                break
            if steps[0] > 0 and steps[-1] > 0 and len(set(values[start : end + 1])) >= run:
                told[start : end + 1] = [True] * (end + 1 - start)
    return told


SMALL = st.lists(st.integers(0, 6).map(float), min_size=2, max_size=40)


@settings(max_examples=60)
@given(SMALL, st.integers(3, 7), st.sampled_from([1, -1]))
def test_runs_are_those_that_counting_finds(values: Series, run: int, way: rules.Way) -> None:
    """Shift and trend mark the points that a plain search of every window marks."""
    array = np.array(values)
    mean = float(array.mean())
    assume(np.abs(array - mean)[array != mean].min(initial=1) > 1e-6)
    assert rules.shift(rules.side(array, mean), run, way).tolist() == brute_shift(values, mean, run, way)
    assert rules.trend(array, run, way).tolist() == brute_trend(values, run, way)


MARKS = ["outside_limits", "shift", "trend", "two_of_three", "screened"]
READINGS = st.sampled_from([WORKBOOK, PLOTTHEDOTS, SpcRules(run_length=6)])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=30),
    st.integers(-500, 500),
    st.sampled_from([0.25, 2, 8]),
    READINGS,
)
def test_a_chart_moves_and_stretches_with_its_series(
    values: list[int], by: int, scale: float, chosen: SpcRules
) -> None:
    """Adding a constant or changing the unit moves mean and limits alike, and marks the same points."""
    plain, moved = charted([*values], chosen), charted([value * scale + by for value in values], chosen)
    assert plain[[*MARKS, "variation"]].equals(moved[[*MARKS, "variation"]])
    for column in ("mean", "lower_limit", "upper_limit"):
        assert moved[column].to_numpy() == pytest.approx(plain[column].to_numpy() * scale + by, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=30), READINGS)
def test_a_mirror_swaps_high_and_low_and_nothing_else(values: list[int], chosen: SpcRules) -> None:
    """Turned upside down, with down as the improvement, each point has the same rule and the same verdict."""
    plain, mirror = charted([*values], chosen), charted([-value for value in values], chosen, improves="down")
    assert plain[MARKS].equals(mirror[MARKS])
    assert mirror["lower_limit"].to_numpy() == pytest.approx(-plain["upper_limit"].to_numpy())
    # In the order of the rules a turning point of two trends is told as rising, which no mirror keeps.
    same = ["special_cause", "variation"] if chosen.when_both == "improvement" else ["special_cause"]
    assert plain[same].equals(mirror[same])


def test_rules_speak_in_order_and_colour_by_where_a_trend_goes() -> None:
    """Outside beats trend beats shift; a fall above the mean is of concern where up is better."""
    falling = charted([1] * 13 + [30, 29, 28, 27, 26, 25, 24])
    assert set(falling["special_cause"].iloc[13:]) <= {"outside_limits", "trend"}
    told = charted([10, 12, 10, 12, 10, 12, 10, 17, 16.5, 16, 15.5, 15, 14.5, 14], SpcRules(when_both="rule_order"))
    assert told["shift"].iloc[7:].all()
    last = told.iloc[-1]
    assert (last["special_cause"], last["way"], last["variation"]) == ("trend", "low", "concern")


def test_an_improvement_is_shown_where_both_are_true() -> None:
    """High for a shift and falling for a trend: the workbook shows improvement, the order of rules concern."""
    values = [10, 12, 10, 12, 10, 12, 10, 17, 16.5, 16, 15.5, 15, 14.5, 14]
    assert charted(values)["variation"].iloc[-1] == "improvement"
    assert charted(values)["special_cause"].iloc[-1] == "shift"
    assert charted(values, SpcRules(when_both="rule_order"))["variation"].iloc[-1] == "concern"


def test_variation_icon_is_of_the_latest_point_alone() -> None:
    """A spike seventeen points ago is history: today is common cause."""
    told = spc.summary(charted(SPIKE)).iloc[0]
    assert (told["variation"], told["run"]) == ("common_cause", 0)
    assert pd.isna(told["special_cause"])
    spiked = spc.summary(charted([*SPIKE[5:], 10])).iloc[0]
    assert (spiked["variation"], spiked["special_cause"], spiked["run"]) == ("improvement", "outside_limits", 1)


@pytest.mark.parametrize(
    ("improves", "target", "says"),
    [
        ("up", 17, "fails"), ("up", 16, "hit_or_miss"), ("up", 5, "passes"),
        ("down", 17, "passes"), ("down", 6, "hit_or_miss"), ("down", 5, "fails"),
        ("neither", 17, "no_target"), ("up", None, "no_target"),
    ],
)  # fmt: skip
def test_assurance_sets_the_target_against_the_limits(improves: str, target: float | None, says: str) -> None:
    """Limits of about 5.7 and 16.3: a target beyond them always or never passes, one within passes by chance."""
    values: Series = [*CALM, 10, 12]
    assert spc.summary(charted(values, improves=improves, target=target))["assurance"].tolist() == [says]


def test_icons_need_thirteen_points() -> None:
    """Twelve points have settled limits and no icons, eleven neither."""
    for points, trial, says in ((11, True, "too_few"), (12, False, "too_few"), (13, False, "fails")):
        told = spc.summary(charted([*CALM, 10][:points], target=99)).iloc[0]
        assert (told["trial_limits"], told["assurance"], told["points"]) == (trial, says, points)
        assert (told["variation"] == "too_few") == (says == "too_few")


def test_limits_start_anew_where_a_change_is_recorded() -> None:
    """After a recorded change each stretch has its own limits, no range or run crosses it, and assurance is of the last."""
    values: Series = [10, 12] * 4 + [50, 54] * 7
    plain = charted(values, target=60)
    assert plain["special_cause"].notna().any()
    told = charted(values, target=60, rebases={"2024-09": "a second scanner opened"})
    assert told["special_cause"].isna().all()
    assert told["limits_group"].tolist() == [1] * 8 + [2] * 14
    assert told["mean"].unique().tolist() == [11, 52]
    assert np.isnan(told["moving_range"].iloc[8])
    assert told["rebase"].dropna().to_dict() == {8: "a second scanner opened"}
    found = spc.summary(told).iloc[0]
    assert (found["points"], found["assurance"], found["upper_limit"]) == (14, "hit_or_miss", pytest.approx(62.64))


def test_a_rebase_without_a_reason_is_refused() -> None:
    """Nobody moves limits without saying what changed; one before the series or after it changes nothing."""
    with pytest.raises(ParameterError, match="2024-05 has no reason"):
        charted(CALM, rebases={"2024-05": " "})
    for month in ("2023-01", "2024-01", "2030-01"):
        assert charted(CALM, rebases={month: "recorded"})["limits_group"].unique().tolist() == [1]


def test_trajectory_is_a_target_by_month() -> None:
    """Each month has its own target, and the latest is what assurance looks at; a month without one has none."""
    months = [add_months("2024-01", at) for at in range(13)]
    told = charted([*CALM, 10], target={month: 8.0 + at for at, month in enumerate(months) if at})
    assert np.isnan(told["target"].iloc[0])
    assert told["target"].iloc[-1] == 20
    assert spc.summary(told)["assurance"].tolist() == ["fails"]


def test_series_do_not_touch_each_other() -> None:
    """Two series in one frame are two charts; one point has no chart."""
    history = pd.DataFrame({"month": ["2024-01", "2024-02"], "a": [1, 2], "b": [100, None]})
    frame = spc.of_tables(spc.measured(history, name, series=name, improves="down") for name in "ab")
    found = spc.xmr(frame)
    assert found["series"].unique().tolist() == ["a"]
    assert found["mean"].tolist() == [1.5, 1.5]
    assert spc.summary(spc.xmr(frame[frame["series"] == "b"])).empty
    with pytest.raises(ParameterError, match="no direction"):
        spc.measured(history, "a", series="a", improves="upwards")
