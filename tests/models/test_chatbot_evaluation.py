# ruff: noqa: T201 - coverage is printed: pytest -rP shows it
"""Validated lists beside unvalidated ones: a planted difference is found, none is not, and lists net of removals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lsc_analytics.models import chatbot, rtt
from lsc_analytics.tables import CHATBOT_COUNTS_PUBLISHED

MONTHS = ["2024-08", *(f"2025-0{month}" for month in range(2, 7))]  # six months before, the month before, the campaign
FUNCTIONS = [f"C_1{number}0" for number in range(1, 7)]
TRUSTS = ["RAA", "RBB", "RCC", "RDD", "REE", "RFF"]
CALLED = [("RAA", code) for code in FUNCTIONS[:5]]


def counts(called: list[tuple[str, str]] = CALLED, **changes: str) -> pd.DataFrame:
    """Published counts of one campaign from March to June that called these lists."""
    blank = dict.fromkeys(CHATBOT_COUNTS_PUBLISHED.names, "0") | {"campaign": "Spring"}
    every = {"provider_code": "ALL", "treatment_function_code": "C_999"}
    own = [
        {
            "provider_code": trust,
            "treatment_function_code": code,
            "dimension": "all",
            "category": "all",
            "attempted": "*",
        }
        for trust, code in called
    ]
    months = [every | {"dimension": "month", "category": each, "contacted": "300"} for each in ("2025-03", "2025-06")]
    waits = [every | {"dimension": "wait", "category": name, "removed": "0" if at < 3 else "20"}
             for at, name in enumerate(chatbot.WAIT_BANDS.values())]  # fmt: skip
    whole = every | {"dimension": "all", "category": "all", "removed": "100"} | changes
    return CHATBOT_COUNTS_PUBLISHED.check(pd.DataFrame([blank | row for row in (whole, *own, *months, *waits)]))


def lists(effect: float, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Positions and flows of 36 lists whose months wander; the called ones lose so many percent more by June."""
    random, rows = np.random.default_rng(seed), []
    for trust in TRUSTS:
        for code in FUNCTIONS:
            size = random.uniform(800, 6_000)
            for month in MONTHS:
                size *= 1 + random.normal(0, 0.01)
                shown = size * (1 + effect / 100 if month == "2025-06" and (trust, code) in CALLED else 1)
                told = {"total_incomplete": shown, "within_18_weeks": 0.6 * shown, "over_52_weeks": 0.02 * shown,
                        "clock_starts": 500, "admitted_stops": 100, "non_admitted_stops": 380}  # fmt: skip
                rows += [("provider", month, trust, code, name, round(value)) for name, value in told.items()]
    names = ["scope", "month", "provider_code", "treatment_function_code", "measure", "value"]
    figures = pd.DataFrame(rows, columns=names).assign(source="x", file_sha256="f")
    return rtt.position(figures), rtt.flows(figures)


def change(effect: float, seed: int = 1) -> pd.Series:
    """What is told of the change in the list."""
    told = chatbot.evaluate(counts(), "Spring", *lists(effect, seed), "2025-06")
    return told.set_index("measure").loc["list_change_percent"]


def test_a_planted_difference_is_found_of_its_size() -> None:
    """Twelve percent fewer at the validated lists: the interval holds it and leaves nothing out; they are five beside others."""
    row = change(-12)
    assert row["lower_95"] < -12 < row["upper_95"] < 0
    assert (row["validated_lists"], row["placebos"]) == (5, 31)
    assert (row["month_before"], row["last_month"]) == ("2025-02", "2025-06")


def test_intervals_hold_nothing_where_there_is_nothing() -> None:
    """Lists that wander apart, twenty times without an effect: intervals hold 0 at least 85 times in a hundred."""
    rows = [change(0, seed) for seed in range(20)]
    held = np.mean([row["lower_95"] <= 0 <= row["upper_95"] for row in rows])
    print(f"held {held:.0%}")
    assert held >= 0.85
    assert abs(np.mean([row["difference"] for row in rows])) < 0.5


def test_nothing_to_compare_with_is_no_comparison() -> None:
    """Every list called, or no list of six months before: no row."""
    everybody = counts([(trust, code) for trust in TRUSTS for code in FUNCTIONS])
    position, flows = lists(0)
    assert chatbot.evaluate(everybody, "Spring", position, flows, "2025-06").empty
    late = position[position["month"] > "2024-08"]
    assert chatbot.evaluate(counts(), "Spring", late, flows, "2025-06").empty
    assert chatbot.evaluate(counts(), "Spring", position, flows, "2025-01").empty


def test_net_of_validation_is_a_bound() -> None:
    """A hundred removed, sixty of them from 26 weeks on, who could have reached 52 in four months: at most 1,100 and 110."""
    row = {"month": "2025-06", "provider_code": "LSC", "treatment_function_code": "C_999", "total_incomplete": 1_000,
           "within_18_weeks": 600, "within_18_weeks_percent": 60.0, "over_52_weeks": 50}  # fmt: skip
    position = pd.DataFrame([row, row | {"month": "2025-07"}])
    told = chatbot.net_of_validation(counts(), position, "Spring", "2025-07").iloc[0]
    assert (told["month"], told["waiting"], told["waiting_without"]) == ("2025-06", 1_000, 1_100)
    assert (told["over_52"], told["over_52_without"]) == (50, 110)
    assert told["within_18_percent_without"] == pytest.approx(54.54)
    assert chatbot.net_of_validation(counts(removed="*"), position, "Spring", "2025-07").empty
    assert chatbot.net_of_validation(counts(), position, "Spring", "2025-02").empty
