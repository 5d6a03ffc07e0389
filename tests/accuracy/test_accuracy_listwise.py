"""Methods that take one list, and England from its flows, answer from every origin and see nothing later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lsc_analytics.accuracy import england, listwise
from lsc_analytics.models import pooled, series
from lsc_analytics.models.forecast import FLOWS_AND_IDENTITY
from lsc_analytics.reference import months_between

MONTHS = months_between("2022-01", "2025-06")


def history(seed: int = 1) -> pd.Series:
    """A list that drifts upwards."""
    random = np.random.default_rng(seed)
    return pd.Series(1000 + np.cumsum(random.normal(5, 20, len(MONTHS))).round(), index=MONTHS)


def test_every_method_answers_from_an_origin_with_enough_history() -> None:
    """Each plain method and Prophet on the stock; from a month without a figure, or too early, nothing but the last value."""
    told = listwise.from_each_origin(history(), ["2022-03", "2025-03", "2030-01"], 3)
    late = told[told["as_of"] == "2025-03"]
    assert set(late["method"]) == {*series.METHODS, listwise.PROPHET}
    assert set(told.loc[told["as_of"] == "2022-03", "method"]) == {"last_value"}
    assert sorted(late["target_month"].unique()) == ["2025-04", "2025-05", "2025-06"]
    assert (late["lower_95"] <= late["lower_80"]).all()
    assert (late["upper_80"] <= late["upper_95"]).all()


def test_one_list_is_forecast_blind() -> None:
    """What comes after an origin changes nothing that is said from it."""
    known = history()
    doubled = known.where(known.index <= "2025-03", 2 * known)
    first, second = (listwise.from_each_origin(each, ["2025-03"], 3) for each in (known, doubled))
    pd.testing.assert_frame_equal(first, second)


def test_lists_keep_their_names() -> None:
    """Each list, measure and origin has its own rows."""
    frame = pd.concat([
        pd.DataFrame({"provider_code": code, "treatment_function_code": "C_110", "measure": "total_incomplete",
                      "month": MONTHS, "value": history(seed).to_numpy()})
        for seed, code in enumerate(("RXL", "RAA"))
    ])  # fmt: skip
    said: list[str] = []
    told = listwise.judged(frame, pooled.RTT, ["total_incomplete"], ["2024-12"], 2, said.append)
    last = told[(told["method"] == "last_value") & (told["horizon"] == 1)].set_index("provider_code")["median"]
    assert last.to_dict() == {code: history(seed)["2024-12"] for seed, code in enumerate(("RXL", "RAA"))}


def test_england_is_told_from_its_flows() -> None:
    """A list that grows by a steady hundred a month is told to within a quarter of what the last value misses."""
    random = np.random.default_rng(1)
    starts = 1000 + random.normal(0, 5, len(MONTHS)).round()
    stops, removals = np.full(len(MONTHS), 700.0), np.full(len(MONTHS), 200.0)
    counts = {"clock_starts": starts, "admitted_stops": 0.3 * stops, "non_admitted_stops": 0.7 * stops,
              "total_incomplete": 5000 + np.cumsum(starts - stops - removals)}  # fmt: skip
    figures = pd.concat([
        pd.DataFrame({"scope": "england", "month": MONTHS, "provider_code": "ENG", "treatment_function_code": "C_999",
                      "measure": measure, "value": values, "source": "x", "file_sha256": "f"})
        for measure, values in counts.items()
    ])  # fmt: skip
    told = england.flows_and_identity(figures, "2025-03", horizon=3, draws=200, seed=1)
    came = counts["total_incomplete"]
    assert set(told["method"]) == {FLOWS_AND_IDENTITY}
    missed, naive = abs(told["median"].iloc[-1] - came[-1]), abs(came[-4] - came[-1])
    assert missed < naive / 2
    later = figures.assign(value=figures["value"].where(figures["month"] <= "2025-03", 0.0))
    pd.testing.assert_frame_equal(told, england.flows_and_identity(later, "2025-03", horizon=3, draws=200, seed=1))


@pytest.mark.parametrize(("as_of", "target_month", "kept"), [
    ("2019-10", "2019-12", True), ("2019-12", "2020-01", False), ("2021-12", "2022-01", False), ("2022-01", "2022-02", True)
])  # fmt: skip
def test_the_pandemic_is_left_out_by_origin_and_by_month(as_of: str, target_month: str, kept: bool) -> None:
    """Neither a forecast made in 2020 or 2021 nor one of those years is kept."""
    frame = pd.DataFrame({"as_of": [as_of], "target_month": [target_month]})
    assert (len(england.without_pandemic(frame)) == 1) is kept
