"""Reconciliation: what agrees, what is a slip, what is damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest import reconcile
from lsc_analytics.ingest.opened import Opened

FILE = Opened(Path("a.csv"), "a.csv", "csv")
BY = ["month", "provider_code"]


def series(**columns: list) -> pd.DataFrame:
    """Series of RXL in one month, index the rows of a file."""
    length = len(next(iter(columns.values())))
    return pd.DataFrame(
        {"month": "2025-03", "provider_code": "RXL"} | columns, index=pd.Index(range(2, 2 + length), name="row")
    )


def check(difference: list[float], stated: list[float], **options: object) -> pd.DataFrame:
    """One check over plain series."""
    frame = series(at=list(range(len(stated))))
    as_series = [pd.Series(values, index=frame.index, dtype="float64") for values in (difference, stated)]
    return reconcile.check(FILE, "a against b", frame, *as_series, lambda row: f"Series {row['at']}.", **options)


def test_a_check_is_one_row_that_says_its_result() -> None:
    """Compared, differing, largest difference, and the sentence."""
    told = check([0, -2, 1], [10, 20, 30]).iloc[0]
    assert (told["month"], told["compared"], told["differing"], told["largest_difference"]) == ("2025-03", 3, 2, 2.0)
    assert told["says"] == "a against b: 3 compared, 2 differ, by at most 2."


@pytest.mark.parametrize(
    ("difference", "stated", "refused"),
    [(5, 100, False), (6, 100, True), (60, 60_000, False), (61, 60_000, True), (np.inf, 0, True)],
)
def test_a_slip_is_five_pathways_or_one_in_a_thousand(difference: float, stated: float, refused: bool) -> None:
    """Beyond both it is damage; so is a side that is missing."""
    if refused:
        with pytest.raises(RefusedFileError, match=r"a\.csv, row 2: Series 0\."):
            check([difference], [stated])
    else:
        assert check([difference], [stated])["differing"].item() == 1


def test_the_largest_difference_is_told_and_the_rest_counted() -> None:
    """Of several missing totals the largest list's."""
    with pytest.raises(RefusedFileError, match=r"row 3: Series 1\. 2 more series differ\."):
        check([9, 90, 9, 0], [9, 90, 9, 0])
    with pytest.raises(RefusedFileError, match=r"row 4: Series 2\. 2 more series differ\."):
        check([np.inf] * 3, [4, 2, 50])


def test_exact_and_tolerated_series() -> None:
    """A sum that the publisher makes may not differ at all; what providers return may, here and there."""
    with pytest.raises(RefusedFileError):
        check([1], [100], exact=True)
    assert check([50, *[0] * 19], [1] * 20, tolerated_series=0.05)["differing"].item() == 1
    with pytest.raises(RefusedFileError):
        check([50, 50, *[0] * 18], [1] * 20, tolerated_series=0.05)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_specialties_that_add_up_never_differ(counts: list[int]) -> None:
    """Whatever the counts, and C_999 is compared, never added."""
    codes = [*(f"C_{100 + i}" for i in range(len(counts))), "C_999"]
    frame = series(treatment_function_code=codes)
    told = reconcile.specialties(FILE, "lists", frame, BY, pd.Series([*counts, sum(counts)], index=frame.index))
    assert (told["compared"].item(), told["differing"].item()) == (1, 0)


def test_c_999_added_to_the_specialties_is_named() -> None:
    """The doubled total that other people's files carry."""
    frame = series(treatment_function_code=["C_100", "C_110", "C_999"])
    with pytest.raises(
        RefusedFileError, match=r"RXL in 2025-03 add up to 42,257 and its C_999 row says 84,514: C_999 has"
    ):
        reconcile.specialties(FILE, "lists", frame, BY, pd.Series([42_000, 257, 84_514], index=frame.index))


def test_a_total_row_is_only_asked_for_where_it_is_due() -> None:
    """A history of specialties alone has nothing to compare."""
    frame, counts = series(treatment_function_code=["C_100"]), pd.Series([7], index=[2])
    assert reconcile.specialties(FILE, "lists", frame, BY, counts, required=False).empty
    with pytest.raises(RefusedFileError, match="it has no C_999 row"):
        reconcile.specialties(FILE, "lists", frame, BY, counts)


def test_a_blank_figure_takes_no_part_and_a_blank_total_is_damage() -> None:
    """Bands without a total beside them cannot be trusted; a series without bands has nothing to compare."""
    frame = series(function=["C_100", "C_110"])
    added = pd.Series([12.0, np.nan], index=frame.index)
    assert reconcile.bands(FILE, "Total", frame, BY, added, added)["compared"].item() == 1
    with pytest.raises(
        RefusedFileError, match=r"row 2: The weekly bands of RXL in 2025-03 add up to 12 and Total is blank"
    ):
        reconcile.bands(FILE, "Total", frame, BY, added, added * np.nan)


def test_a_part_larger_than_its_whole_is_damage() -> None:
    """Over 65 weeks lies inside over 52 weeks."""
    frame = series(function=["C_100", "C_110"])
    small, large = (pd.Series(values, index=frame.index) for values in ([3, 40], [9, 12]))
    with pytest.raises(RefusedFileError, match=r"row 3: RXL in 2025-03 has 40 for 65 weeks and only 12 for 52 weeks"):
        reconcile.inside(FILE, frame, BY, ("65 weeks", small), ("52 weeks", large))
