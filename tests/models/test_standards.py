"""Standards: which bind when, what their formulas need, and what a list would have to do to meet them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lsc_analytics import ingest
from lsc_analytics.errors import ParameterError
from lsc_analytics.models import rtt
from lsc_analytics.models.standards import against, binds, to_be_seen
from lsc_analytics.parameters import Standard, Standards, standards
from lsc_analytics.tables import RTT_POSITION

TOLD = {"family": "rtt", "words": "w", "source": "s", "verified": True}


def position(month: str = "2026-01", provider: str = "RXL", code: str = "C_999", **counts: float | None) -> dict:
    """One row of a list's position, measures that are not named empty."""
    row: dict = dict.fromkeys(RTT_POSITION.names)
    return row | {"month": month, "provider_code": provider, "treatment_function_code": code} | counts


def positions(*rows: dict) -> pd.DataFrame:
    """These rows as the table."""
    return RTT_POSITION.check(pd.DataFrame(list(rows)))


def seven_points(value: float = 65) -> Standard:
    """65% or seven points more than in November 2025."""
    return Standard(
        id="asked", weeks=18, rule="share_within_at_least", value=value,
        improvement={"points": 7, "baseline": "2025-11", "baseline_verified": True}, **TOLD,
    )  # fmt: skip


def over(weeks: int, rule: str, value: float) -> Standard:
    """A standard of pathways over so many weeks."""
    return Standard(id=f"over-{weeks}", weeks=weeks, rule=rule, value=value, **TOLD)


def by_id(name: str) -> Standard:
    """One of the standards as shipped."""
    return next(standard for standard in standards().standards if standard.id == name)


@pytest.mark.parametrize(("within", "needed"), [(5715, 65.0), (5800, 65.0), (5801, 65.01), (6000, 67.0), (9800, 100.0)])
def test_the_greater_of_65_and_seven_points_more(within: int, needed: float) -> None:
    """Below 58% in the baseline month 65% is asked, above it seven points more, and never more than everybody."""
    rows = positions(
        position("2025-11", total_incomplete=10_000, within_18_weeks=within),
        position("2026-01", total_incomplete=10_000, within_18_weeks=6_000),
    )
    found = against(rows, [seven_points()], "2026-01").iloc[0]
    assert found["needed"] == pytest.approx(needed)
    assert found["baseline_percent"] == within / 100
    assert found["met"] == (100 * needed <= 6_000)


def test_without_its_baseline_month_a_formula_is_not_judged() -> None:
    """A baseline that is not loaded, or lies after the month judged, is not guessed and not looked up ahead."""
    rows = positions(
        position("2025-10", total_incomplete=100, within_18_weeks=60),
        position("2025-11", total_incomplete=100, within_18_weeks=40),
    )
    found = against(rows, [seven_points()], "2025-10").iloc[0]
    assert pd.isna(found["needed"])
    assert pd.isna(found["met"])
    assert pd.isna(found["to_be_seen"])
    assert found["actual"] == 60


@pytest.mark.parametrize(
    ("over_52", "actual", "met", "seen"), [(10, 1.0, True, 0), (11, 1.1, False, 2), (0, 0.0, True, 0)]
)
def test_at_most_one_percent_over_52_weeks(over_52: int, actual: float, met: bool, seen: int) -> None:
    """Exactly 1% meets it; each pathway seen shortens the list too, so 11 of 1,000 takes two."""
    rows = positions(position(total_incomplete=1_000, over_52_weeks=over_52))
    found = against(rows, [over(52, "share_over_at_most", 1)], "2026-01").iloc[0]
    assert (found["actual"], found["met"], found["to_be_seen"]) == (pytest.approx(actual), met, seen)


def test_a_count_is_judged_in_pathways() -> None:
    """Three over 65 weeks miss a standard of nobody by three; an unknown count is neither met nor missed."""
    rows = positions(
        position(total_incomplete=1_000, over_65_weeks=3), position(code="C_110", total_incomplete=100)
    )  # fmt: skip
    found = against(rows, [over(65, "count_over_at_most", 0)], "2026-01").set_index("treatment_function_code")
    assert found.loc["C_999", ["actual", "met", "to_be_seen", "unit"]].tolist() == [3.0, False, 3, "pathways"]
    assert found.loc["C_110", ["actual", "met", "to_be_seen"]].isna().all()


def test_an_empty_list_has_no_share_and_nobody_over() -> None:
    """Nobody waiting meets what limits a count, and has no share within 18 weeks."""
    rows = positions(position(total_incomplete=0, within_18_weeks=0, over_52_weeks=0))
    asked = [
        over(52, "share_over_at_most", 1),
        Standard(id="x", weeks=18, rule="share_within_at_least", value=92, **TOLD),
    ]
    found = against(rows, asked, "2026-01").set_index("standard")
    assert found.loc["over-52", "met"]
    assert pd.isna(found.loc["x", "met"])


def test_what_cannot_be_counted_is_refused() -> None:
    """A standard of weeks that a position does not hold is a fault of the registry, and says so."""
    rows = positions(position(total_incomplete=10))
    with pytest.raises(ParameterError, match="40 weeks"):
        against(rows, [over(40, "count_over_at_most", 0)], "2026-01")


@settings(max_examples=60)
@given(st.integers(0, 5_000), st.data(), st.floats(1, 100))
def test_to_be_seen_is_the_least_that_meets_a_share(total: int, data: st.DataObject, needed: float) -> None:
    """Seeing that many meets it, one fewer does not; never more than are over."""
    within = data.draw(st.integers(0, total))
    seen = to_be_seen(total, within, needed)
    assert 0 <= seen <= total - within
    assert 100 * within >= needed * (total - seen) * (1 - 1e-9)
    assert seen == 0 or 100 * within < needed * (total - seen + 1)


@settings(max_examples=40)
@given(st.integers(1, 5_000), st.data(), st.floats(0, 100))
def test_shown_shares_never_flatter(total: int, data: st.DataObject, needed: float) -> None:
    """A share that misses its standard is never shown as if it met it, within or over."""
    within = data.draw(st.integers(0, total))
    needed = round(needed, 2)
    rows = positions(position(total_incomplete=total, within_18_weeks=within, over_52_weeks=total - within))
    asked = [
        Standard(id="within", weeks=18, rule="share_within_at_least", value=needed, **TOLD),
        over(52, "share_over_at_most", needed),
    ]
    found = against(rows, asked, "2026-01").set_index("standard")
    assert found.loc["within", "met"] or found.loc["within", "actual"] < needed
    assert found.loc["over-52", "met"] or found.loc["over-52", "actual"] > needed


def test_status_follows_from_the_dates() -> None:
    """65 weeks by March 2024 was yet to come, bound, and was moved to September, each in its time."""
    march, september = by_id("rtt_65_weeks_2024_march"), by_id("rtt_65_weeks_2024")
    days = [dt.date(2022, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 4, 30), dt.date(2026, 1, 31)]
    assert [march.status_at(day) for day in days] == ["future", "binding", "superseded", "superseded"]
    assert [september.status_at(day) for day in days] == ["future", "future", "binding", "superseded"]
    assert by_id("rtt_78_weeks_2023").status_at(days[1]) == "missed"
    assert by_id("rtt_18_weeks_constitution").status_at(days[0]) == "binding"


def test_no_deadline_is_known_before_it_was_announced() -> None:
    """Every dated standard is known from a day before its date, and from its announcement where one was read."""
    dated = [standard for standard in standards().standards if standard.by]
    assert len(dated) > 8
    for standard in dated:
        assert standard.known_from is not None
        assert standard.by is not None
        assert standard.known_from < standard.by
        assert standard.status_at(standard.known_from - dt.timedelta(days=1)) == "future"


def test_the_default_view_is_what_binds_with_65_weeks_beside() -> None:
    """In January 2026: 92, the two formulas, 1% over 52 weeks and the last of the 65-week dates; no twin, none of old."""
    rows = positions(position(total_incomplete=100, within_18_weeks=60, over_52_weeks=2, over_65_weeks=1))
    found = against(rows, standards().standards, "2026-01")
    assert found.loc[found["in_view"], "standard"].tolist() == [
        "rtt_18_weeks_2029", "rtt_18_weeks_2026_trust", "rtt_18_weeks_2027_trust", "rtt_52_weeks_2026", "rtt_65_weeks_2025",
    ]  # fmt: skip
    assert not found.set_index("standard").loc["rtt_65_weeks_2025", "verified"]
    earlier = against(
        positions(position("2024-01", total_incomplete=100, over_65_weeks=1)), standards().standards, "2024-01"
    )
    assert earlier.loc[earlier["in_view"], "standard"].tolist() == [
        "rtt_18_weeks_constitution",
        "rtt_65_weeks_2024_march",
    ]


def test_a_national_figure_is_not_asked_of_a_trust() -> None:
    """70% nationally is asked of England alone; what is asked of every trust is asked of their sum too."""
    national, trust = by_id("rtt_18_weeks_2027"), by_id("rtt_18_weeks_2027_trust")
    assert [binds(national, code) for code in ("RXN", "LSC", "ENG")] == [False, False, True]
    assert [binds(trust, code) for code in ("RXN", "LSC", "ENG")] == [True, True, False]


def test_a_registry_that_contradicts_itself_is_refused() -> None:
    """A replacement that is not there, one without a last day, and a share over with an improvement are refused."""
    one = {"id": "a", "weeks": 65, "rule": "count_over_at_most", "value": 0, **TOLD}
    with pytest.raises(ValidationError, match="a is replaced by b, which is not there"):
        Standards(standards=[one | {"until": "2024-03-31", "replaced_by": "b"}], not_measurable=[])
    with pytest.raises(ValidationError, match="has a last day"):
        Standard(**one, replaced_by="b")
    with pytest.raises(ValidationError, match="only a share within"):
        Standard(**one, improvement={"points": 5, "baseline": "2024-11", "baseline_verified": True})


def test_every_standard_has_a_source_and_unverified_ones_say_so() -> None:
    """A row that rests on memory says so in its source, and what cannot be measured says why."""
    for standard in (*standards().standards, *standards().cancer):
        assert standard.source
        assert standard.verified or "memory" in standard.source
    assert {one.days for one in standards().cancer} == {28, 31, 62}
    assert any("first appointment" in one.words for one in standards().not_measurable)
    assert not any("cancer" in one.words for one in standards().not_measurable)
    assert all(one.why for one in standards().not_measurable)


@pytest.mark.real_data
def test_published_standing_of_blackpool(shared_data: Path) -> None:
    """January 2026, 24,154 of 42,257 within 18 weeks: 57.15%, and 5,097 more to be seen for 65%."""
    reading = ingest.read(shared_data / "rtt" / "incomplete_by_org_all_specialties_2022-04_2026-01.csv.gz")
    rows = reading.frames["rtt_observations"]
    figures = rows[(rows["provider_code"] == "RXL") & (rows["scope"] == "provider")].assign(file_sha256="f")
    sixty_five = Standard(id="x", weeks=18, rule="share_within_at_least", value=65, **TOLD)
    found = against(rtt.position(figures), [sixty_five], "2026-01").set_index("treatment_function_code").loc["C_999"]
    assert (found["actual"], found["to_be_seen"]) == (57.15, 5_097)
