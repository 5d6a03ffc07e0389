"""A plan in the store: taken in, replaced by a later one, refused where nothing tells which of two holds."""

from __future__ import annotations

from pathlib import Path

from lsc_analytics.ingest.plan import HEADER
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse


def plan(folder: Path, name: str, *values: tuple[str, str, int]) -> Path:
    """A plan of one list: month, measure and value."""
    rows = [f"live,RXN,C_110,,{measure},{month},{value}" for month, measure, value in values]
    path = folder / name
    path.write_text("\n".join([",".join(HEADER), *rows]) + "\n", encoding="utf-8")
    return path


def test_a_later_plan_is_read_where_both_speak(tmp_path: Path, home: Home) -> None:
    """In whatever order they are loaded, the later plan's value is read, and the earlier one's where it is silent."""
    early = plan(tmp_path, "plan-2026-04-30.csv", ("2026-06", "over_52_weeks", 50), ("2026-07", "over_52_weeks", 40))
    late = plan(tmp_path, "plan-2026-05-31.csv", ("2026-06", "over_52_weeks", 55))
    for number, order in enumerate(((early, late), (late, early))):
        mine = Home(tmp_path / f"home-{number}")
        assert not take(mine, order).refused
        found = Warehouse(mine).plan(provider_code="RXN", family="rtt", list_code="C_110")
        assert found[["month", "planned_value"]].values.tolist() == [["2026-06", 55.0], ["2026-07", 40.0]]


def test_two_plans_that_say_no_day_and_differ_are_refused(tmp_path: Path, home: Home) -> None:
    """The second is refused and the first still read."""
    take(home, [plan(tmp_path, "plan.csv", ("2026-06", "over_52_weeks", 50))])
    report = take(home, [plan(tmp_path, "another.csv", ("2026-06", "over_52_weeks", 55))])
    assert "It says 55 for 2026-06, RXN, C_110" in report.refused[0].says
    assert Warehouse(home).plan()["planned_value"].tolist() == [50.0]


def test_a_home_without_a_plan_has_an_empty_one(home: Home) -> None:
    """No plan is no rows, with the plan's columns."""
    assert Warehouse(home).plan(family="rtt").empty
