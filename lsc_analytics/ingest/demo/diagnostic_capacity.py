"""An invented capacity file for the demo's DM01 lists: its sessions come to the tests that the demo workbooks count."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lsc_analytics.ingest.demo import cohorts, dm01
from lsc_analytics.ingest.diagnostic_capacity import HEADER
from lsc_analytics.parameters import Demo, trust_name
from lsc_analytics.reference import DEMO_MARK, month_end

NAME = "DEMO-diagnostic-capacity.csv"
_STREAM = 6  # of the seed: every kind of record draws apart from the others
_YEAR = 12


def sites(demo: Demo, months: Sequence[cohorts.Month]) -> pd.DataFrame:
    """Every site and test of the capacity file.

    The waiting-list tests of a trust's sites add up to those that its workbooks counted over the last twelve months,
    within the rounding of utilisation; what the centres have done to date adds up to the figure of `demo.yml` exactly.

    Args:
        demo: What the demo data look like.
        months: Every month of the DM01 lists, as `dm01.simulate` gives them.

    Returns:
        A row a site and test, columns and values as in `docs/diagnostic-capacity-contract.md`.
    """
    told, random = demo.diagnostic_capacity, np.random.default_rng([demo.seed, _STREAM])
    year = months[-_YEAR:]
    weeks = sum(month_end(month.month).day for month in year) / 7
    weekly = sum(month.seen.sum(axis=1) for month in year) / weeks
    rows = []
    for (trust, test), tests in zip(dm01.lists(demo), weekly, strict=True):
        centres = {c.code: c for c in told.centres if c.trust == trust and test in c.share_percent}
        shares = {code: centre.share_percent[test] / 100 for code, centre in centres.items()}
        hospital = (trust, f"{trust_name(trust, short=True)} hospitals {DEMO_MARK}", "hospital")
        named = [(hospital, 1 - sum(shares.values()))]
        named += [((code, f"{c.name} {DEMO_MARK}", "cdc"), shares[code]) for code, c in centres.items()]
        for (code, name, kind), share in named:
            site = {"provider_code": trust, "site_code": code, "site_name": name, "site_kind": kind}
            rows.append(site | {"diagnostic_test_code": test} | _figures(demo, test, tests * share, kind, random))
    frame = pd.DataFrame(rows).assign(data_kind="demo", month=told.month)
    frame["tests_to_date"] = _to_date(frame, told.tests_to_date)
    return frame[HEADER]


def _figures(demo: Demo, test: str, tests: float, kind: str, random: np.random.Generator) -> dict[str, float]:
    """The figures of one site, of which so many tests a week are from the waiting list."""
    told = demo.diagnostic_capacity
    holds, mix, cdc = told.tests[test], demo.dm01.tests[test], kind == "cdc"
    every = 100 + mix.planned + mix.unscheduled
    planned, unscheduled = (0.0 if cdc else round(100 * part / every, 1) for part in (mix.planned, mix.unscheduled))
    dna, downtime = round(random.uniform(3, 9), 1), round(random.uniform(1, 5), 1)
    done = tests / (1 - (planned + unscheduled) / 100)
    a_session = holds.slots * (1 - dna / 100) * (1 - downtime / 100)
    wanted = done / a_session / random.uniform(0.82, 0.93)
    step = 0.5 if wanted >= 2 else 0.05
    sessions = max(round(wanted / step) * step, 0.05)
    while done / (sessions * a_session) > 0.99:
        sessions += step
    return {
        "rooms": max(1, int(np.ceil(sessions / told.sessions_a_room))),
        "sessions_a_week": round(sessions, 2),
        "slots_a_session": holds.slots,
        "utilisation_percent": round(100 * done / (sessions * a_session), 1),
        "dna_percent": dna,
        "downtime_percent": downtime,
        "planned_percent": planned,
        "unscheduled_percent": unscheduled,
        "gp_direct_access_percent": float(holds.gp_percent),
        "staff_in_post": round(sessions * holds.staff / told.sessions_one_works * random.uniform(0.82, 1.0), 1),
        "staff_a_session": holds.staff,
        "extra_sessions_possible": int(np.floor(max(sessions, 1.0) * (0.4 if cdc else 0.25)) + 1),
        "cost_a_session": round(holds.cost * (0.8 if cdc else 1.0) * random.uniform(0.95, 1.05), -1),
    }


def _to_date(frame: pd.DataFrame, total: int) -> pd.Series:
    """The centres' tests to date, in proportion to what they do now, whole and adding up to the total."""
    cdc = frame["site_kind"] == "cdc"
    tests = frame["sessions_a_week"] * frame["slots_a_session"] * frame["utilisation_percent"]
    upto = (total * tests[cdc].cumsum() / tests[cdc].sum()).round().astype("Int64")
    return upto.diff().fillna(upto.iloc[0]).reindex(frame.index)
