"""One method leads for all lists, on months none had seen; intervals are mended by what was learned; totals are sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from lsc_analytics.models import contest
from lsc_analytics.models.family import RTT
from lsc_analytics.models.scores import SAID
from lsc_analytics.reference import add_months
from lsc_analytics.tables import RTT_METHODS, RTT_TRACK_RECORD

AS_OF = "2026-01"
LADDER, MEASURES = RTT.ladder, RTT.told
FIGURES = ["lower_95", "lower_80", "median", "upper_80", "upper_95"]
LEVELS = norm.ppf([0.025, 0.1, 0.5, 0.9, 0.975])


def judged(
    *, errors: dict[str, float], widths: dict[str, float], lists: int = 40, measure: str = "over_52_weeks",
    level: float = 400, seed: int = 4,
) -> pd.DataFrame:  # fmt: skip
    """So many lists forecast from four origins: each method as wrong as it is said to be, as wide as it is said to be."""
    random, rows = np.random.default_rng(seed), []
    for origin in (add_months(AS_OF, -back) for back in (3, 6, 9, 12)):
        for number in range(lists):
            for horizon in range(1, 4):
                outturn = level * max(1 + random.normal(0, 0.25), 0)
                for method, error in errors.items():
                    median = max(outturn + level * error * random.normal(), 0.0)
                    rows.append(
                        (origin, "RXL", f"C_{number}", measure, add_months(origin, horizon), horizon, median,
                         *np.maximum(median + level * widths[method] * LEVELS, 0.0), 1.0, method, level, 10.0,
                         outturn)
                    )  # fmt: skip
    names = [
        "as_of", "provider_code", "treatment_function_code", "measure", "target_month", "horizon", "mean", *FIGURES,
        "probability_any", "method", "last_value", "scale", "outturn",
    ]  # fmt: skip
    return RTT_TRACK_RECORD.check(pd.DataFrame(rows, columns=names))


def said(
    provider: str, function: str, methods: dict[str, list[float]], measures: tuple[str, ...] = LADDER
) -> pd.DataFrame:
    """One list's methods, two months ahead: the median of each measure as given, a fifth of it either way."""
    rows = [
        (AS_OF, provider, function, measure, add_months(AS_OF, horizon), horizon, middle * 1.1,
         *(middle + middle * 0.1 * LEVELS), min(middle, 1.0), method, middle, 1.0)
        for method, medians in methods.items()
        for measure, middle in zip(measures, medians, strict=True)
        for horizon in (1, 2)
    ]  # fmt: skip
    names = [
        "as_of", "provider_code", "treatment_function_code", "measure", "target_month", "horizon", "mean", *FIGURES,
        "probability_any", "method", "last_value", "scale",
    ]  # fmt: skip
    return RTT_METHODS.check(pd.DataFrame(rows, columns=names))


def test_the_method_that_came_closest_leads() -> None:
    """Half the error of the last value leads at every horizon; exactly one does."""
    told = contest.contest(
        judged(errors={"last_value": 0.2, "pooled": 0.1}, widths={"last_value": 0.2, "pooled": 0.1}), AS_OF
    )
    assert (told.groupby(["measure", "horizon"])["chosen"].sum() == 1).all()
    assert told.loc[told["chosen"], "method"].unique().tolist() == ["pooled"]
    assert (told.loc[told["chosen"], "error_to_last_value"] < 1).all()


def test_the_last_value_leads_where_nothing_beats_it() -> None:
    """A method that is twice as wrong, and one that says just the same, both stand behind assuming no change."""
    record = judged(errors={"last_value": 0.0, "drift": 0.4}, widths={"last_value": 0.1, "drift": 0.1})
    same = record[record["method"] == "last_value"].assign(method="pooled", median=record["last_value"])
    record = pd.concat(
        [record.assign(median=record["median"].where(record["method"] == "drift", record["last_value"])), same]
    )
    told = contest.contest(record, AS_OF)
    assert set(told.loc[told["chosen"], "method"]) == {"last_value"}


def test_later_outturns_are_not_looked_at() -> None:
    """A contest as of an earlier month is the same whatever came after."""
    record = judged(errors={"last_value": 0.2, "pooled": 0.1}, widths={"last_value": 0.2, "pooled": 0.1})
    early = add_months(AS_OF, -4)
    spoilt = record.assign(outturn=record["outturn"].where(record["target_month"] <= early, 9_999.0))
    pd.testing.assert_frame_equal(contest.contest(record, early), contest.contest(spoilt, early))


def test_totals_have_no_vote() -> None:
    """A total row is a sum of the others, and would outweigh them all."""
    record = judged(errors={"last_value": 0.2, "pooled": 0.1}, widths={"last_value": 0.2, "pooled": 0.1})
    total = record[record["treatment_function_code"] == "C_0"].assign(
        treatment_function_code="C_999", outturn=record["outturn"] * 100
    )
    assert contest.contest(pd.concat([record, total]), AS_OF).equals(contest.contest(record, AS_OF))


def test_a_method_judged_on_few_lists_does_not_lead() -> None:
    """Right about a tenth of the lists says nothing of the others."""
    record = judged(errors={"last_value": 0.2, "cohort": 0.01}, widths={"last_value": 0.2, "cohort": 0.1})
    few = record[(record["method"] != "cohort") | record["treatment_function_code"].isin(["C_1", "C_2", "C_3", "C_4"])]
    told = contest.contest(few, AS_OF)
    assert set(told.loc[told["chosen"], "method"]) == {"last_value"}


def test_a_wait_too_rare_to_judge_takes_the_choice_of_the_next_shorter() -> None:
    """Two people over 65 weeks cannot tell a good method from luck: the method that leads over 52 weeks leads there too."""
    widths = {"last_value": 0.2, "pooled": 0.1, "cohort": 0.1}
    common = judged(errors={"last_value": 0.2, "pooled": 0.1, "cohort": 0.15}, widths=widths)
    lucky = {"last_value": 0.1, "pooled": 0.2, "cohort": 0.02}
    rare = judged(errors=lucky, widths=widths, measure="over_65_weeks", level=2)
    told = contest.contest(pd.concat([common, rare]), AS_OF)
    assert set(told.loc[told["chosen"] & (told["measure"] == "over_65_weeks"), "method"]) == {"pooled"}


def test_the_next_shorter_waits_choice_is_not_taken_where_it_does_harm() -> None:
    """A method that leads over 52 weeks and is worse than the last value over 65 does not lead there."""
    widths = {"last_value": 0.2, "pooled": 0.1}
    common = judged(errors={"last_value": 0.2, "pooled": 0.1}, widths=widths)
    rare = judged(errors={"last_value": 0.1, "pooled": 0.5}, widths=widths, measure="over_65_weeks", level=2)
    told = contest.contest(pd.concat([common, rare]), AS_OF)
    assert set(told.loc[told["chosen"] & (told["measure"] == "over_65_weeks"), "method"]) == {"last_value"}


def test_the_default_gives_way_only_to_what_is_clearly_better() -> None:
    """Five percent better than the default is luck, a half better is not; no better than the last value is no default."""

    def led(pooled: float, cohort: float) -> set[str]:
        record = judged(
            errors={"last_value": 0.2, "pooled": pooled, "cohort": cohort},
            widths={"last_value": 0.2, "pooled": 0.1, "cohort": 0.1},
        )
        told = contest.contest(record, AS_OF, default="pooled", margin=0.15)
        return set(told.loc[told["chosen"], "method"])

    assert led(pooled=0.1, cohort=0.095) == {"pooled"}
    assert led(pooled=0.1, cohort=0.05) == {"cohort"}
    assert led(pooled=0.6, cohort=0.5) == {"last_value"}


@pytest.mark.parametrize(("width", "expected"), [(0.1, 1.0), (0.05, 2.0), (0.2, 0.5)])
def test_intervals_are_widened_to_hold_what_they_say(width: float, expected: float) -> None:
    """Intervals half as wide as the errors get a factor of two, twice as wide a half, right ones are left alone."""
    record = judged(errors={"last_value": 0.3, "pooled": 0.1}, widths={"last_value": 0.3, "pooled": width}, lists=100)
    told = contest.contest(record, AS_OF).set_index(["horizon", "method"])
    assert told.loc[(2, "pooled"), "interval_factor"] == pytest.approx(expected, rel=0.15)
    fresh = judged(
        errors={"last_value": 0.3, "pooled": 0.1}, widths={"last_value": 0.3, "pooled": width}, lists=100, seed=9
    )
    mended = contest.calibrated(fresh, told.reset_index())
    mine = mended[mended["method"] == "pooled"]
    assert 0.72 <= mine["outturn"].between(mine["lower_80"], mine["upper_80"]).mean() <= 0.88


def test_calibrated_rows_stay_ordered_and_keep_their_median() -> None:
    """Widened by two and a half or halved: ordered, never negative, chances nearer to or further from a half."""
    rows = said("RXL", "C_110", {"pooled": [900, 40, 8, 1, 0]})
    for factor in (0.5, 2.5):
        told = rows[["as_of", "measure", "horizon", "method"]].assign(interval_factor=factor, chosen=True)
        mended = contest.calibrated(rows, told)
        assert (mended[FIGURES].diff(axis=1).iloc[:, 1:] >= -1e-9).all().all()
        assert (mended[FIGURES] >= 0).all().all()
        assert mended["median"].equals(rows["median"])
        assert mended["probability_any"].between(0, 1).all()


def led(**best: str) -> pd.DataFrame:
    """A contest won per measure as given, intervals left alone."""
    rows = [
        {"as_of": AS_OF, "measure": measure, "horizon": horizon, "method": method, "chosen": best[measure] == method,
         "interval_factor": 1.0}
        for measure in best
        for horizon in (1, 2)
        for method in ("last_value", "pooled", "drift")
    ]  # fmt: skip
    return pd.DataFrame(rows)


counts = st.lists(st.floats(0, 5000), min_size=5, max_size=5)
choices = st.lists(st.sampled_from(["last_value", "pooled", "drift"]), min_size=5, max_size=5)


@given(counts, counts, choices)
@settings(deadline=None, max_examples=15)
def test_no_longer_wait_is_ever_above_a_shorter(first: list[float], second: list[float], best: list[str]) -> None:
    """Whatever methods say and whichever leads, neither the chosen nor any method's rows contradict themselves."""
    rows = said("RXL", "C_110", {"last_value": first, "pooled": second, "drift": first[::-1]})
    told = contest.lead(rows, led(**dict(zip(LADDER, best, strict=True))))
    assert (told.groupby(["measure", "horizon"])["chosen"].sum() == 1).all()
    assert (told[FIGURES].diff(axis=1).iloc[:, 1:] >= -1e-9).all().all()
    for name in SAID:
        for rows_of in (told[told["chosen"]].assign(method="led"), told):
            wide = rows_of.pivot(index=["method", "horizon"], columns="measure", values=name)[list(LADDER)]
            assert (wide.diff(axis=1).iloc[:, 1:] <= 1e-9).all().all()


@given(st.lists(counts, min_size=2, max_size=4), counts, choices)
@settings(deadline=None, max_examples=8)
def test_means_add_up(parts: list[list[float]], whole: list[float], best: list[str]) -> None:
    """A total's chosen mean is the sum of its parts' chosen means; its quantiles stay ordered and not negative."""
    told = led(**dict(zip(LADDER, best, strict=True)))
    specialties = pd.concat(
        [
            contest.lead(said("RXL", f"C_{n}", {"last_value": each, "pooled": each[::-1], "drift": each}), told)
            for n, each in enumerate(parts)
        ]
    )
    total = contest.lead(
        said("RXL", "C_999", {"last_value": whole, "pooled": whole, "drift": whole}), told, specialties
    )
    key = ["measure", "horizon"]
    sums = specialties[specialties["chosen"]].groupby(key)["mean"].sum()
    mine = total[total["chosen"]].set_index(key)["mean"]
    pd.testing.assert_series_equal(mine.sort_index(), sums.sort_index(), check_names=False)
    assert (total[FIGURES].diff(axis=1).iloc[:, 1:] >= -1e-9).all().all()
    assert (total[FIGURES] >= 0).all().all()
    chances = specialties[specialties["chosen"]].groupby(key)["probability_any"].max()
    assert (total[total["chosen"]].set_index(key)["probability_any"].sort_index() >= chances.sort_index() - 1e-9).all()


def test_the_list_within_18_weeks_is_no_longer_than_the_list() -> None:
    """It stands outside the ladder of waits, and inside the list by each method and among the chosen."""
    methods = {"last_value": [500.0, 400, 20, 5, 1, 0], "pooled": [300.0, 390, 20, 5, 1, 0]}
    rows = said("RXL", "C_110", methods, MEASURES)
    best = dict.fromkeys(MEASURES, "last_value") | {"within_18_weeks": "pooled", "total_incomplete": "pooled"}
    for choice in (best, best | {"total_incomplete": "last_value"}):
        told = contest.lead(rows, led(**choice))
        for rows_of in (told[told["chosen"]].assign(method="led"), told):
            wide = rows_of.pivot(index=["method", "horizon"], columns="measure", values="upper_95")
            assert (wide["within_18_weeks"] <= wide["total_incomplete"] + 1e-9).all()


def test_a_list_without_the_leading_method_gets_its_last_value() -> None:
    """A short history has no pooled row: its last value leads, so that every list has one forecast."""
    told = contest.lead(said("RXL", "C_110", {"last_value": [90, 9, 4, 1, 0]}), led(**dict.fromkeys(LADDER, "pooled")))
    assert told["chosen"].all()
    assert told["horizon_label"].unique().tolist() == ["nowcast"]


def test_without_a_contest_the_last_value_leads() -> None:
    """Before anything can be judged nothing has beaten the last value."""
    nothing = contest.contest(RTT_TRACK_RECORD.empty(), AS_OF)
    told = contest.lead(said("RXL", "C_110", {"last_value": [90, 9, 4, 1, 0], "pooled": [80, 8, 3, 1, 0]}), nothing)
    assert set(told.loc[told["chosen"], "method"]) == {"last_value"}
