"""What a notebook may ask of cohorts: who will be over a standard by a date, and what it takes to clear them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import cohorts, rtt
from lsc_analytics.reference import SYSTEM, add_months, month_end
from lsc_analytics.vocabulary.loaded import month_of, used, warehouse

_MONTHS_AHEAD = 6  # decisions rest on four to six months ahead


def cohort(
    trust: str,
    specialty: str,
    as_of: str = "",
    standard_weeks: int | Sequence[int] = (52, 65),
    by: str = "",
    more_than: int = 0,
) -> pd.DataFrame:
    """Who will be over each standard at a date, what clears them and what is expected: `tables.RTT_COHORT`.

    Args:
        trust: A trust's code, or LSC.
        specialty: A treatment function's code; C_999 for the whole list.
        as_of: Month reported; the latest loaded where empty.
        standard_weeks: One standard or several.
        by: The date, YYYY-MM-DD; six months after the month reported where empty.
        more_than: The count whose being passed has its own chance.

    Raises:
        NoDataError: Neither weekly bands nor counts over 52 weeks are loaded of the list.
        ParameterError: The date is none, is past, or reaches those who have not joined yet.
    """
    month = month_of("rtt", as_of)
    history = _history(trust, month)
    return cohorts.cohort_outlook(
        history,
        _several(standard_weeks),
        _date(by, month),
        lists=[_row(history, trust, specialty)],
        more_than=more_than,
    )


def tip_ins(
    trust: str, specialty: str, as_of: str = "", standard_weeks: int | Sequence[int] = 65, by: str = ""
) -> pd.DataFrame:
    """Who tips over each standard week by week if nobody is seen, and the cohort to clear: `tables.RTT_TIP_INS`.

    The arguments and errors are those of `cohort`.
    """
    month = month_of("rtt", as_of)
    history = _history(trust, month)
    return cohorts.tip_ins(history, _several(standard_weeks), _date(by, month), lists=[_row(history, trust, specialty)])


def cohort_bands(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """The list by weekly band in the month reported, reconstructed (and so marked) where bands are not loaded.

    Returns:
        `tables.COHORT_BANDS`, which `charts.waiting_list` draws.

    Raises:
        NoDataError: Neither weekly bands nor counts over 52 weeks are loaded of the list.
    """
    month = month_of("rtt", as_of)
    history = _history(trust, month)
    return history.frame([_row(history, trust, specialty)])


def _history(trust: str, month: str) -> cohorts.BandHistory:
    """Every list of the system's trusts, which teach each other, or of the system's own."""
    trusts = parameters.trust_codes()
    asked = trusts if trust in {SYSTEM, *trusts} else [*trusts, trust]
    history, files = _read(warehouse().release("rtt"), tuple(asked), month, trust == SYSTEM)
    used.update(files)
    return history


@cache
def _read(release: str, asked: tuple[str, ...], month: str, system: bool) -> tuple[cohorts.BandHistory, frozenset[str]]:
    """The history and the files behind it: read once in a process, whichever of the trusts is asked about."""
    figures = warehouse().rtt(provider_code=asked)
    bands = warehouse().rtt_bands(provider_code=asked, part="incomplete")
    figures, bands = figures[figures["month"] <= month], bands[bands["month"] <= month]
    files = frozenset(figures["file_sha256"]) | frozenset(bands["file_sha256"])
    if system:
        figures, bands = rtt.system_figures(figures, [*asked]), rtt.system_bands(bands, [*asked])
    return cohorts.band_history(figures, bands, month), files


def _row(history: cohorts.BandHistory, trust: str, specialty: str) -> int:
    try:
        return history.number(trust, specialty)
    except KeyError as error:
        named = f"{parameters.specialty_name(specialty)} at {parameters.trust_name(trust)}"
        raise NoDataError(
            f"Who waits how long is not loaded of {named} in {history.months[-1]}, or nobody waits there.",
            "Load the month's full extract with `lsc ingest`.",
        ) from error


def _several(weeks: int | Sequence[int]) -> list[int]:
    return [weeks] if isinstance(weeks, int) else list(weeks)


def _date(by: str, month: str) -> dt.date:
    if not by:
        return month_end(add_months(month, _MONTHS_AHEAD))
    try:
        return dt.date.fromisoformat(by)
    except ValueError as error:
        raise ParameterError(f"{by!r} is no date.", "Write it as 2026-03-31.", parameter="by") from error
