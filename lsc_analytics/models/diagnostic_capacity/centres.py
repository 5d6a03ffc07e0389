"""What one more session is worth, and what each community diagnostic centre adds: both by playing the weeks again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.diagnostic_capacity.expected import Expected
from lsc_analytics.models.diagnostic_capacity.need import Goal, met_from, week_at, weeks_between
from lsc_analytics.parameters import DiagnosticCapacity
from lsc_analytics.reference import add_months
from lsc_analytics.tables import DIAGNOSTIC_CENTRES, DIAGNOSTIC_SESSION_VALUE

_KEY = ["provider_code", "diagnostic_test_code"]
_WEEKS_A_YEAR = 365.25 / 7


def session_values(expected: Expected, goal: Goal, sites: pd.DataFrame, assumed: DiagnosticCapacity) -> pd.DataFrame:
    """What would one more session a week be worth to each list?

    One further session of the trust's own hospital site (of its largest site where it has none) runs from
    `first_month_ahead` on, booked from the waiting list. Where no capacity file is loaded, or the list has no site in it,
    so many tests a week as `tests_without_file` stand in for it, and `unit` says so. The same draws are played with and
    without, so the interval is that of the difference.

    Args:
        expected: Every list.
        goal: The standard and date that the gain is told at.
        sites: `tables.DIAGNOSTIC_SITES`, or none.
        assumed: When capacity can change.

    Returns:
        `tables.DIAGNOSTIC_SESSION_VALUE`, a row a list.
    """
    if not expected.lists:
        return DIAGNOSTIC_SESSION_VALUE.empty()
    begins = expected.week_of(add_months(expected.as_of, assumed.first_month_ahead - 1))
    ends = week_at(expected, goal.by, begins)
    frame = pd.DataFrame(expected.lists, columns=_KEY)
    first = sites.sort_values(["site_kind", "sessions_a_week"], ascending=[False, False]).drop_duplicates(_KEY)
    own = frame.merge(first[[*_KEY, "site_name", "tests_an_extra_session", "cost_a_session"]], on=_KEY, how="left")
    own.loc[~(own["tests_an_extra_session"] > 0), ["tests_an_extra_session", "site_name", "cost_a_session"]] = np.nan
    filed = own["tests_an_extra_session"].notna()
    tests = own["tests_an_extra_session"].fillna(assumed.tests_without_file).to_numpy(float)
    runs = np.arange(len(expected.ends)) >= begins
    without, with_it = expected.play(), expected.play(tests[:, None, None] * runs)
    before, after = (met_from(expected, bands, goal) for bands in (without, with_it))
    late = (without - with_it)[..., ends - 1, 6:].sum(axis=-1)
    size = (without - with_it)[..., ends - 1, :].sum(axis=(-1))
    return DIAGNOSTIC_SESSION_VALUE.check(
        frame.assign(
            as_of=expected.as_of,
            standard=goal.standard,
            words=goal.words,
            target_month=goal.by,
            unit=np.where(filed, "session", "tests"),
            site_name=own["site_name"].astype(object),
            tests_a_week=tests,
            cost_a_week=own["cost_a_session"],
            over_6_as_now=without[..., ends - 1, 6:].sum(axis=-1).mean(axis=1),
            avoided_mean=late.mean(axis=1),
            avoided_lower_80=np.quantile(late, 0.1, axis=1),
            avoided_upper_80=np.quantile(late, 0.9, axis=1),
            fewer_waiting=size.mean(axis=1),
            met_from_as_now=before,
            met_from_with=after,
            weeks_sooner=[weeks_between(*pair) for pair in zip(before, after, strict=True)],
        )
    )


def centres(expected: Expected, sites: pd.DataFrame, by: str) -> pd.DataFrame:
    """What does each community diagnostic centre add?

    Its share of the trust's waiting-list tests by the file, of the tests that DM01 counted, is taken away from the first
    week on, and the weeks are played again: those waiting six weeks or more at the date without it, less those with it.
    Nobody is taken to make up for it.

    Args:
        expected: Every list.
        sites: `tables.DIAGNOSTIC_SITES`.
        by: Month at whose end the difference is told.

    Returns:
        `tables.DIAGNOSTIC_CENTRES`, a row a centre and test; none where no file is loaded.
    """
    mine = sites[sites["site_kind"] == "cdc"]
    if mine.empty or not expected.lists:
        return DIAGNOSTIC_CENTRES.empty()
    ends = week_at(expected, by, 0)
    place = {cell: at for at, cell in enumerate(expected.lists)}
    rows = []
    for centre, own in mine.groupby("site_code", sort=False):
        own = own[[cell in place for cell in zip(*(own[name] for name in _KEY), strict=True)]]
        at = [place[cell] for cell in zip(*(own[name] for name in _KEY), strict=True)]
        if not at:
            continue
        lists = expected.of(at)
        share = own["counted_share"].to_numpy()[:, None, None]
        with_it = lists.play(last=ends)[..., -1, :]
        without = lists.play(-share * lists.tests, last=ends)[..., -1, :]
        late = (without - with_it)[..., 6:].sum(axis=-1)
        tests = own["counted_share"].to_numpy() * lists.counted
        rows.append(
            own[[*_KEY, "site_name", "sessions_a_week", "tests_to_date"]].assign(
                as_of=expected.as_of,
                site_code=centre,
                target_month=by,
                tests_a_week=tests,
                tests_a_year=tests * _WEEKS_A_YEAR,
                share_percent=100 * own["counted_share"],
                over_6_with=with_it[..., 6:].sum(axis=-1).mean(axis=1),
                avoided_mean=late.mean(axis=1),
                avoided_lower_80=np.quantile(late, 0.1, axis=1),
                avoided_upper_80=np.quantile(late, 0.9, axis=1),
                fewer_waiting=(without - with_it).sum(axis=-1).mean(axis=1),
            )
        )
    return DIAGNOSTIC_CENTRES.check(pd.concat(rows, ignore_index=True)) if rows else DIAGNOSTIC_CENTRES.empty()
