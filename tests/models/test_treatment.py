"""Each fault of a history is found, told in words and treated as stated; on real recodes the treatment makes forecasts better."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import family
from lsc_analytics.models.series import ahead
from lsc_analytics.models.treatment import faults, only_last_value, treated, treatments
from lsc_analytics.reference import add_months

FIRST = "2024-01"
STEADY = [900.0, 910.0, 905.0, 915.0, 908.0, 912.0, 903.0, 911.0]


def figures(counts: list[float | None], measure: str = "total_incomplete", function: str = "C_100") -> pd.DataFrame:
    """A list by month from January 2024; None is a month without a figure."""
    rows = [
        ("RXR", function, add_months(FIRST, step), measure, count)
        for step, count in enumerate(counts)
        if count is not None
    ]
    return pd.DataFrame(rows, columns=["provider_code", "treatment_function_code", "month", "measure", "value"])


def found(counts: list[float | None], as_of: str | None = None) -> list[tuple[str, str]]:
    """Month and fault of a list's history."""
    told = treatments(figures(counts), as_of or add_months(FIRST, len(counts) - 1))
    return list(told[["month", "what"]].itertuples(index=False, name=None))


def mended(rows: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """One list's history, treated: months by measures."""
    history = rows.pivot(index="month", columns="measure", values="value").sort_index()
    whole = history["total_incomplete"].dropna()
    return treated(history, faults(whole, as_of), family.RTT.stocks)


def values(history: pd.DataFrame, measure: str = "total_incomplete") -> list[float]:
    """A measure's values in month order."""
    return history[measure].dropna().tolist()


@pytest.mark.parametrize(
    ("counts", "faults"),
    [
        (STEADY, []),
        ([*STEADY, None, None, 905.0], [("2024-09", "gap")]),
        ([*STEADY, 300.0, 905.0], [("2024-09", "passing_recode")]),
        ([*STEADY, 300.0, 310.0], [("2024-09", "step")]),
        ([*STEADY, 300.0], [("2024-09", "step")]),
        ([*STEADY, 1100.0, 1090.0], [("2024-09", "step")]),
        ([*STEADY, 1100.0, 905.0], []),
        ([0.0, 0.0, 0.0, *STEADY], [("2024-04", "began")]),
        ([*STEADY, 0.0, 0.0, 0.0], [("2024-09", "ended")]),
        ([*STEADY, 0.0, 0.0], []),
        ([0.0] * 5, [("2024-01", "empty")]),
        ([900.0, 910.0, 905.0], [("2024-01", "short")]),
        ([0.0, 0.0, 0.0, 20.0, 30.0], [("2024-04", "began"), ("2024-04", "short")]),
        ([20.0, 31.0, 19.0, 40.0, 22.0, 35.0], []),
    ],
    ids=[
        "steady", "gap", "passing recode", "step", "step in the last month", "smaller step, far beyond the usual",
        "smaller step that comes back", "begins", "ends", "two months at nothing", "nobody ever", "three months",
        "begins and is short", "a small list that moves as small lists do",
    ],
)  # fmt: skip
def test_each_fault_is_found(counts: list[float | None], faults: list[tuple[str, str]]) -> None:
    """Each history has the faults it was made with, and no others."""
    assert found(counts) == faults


def test_a_missing_latest_month_is_told() -> None:
    """A list whose figures end before the as-of month is not passed off as known."""
    assert found(STEADY, "2024-10") == [("2024-08", "latest_missing")]


def test_nothing_after_the_origin_is_seen() -> None:
    """A recode of one month looks like a step until the next month is there."""
    counts = [*STEADY, 300.0, 905.0]
    assert found(counts, "2024-09") == [("2024-09", "step")]
    assert found(counts, "2024-10") == [("2024-09", "passing_recode")]


def test_each_treatment_is_told_in_words() -> None:
    """The sentence names what was seen and what is done."""
    told = treatments(figures([*STEADY, 300.0, 905.0, None, 900.0]), "2024-12").set_index("what")["treatment"]
    assert told["passing_recode"].startswith("The list went from 911 to 300 and back to 905")
    assert told["gap"].startswith("No figure is loaded: flows of the missing months")
    assert not any("{" in sentence for sentence in told)


def test_a_passing_recode_is_taken_as_missing() -> None:
    """The month's counts are left out, its flows and all other months stay."""
    rows = pd.concat([figures([*STEADY, 300.0, 905.0]), figures([50.0] * 10, "clock_starts")], ignore_index=True)
    told = mended(rows, "2024-10")
    assert values(told) == [*STEADY, 905.0]
    assert values(told, "clock_starts") == [50.0] * 10


def test_months_before_a_step_are_moved_measure_by_measure() -> None:
    """Each measure's earlier months move by its own step, and none below nothing."""
    rows = pd.concat(
        [figures([*STEADY, 300.0, 310.0]), figures([40.0] * 8 + [12.0, 13.0], "over_52_weeks")], ignore_index=True
    )
    told = mended(rows, "2024-10")
    assert values(told) == [value - 611 for value in STEADY] + [300.0, 310.0]
    assert values(told, "over_52_weeks") == [12.0] * 9 + [13.0]


def test_a_list_that_began_starts_there() -> None:
    """The months at nothing before are no history."""
    rows = figures([0.0, 0.0, 0.0, 20.0, 30.0])
    assert values(mended(rows, "2024-05")) == [20.0, 30.0]


def test_a_history_without_faults_comes_back_as_it_was() -> None:
    """Nothing is done where nothing is wrong."""
    steady = figures(STEADY).pivot(index="month", columns="measure", values="value")
    assert treated(steady, [], family.RTT.stocks).equals(steady)
    assert mended(figures(STEADY), "2024-08").equals(steady)


@pytest.mark.parametrize(
    ("counts", "only"), [([0.0] * 5, True), ([9.0, 8.0], True), (STEADY, False), ([*STEADY, 300.0], False)]
)
def test_where_nothing_but_the_last_value_is_told(counts: list[float], only: bool) -> None:
    """A list without people or without history is not forecast by anything else; a step is no reason for that."""
    assert only_last_value(faults(series(figures(counts)), add_months(FIRST, len(counts) - 1))) is only


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 3000).map(float)), min_size=2, max_size=30).filter(any))
def test_the_latest_month_is_never_changed(counts: list[float | None]) -> None:
    """Whatever a history looks like, treating it keeps the latest count, invents no month and goes below nothing nowhere."""
    rows = figures(counts)
    told = mended(rows, add_months(FIRST, len(counts) - 1))["total_incomplete"]
    last = rows["month"].max()
    assert told[last] == series(rows)[last]
    assert set(told.dropna().index) <= set(rows["month"])
    assert (told.dropna() >= 0).all()


def four_trusts(shared_data: Path) -> pd.DataFrame:
    """The four trusts' lists by specialty, April 2022 to January 2026, totals only."""
    rows = pd.read_csv(next((shared_data / "rtt").glob("incomplete_totals_lsc_specialty_*.csv.gz")))
    return rows.rename(columns={"total_incomplete": "value"}).assign(measure="total_incomplete")


def all_trusts(shared_data: Path) -> pd.DataFrame:
    """The lists of 157 trusts by specialty, April 2024 to January 2026, totals only."""
    rows = pd.read_csv(next((shared_data / "rtt").glob("incomplete_by_provider_specialty_*.csv.gz")))
    return pd.DataFrame(
        {
            "provider_code": rows["Provider_Code"],
            "treatment_function_code": rows["Treatment_Function_Code"],
            "month": rows["Reporting_Month"].str[:7],
            "measure": "total_incomplete",
            "value": rows["Total_Incomplete_Pathways"].astype(float),
        }
    )[~rows["Is_Total"]]


def errors(rows: pd.DataFrame, origin: str, methods: list[str], horizon: int = 3) -> tuple[float, float]:
    """Absolute error over the months ahead of every list with a step or passing recode: as published, and treated."""
    seen = rows[rows["month"] <= origin]
    told = treatments(seen, origin)
    told = told[told["what"].isin(["step", "passing_recode"])]
    key = ["provider_code", "treatment_function_code"]
    mine = seen.merge(told[key].drop_duplicates(), on=key)
    later = rows[rows["month"] > origin].set_index([*key, "month"])["value"]
    after = {cell: mended(part, origin)["total_incomplete"].dropna() for cell, part in mine.groupby(key)}
    found = np.zeros(2)
    for cell, part in mine.groupby(key):
        if part["month"].max() == origin:
            outturn = later.reindex([(*cell, add_months(origin, step)) for step in range(1, horizon + 1)]).to_numpy()
            for place, history in enumerate((series(part), after[cell])):
                said = ahead(history, horizon, methods)
                said = said[said["method"] == methods[-1]] if methods[-1] in set(said["method"]) else said
                found[place] += np.nansum(np.abs(said["median"].to_numpy()[:horizon] - outturn))
    return float(found[0]), float(found[1])


def series(rows: pd.DataFrame) -> pd.Series:
    """A list's history by month."""
    return rows.set_index("month")["value"].sort_index()


@pytest.mark.real_data
def test_named_recodes_are_found(shared_data: Path) -> None:
    """The recodes that are known of: two passing, four that stayed. RXR's other lists of April 2024 moved too little."""
    told = treatments(four_trusts(shared_data), "2026-01")
    seen = set(told[["provider_code", "treatment_function_code", "month", "what"]].itertuples(index=False, name=None))
    assert seen >= {
        ("RXR", "X02", "2023-07", "passing_recode"),
        ("RXR", "X05", "2023-07", "passing_recode"),
        ("RXN", "C_100", "2022-05", "step"),
        ("RXN", "X05", "2022-05", "step"),
        ("RXR", "C_100", "2024-04", "step"),
        ("RXR", "X04", "2025-05", "step"),
    }


@pytest.mark.real_data
@pytest.mark.parametrize(("method", "share"), [("drift", 0.95), ("seasonal_naive", 0.85)])
def test_the_four_trusts_recodes_do_less_harm_when_treated(shared_data: Path, method: str, share: float) -> None:
    """Over three origins after the recodes of 2022 to 2025 both come nearer on treated histories (not at every origin)."""
    rows = four_trusts(shared_data)
    told = np.array([errors(rows, add_months("2023-12", 9 * step), [method]) for step in range(3)])
    before, after = told.sum(axis=0)
    assert after < share * before


@pytest.mark.real_data
def test_steps_of_all_trusts_do_less_harm_when_treated(shared_data: Path) -> None:
    """Over every list of an eighth of 157 trusts that has stepped, a drift's error falls by more than a tenth."""
    rows = all_trusts(shared_data)
    some = sorted(rows["provider_code"].unique())[::8]
    before, after = errors(rows[rows["provider_code"].isin(some)], "2025-07", ["drift"])
    assert after < 0.9 * before
