"""The cheapest mix of further sessions, across trusts and community diagnostic centres, that meets a standard by a date.

Only further sessions are shared: no trust's patients lose a slot that runs anyway, so no list is worse off in any month,
which `no_harm` plays and shows. Whole sessions, by HiGHS (scipy's `milp`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from lsc_analytics.models.diagnostic_capacity.expected import Expected
from lsc_analytics.models.diagnostic_capacity.need import month_ends
from lsc_analytics.parameters import DiagnosticCapacity
from lsc_analytics.reference import SYSTEM, add_months
from lsc_analytics.tables import DIAGNOSTIC_HARM, DIAGNOSTIC_MIX

_SECONDS = 2.0  # for one test; the best found by then stands, and the bound says how near it is
_UNMET = 100.0  # a test that nobody can do costs as much as so many of the dearest: met before money is saved
_LEAST = 0.05  # tests a week


@dataclass(frozen=True)
class Mix:
    """The cheapest mix for one test.

    Attributes:
        sessions: Whole further sessions a week, one figure a site.
        sent: Tests a week, trusts by sites.
        unmet: Tests a week that no site can do, one figure a trust.
        cost: Pounds a week.
        bound: No mix of whole or split sessions that meets as much is cheaper.
    """

    sessions: np.ndarray
    sent: np.ndarray
    unmet: np.ndarray
    cost: float
    bound: float


def cheapest(
    need: np.ndarray, sites: pd.DataFrame, trusts: list[str], near: np.ndarray, sending_cost: float, fewest: float = 0.0
) -> Mix:
    """Which further sessions meet everybody's need at least cost?

    minimise cost of sessions + cost of those sent + penalty x unmet
    subject to, for each trust, tests done for it + unmet = its need; for each site, tests done there <= tests a session x
    sessions; sessions whole and as many as its rooms allow; to another trust's site nobody or `fewest` a week at least. A
    need that cannot be met is met as far as it can be.

    Args:
        need: Further tests a week, one figure a trust.
        sites: Rows of `tables.DIAGNOSTIC_SITES` of one test.
        trusts: Their codes, in the order of the needs.
        near: Trusts by sites, whether patients of the one may go to the other.
        sending_cost: Pounds for one test done for another trust's patient.
        fewest: Fewer tests a week are not worth an arrangement between two trusts.

    Two trusts need 20 and 5 tests a week; the centre's sessions hold 10 and cost 300, the hospital's 10 and 500. Two
    sessions at the centre and one at the hospital cost 1,100; half a session at the hospital would do, and 850.

    >>> sites = pd.DataFrame({"provider_code": ["A", "A"], "tests_an_extra_session": [10.0, 10.0],
    ...     "cost_a_session": [500.0, 300.0], "extra_sessions_possible": [5.0, 2.0]})
    >>> found = cheapest(np.array([20.0, 5.0]), sites, ["A", "B"], np.ones((2, 2), bool), 0.0)
    >>> found.sessions.tolist(), found.cost, found.unmet.tolist(), round(found.bound)
    ([1.0, 2.0], 1100.0, [0.0, 0.0], 850)
    """
    holds, price = (sites[name].to_numpy(float) for name in ("tests_an_extra_session", "cost_a_session"))
    room = np.where(holds > 0, np.floor(sites["extra_sessions_possible"].to_numpy(float)), 0.0)
    # Sites often cost the same, and among mixes as cheap the solver's choice hangs on the last digit: it is not given one.
    need = np.round(np.where(need > _LEAST, need, 0.0), 6)
    many, few = len(sites), len(trusts)
    pairs = few * many
    own = (sites["provider_code"].to_numpy()[None, :] == np.array(trusts)[:, None]).ravel()
    dearest = float((price[holds > 0] / holds[holds > 0]).max()) if (holds > 0).any() else 1.0
    # Sessions of each site; tests of each trust at each site; what is unmet; whether a trust sends to a site.
    aims = np.concatenate(
        [
            price,
            np.where(own, 0.0, sending_cost),
            np.full(few, _UNMET * (dearest + sending_cost + 1.0)),
            np.zeros(pairs),
        ]
    )
    width = len(aims)
    trust, site = np.divmod(np.arange(pairs), many)
    sent, unmet, sends = many + np.arange(pairs), many + pairs + np.arange(few), many + pairs + few + np.arange(pairs)
    each = np.arange(pairs)

    def rows(*entries: tuple[np.ndarray, np.ndarray, np.ndarray | float], count: int) -> sparse.csr_array:
        row, column, value = (
            np.concatenate(part)
            for part in zip(*[(r, c, np.broadcast_to(v, r.shape)) for r, c, v in entries], strict=True)
        )
        return sparse.csr_array((value, (row, column)), shape=(count, width))

    most_sent = np.where(near.ravel(), np.minimum(need[trust], (room * holds)[site]), 0.0)
    does = rows((trust, sent, 1.0), (np.arange(few), unmet, 1.0), count=few)
    held = rows((site, sent, 1.0), (np.arange(many), np.arange(many), -holds), count=many)
    limits = [
        LinearConstraint(does, need, need),
        LinearConstraint(held, ub=0),
        LinearConstraint(rows((each, sent, 1.0), (each, sends, -most_sent), count=pairs), ub=0),
        LinearConstraint(rows((each, sent, -1.0), (each, sends, np.where(own, 0.0, fewest)), count=pairs), ub=0),
    ]
    most = np.concatenate([room, most_sent, need, np.ones(pairs)])
    whole = np.concatenate([np.ones(many), np.zeros(pairs + few), np.ones(pairs)])
    found = milp(
        aims, constraints=limits, integrality=whole, bounds=Bounds(0, most),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-6},
    )  # fmt: skip
    between = list(zip(np.zeros(width), most, strict=True))
    split = linprog(aims, A_ub=held, b_ub=np.zeros(many), A_eq=does, b_eq=need, bounds=between, method="highs")
    if found.x is None:
        return Mix(np.zeros(many), np.zeros((few, many)), need, 0.0, 0.0)
    sessions, moved = np.round(found.x[:many]), found.x[sent]
    spent = aims.copy()
    spent[unmet] = 0.0
    return Mix(
        sessions,
        moved.reshape(few, many),
        found.x[unmet],
        float(price @ sessions + sending_cost * moved[~own].sum()),
        float(spent @ split.x),
    )


def cheapest_mix(
    told: pd.DataFrame, sites: pd.DataFrame, minutes: Mapping[tuple[str, str], float], travel_limit: float,
    assumed: DiagnosticCapacity,
) -> pd.DataFrame:  # fmt: skip
    """The cheapest mix for every test, standard and date of a table of needs.

    What is planned for is the need that is enough nine times in ten or one in two, in the order that the extra tests go
    by, as `mix` of `diagnostic_capacity.yml` says. A centre is taken to be as far from another trust as the trust that
    runs it.

    Args:
        told: `tables.DIAGNOSTIC_NEED`.
        sites: `tables.DIAGNOSTIC_SITES`.
        minutes: Minutes by road between trusts; a pair that is not named is too far.
        travel_limit: Minutes.
        assumed: What is planned for, and what sending a patient costs.

    Returns:
        `tables.DIAGNOSTIC_MIX`: a row a site and trust served, and a row a trust for what is unmet (no site). No rows
        without a capacity file.
    """
    own = told[(told["order"] == assumed.mix.order) & (told["provider_code"] != SYSTEM)]
    frames = []
    key = ["standard", "target_month", "diagnostic_test_code"]
    for _, needs in own.groupby(key, sort=False):
        asked = {name: needs[name].iloc[0] for name in key}
        here = sites[sites["diagnostic_test_code"] == asked["diagnostic_test_code"]].reset_index(drop=True)
        if here.empty:
            continue
        trusts = needs["provider_code"].tolist()
        near = np.array(
            [[minutes.get((trust, at), 0.0 if trust == at else np.inf) <= travel_limit for at in here["provider_code"]]
             for trust in trusts]
        )  # fmt: skip
        need = needs[f"extra_{assumed.mix.enough}"].clip(lower=0).to_numpy(float)
        mix = cheapest(need, here, trusts, near, assumed.cost_a_patient_sent, assumed.fewest_sent_a_week)
        frames.append(_rows(mix, need, trusts, here).assign(**asked))
    if not frames:
        return DIAGNOSTIC_MIX.empty()
    as_of = str(told["as_of"].iloc[0])
    return DIAGNOSTIC_MIX.check(pd.concat(frames, ignore_index=True).assign(as_of=as_of))


def no_harm(expected: Expected, mix: pd.DataFrame, assumed: DiagnosticCapacity) -> pd.DataFrame:
    """Is any trust's list worse off, at any month end, with the mix than without?

    The tests that the mix does for each trust's patients are played from `first_month_ahead` to its date.

    Args:
        expected: Every list.
        mix: `tables.DIAGNOSTIC_MIX` of one standard and date.
        assumed: When capacity can change, and who has the extra tests.

    Returns:
        `tables.DIAGNOSTIC_HARM`: a row a list that the mix touches and month; `stress` is the draw that is worse than nine
        in ten.
    """
    done = mix[mix["site_code"] != ""].groupby(["provider_code", "diagnostic_test_code"])["tests_a_week"].sum()
    at = [place for place, cell in enumerate(expected.lists) if done.get(cell, 0.0) > 0]
    if not at:
        return DIAGNOSTIC_HARM.empty()
    lists = expected.of(at)
    begins = lists.week_of(add_months(lists.as_of, assumed.first_month_ahead - 1))
    ends = lists.week_of(str(mix["target_month"].iloc[0]))
    tests = np.array([done[cell] for cell in lists.lists])
    weeks = np.arange(len(lists.ends))
    runs = (weeks >= begins) & (weeks < ends)
    without, with_it = lists.play(), lists.play(tests[:, None, None] * runs, assumed.mix.order)
    frames = []
    for month, week in month_ends(lists):
        frame = pd.DataFrame(lists.lists, columns=["provider_code", "diagnostic_test_code"]).assign(month=month)
        for name, bands in (("without", without), ("with", with_it)):
            late, size = bands[..., week - 1, 6:].sum(axis=-1), bands[..., week - 1, :].sum(axis=-1)
            frame[f"over_6_{name}"], frame[f"over_6_stress_{name}"] = late.mean(axis=1), np.quantile(late, 0.9, axis=1)
            frame[f"waiting_{name}"] = size.mean(axis=1)
        frames.append(frame)
    told = pd.concat(frames, ignore_index=True).assign(as_of=lists.as_of, standard=str(mix["standard"].iloc[0]))
    return DIAGNOSTIC_HARM.check(told)


def _rows(mix: Mix, need: np.ndarray, trusts: list[str], sites: pd.DataFrame) -> pd.DataFrame:
    rows = []
    served = mix.sent.sum(axis=0)
    for at, trust in enumerate(trusts):
        for place, site in enumerate(sites.to_dict("records")):
            tests = mix.sent[at, place]
            if tests > _LEAST:
                part = tests / served[place] * mix.sessions[place]
                rows.append(
                    {"provider_code": trust, "site_provider_code": site["provider_code"], "site_code": site["site_code"],
                     "site_name": site["site_name"], "site_kind": site["site_kind"], "needed_a_week": need[at],
                     "tests_a_week": tests, "sessions_a_week": part, "site_sessions": mix.sessions[place],
                     "cost_a_week": part * site["cost_a_session"]}
                )  # fmt: skip
        if mix.unmet[at] > _LEAST:
            rows.append(
                {"provider_code": trust, "site_provider_code": trust, "site_code": "", "site_name": "No site has room",
                 "site_kind": "", "needed_a_week": need[at], "tests_a_week": mix.unmet[at], "sessions_a_week": 0.0,
                 "site_sessions": 0.0, "cost_a_week": 0.0}
            )  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*DIAGNOSTIC_MIX.names])
    return frame.assign(mix_cost_a_week=mix.cost, bound_cost_a_week=mix.bound)
