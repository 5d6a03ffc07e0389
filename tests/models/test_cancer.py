"""Cancer waiting times: shares with halves, the standards that bind, types, the system's sum, and the plan."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import cancer, intervals
from lsc_analytics.parameters import CancerStandard, standards
from lsc_analytics.reference import SYSTEM
from lsc_analytics.tables import CANCER, CANCER_TYPES, PLAN

TRUSTS = ["RXL", "RXR", "RXN", "RTX"]


def figures(*series: tuple[str, str, str, str, float, float]) -> pd.DataFrame:
    """Figures of (month, provider, standard, type, treated, in time); a total where the type is all."""
    rows = [
        (month, provider, standard, "all" if kind == "all" else "screening", kind, measure, value, "x", "f" * 64)
        for month, provider, standard, kind, treated, within in series
        for measure, value in (("treated", treated), ("within_standard", within), ("breaches", treated - within))
    ]
    return CANCER.check(pd.DataFrame(rows, columns=CANCER.names))


def standard(value: float, days: int = 62, **dates: str) -> CancerStandard:
    """One that asks so much."""
    told = {"id": f"{value}-{dates.get('by')}", "words": "w", "source": "s", "verified": True}
    return CancerStandard(value=value, days=days, **told, **dates)


# Lancashire Teaching in April and May 2025, East Lancashire in May, as published with revisions.
PUBLISHED = figures(
    ("2025-04", "RXN", "62_days", "all", 250.5, 133.0),
    ("2025-05", "RXN", "62_days", "all", 252.5, 149.5),
    ("2025-05", "RXR", "62_days", "all", 229.5, 165.0),
)


def test_a_share_keeps_halves_and_has_its_interval() -> None:
    """RXN in April 2025: 133 of 250.5 is 53.09%; Wilson's interval of it reckoned by hand from the formula."""
    row = cancer.position(PUBLISHED).iloc[0]
    assert (row["treated"], row["breaches"]) == (250.5, 117.5)
    assert round(row["performance_percent"], 2) == 53.09
    z, n, p = 1.959964, 250.5, 133 / 250.5
    middle, half = p + z**2 / (2 * n), z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    assert row["lower_95"] == pytest.approx(100 * (middle - half) / (1 + z**2 / n))
    assert row["upper_95"] == pytest.approx(100 * (middle + half) / (1 + z**2 / n))


def test_the_system_is_the_sum_of_trusts_in_months_that_all_tell() -> None:
    """May has both, and 314.5 of 482 in time; April lacks one, so it has no sum."""
    told = cancer.position(cancer.system_figures(PUBLISHED, TRUSTS))
    mine = told[told["provider_code"] == SYSTEM]
    assert mine[["month", "treated", "within_standard"]].values.tolist() == [["2025-05", 482.0, 314.5]]


def test_a_month_with_nobody_has_no_share() -> None:
    """No division, and neither met nor missed."""
    position = cancer.position(figures(("2025-05", "RXN", "62_days", "all", 0, 0)))
    assert position["performance_percent"].isna().all()
    told = cancer.standing(position, [standard(85)], "2025-05")
    assert told["met"].isna().all()
    assert told["more_in_time"].tolist() == [0]


def test_each_standard_is_judged_in_its_last_month_that_every_trust_tells_of() -> None:
    """28 days end in April here; of 62 days RXR has no June, so May is judged, and April where May is to come."""
    rows = pd.concat(
        [
            PUBLISHED,
            figures(
                ("2025-06", "RXN", "62_days", "all", 10, 10),
                ("2025-04", "RXN", "28_days", "all", 100, 80),
                ("2025-04", "RXR", "28_days", "all", 100, 79),
            ),
        ]
    )
    asked = [standard(85), standard(80, 28)]
    told = cancer.standing(cancer.position(rows), asked, "2025-06")
    assert told[["cancer_standard", "provider_code", "month"]].values.tolist() == [
        ["62_days", "RXN", "2025-05"], ["62_days", "RXR", "2025-05"],
        ["28_days", "RXN", "2025-04"], ["28_days", "RXR", "2025-04"],
    ]  # fmt: skip
    assert told["met"].tolist() == [False, False, True, False]
    assert set(cancer.standing(cancer.position(PUBLISHED), asked, "2025-04")["month"]) == {"2025-04"}
    assert cancer.standing(cancer.position(PUBLISHED), asked, "2025-03").empty


def test_only_what_binds_is_asked_and_a_dated_twin_stands_for_a_standing_one() -> None:
    """As shipped, 62 days: 85% and 75% in June 2025; with the framework of October 2025 85% has a date and 80% is there."""
    position = cancer.position(
        figures(*((month, "RXN", "62_days", "all", 100, 50) for month in ("2025-02", "2025-06", "2025-12")))
    )
    asked = {
        month: cancer.standing(position, standards().cancer, month)[["needed_percent", "by"]].fillna("").values.tolist()
        for month in ("2025-02", "2025-06", "2025-12")
    }
    assert asked["2025-02"] == [[85, ""], [75, "2026-03-31"], [70, "2025-03-31"]]
    assert asked["2025-06"] == [[85, ""], [75, "2026-03-31"]]
    assert asked["2025-12"] == [[85, "2029-03-31"], [80, "2027-03-31"], [75, "2026-03-31"]]


def test_a_year_before_and_beyond_chance_are_told() -> None:
    """70 of 100 after 60 of 100: short of 85% beyond chance, not of 75%; 5 and 15 more would have done."""
    position = cancer.position(
        figures(("2024-05", "RXN", "62_days", "all", 100, 60), ("2025-05", "RXN", "62_days", "all", 100, 70))
    )
    told = cancer.standing(position, [standard(85), standard(75)], "2025-05")
    assert told[["beyond_chance", "more_in_time", "year_before_percent"]].values.tolist() == [
        [True, 15.0, 60.0],
        [False, 5.0, 60.0],
    ]


@settings(max_examples=25, deadline=None)
@given(halves=st.integers(1, 600), late=st.integers(0, 600), value=st.integers(1, 100))
def test_as_many_more_as_are_told_are_enough_and_a_half_fewer_are_not(halves: int, late: int, value: int) -> None:
    """Whatever is asked, of any number of patients and halves."""
    treated, within = halves / 2, max(halves - late, 0) / 2
    position = cancer.position(figures(("2025-05", "RXN", "62_days", "all", treated, within)))
    row = cancer.standing(position, [standard(value)], "2025-05").iloc[0]
    assert row["met"] == (row["more_in_time"] == 0)
    assert 100 * (within + row["more_in_time"]) >= value * treated - 1e-6
    if row["more_in_time"]:
        assert 100 * (within + row["more_in_time"] - 0.5) < value * treated


def test_types_are_ranked_by_their_breaches_over_all_routes() -> None:
    """Prostate's routes are added up; the shares of all breaches come to 100; a month without types is passed over."""
    kinds = [("Prostate", 20, 8), ("Lung", 10, 5), ("Skin", 30, 29.5)]
    rows = pd.concat(
        [
            figures(*(("2025-05", "RXN", "62_days", *kind) for kind in kinds)),
            figures(("2025-05", "RXN", "62_days", "Prostate", 4, 1)).assign(route="urgent_suspected_cancer"),
            figures(("2025-05", "RXN", "62_days", "all", 64, 43.5), ("2025-06", "RXN", "62_days", "all", 70, 50)),
        ]
    )
    told = cancer.types(rows, "RXN", "2025-06")
    assert told[["cancer_type", "treated", "breaches"]].values.tolist() == [
        ["Prostate", 24.0, 15.0], ["Lung", 10.0, 5.0], ["Skin", 30.0, 0.5],
    ]  # fmt: skip
    assert told["share_of_breaches_percent"].sum() == pytest.approx(100)
    assert cancer.types(rows, "RXL", "2025-06").equals(CANCER_TYPES.empty())


def test_the_plan_is_held_against_what_was_counted() -> None:
    """53.1% of 60 planned is off, the first month off; 59.2% of 59 is on; June is not counted yet."""
    values = [("2025-04", 60.0), ("2025-05", 59.0), ("2025-06", 65.0)]
    plan = PLAN.check(
        pd.DataFrame(
            [(month, "RXN", "all", "cancer", "within_62_days_percent", value, "f" * 64) for month, value in values],
            columns=PLAN.names,
        )
    )
    told = cancer.against_plan(cancer.position(PUBLISHED), plan, "2025-05")
    assert told["off_plan"].tolist()[:2] == [True, False]
    assert pd.isna(told["off_plan"].iloc[2])
    assert told["first_off_plan"].tolist() == [True, False, False]
    assert told["gap"].round(2).tolist()[:2] == [-6.91, 0.21]
    assert cancer.against_plan(cancer.position(PUBLISHED), plan.assign(family="rtt"), "2025-05").empty


def test_the_change_of_a_share_is_newcombes() -> None:
    """Two more of the examples of his paper (table II, method 10): 9 of 10 after 3 of 10, and 10 of 10 after none of 20."""
    for counts, lower, upper in (((9, 10, 3, 10), 17.05, 80.90), ((10, 10, 0, 20), 67.91, 100.0)):
        _, low, high = intervals.change(*(pd.Series([float(number)]) for number in counts))
        assert (round(low[0], 2), round(high[0], 2)) == (lower, upper)
