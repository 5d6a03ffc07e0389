"""DuckDB once a process: what one asks is no other's, and a fork has its own."""

from __future__ import annotations

import multiprocessing

import pytest

from lsc_analytics.tables.database import connection


def count_to(last: int) -> int:
    """A question that takes more than one row group."""
    with connection() as asked:
        return asked.sql(f"select sum(n) from range({last}) as numbers(n)").fetchall()[0][0]


def test_what_is_made_with_one_connection_no_other_sees() -> None:
    """Two files may be read side by side, each into a table of the same name."""
    with connection() as one, connection() as other:
        one.execute("create temp table grouped as select 1 as n")
        other.execute("create temp table grouped as select 2 as n")
        assert one.sql("select n from grouped").fetchall() == [(1,)]
        assert other.sql("select n from grouped").fetchall() == [(2,)]


@pytest.mark.integration
def test_a_fork_of_a_process_that_has_asked_may_ask_too() -> None:
    """Its parent's threads are not there: it would wait for them for ever."""
    assert count_to(1_000_000) == 499_999_500_000
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(count_to, [1_000_000, 10]).get(timeout=60) == [499_999_500_000, 45]
