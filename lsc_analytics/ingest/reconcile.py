"""Compares what one file says twice (bands and totals, specialties and C_999), and refuses it where they contradict.

It only compares: a total row is never added to, nor replaced by, what it totals.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from lsc_analytics.ingest.opened import DOWNLOAD_AGAIN, Opened
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.tables import INGEST_CHECKS

# Every published file seen agrees exactly. A difference within these is reported; a larger one is damage.
TOLERATED_COUNT = 5
TOLERATED_SHARE = 0.001


def tolerated(stated: pd.Series) -> pd.Series:
    """By how much a figure may miss what the file states before the file is taken to be damaged.

    >>> tolerated(pd.Series([40.0, 42_257.0])).tolist()
    [5.0, 42.257]
    """
    return (stated.abs() * TOLERATED_SHARE).clip(lower=TOLERATED_COUNT)


def check(
    opened: Opened,
    name: str,
    frame: pd.DataFrame,
    difference: pd.Series,
    stated: pd.Series,
    sentence: Callable[[pd.Series], str],
    *,
    remedy: str = DOWNLOAD_AGAIN,
    tolerated_series: float = 0.0,
    exact: bool = False,
) -> pd.DataFrame:
    """One reconciliation of one file.

    Args:
        opened: The file, for the refusal.
        name: What is compared, such as "specialties against C_999".
        frame: One row a series compared, with `month`; an index named "row" is the row of the file.
        difference: By how much each series differs, same index; zero where it agrees, infinite where one side is
            missing.
        stated: What the file states for each series: what the difference is measured against.
        sentence: Says of one row of `frame` what differs and by how much.
        remedy: What the reader can do.
        tolerated_series: Share of the series that may differ beyond the tolerance, for what providers report
            themselves: a few providers' own mistakes are reported, a break through the whole file is damage.
        exact: No difference is tolerated, where the publisher adds the figures up itself.

    Returns:
        `tables.INGEST_CHECKS`, one row; none where there is nothing to compare.

    Raises:
        RefusedFileError: Series differ by more than 5 and by more than 0.1% of what is stated; the sentence tells the
            largest difference.
    """
    if frame.empty:
        return INGEST_CHECKS.empty()
    size = difference.abs().astype("float64").fillna(0.0)
    against = stated.astype("float64").fillna(0.0)
    broken = size > (0 if exact else tolerated(against))
    if broken.sum() > tolerated_series * len(frame):
        worst = int(np.lexsort((against, size.where(broken, -1.0)))[-1])  # of equal differences, the largest figure's
        others = int(broken.sum()) - 1
        more = f" {others:,} more series differ." if others > 1 else " One more series differs." * others
        row = int(np.asarray(frame.index)[worst]) if frame.index.name == "row" else None
        raise opened.refused(sentence(frame.iloc[worst]) + more, remedy, row=row)
    differing, largest = int((size > 0).sum()), float(size.max())
    found = "none differs" if not differing else f"{differing:,} differ, by at most {largest:,.0f}"
    months = frame["month"].unique()
    return INGEST_CHECKS.check(
        pd.DataFrame(
            {
                "check": [name],
                "month": [months[0] if len(months) == 1 else "all"],
                "compared": [len(frame)],
                "differing": [differing],
                "largest_difference": [largest],
                "says": [f"{name}: {len(frame):,} compared, {found}."],
            }
        )
    )


def bands(
    opened: Opened,
    what: str,
    series: pd.DataFrame,
    by: list[str],
    added: pd.Series,
    stated: pd.Series,
    *,
    remedy: str = DOWNLOAD_AGAIN,
) -> pd.DataFrame:
    """The weekly bands of each series against the total that they add up to.

    Args:
        opened: The file, for the refusal.
        what: What the total is called in the file.
        series: One row a series; an index named "row" is the row of the file.
        by: The columns that name a series.
        added: The bands' sum, in the order of `series`; unknown where the series has no bands.
        stated: The total the file states; a blank beside bands is damage.
        remedy: What the reader can do.

    Returns:
        `tables.INGEST_CHECKS`, one row; none where no series has bands.

    Raises:
        RefusedFileError: They differ beyond the tolerance of `check`.
    """
    compared = series.assign(added=added.astype("float64"), stated=stated.astype("float64"))
    compared = compared[compared["added"].notna()]

    def sentence(row: pd.Series) -> str:
        says = "is blank" if np.isnan(row["stated"]) else f"says {row['stated']:,.0f}"
        return f"The weekly bands of {_who(row, by)} add up to {row['added']:,.0f} and {what} {says}."

    return check(
        opened,
        f"bands against {what}",
        compared,
        (compared["added"] - compared["stated"]).fillna(np.inf),
        compared["stated"].fillna(compared["added"]),
        sentence,
        remedy=remedy,
    )


def specialties(
    opened: Opened,
    what: str,
    series: pd.DataFrame,
    by: list[str],
    figures: pd.Series,
    *,
    required: bool = True,
    remedy: str = DOWNLOAD_AGAIN,
) -> pd.DataFrame:
    """The specialties of each provider against its published total row C_999.

    Args:
        opened: The file, for the refusal.
        what: What is added up, in words, such as "Total All".
        series: One row a series, with `treatment_function_code`, `month`, `provider_code` and the columns of `by`.
        by: The columns that identify a provider's total.
        figures: What is added up, in the order of `series`; an unknown figure takes no part.
        required: A provider without C_999, or with C_999 alone, is damage; otherwise it is not compared.
        remedy: What the reader can do.

    Returns:
        `tables.INGEST_CHECKS`, one row; none where there is nothing to compare.

    Raises:
        RefusedFileError: They differ beyond the tolerance of `check`.
    """
    known = series.assign(figure=figures.to_numpy())[figures.notna().to_numpy()]
    is_total = known["treatment_function_code"] == ALL_SPECIALTIES
    both = pd.concat(
        {"added": known[~is_total].groupby(by)["figure"].sum(), "stated": known[is_total].groupby(by)["figure"].sum()},
        axis=1,
    ).astype("float64")
    compared = (both if required else both.dropna()).reset_index()
    return check(
        opened,
        f"specialties against {ALL_SPECIALTIES}, {what}",
        compared,
        (compared["added"] - compared["stated"]).fillna(np.inf),
        compared["stated"].fillna(compared["added"]),
        lambda row: total_row_sentence(_who(row, by), row["added"], row["stated"]),
        remedy=remedy,
    )


def total_row_sentence(who: str, added: float, stated: float) -> str:
    """How specialties and total row contradict each other, and what that usually means.

    >>> total_row_sentence("RXL", 42_257, 84_514)
    'The specialties of RXL add up to 42,257 and its C_999 row says 84,514: C_999 has been added to the specialties.'
    """
    if np.isnan(stated):
        return f"The specialties of {who} add up to {added:,.0f} and it has no {ALL_SPECIALTIES} row: rows are missing."
    if np.isnan(added):
        return f"The {ALL_SPECIALTIES} row of {who} says {stated:,.0f} and it has no specialties: rows are missing."
    doubled = 0 in (added - 2 * stated, stated - 2 * added)
    why = f"{ALL_SPECIALTIES} has been added to the specialties" if doubled else "rows are missing or were changed"
    return f"The specialties of {who} add up to {added:,.0f} and its {ALL_SPECIALTIES} row says {stated:,.0f}: {why}."


def inside(
    opened: Opened,
    series: pd.DataFrame,
    by: list[str],
    part: tuple[str, pd.Series],
    whole: tuple[str, pd.Series],
) -> pd.DataFrame:
    """A figure against a larger one that holds it, such as over 65 weeks inside over 52 weeks.

    Args:
        opened: The file, for the refusal.
        series: One row a series, index the row of the file.
        by: The columns that name a series.
        part: What the smaller figure is called, and the figures in the order of `series`.
        whole: What the larger figure is called, and the figures.

    Returns:
        `tables.INGEST_CHECKS`, one row; none where no series has both.

    Raises:
        RefusedFileError: The smaller is larger, beyond the tolerance of `check`.
    """
    (small, inner), (large, outer) = part, whole
    compared = series.assign(inner=inner.astype("float64"), outer=outer.astype("float64")).dropna(
        subset=["inner", "outer"]
    )
    return check(
        opened,
        f"{small} inside {large}",
        compared,
        (compared["inner"] - compared["outer"]).clip(lower=0),
        compared["outer"],
        lambda row: (
            f"{_who(row, by)} has {row['inner']:,.0f} for {small} and only {row['outer']:,.0f} for {large}: columns have "
            "been moved or changed."
        ),
    )


def _who(row: pd.Series, by: list[str]) -> str:
    named = [str(row[column]) for column in by if column not in ("scope", "month")]
    return f"{', '.join(named)} in {row['month']}" if "month" in by else ", ".join(named)
