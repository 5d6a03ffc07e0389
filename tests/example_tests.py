"""Small invented lists of tests and the sites that do them, for tests of diagnostic demand and capacity."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from lsc_analytics.models.diagnostic_capacity import Expected, holding
from lsc_analytics.parameters import diagnostic_capacity
from lsc_analytics.reference import add_months, month_end
from lsc_analytics.tables import DIAGNOSTIC_CAPACITY, SITE_MEASURES

AS_OF = "2026-01"


def expected(seed: int = 1, lists: int = 2, draws: int = 8, scale: float = 1.0) -> Expected:
    """Lists of MRI of about 600, a third of them six weeks or more, 100 a week joining and about as many tested."""
    random = np.random.default_rng(seed)
    last = month_end(add_months(AS_OF, 12))
    ends = [
        month_end(AS_OF) + dt.timedelta(days=7 * week) for week in range(1, (last - month_end(AS_OF)).days // 7 + 1)
    ]
    shape = (lists, draws, len(ends))
    start = scale * np.linspace(80, 15, 14)[None, None, :] * random.uniform(0.6, 1.4, (lists, 1, 1))
    return Expected(
        AS_OF,
        [(trust, "1") for trust in ("RXN", "RXL", "RXR", "RTX")[:lists]],
        ends,
        start,
        random.uniform(0.6, 0.95, (lists, 1, 14)),
        scale * random.normal(100, 12, shape),
        scale * random.normal(99, 12, shape).clip(0),
        random.uniform(-1, 1, shape),
        np.full(lists, 99.0 * scale),
        np.full(lists, 100.0 * scale),
    )


def sites(*rows: dict[str, object], as_of: str = AS_OF) -> pd.DataFrame:
    """`DIAGNOSTIC_SITES` of a hospital of RXN and a centre of it, changed or added to by the rows."""
    return holding(capacity(*rows), as_of, diagnostic_capacity())


def capacity(*rows: dict[str, object]) -> pd.DataFrame:
    """`DIAGNOSTIC_CAPACITY` of the same."""
    usual = dict(zip(SITE_MEASURES, (3, 30, 9, 88, 6, 3, 5, 20, 20, 9.5, 2.5, 6, 1150, None), strict=True))
    named = {"month": "2025-10", "provider_code": "RXN", "site_code": "RXN", "site_name": "Hospital"}
    hospital = {**named, "site_kind": "hospital", "diagnostic_test_code": "1", "file_sha256": "f"} | usual
    centre = hospital | {"site_code": "RXN-CDC1", "site_name": "Centre", "site_kind": "cdc", "planned_percent": 0}
    centre |= {
        "sessions_a_week": 8,
        "unscheduled_percent": 0,
        "cost_a_session": 950,
        "tests_to_date": 7200,
        "staff_in_post": 2,
    }
    told = pd.DataFrame([hospital | row for row in rows] if rows else [hospital, centre])
    keys = [name for name in told if name not in SITE_MEASURES]
    long = told.melt(keys, list(SITE_MEASURES), "measure", "value").dropna(subset=["value"]).astype({"value": float})
    return DIAGNOSTIC_CAPACITY.check(long)
