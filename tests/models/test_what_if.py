"""The what-if grid: no change is the engine's own as now, a setting is what playing it gives, and levers pull one way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from example_futures import ahead
from pydantic import ValidationError

from lsc_analytics import parameters
from lsc_analytics.models.futures import Change, Drive, counts, play
from lsc_analytics.models.scenarios import compare
from lsc_analytics.models.what_if import SETTING, grid
from lsc_analytics.parameters import WhatIf
from lsc_analytics.parameters.scenario import Steps

CAPACITY = parameters.capacity()
OF = ahead(draws=40)
SETTINGS = parameters.what_if().model_copy(
    update={"demand": Steps(lowest=-10, highest=10, step=10), "capacity": Steps(lowest=-5, highest=10, step=5)}
)
TOLD = grid(OF, SETTINGS, CAPACITY)
FIGURES = ["mean", "lower_80", "upper_80"]


def at(*setting: float) -> pd.DataFrame:
    """One setting, by measure and month."""
    return TOLD[(TOLD[[*SETTING]].to_numpy() == setting).all(axis=1)].set_index(["measure", "target_month"])


def test_no_change_is_the_as_now_of_the_scenarios() -> None:
    """Figure by figure, every measure and month: the page's own engine."""
    as_now = compare(OF, {"as_now": parameters.scenarios()["as_now"]}, CAPACITY, "as_now")
    now = as_now.set_index(["measure", "target_month"])
    pd.testing.assert_frame_equal(at(0, 0, 0).loc[now.index, FIGURES], now[FIGURES], check_exact=True)
    assert not at(0, 0, 0)["difference_mean"].any()


def test_a_setting_is_what_playing_it_gives() -> None:
    """Ten percent more demand, five fewer stops and a drive, from the third month on, played whole."""
    from_third = np.array([0.0, 0.0, *[1.0] * 5])
    by_wait = {weeks: percent / 100 for weeks, percent in parameters.what_if().share_by_wait.items()}
    change = Change(
        0.1 * from_third * OF.clock_starts, -0.05 * from_third * OF.stops, (Drive(0.005 * from_third, by_wait),)
    )
    whole = play(OF, change, "as_now")
    told, here = counts(OF, whole), at(10, -5, 0.5)
    for measure in ("total_incomplete", "within_18_weeks_percent", "over_52_weeks", "over_65_weeks"):
        np.testing.assert_allclose(here.loc[measure, "mean"], told[measure].mean(axis=0), atol=1e-9)
        np.testing.assert_allclose(here.loc[measure, "upper_80"], np.quantile(told[measure], 0.9, axis=0), atol=1e-9)
        before = counts(OF, play(OF, Change.none(OF), "as_now"))[measure]
        np.testing.assert_allclose(here.loc[measure, "difference_mean"], (told[measure] - before).mean(0), atol=1e-9)
    np.testing.assert_allclose(here.loc["validated", "mean"], whole.validated.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(here.loc["clock_stops", "mean"], whole.stops.mean(axis=0), atol=1e-9)
    assert here.loc["over_65_weeks", "probability_any"].iloc[-1] == (told["over_65_weeks"][:, -1] >= 1).mean()


@pytest.mark.parametrize("figure", FIGURES)
def test_levers_pull_one_way(figure: str) -> None:
    """More demand never shortens the list; more capacity or validation never lengthens it, nor leaves more long waits."""
    size, long = (
        TOLD[TOLD["measure"] == measure].pivot(index="target_month", columns=[*SETTING], values=figure)
        for measure in ("total_incomplete", "over_65_weeks")
    )
    for level, grows, measures in ((0, 1, [size]), (1, -1, [size, long]), (2, -1, [size, long])):
        for frame in measures:
            others = [place for place in range(3) if place != level]
            for _, line in frame.T.groupby(level=others):
                steps = line.sort_index(level=level).diff().dropna()
                assert (grows * steps >= -1e-9).all(axis=None)


def test_nothing_changes_before_it_can_be_planned() -> None:
    """The first two months are as now in every setting; the third names itself."""
    first = TOLD[TOLD["target_month"] < "2026-04"]
    assert not first["difference_mean"].any()
    assert set(TOLD["first_month"]) == {"2026-04"}
    assert len(TOLD) == 36 * 7 * 7


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"demand": {"lowest": -10, "highest": 10, "step": 4}}, "no whole number of steps"),
        ({"demand": {"lowest": -20, "highest": 20, "step": 1}}, "settings together"),
        ({"validation": {"lowest": -1, "highest": 1, "step": 1}}, "validation adds nobody"),
        ({"share_by_wait": {0: 50}}, "add up to 50"),
        ({"capacity": {"lowest": 5, "highest": 10, "step": 5}}, "less than or equal to 0"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(changed: dict, said: str) -> None:
    """A slider without no change among its places, too many settings, shares that are not a whole."""
    with pytest.raises(ValidationError, match=said):
        WhatIf.model_validate(parameters.what_if().model_dump() | changed)
