"""The pooled forecast sees nothing after its origin, keeps its measures in order, and says when it only repeats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import pooled
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import DM01_PREDICTIONS, RTT_PREDICTIONS

FIRST, LAST = "2023-01", "2025-06"
MONTHS = months_between(FIRST, LAST)


def panel(providers: int = 12, functions: int = 5, seed: int = 3) -> pd.DataFrame:
    """Lists that grow or shrink with their provider, their long waits in step, two and a half years of them."""
    random = np.random.default_rng(seed)
    rows = []
    for provider in range(providers):
        drift = random.normal(0, 0.012)
        for function in range(functions):
            level = np.exp(random.normal(6.5, 1.0))
            for step, month in enumerate(MONTHS):
                total = round(level * np.exp(drift * step) * np.exp(random.normal(0, 0.01)))
                over = {"over_52_weeks": round(total * 0.04), "over_65_weeks": round(total * 0.008), "over_78_weeks": 0}
                counts = {"total_incomplete": total, "within_18_weeks": round(total * 0.6), **over}
                rows += [
                    (f"R{provider:02d}", f"C_{function}", month, name, float(count)) for name, count in counts.items()
                ]
    return pd.DataFrame(rows, columns=["provider_code", "treatment_function_code", "month", "measure", "value"])


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    """The lists."""
    return panel()


@pytest.fixture(scope="module")
def told(figures: pd.DataFrame) -> pd.DataFrame:
    """Their forecast, three months ahead."""
    return pooled.forecast(figures, pooled.RTT, LAST, 3)


def test_it_keeps_the_promised_columns_and_every_list(told: pd.DataFrame) -> None:
    """Every list, measure and month ahead is there once, in the columns that other tools read."""
    checked = RTT_PREDICTIONS.check(told[RTT_PREDICTIONS.names])
    assert len(checked) == 12 * 5 * 5 * 3
    assert checked["target_month"].min() == "2025-07"
    assert set(checked["method"]) == {"pooled"}


def test_counts_are_whole_ordered_and_not_negative(told: pd.DataFrame) -> None:
    """Intervals hold each other and the median, and nothing is below nothing."""
    ordered = told[["lower_95", "lower_80", "median", "upper_80", "upper_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    assert (ordered == ordered.round()).all()
    assert told["probability_any"].between(0, 1).all()


def test_a_longer_wait_never_has_more_than_a_shorter_one(told: pd.DataFrame) -> None:
    """78+ is at most 65+, which is at most 52+, which is at most the list, in every column."""
    wide = told.pivot(index=["provider_code", "treatment_function_code", "target_month"], columns="measure")
    for column in ("mean", "median", "lower_80", "upper_95", "probability_any"):
        ladder = wide[column][["over_78_weeks", "over_65_weeks", "over_52_weeks", "total_incomplete"]].to_numpy()
        assert (np.diff(ladder, axis=1) >= -1e-9).all()


def test_nothing_after_the_origin_is_seen(figures: pd.DataFrame) -> None:
    """Whatever happened afterwards, a forecast from an earlier month is the same."""
    origin = add_months(LAST, -6)
    later = figures["month"] > origin
    changed = figures.assign(value=figures["value"].where(~later, figures["value"] * 7 + 1000))
    for each in (changed, figures[~later]):
        pd.testing.assert_frame_equal(
            pooled.forecast(figures, pooled.RTT, origin, 2), pooled.forecast(each, pooled.RTT, origin, 2)
        )


def test_it_beats_the_last_value_where_lists_move_with_their_trust(figures: pd.DataFrame) -> None:
    """Drift that a trust's lists share is learned from the others: the error on unseen months is clearly smaller."""
    origin = add_months(LAST, -3)
    told = pooled.forecast(figures, pooled.RTT, origin, 3)
    whole = figures[figures["measure"] == "total_incomplete"]
    key = ["provider_code", "treatment_function_code"]
    scored = told[told["measure"] == "total_incomplete"].merge(
        whole.rename(columns={"month": "target_month", "value": "outturn"})[[*key, "target_month", "outturn"]]
    )
    scored = scored.merge(whole[whole["month"] == origin][[*key, "value"]])
    assert len(scored) == 12 * 5 * 3
    assert (scored["median"] - scored["outturn"]).abs().sum() < 0.8 * (scored["value"] - scored["outturn"]).abs().sum()


def test_a_short_history_gets_the_last_value_and_says_so(figures: pd.DataFrame) -> None:
    """A list with three months, beside others with thirty, repeats its last value under that name."""
    mine = (figures["provider_code"] == "R00") & (figures["month"] < add_months(LAST, -2))
    told = pooled.forecast(figures[~mine], pooled.RTT, LAST, 2)
    new = told[told["provider_code"] == "R00"]
    last = figures[figures["month"] == LAST].rename(columns={"value": "last"})
    joined = new.merge(last, on=["provider_code", "treatment_function_code", "measure"])
    assert set(new["method"]) == {"last_value"}
    assert (joined["median"] == joined["last"]).all()
    assert set(told.loc[told["provider_code"] != "R00", "method"]) == {"pooled"}


def test_three_months_of_everything_is_the_last_value(figures: pd.DataFrame) -> None:
    """With no history to learn from, nothing is learned, and nothing is claimed to be sure."""
    told = pooled.forecast(figures[figures["month"] >= add_months(LAST, -2)], pooled.RTT, LAST, 3)
    assert set(told["method"]) == {"last_value"}
    large = told[(told["median"] > 50) & (told["target_month"] == add_months(LAST, 3))]
    assert len(large)
    assert (large["upper_80"] > large["median"]).all()
    assert (large["lower_80"] < large["median"]).all()


def test_an_ended_list_and_an_empty_one_are_not_forecast(figures: pd.DataFrame) -> None:
    """Who has no figure, or nobody, at the origin has no forecast."""
    ended = (figures["provider_code"] == "R01") & (figures["month"] == LAST)
    nobody = (figures["provider_code"] == "R02") & (figures["month"] == LAST)
    changed = figures.assign(value=figures["value"].where(~nobody, 0.0))[~ended]
    told = pooled.forecast(changed, pooled.RTT, LAST, 1)
    assert not set(told["provider_code"]) & {"R01", "R02"}


def test_a_gap_month_is_survived(figures: pd.DataFrame) -> None:
    """A month that nobody reported is unknown, not nothing."""
    told = pooled.forecast(figures[figures["month"] != "2024-03"], pooled.RTT, LAST, 2)
    whole = pooled.forecast(figures, pooled.RTT, LAST, 2)
    assert len(told) == len(whole)
    assert np.median(np.abs(told["median"] - whole["median"]) / (whole["median"] + 5)) < 0.03


@pytest.mark.parametrize("gap", [-1, -2, -5])
def test_a_gap_near_the_origin_does_not_end_the_history(figures: pd.DataFrame, gap: int) -> None:
    """One missing month leaves the others to learn from, and the forecast close to what it would have been."""
    told = pooled.forecast(figures[figures["month"] != add_months(LAST, gap)], pooled.RTT, LAST, 1)
    whole = pooled.forecast(figures, pooled.RTT, LAST, 1)
    assert set(told["method"]) == {"pooled"}
    assert np.median(np.abs(told["median"] - whole["median"]) / (whole["median"] + 5)) < 0.03


def test_a_few_lists_longer_history_is_not_taken_for_the_country(figures: pd.DataFrame) -> None:
    """Months in which only one provider is known, before all are, are another panel and are left out."""
    alone = (figures["provider_code"] == "R00") | (figures["month"] >= "2024-01")
    told = pooled.forecast(figures[alone], pooled.RTT, LAST, 1)
    pd.testing.assert_frame_equal(told, pooled.forecast(figures[figures["month"] >= "2024-01"], pooled.RTT, LAST, 1))


def test_the_countrys_last_month_leaves_a_few_trusts_history_whole(figures: pd.DataFrame) -> None:
    """One national file of the last month beside two trusts' two and a half years: those two are forecast as ever."""
    ours = figures["provider_code"].isin(["R00", "R01"])
    loaded = figures[ours | (figures["month"] == LAST)]
    told = pooled.forecast(loaded, pooled.RTT, LAST, 1)
    methods = told.groupby(told["provider_code"].isin(["R00", "R01"]))["method"].unique()
    assert list(methods[True]) == ["pooled"]
    assert list(methods[False]) == ["last_value"]


def test_nobody_over_78_weeks_ever_is_told_as_nobody(told: pd.DataFrame) -> None:
    """A measure that has always been nought stays nought, with next to no chance of anyone."""
    never = told[told["measure"] == "over_78_weeks"]
    assert (never[["mean", "median", "upper_95"]] == 0).all(axis=None)
    assert (never["probability_any"] < 0.01).all()


def test_a_month_without_lists_is_refused(figures: pd.DataFrame) -> None:
    """Nothing can be forecast from a month that is not loaded, and the sentence names it."""
    with pytest.raises(NoDataError, match="2025-07"):
        pooled.forecast(figures, pooled.RTT, "2025-07", 1)


def falling(figures: pd.DataFrame) -> tuple[pd.DataFrame, tuple[pooled.Deadline, ...]]:
    """England as it was: 78+ halved in each of the two months before its date; and a date for 52+ two months from now."""
    months = months_between("2022-01", LAST)
    level = np.full(len(months), 1000.0)
    for month in ("2023-11", "2023-12"):
        level[months.index(month) :] /= 2
    national = pd.DataFrame({"month": months, "measure": "over_78_weeks", "value": level})
    earlier = pooled.Deadline("over_78_weeks", "2023-12", announced="2023-01")
    return national, (earlier, pooled.Deadline("over_52_weeks", add_months(LAST, 2), announced="2025-03", allowed=0.03))


def over_52(told: pd.DataFrame, ahead: int) -> pd.Series:
    """The medians of one month ahead."""
    chosen = (told["measure"] == "over_52_weeks") & (told["target_month"] == add_months(LAST, ahead))
    return told[chosen].set_index(["provider_code", "treatment_function_code"])["median"]


def test_a_date_two_months_away_lowers_what_is_beyond_the_standard(figures: pd.DataFrame) -> None:
    """4% are over 52 weeks and 3% are allowed: a quarter is beyond, and half the log fall by three quarters applies."""
    national, dates = falling(figures)
    plain = pooled.forecast(figures, pooled.RTT, LAST, 2, national=national, deadlines=dates[:1])
    dated = pooled.forecast(figures, pooled.RTT, LAST, 2, national=national, deadlines=dates)
    pd.testing.assert_series_equal(over_52(plain, 1), over_52(dated, 1))
    fell = over_52(dated, 2).sum() / over_52(plain, 2).sum()
    assert fell == pytest.approx(np.exp(0.5 * np.log(0.25) * 0.25), abs=0.04)


def test_a_date_not_yet_announced_is_not_known(figures: pd.DataFrame) -> None:
    """A standard announced after the origin, or given up before it, changes nothing."""
    national, (earlier, ahead) = falling(figures)
    plain = pooled.forecast(figures, pooled.RTT, LAST, 2, national=national, deadlines=(earlier,))
    for other in (replace(ahead, announced=add_months(LAST, 1)), replace(ahead, lapsed="2025-05")):
        told = pooled.forecast(figures, pooled.RTT, LAST, 2, national=national, deadlines=(earlier, other))
        pd.testing.assert_frame_equal(told, plain)


def test_a_trust_within_the_standard_has_nothing_to_fall(figures: pd.DataFrame) -> None:
    """Where 4% are over 52 weeks and 5% are allowed, the date changes nothing."""
    national, (earlier, ahead) = falling(figures)
    easy = replace(ahead, allowed=0.05)
    plain = pooled.forecast(figures, pooled.RTT, LAST, 2, national=national, deadlines=(earlier,))
    told = pooled.forecast(figures, pooled.RTT, LAST, 2, national=national, deadlines=(earlier, easy))
    assert (over_52(told, 2) - over_52(plain, 2)).abs().sum() <= 0.02 * over_52(plain, 2).sum()


def test_the_registrys_dates_are_those_that_were_read() -> None:
    """March 2026 asks for 1% over 52 weeks; a date from memory is not among them."""
    dates = pooled.deadlines(parameters.standards())
    assert pooled.Deadline("over_52_weeks", "2026-03", announced="2025-01", allowed=0.01) in dates
    unread = {
        s.by.isoformat()[:7] for s in parameters.standards().standards if s.by and s.family == "rtt" and not s.verified
    }
    assert not {date.month for date in dates if date.measure == "over_65_weeks"} & unread
    assert [date.month for date in dates] == sorted(date.month for date in dates)


def test_several_origins_at_once_are_the_same_as_each(figures: pd.DataFrame) -> None:
    """What is shared between origins changes nothing: a list that begins, one that ends, and England's own history too."""
    begins = (figures["provider_code"] == "R03") & (figures["month"] < "2025-02")
    ends = (figures["provider_code"] == "R04") & (figures["month"] > "2025-03")
    lists = figures[~begins & ~ends]
    national, dates = falling(figures)
    origins = ["2024-12", "2025-03", "2025-04"]
    together = pooled.rolling(lists, pooled.RTT, origins, 1, national=national, deadlines=dates)
    for origin in origins:
        alone = pooled.forecast(lists, pooled.RTT, origin, 1, national=national, deadlines=dates)
        mine = together[together["as_of"] == origin].drop(columns="as_of").reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone, check_exact=False, atol=1e-6)
        assert ("R04" in set(alone["provider_code"])) == (origin <= "2025-03")


def test_each_origin_can_have_months_ahead_of_its_own(figures: pd.DataFrame) -> None:
    """What is told of the months asked for is the same as where more are told."""
    both = pooled.rolling(figures, pooled.RTT, ["2025-01", "2025-04"], 2)
    told = pooled.rolling(figures, pooled.RTT, ["2025-01", "2025-04"], {"2025-01": 1, "2025-04": 2})
    fewer = both[~((both["as_of"] == "2025-01") & (both["target_month"] > "2025-02"))]
    assert len(fewer) < len(both)
    pd.testing.assert_frame_equal(told, fewer.reset_index(drop=True))
    with pytest.raises(ParameterError, match="0 months ahead"):
        pooled.rolling(figures, pooled.RTT, ["2025-01"], {"2025-01": 0})


def test_intervals_hold_what_they_say_on_months_not_seen(figures: pd.DataFrame) -> None:
    """About eight in ten outturns lie in the 80% interval."""
    origins = [add_months(LAST, -back) for back in (3, 6, 9)]
    told = pooled.rolling(figures, pooled.RTT, origins, 3).query("measure == 'total_incomplete'")
    came = figures.rename(columns={"month": "target_month", "value": "outturn"})
    scored = told.merge(came, on=["provider_code", "treatment_function_code", "measure", "target_month"])
    assert len(scored) == 12 * 5 * 3 * 3
    assert 0.7 < scored["outturn"].between(scored["lower_80"], scored["upper_80"]).mean() < 0.92


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.integers(1, 14), st.floats(0, 0.5))
def test_any_history_gives_ordered_counts(seed: int, months: int, missing: float) -> None:
    """However short, patchy and wild the figures: whole counts, intervals in order, longer waits within shorter ones."""
    random = np.random.default_rng(seed)
    whole = panel(4, 2, seed)
    figures = whole[whole["month"] > add_months(LAST, -months)]
    figures = figures.assign(value=(figures["value"] * random.exponential(1, len(figures))).round())
    ladder = figures.pivot(
        index=["provider_code", "treatment_function_code", "month"], columns="measure", values="value"
    )
    ladder[["over_52_weeks", "over_65_weeks"]] = ladder[["over_52_weeks", "over_65_weeks"]].clip(
        upper=ladder["total_incomplete"], axis=0
    )
    figures = ladder.stack().rename("value").reset_index()
    figures = figures[(figures["month"] == LAST) | (random.random(len(figures)) >= missing)]
    figures.loc[(figures["measure"] == "total_incomplete") & (figures["month"] == LAST), "value"] += 1
    told = pooled.forecast(figures, pooled.RTT, LAST, 2)
    ordered = told[["lower_95", "lower_80", "median", "upper_80", "upper_95"]].to_numpy()
    assert np.isfinite(told.select_dtypes("number")).all(axis=None)
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    wide = told.pivot(index=["provider_code", "treatment_function_code", "target_month"], columns="measure")
    for column in ("mean", "median", "upper_80", "probability_any"):
        for larger, part in pooled.RTT.nested:
            assert (wide[column][part] <= wide[column][larger] + 1e-9).all()


def test_the_horizon_is_at_most_a_year(figures: pd.DataFrame) -> None:
    """Thirteen months ahead would look at months not yet seen."""
    with pytest.raises(ParameterError, match="1 to 12"):
        pooled.forecast(figures, pooled.RTT, LAST, 13)


def test_diagnostics_share_the_method() -> None:
    """DM01 lists go the same way, with their bands as further thresholds."""
    random = np.random.default_rng(5)
    rows = []
    for provider in range(10):
        for test in ("1", "2", "7"):
            level = np.exp(random.normal(6, 0.6))
            for month in MONTHS:
                total = round(level * np.exp(random.normal(0, 0.05)))
                counts = {f"waiting_{week}_plus": round(total * 0.8**week) for week in range(1, 14)}
                counts |= {"total_waiting": total, "waiting_list_activity": round(total * 0.9)}
                rows += [(f"R{provider}", test, month, name, float(count)) for name, count in counts.items()]
    figures = pd.DataFrame(rows, columns=["provider_code", "diagnostic_test_code", "month", "measure", "value"])
    told = pooled.forecast(figures, pooled.DM01, LAST, 3)
    DM01_PREDICTIONS.check(told[DM01_PREDICTIONS.names])
    assert set(told["measure"]) == set(pooled.DM01.measures)


def test_lists_that_have_just_been_loaded_move_nobody_elses(figures: pd.DataFrame) -> None:
    """Total rows of a few trusts, and in the last month alone many others': a year ahead each is still of its own size."""
    code = figures["treatment_function_code"].iloc[0]
    all_of_each = figures.groupby(["provider_code", "month", "measure"], as_index=False)["value"].sum()
    totals = all_of_each.assign(treatment_function_code=code)
    trusts = sorted(totals["provider_code"].unique())
    known = totals[totals["provider_code"].isin(trusts[:4])]
    joining = totals[~totals["provider_code"].isin(trusts[:4]) & (totals["month"] == LAST)]
    told = pooled.forecast(pd.concat([known, joining.assign(value=joining["value"] * 5)]), pooled.RTT, LAST, 12)
    now = known[(known["month"] == LAST) & (known["measure"] == "total_incomplete")].set_index("provider_code")["value"]
    ahead = told[(told["measure"] == "total_incomplete") & told["provider_code"].isin(trusts[:4])]
    ratio = ahead["median"] / ahead["provider_code"].map(now)
    assert ratio.between(0.5, 2).all()
