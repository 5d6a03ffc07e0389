"""What a site's rooms, sessions and slots come to in tests, staff and pounds. It knows no waiting list."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import DiagnosticCapacity, diagnostics
from lsc_analytics.tables import DIAGNOSTIC_CAPACITY, DIAGNOSTIC_SITES, SITE_MEASURES

_SITE = ["provider_code", "site_code", "diagnostic_test_code"]


def tests_a_week(
    sessions: float, slots: float, utilisation_percent: float, dna_percent: float, downtime_percent: float
) -> float:
    """Tests a week: sessions x slots x used x attended x running (domain rule C6).

    >>> round(tests_a_week(30, 9, 88, 6, 3), 1)
    216.6
    """
    used, lost = utilisation_percent / 100, (1 - dna_percent / 100) * (1 - downtime_percent / 100)
    return sessions * slots * used * lost


def holding(figures: pd.DataFrame, as_of: str, assumed: DiagnosticCapacity) -> pd.DataFrame:
    """What can each site do of each test in a month?

    Figures hold from their month until a later row of the same site and test; what holds at `as_of` is told, and a
    site whose first row is later is not there yet. A further session is taken to be booked from the waiting list alone,
    at the site's own utilisation, attendance and downtime.

    Args:
        figures: `tables.DIAGNOSTIC_CAPACITY`.
        as_of: Month, YYYY-MM.
        assumed: What stands in where the file leaves a room's sessions or a session's cost blank.

    Returns:
        `tables.DIAGNOSTIC_SITES`; no rows where no file is loaded.
    """
    told = DIAGNOSTIC_CAPACITY.check(figures)
    told = told[told["month"] <= as_of]
    if told.empty:
        return DIAGNOSTIC_SITES.empty()
    told = told[told["month"] == told.groupby(_SITE)["month"].transform("max")]
    named = told.groupby(_SITE)[["site_name", "site_kind", "month"]].first()
    wide = told.pivot(index=_SITE, columns="measure", values="value").reindex(columns=list(SITE_MEASURES))
    rows = wide.join(named.rename(columns={"month": "holds_from"})).reset_index()
    network = {test.code: test.network for test in diagnostics().tests}
    usual = rows["diagnostic_test_code"].map(lambda code: assumed.cost_a_session[network[code]]).astype(float)
    rows["cost_a_session"] = rows["cost_a_session"].fillna(usual)
    room = (rows["rooms"] * assumed.sessions_a_room - rows["sessions_a_week"]).clip(lower=0) // 1
    rows["extra_sessions_possible"] = rows["extra_sessions_possible"].fillna(room)
    shape = [rows[name] for name in ("slots_a_session", "utilisation_percent", "dna_percent", "downtime_percent")]
    rows["tests_an_extra_session"] = tests_a_week(1.0, *shape)  # type: ignore[arg-type]  # a column at a time
    rows["tests_a_week"] = rows["sessions_a_week"] * rows["tests_an_extra_session"]
    other = (rows["planned_percent"] + rows["unscheduled_percent"]) / 100
    rows["waiting_list_tests_a_week"] = rows["tests_a_week"] * (1 - other)
    rows["staff_needed"] = rows["sessions_a_week"] * rows["staff_a_session"] / assumed.sessions_one_works
    whole = rows.groupby(["provider_code", "diagnostic_test_code"])["waiting_list_tests_a_week"].transform("sum")
    rows["counted_share"] = (rows["waiting_list_tests_a_week"] / whole.where(whole > 0)).fillna(0.0)
    return DIAGNOSTIC_SITES.check(rows.assign(as_of=as_of))
