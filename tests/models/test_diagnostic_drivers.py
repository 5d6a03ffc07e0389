"""What is behind long waits: parts that add up, sessions that suffice, ranks and gaps that are really there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics import ingest
from lsc_analytics.models import diagnostic_comparison, diagnostic_drivers, diagnostics
from lsc_analytics.parameters import NETWORKS, Standard, ids_of_tests, standards, trust_codes
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import DIAGNOSTIC_CAPACITY

LAST = "2025-09"
COLUMNS = ["scope", "month", "provider_code", "diagnostic_test_code", "measure", "value"]
MEASURES = ("total_waiting", "waiting_6_plus", "waiting_list_activity", "planned_activity", "unscheduled_activity")
Month = tuple[float | None, ...]


def figures(*lists: tuple[str, str, list[Month]], last: str = LAST) -> pd.DataFrame:
    """The view's rows of lists by trust and test: a tuple of measures a month, the last month last; None has no row."""
    rows = [
        ("provider", add_months(last, at + 1 - len(months)), trust, test, measure, value)
        for trust, test, months in lists
        for at, month in enumerate(months)
        for measure, value in zip(MEASURES, month, strict=False)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def year_by_year(start: int, *years: tuple[int, int]) -> list[Month]:
    """A list month by month: every month of a year so many join and so many are seen; a fifth wait six weeks."""
    told: list[Month] = [(start, start // 5, 0, 3, 4)]
    for joined, done in years:
        for _ in range(12):
            total = int(told[-1][0] or 0) + joined - done
            told.append((total, total // 5, done, 3, 4))
    return told


@pytest.mark.parametrize(
    ("years", "parts", "driver"),
    [
        pytest.param([(50, 50), (60, 50)], (120, 120, 0, 0), "demand up", id="ten more join a month"),
        pytest.param([(50, 50), (50, 45)], (60, 0, 60, 0), "fewer tests", id="five fewer tests a month"),
        pytest.param([(55, 50), (55, 50)], (60, 0, 0, 60), "short already", id="as short as the year before"),
        pytest.param([(50, 50), (55, 45)], (120, 60, 60, 0), "demand up and fewer tests", id="both alike"),
        pytest.param([(50, 50), (60, 47)], (156, 120, 36, 0), "demand up", id="a small second cause is not named"),
        pytest.param([(50, 50), (60, 60)], (0, 120, -120, 0), "list not growing", id="more join and all are seen"),
        pytest.param([(60, 50), (50, 55)], (-60, -120, -60, 120), "list not growing", id="it shrinks"),
    ],
)
def test_growth_is_split_into_demand_and_tests(years: list, parts: tuple[int, ...], driver: str) -> None:
    """Lists of one cause, of two and of none, with the parts that were put in."""
    found = diagnostic_drivers.drivers(figures(("RXN", "1", year_by_year(500, *years))), LAST).iloc[0]
    assert tuple(found[["list_change", "demand_part", "activity_part", "carried_part"]]) == parts
    assert found["driver"] == driver
    assert found["other_tests_change"] == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 900), st.integers(0, 300)), min_size=26, max_size=26))
def test_parts_add_up_to_what_the_list_did(months: list[tuple[int, int]]) -> None:
    """Demand, tests and what was short already are the list now less the list a year ago, whatever happened between."""
    told: list[Month] = [(total, total // 4, done, 1, 1) for total, done in months]
    row = diagnostic_drivers.drivers(figures(("RXN", "1", told)), LAST).iloc[0]
    assert row["demand_part"] + row["activity_part"] + row["carried_part"] == row["list_change"]
    assert row["list_change"] == months[-1][0] - months[-13][0]


def test_lists_are_ranked_by_long_waits() -> None:
    """Most people over six weeks first, whatever their share; empty lists are left out; shares are of the lists shown."""
    rows = figures(
        ("RXN", "1", [(100, 30)]), ("RXN", "7", [(1_000, 60)]), ("RXL", "7", [(10, 10)]), ("RXL", "8", [(0, 0)])
    )  # fmt: skip
    found = diagnostic_drivers.drivers(rows, LAST)
    assert found[["provider_code", "diagnostic_test_code"]].values.tolist() == [
        ["RXN", "7"],
        ["RXN", "1"],
        ["RXL", "7"],
    ]
    assert found["share_of_6_plus_percent"].tolist() == [60, 30, 10]
    assert set(found["driver"]) == {"not known"}


def test_a_missing_month_or_blank_activity_leaves_no_sum() -> None:
    """Eleven months are not a year, and a blank is not a nought."""
    months = year_by_year(500, (50, 50), (60, 50))
    gap = figures(("RXN", "1", months))
    for broken in (
        gap[gap["month"] != "2025-03"],
        gap[(gap["month"] != "2025-03") | (gap["measure"] != "waiting_list_activity")],
    ):
        row = diagnostic_drivers.drivers(broken, LAST).iloc[0]
        assert row["driver"] == "not known"
        assert pd.isna(row["list_change"])
    short = diagnostic_drivers.drivers(figures(("RXN", "1", months[12:])), LAST).iloc[0]
    assert (short["driver"], short["list_change"]) == ("tests fell short of demand", 120)


def test_sessions_suffice_and_one_fewer_does_not() -> None:
    """200 of 1,000 over six weeks: 192 seen leave 99%, 22 sessions of nine; growth of 120 a year takes 0.26 a week."""
    rows = figures(("RXN", "1", year_by_year(880, (50, 50), (60, 50))))
    cells = diagnostics.position(rows[rows["month"] == LAST])
    asked = Standard(
        id="x", family="dm01", weeks=6, rule="share_within_at_least", value=99, words="w", source="s", verified=True
    )
    slots = pd.DataFrame(
        {"provider_code": ["RXN"], "diagnostic_test_code": ["1"], "tests_a_session": [9.0], "assumed": [True]}
    )  # fmt: skip
    driven = diagnostic_drivers.drivers(rows, LAST)
    found = diagnostic_drivers.sessions(cells, driven, [asked], slots).iloc[0]
    assert (cells["total_waiting"].item(), cells["waiting_6_plus"].item()) == (1_000, 200)
    assert found["to_be_seen"] == 192  # 800 of 808 are 99.01%
    assert found["sessions_once"] == 22
    assert 9 * (found["sessions_once"] - 1) < found["to_be_seen"] <= 9 * found["sessions_once"]
    assert found["sessions_a_week_to_keep_up"] == pytest.approx(120 / (365.25 / 7) / 9)
    assert diagnostic_drivers.sessions(cells, driven, [asked], slots.iloc[:0]).empty


def test_a_trusts_own_sessions_take_the_place_of_assumed_ones() -> None:
    """The mean over its sites of slots used and attended; the last month loaded; other lists keep what is assumed."""
    rows = [
        (month, "RXN", site, "1", measure, value)
        for month, site, slots in (("2025-01", "A", 99), ("2025-10", "A", 10), ("2025-10", "B", 20))
        for measure, value in (("slots_a_session", slots), ("utilisation_percent", 80), ("dna_percent", 5))
    ]
    loaded = pd.DataFrame(
        rows, columns=["month", "provider_code", "site_code", "diagnostic_test_code", "measure", "value"]
    )
    lists = pd.DataFrame(
        {"provider_code": ["RXN", "RXL"], "diagnostic_test_code": ["1", "1"], "tests_a_session": [9.0, 9.0]}
    )
    found = diagnostic_drivers.slots_held(loaded, lists)
    assert found["tests_a_session"].tolist() == pytest.approx([11.4, 9])
    assert found["assumed"].tolist() == [False, True]
    assert diagnostic_drivers.slots_held(DIAGNOSTIC_CAPACITY.empty(), lists)["assumed"].all()


def test_networks_hold_every_test_once() -> None:
    """The three networks are the fifteen tests, and a network's list is the sum of its tests' lists."""
    held = [test for network in NETWORKS for test in ids_of_tests(network)]
    assert sorted(held, key=int) == ids_of_tests("16") == [str(at) for at in range(1, 16)]
    view = figures(*((trust, test, [(10 * int(test), int(test))]) for trust in trust_codes() for test in held))
    for network in NETWORKS:
        ids = [int(test) for test in ids_of_tests(network)]
        for trust, times in (("RXN", 1), ("LSC", 4)):
            found = diagnostics.history(view, trust, network).iloc[-1]
            assert (found["total_waiting"], found["waiting_6_plus"]) == (times * 10 * sum(ids), times * sum(ids))


def test_ranks_leave_out_what_is_no_trust_or_too_short() -> None:
    """Independent providers and lists below fifty are not compared; equal shares share a place; nineteen are too few."""
    lists = [(f"R{at:02d}", "1", [(100, at // 2)]) for at in range(20)]
    rows = figures(*lists, ("NT9", "1", [(100, 0)]), ("RZZ", "1", [(49, 0)]))
    found = diagnostic_comparison.ranks(rows, ["1"], ["R02", "R03", "RZZ", "NT9"], "1")
    assert found[["provider_code", "rank", "trusts"]].values.tolist() == [["R02", 3, 20], ["R03", 3, 20]]
    assert diagnostic_comparison.ranks(figures(*lists[:19]), ["1"], ["R02"], "1").empty


def test_gaps_blanks_and_lost_tests_are_told() -> None:
    """A trust that misses a month, one with blank activity, one whose test vanished with people on its list, and one whole."""
    whole: list[Month] = [(10, 1, 5)] * 3
    rows = figures(
        ("RXL", "1", whole), ("RXL", "7", whole), ("RXR", "1", whole), ("RXN", "1", whole), ("RTX", "1", whole)
    )  # fmt: skip
    rows = rows[(rows["provider_code"] != "RXR") | (rows["month"] != "2025-08")]
    blank = (rows["provider_code"] == "RXN") & (rows["measure"] == "waiting_list_activity") & (rows["month"] == LAST)
    gone = (rows["provider_code"] == "RXL") & (rows["diagnostic_test_code"] == "7") & (rows["month"] == LAST)
    months = ["2025-07", "2025-08", LAST]
    found = diagnostic_comparison.completeness(rows[~blank & ~gone], trust_codes(), ids_of_tests("16"), months)
    told = found.set_index("provider_code")
    assert told["months_missing"].to_dict() == {"RXL": "", "RXR": "2025-08", "RXN": "", "RTX": ""}
    assert told["lists_without_activity"].to_dict() == {"RXL": 0, "RXR": 0, "RXN": 1, "RTX": 0}
    assert told.loc["RXN", "months_without_activity"] == LAST
    assert told["tests_gone"].to_dict() == {"RXL": "7", "RXR": "", "RXN": "", "RTX": ""}


@pytest.mark.real_data
def test_published_lists_split_without_a_rest(shared_data: Path) -> None:
    """Every list of the four trusts: parts add up; echocardiography at Lancashire Teaching has most over six weeks."""
    reading = ingest.read(shared_data / "dm01" / "waits_activity_by_provider_test_2023-04_2025-09.csv.gz")
    rows = reading.frames["dm01_observations"]
    mine = rows[rows["provider_code"].isin(trust_codes())]
    found = diagnostic_drivers.drivers(mine, LAST)
    parts = found[["demand_part", "activity_part", "carried_part"]].sum(axis=1, skipna=False)
    known = found["list_change"].notna()
    assert known.sum() >= 50
    assert (parts[known] == found.loc[known, "list_change"]).all()
    assert found.iloc[0][["provider_code", "diagnostic_test_code", "waiting_6_plus"]].tolist() == ["RXN", "7", 2277]
    assert found["waiting_6_plus"].sum() == 8393
    cells = diagnostics.position(mine[mine["month"] == LAST])
    slots = found[["provider_code", "diagnostic_test_code"]].assign(tests_a_session=6.0, assumed=True)
    needed = diagnostic_drivers.sessions(cells, found, standards().standards, slots)
    assert set(needed["standard"]) == {"dm01_6_weeks_constitution", "dm01_6_weeks_2025"}
    ranked = diagnostic_comparison.ranks(rows[rows["month"] == LAST], ids_of_tests("16"), trust_codes(), "16")
    assert ranked["provider_code"].tolist() == ["RXR", "RTX", "RXL", "RXN"]
    assert ranked["within_6_weeks_percent"].round(1).tolist() == [98.6, 95.4, 66.1, 59.2]
    months = months_between("2023-04", LAST)
    whole = diagnostic_comparison.completeness(mine, trust_codes(), ids_of_tests("16"), months)
    assert whole["months"].tolist() == [30] * 4
    assert set(whole["months_missing"]) == {""}
