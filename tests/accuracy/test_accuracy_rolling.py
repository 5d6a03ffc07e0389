"""Forecasts from past months are set beside what came, and scored against the last value."""

from __future__ import annotations

import example_weekly_lists
import numpy as np
import pandas as pd
import pytest
from example_accuracy import judged
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.accuracy import rolling
from lsc_analytics.models import pooled
from lsc_analytics.reference import months_between

MONTHS = months_between("2024-04", "2025-11")
_MEASURES = {
    "total_incomplete": 1.0,
    "within_18_weeks": 0.6,
    "over_52_weeks": 0.05,
    "over_65_weeks": 0.02,
    "over_78_weeks": 0.01,
}


def panel(seed: int = 1) -> pd.DataFrame:
    """Twenty-four invented lists that drift, by month and measure."""
    random = np.random.default_rng(seed)
    rows = []
    for provider in ("RXL", "RXN", "RAA", "RBB", "RCC", "RDD"):
        for function in ("C_100", "C_110", "C_120", "C_130"):
            total = random.integers(200, 3000) * np.cumprod(1 + random.normal(0.003, 0.02, len(MONTHS)))
            for measure, share in _MEASURES.items():
                rows += [
                    (provider, function, month, measure, float(round(share * count)))
                    for month, count in zip(MONTHS, total, strict=True)
                ]
    return pd.DataFrame(rows, columns=["provider_code", "treatment_function_code", "month", "measure", "value"])


def of(record: pd.DataFrame, **wanted: str) -> pd.Series:
    """The one row of a record."""
    rows = record
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_error_is_over_the_last_values() -> None:
    """Five sixteenths over both lists, one half over the trust of the system; coverage counts lists of five or more."""
    told = rolling.record(judged(), "rtt")
    every = of(told, horizons="1 to 3", lists=rolling.EVERY, as_of="every")
    assert every["error_to_last_value"] == pytest.approx(5 / 16)
    assert every["origins_mean"] == pytest.approx(5 / 16)
    assert every["held_80_percent"] == 0
    assert every["held_95_percent"] == 100
    assert of(told, horizons="1 to 3", lists=rolling.TRUSTS, as_of="every")["error_to_last_value"] == pytest.approx(0.5)


def test_the_largest_trust_can_be_left_out() -> None:
    """Without the one with most waiting, the other is right to the pathway."""
    told = rolling.record(judged(), "rtt")
    assert of(told, horizons="1 to 3", lists=rolling.NO_LARGEST, as_of="every")["error_to_last_value"] == 0


def test_a_span_is_scored_where_each_of_its_months_has_come() -> None:
    """An origin whose third month is not known yet is scored by month, not in the span."""
    early, late = judged(), judged(as_of="2025-02")
    told = rolling.record(pd.concat([early, late[late["horizon"] < 3]]), "rtt")
    assert of(told, horizons="1 to 3", lists=rolling.EVERY, as_of="every")["origins"] == 1
    assert of(told, horizons="2", lists=rolling.EVERY, as_of="every")["origins"] == 2


@settings(max_examples=4, deadline=None)
@given(factor=st.integers(2, 9))
def test_the_error_has_no_unit(factor: int) -> None:
    """Lists so many times as long, forecast as well, have the same ratio, MASE and coverage."""
    counts = ["mean", "median", "lower_80", "upper_80", "lower_95", "upper_95", "last_value", "outturn", "scale"]
    once, often = judged(last_value=[90.0, 6] * 3), judged(last_value=[90.0, 6] * 3)
    often[counts] *= factor
    columns = ["error_to_last_value", "mase", "wape", "held_80_percent", "mean_to_outturn"]
    first, second = (rolling.record(frame, "rtt")[columns] for frame in (once, often))
    pd.testing.assert_frame_equal(first, second)


def test_last_value_outturn_and_scale_are_the_lists_own() -> None:
    """100, 110, 105 and then 130: a mean change of 7.5 up to the third month, and 25 out at the fourth."""
    figures = pd.DataFrame(
        {"provider_code": "RXL", "treatment_function_code": "C_110", "measure": "total_incomplete",
         "month": MONTHS[:4], "value": [100.0, 110, 105, 130]}
    )  # fmt: skip
    said = judged(as_of=MONTHS[2], target_month=MONTHS[3]).iloc[:1].drop(columns=["last_value", "outturn", "scale"])
    told = rolling.beside_outturn(said, figures, pooled.RTT).iloc[0]
    assert (told["last_value"], told["outturn"], told["scale"]) == (105, 130, 7.5)


def test_the_pooled_method_is_judged_blind() -> None:
    """Whatever comes later, the forecasts from an origin are the same; only what came differs."""
    figures = panel()
    later = figures.assign(value=figures["value"].where(figures["month"] <= "2025-06", 2 * figures["value"]))
    first, second = (rolling.pooled_judged(frame, "rtt", ["2025-06"], 3, None) for frame in (figures, later))
    pd.testing.assert_frame_equal(first.drop(columns="outturn"), second.drop(columns="outturn"))
    assert (first["outturn"] < second["outturn"]).mean() > 0.9
    assert set(first["method"]) == {"pooled", "last_value"}
    told = rolling.record(first, "rtt")
    assert (told.loc[told["method"] == "last_value", "error_to_last_value"] == 1).all()


def test_boosting_is_judged_blind_on_its_own_measure() -> None:
    """Only what trees tell, from what was known; the same counts stand beside it as beside the pooled method."""
    figures = example_weekly_lists.panel(6, 16)
    later = figures.assign(value=figures["value"].where(figures["month"] <= "2025-05", 2 * figures["value"]))
    first, second = (rolling.boosted_judged(frame, "dm01", ["2025-05"], 1) for frame in (figures, later))
    pd.testing.assert_frame_equal(first.drop(columns="outturn"), second.drop(columns="outturn"))
    assert set(first["measure"]) == {"waiting_6_plus"}
    assert set(first["method"]) == {"boosted"}
    served = pooled.forecast(figures, pooled.DM01, "2025-05", 1, boosting=True).query("measure == 'waiting_6_plus'")
    np.testing.assert_array_equal(first["median"], served["median"])


def test_a_month_with_few_providers_is_no_origin() -> None:
    """Two years that only one trust is loaded for are history, not origins; the last month has nothing after it."""
    figures = panel()
    before = figures[figures["provider_code"] == "RXL"].assign(month=lambda rows: "2022" + rows["month"].str[4:])
    months = rolling.origins(
        pd.concat([before.drop_duplicates(["treatment_function_code", "month", "measure"]), figures]), "rtt"
    )
    assert months == MONTHS[6:-1]


def test_the_sample_is_the_four_trusts_and_the_same_others_every_time() -> None:
    """All lists of the system, and so many of the rest."""
    first, second = (rolling.sample(panel(), pooled.RTT, 5) for _ in range(2))
    assert first.equals(second)
    providers = first.get_level_values("provider_code")
    assert (providers.isin(["RXL", "RXN"]).sum(), len(first)) == (8, 13)
