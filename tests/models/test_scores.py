"""Scores are those of their sources: worked by hand, by closed form, and by what a perfect forecast must get."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from lsc_analytics.errors import TableError
from lsc_analytics.models.scores import QUANTILES, crps, score

LEVELS = np.array(list(QUANTILES.values()))


def said(**changed: object) -> pd.DataFrame:
    """Two lists forecast by two methods: outturns 10 and 3, last values 8 and 6."""
    rows = pd.DataFrame(
        {
            "as_of": "2025-01", "provider_code": ["RXL", "RXN"] * 2, "treatment_function_code": "C_110",
            "measure": "over_52_weeks", "target_month": "2025-04", "horizon": 3,
            "method": ["last_value", "last_value", "theta", "theta"],
            "mean": [8.0, 6.0, 9.0, 5.0], "median": [8.0, 6.0, 9.0, 4.0],
            "lower_80": [5.0, 4.0, 7.0, 2.0], "upper_80": [11.0, 8.0, 11.0, 5.0],
            "lower_95": [3.0, 2.0, 6.0, 1.0], "upper_95": [13.0, 10.0, 12.0, 6.0],
            "probability_any": [1.0, 0.5, 1.0, 0.9], "last_value": [8.0, 6.0] * 2, "outturn": [10.0, 3.0] * 2,
            "scale": [2.0, 1.0] * 2,
        }
    )  # fmt: skip
    return rows.assign(**changed)


def test_each_score_is_as_worked_by_hand() -> None:
    """Errors 1 and 1 against 2 and 3; of 13 pathways; in months of usual change 0.5 and 1; chances 1 and 0.9 of one."""
    told = score(said(), ["measure"]).set_index("method").loc["theta"]
    assert told["forecasts"] == 2
    assert told["error_to_last_value"] == pytest.approx(2 / 5)
    assert told["wape"] == pytest.approx(2 / 13)
    assert told["mase"] == pytest.approx(0.75)
    assert told["brier"] == pytest.approx(0.01 / 2)
    assert told["held_80_percent"] == 100
    assert told["mean_to_outturn"] == pytest.approx(14 / 13)


def test_the_last_value_scores_one_against_itself() -> None:
    """Both ratios of the last value to the last value are 1."""
    told = score(said(), ["measure", "horizon"]).set_index("method").loc["last_value"]
    assert told["error_to_last_value"] == told["crps_to_last_value"] == 1
    assert told["held_80_percent"] == 50


def test_a_small_list_is_left_out_of_coverage_alone() -> None:
    """Below five at the origin whole numbers decide what an interval holds; every other score counts the list."""
    told = score(said(last_value=[8.0, 4.0] * 2), ["measure"]).set_index("method").loc["last_value"]
    assert told["held_80_percent"] == 100
    assert told["forecasts"] == 2


def test_a_ratio_to_nothing_is_empty() -> None:
    """Where nothing changed and nobody waited, there is no ratio, and no error."""
    told = score(said(outturn=0.0, last_value=0.0, scale=np.nan), ["measure"])
    assert told[["error_to_last_value", "wape", "mase", "held_80_percent", "mean_to_outturn"]].isna().all().all()


def test_without_the_last_value_there_is_no_ratio_of_crps() -> None:
    """The probabilistic ratio needs the last value's own intervals on the same list and month."""
    alone = said().query("method == 'theta'")
    assert score(alone, ["measure"])["crps_to_last_value"].isna().all()
    assert score(alone, ["measure"])["error_to_last_value"].item() == pytest.approx(0.4)


def test_a_missing_column_is_named() -> None:
    """What cannot be judged says which column is missing."""
    with pytest.raises(TableError, match="outturn"):
        score(said().drop(columns="outturn"), ["measure"])


@given(
    mean=st.floats(500, 5000),
    spread=st.floats(1, 60),
    away=st.floats(-5, 5),
)
def test_crps_is_the_closed_form_of_a_normal(mean: float, spread: float, away: float) -> None:
    """Spread * (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)), Gneiting and Raftery 2007, to half a percent."""
    quantiles = mean + spread * norm.ppf(LEVELS)
    exact = spread * (away * (2 * norm.cdf(away) - 1) + 2 * norm.pdf(away) - 1 / np.sqrt(np.pi))
    assert crps(quantiles[None], np.array([mean + spread * away]))[0] == pytest.approx(exact, rel=0.005)


def test_crps_prefers_the_honest_forecast() -> None:
    """Of forecasts of a Poisson count, the true quantiles score better than half or twice as wide ones."""
    outturn = np.random.default_rng(1).poisson(40, 4000).astype(float)
    scored = {
        width: crps(np.tile(40 + width * np.sqrt(40) * norm.ppf(LEVELS), (4000, 1)), outturn).mean()
        for width in (0.5, 1.0, 2.0)
    }
    assert min(scored, key=scored.__getitem__) == 1.0
