"""A seasonal flow is expected to repeat its season, and never to go below nothing; a short one borrows its season."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lsc_analytics.models.flow_forecast import forecast_pooled, forecast_series, working_days
from lsc_analytics.reference import add_months


def series(values: np.ndarray) -> pd.Series:
    """Values month by month from January 2023."""
    return pd.Series(values.astype(float), index=[add_months("2023-01", step) for step in range(len(values))])


def test_working_days_leave_out_bank_holidays() -> None:
    """April 2025 has 22 weekdays and two bank holidays at Easter."""
    assert working_days("2025-04") == 20


def test_a_yearly_pattern_is_repeated() -> None:
    """A flow that halves every December is expected to do so again."""
    flow = series(np.array([100 if month % 12 != 11 else 50 for month in range(36)]))
    told = dict(zip(*(lambda f: (f.months, f.expected))(forecast_series(flow, 12)), strict=True))
    assert told["2026-12"] < 0.8 * told["2026-10"]


def test_a_falling_flow_stops_at_nothing() -> None:
    """A count is never expected to be negative; a net flow may be."""
    falling = series(np.linspace(100, 2, 30))
    assert (forecast_series(falling, 12).expected >= 0).all()
    assert (forecast_series(falling, 12, at_least=None).expected < 0).any()


def test_a_gap_is_no_zero() -> None:
    """A month that is missing is not taken for a month of nothing."""
    flow = series(np.full(30, 100.0) + np.arange(30) % 3)
    with_gap = flow.drop("2024-03")
    assert abs(forecast_series(with_gap, 3).expected - forecast_series(flow, 3).expected).max() < 3


def test_which_optimiser_succeeded_is_told() -> None:
    """LBFGS as a rule, Newton where it fails, constant where there is nothing to fit; and the season's cost with it."""
    seasonal = series(100 + 10 * np.sin(np.arange(36)))
    by = [forecast_series(each, 2) for each in (seasonal, seasonal.head(12), series(np.full(30, 7)))]
    assert [(each.algorithm, each.terms) for each in by] == [("LBFGS", 9), ("LBFGS", 1), ("constant", 0)]


def test_where_lbfgs_fails_newton_is_used_and_recorded() -> None:
    """Six months that a step explains without error: LBFGS ends abnormally on them."""
    told = forecast_series(series(np.array([0, 0, 0, 100, 100, 100])), 3)
    assert told.algorithm == "Newton"
    assert np.isfinite(told.expected).all()


def test_the_same_series_gives_the_same_forecast() -> None:
    """Nothing is drawn."""
    flow = series(200 + 20 * np.cos(np.arange(40)))
    assert (forecast_series(flow, 6).expected == forecast_series(flow, 6).expected).all()


def flows_of(short: int = 5) -> pd.DataFrame:
    """Two trusts, two specialties: C_100 halves every December, C_110 does not; RXN's C_100 begins late."""
    months = np.arange(36)
    december = np.where(months % 12 == 11, 0.5, 1.0)
    return pd.DataFrame(
        {
            ("RXL", "C_100"): 800 * december,
            ("RXR", "C_100"): 600 * december,
            ("RXN", "C_100"): np.where(months >= 36 - short, 40 * december, np.nan),
            ("RXN", "C_110"): 30.0 + months % 2,
            ("RTX", "C_110"): np.where(months % 12 == 6, 6.0, 4.0),
        },
        index=[add_months("2023-01", step) for step in months],
    )


def test_a_list_with_five_months_takes_the_season_of_its_group() -> None:
    """Its specialty halves every December, so it is expected to, at its own level."""
    told = forecast_pooled(flows_of(), 12)[("RXN", "C_100")]
    expected = dict(zip(told.months, told.expected, strict=True))
    assert told.algorithm == "pooled"
    assert expected["2026-12"] < 0.7 * expected["2026-10"]
    assert 30 < expected["2026-10"] < 50


def test_a_tiny_list_keeps_its_level_and_not_its_chance_season() -> None:
    """Four a month, six in one month a year: too few to tell a season from chance."""
    told = forecast_pooled(flows_of(), 12)[("RTX", "C_110")]
    assert told.algorithm == "pooled"
    assert np.mean(told.expected) == pytest.approx(4.2, abs=0.5)


def test_a_long_list_is_forecast_by_itself() -> None:
    """Pooling changes nothing of a list that has its own history."""
    flows = flows_of()
    own = forecast_series(flows[("RXL", "C_100")], 6)
    assert (forecast_pooled(flows, 6)[("RXL", "C_100")].expected == own.expected).all()


def test_without_a_complete_list_each_is_forecast_by_itself() -> None:
    """Five months of everything teach no season to anyone."""
    flows = flows_of().tail(5)
    told = forecast_pooled(flows, 3)
    assert (told[("RXN", "C_100")].expected == forecast_series(flows[("RXN", "C_100")], 3).expected).all()


def test_a_list_that_has_ended_is_not_forecast() -> None:
    """No figure in the last month, no months ahead."""
    flows = flows_of()
    flows.loc[flows.index[-1], ("RTX", "C_110")] = np.nan
    assert ("RTX", "C_110") not in forecast_pooled(flows, 3)


@pytest.mark.unit
def test_shared_seasons_are_prophets_own() -> None:
    """Seasons and working days laid out once for all lists give each the answer that Prophet alone gives."""
    import logging

    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    random = np.random.default_rng(3)
    for level in (200, 900):
        flow = series(level + 20 * np.sin(np.arange(36) / 2) + random.normal(0, 9, 36))
        told = forecast_series(flow, 6)
        months = [*flow.index, *told.months]
        frame = pd.DataFrame(
            {"ds": pd.to_datetime([f"{m}-01" for m in months]), "working_days": map(working_days, months)}
        )
        plain = Prophet(
            n_changepoints=9,
            yearly_seasonality=4,
            weekly_seasonality=False,
            daily_seasonality=False,
            uncertainty_samples=0,
        )
        plain.add_regressor("working_days")
        plain.fit(frame[:36].assign(y=flow.to_numpy()), algorithm="LBFGS", seed=1)
        np.testing.assert_allclose(told.expected, plain.predict(frame)["yhat"].to_numpy()[36:])
