"""The list in order, who is at risk, how far pathways have come, and what of the counts is shown."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_array

from lsc_analytics.errors import ParameterError
from lsc_analytics.models import ptl
from lsc_analytics.models.ptl.counts import adds_up
from lsc_analytics.parameters import ptl as parameters
from lsc_analytics.reference import SYSTEM
from lsc_analytics.store.disclosure import FEWEST_VALUES, HIDDEN
from lsc_analytics.tables import PTL_COHORT, PTL_PATHWAYS

RULE = parameters()
AS_OF = "2026-01-31"
_EMPTY = dict.fromkeys(PTL_PATHWAYS.names)


def pathways(*rows: dict[str, object]) -> pd.DataFrame:
    """Pathways of one trust, each with what is not given left out."""
    plain = {
        "extract_date": AS_OF, "provider_code": "RXN", "treatment_function_code": "C_110",
        "clock_start_date": "2025-12-01", "waiting_for": "first_appointment",
    }  # fmt: skip
    told = [_EMPTY | plain | {"pathway_pseudonym": f"p{at:05d}"} | row for at, row in enumerate(rows)]
    return PTL_PATHWAYS.check(pd.DataFrame(told))


def listed(*rows: dict[str, object]) -> pd.DataFrame:
    """The same as a list in order."""
    return ptl.order(pathways(*rows), AS_OF, RULE)


def many(size: int, seed: int, *, changed: float = 0.0) -> pd.DataFrame:
    """A list of four trusts drawn at random, of which a share is another pathway than in the same list unchanged."""
    random = np.random.default_rng(seed)
    start = np.datetime64(AS_OF) - random.integers(0, 500, size)
    booked = np.where(
        random.random(size) < 0.4, (np.datetime64(AS_OF) + random.integers(1, 90, size)).astype(str), None
    )
    frame = pd.DataFrame(
        _EMPTY
        | {
            "extract_date": AS_OF,
            "pathway_pseudonym": [f"p{at:05d}" for at in range(size)],
            "provider_code": random.choice(["RXL", "RXR", "RXN", "RTX"], size),
            "treatment_function_code": random.choice(
                ["C_110", "C_130", "C_320", "X05"], size, p=[0.5, 0.3, 0.17, 0.03]
            ),
            "clock_start_date": start.astype(str),
            "waiting_for": random.choice(["first_appointment", "test", "treatment"], size),
            "booked_date": booked,
            "deprivation_decile": random.integers(1, 11, size),
            "sex": random.choice(["F", "M", "I"], size, p=[0.5, 0.49, 0.01]),
            "ethnic_category": random.choice(["A", "H", "N", "R"], size, p=[0.9, 0.07, 0.02, 0.01]),
        }
    )
    gone = np.random.default_rng(seed + 1).random(size) < changed
    return PTL_PATHWAYS.check(frame[~gone].reset_index(drop=True))


def test_the_most_urgent_come_first_then_the_longest_wait() -> None:
    """P2 before routine, routine by clock start, no priority last."""
    told = listed(
        {"priority_code": "routine", "clock_start_date": "2025-03-01"},
        {"priority_code": None, "clock_start_date": "2024-01-01"},
        {"priority_code": "P2", "clock_start_date": "2026-01-01"},
        {"priority_code": "routine", "clock_start_date": "2025-02-01"},
    )
    assert told["pathway_pseudonym"].tolist() == ["p00002", "p00003", "p00000", "p00001"]
    assert told["position"].tolist() == [1, 2, 3, 4]


def test_validation_is_due_every_twelve_weeks() -> None:
    """Not at 12 weeks exactly, not if validated 83 days ago; but over 12 weeks, or validated 84 days ago."""
    day = dt.date.fromisoformat(AS_OF)
    ago = lambda days: (day - dt.timedelta(days=days)).isoformat()  # noqa: E731
    told = listed(
        {"clock_start_date": ago(84)},
        {"clock_start_date": ago(85)},
        {"clock_start_date": ago(200), "last_validated_date": ago(83)},
        {"clock_start_date": ago(200), "last_validated_date": ago(84)},
    ).sort_values("pathway_pseudonym")
    assert told["due_validation"].tolist() == [False, True, False, True]


def test_stage_is_the_furthest_that_a_pathway_has_come() -> None:
    """A decision to admit before a test, a test before seen; bands as published: 65 weeks exactly is from week 64."""
    told = listed(
        {"decision_to_admit_date": "2026-01-01", "waiting_for": "test"},
        {"waiting_for": "test", "first_seen_date": "2026-01-01"},
        {"first_seen_date": "2026-01-01", "waiting_for": "treatment"},
        {"clock_start_date": (dt.date(2026, 1, 31) - dt.timedelta(days=455)).isoformat()},
    )
    found = ptl.stages(told, AS_OF).set_index("stage")
    assert found["pathways"].to_dict() == dict.fromkeys(
        ["awaiting_test", "before_first_appointment", "decision_to_admit", "seen"], 1
    )
    assert found.loc["before_first_appointment", "week_from"] == 64
    assert set(found["month"]) == {"2026-01"}


def test_at_risk_is_told_by_clock_start_and_booking() -> None:
    """65 weeks at 31 March 2026 is a start by 30 December 2024; a day past with the clock running is no booking."""
    rows = [
        {"clock_start_date": "2024-12-31"},
        {"clock_start_date": "2024-12-30", "booked_date": "2026-03-31"},
        {"clock_start_date": "2024-12-30", "booked_date": "2026-04-01"},
        {"clock_start_date": "2024-12-30", "booked_date": "2026-01-30"},
        {"clock_start_date": "2024-12-30"},
    ]
    told = ptl.at_risk(listed(*rows), AS_OF, 65, dt.date(2026, 3, 31)).sort_values("pathway_reference")
    assert told["booking"].tolist() == ["booked", "booked_late", "unbooked", "unbooked"]
    assert set(told["breach_date"]) == {"2026-03-31"}
    with pytest.raises(ParameterError, match="before the list"):
        ptl.at_risk(listed(*rows), AS_OF, 65, dt.date(2026, 1, 1))


def test_counts_add_up_exactly() -> None:
    """Every sum that readers are taken to make holds of the exact counts, and each part is inside its whole."""
    exact = ptl.counts(ptl.order(many(4000, 1), AS_OF, RULE), AS_OF, RULE, ptl.Bridge("2025-12"))
    sums, inside = adds_up(exact)
    assert len(sums) > 100
    for parts, totals in sums:
        assert sum(exact.at[cell] for cell in parts) == sum(exact.at[cell] for cell in totals)
    assert all(exact.at[part] <= exact.at[whole] for part, whole in inside)
    whole = exact[(exact["provider_code"] == SYSTEM) & (exact["measure"] == "pathways") & (exact["dimension"] == "all")]
    assert whole.set_index("treatment_function_code").at["C_999", "count"] == 4000


def narrowest(runs: list[tuple[pd.DataFrame, pd.DataFrame]]) -> list[float]:
    """How many values each * of one run or two can have, by programmes of this test's own.

    Every published sum holds, every part is within its whole, and a count that has not changed is the same in both runs.
    """
    numbers: dict[tuple, int] = {}
    low: list[float] = []
    high: list[float] = []
    equal, below, stars = [], [], set()
    for exact, shown in runs:
        keys = list(exact.drop(columns=["as_of", "count"]).itertuples(index=False, name=None))
        here = []
        for key, count, text in zip(keys, exact["count"], shown["count"], strict=True):
            at = numbers.setdefault((key, count), len(numbers))
            if at == len(low):
                low.append(0)
                high.append(np.inf)
            if text == HIDDEN:
                told = (1, 7) if count < 8 else (1, np.inf)
                stars.add(at)
            else:
                shown_number = int(text.replace(",", ""))
                told = (shown_number - 2, shown_number + 2) if shown_number else (0, 0)
            low[at], high[at] = max(low[at], told[0]), min(high[at], told[1])
            here.append(at)
        sums, inside = adds_up(exact)
        equal += [([here[row] for row, _ in parts], [here[row] for row, _ in totals]) for parts, totals in sums]
        below += [(here[part[0]], here[whole[0]]) for part, whole in inside]
    size = len(numbers)
    a_eq, a_ub = lil_array((len(equal), size)), lil_array((len(below), size))
    for row, (parts, totals) in enumerate(equal):
        for at in parts:
            a_eq[row, at] += 1
        for at in totals:
            a_eq[row, at] -= 1
    for row, (part, whole) in enumerate(below):
        a_ub[row, part], a_ub[row, whole] = 1, -1
    a_eq, a_ub = a_eq.tocsr(), a_ub.tocsr()
    found = []
    for star in sorted(stars):
        ends = []
        for way in (1.0, -1.0):
            goal = np.zeros(size)
            goal[star] = way
            answer = linprog(
                goal, A_ub=a_ub, b_ub=np.zeros(len(below)), A_eq=a_eq, b_eq=np.zeros(len(equal)),
                bounds=np.column_stack([low, high]), method="highs",
            )  # fmt: skip
            ends.append(np.inf if answer.status == 3 else answer.x[star])
        found.append(np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) + 1)
    return found


def test_two_published_runs_leave_every_hidden_count_three_values() -> None:
    """The published tables of two successive lists, attacked together: no * narrows to fewer than three values."""
    runs: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    for changed in (0.0, 0.02):
        exact = ptl.counts(ptl.order(many(400, 7, changed=changed), AS_OF, RULE), AS_OF, RULE)
        runs.append((exact, ptl.published(exact, before=runs[-1] if runs else None)))
    assert all((shown["count"] == HIDDEN).sum() > 20 for _, shown in runs)
    assert min(narrowest(runs)) >= FEWEST_VALUES


def test_shown_counts_are_suppressed() -> None:
    """1 to 7 is never shown, everything else is a multiple of 5, and where the return tells the list it gives nothing away."""
    exact = ptl.counts(ptl.order(many(1500, 3), AS_OF, RULE), AS_OF, RULE, ptl.Bridge("2026-01"))
    shown = ptl.published(exact, bridge=ptl.Bridge("2026-01"))
    assert (shown.loc[exact["count"].between(1, 7), "count"] == HIDDEN).all()
    numbers = shown.loc[shown["count"] != HIDDEN, "count"].str.replace(",", "").astype(int)
    assert (numbers % 5 == 0).all()


def test_the_bridge_tells_what_is_new_since_the_published_month() -> None:
    """Those whose clocks ran at the month's end and those started since make up the list; the difference is shown."""
    rows = [{"clock_start_date": "2025-06-02"}] * 40 + [{"clock_start_date": "2026-01-05"}] * 20
    told = ptl.order(pathways(*rows), AS_OF, RULE)
    shown = ptl.published(ptl.counts(told, AS_OF, RULE, ptl.Bridge("2025-12")))
    returned = pd.DataFrame({"provider_code": ["RXN"], "treatment_function_code": ["C_999"], "value": [57.0]})
    found = ptl.bridge(shown, returned, "2025-12").set_index("provider_code").loc["RXN"]
    assert (found["of_then"], found["started_since"], found["pathways"]) == ("40", "20", "60")
    assert (found["published_pathways"], found["difference"]) == (57, 3)
    assert round(found["weeks_since"], 1) == 4.4


def test_shares_are_of_shown_counts() -> None:
    """A share is made from what is shown, and is empty where either count is hidden."""
    shown = ptl.published(ptl.counts(ptl.order(many(4000, 2), AS_OF, RULE), AS_OF, RULE))
    found = ptl.shares(shown)
    sex = found[(found["provider_code"] == SYSTEM) & (found["dimension"] == "sex")].set_index("group")
    for group in ("Female", "Male"):
        parts = [int(sex.at[group, name].replace(",", "")) for name in ("over_18_weeks", "pathways")]
        assert sex.at[group, "over_18_percent"] == pytest.approx(100 * parts[0] / parts[1])
    assert {"specialty", "deprivation"} <= set(found["dimension"])
    cohort, weeks = ptl.cohort(shown, RULE), ptl.tip_ins(shown, RULE)
    assert set(cohort["by"]) == set(weeks["by"]) == {"2026-03-31"}
    assert weeks.groupby(["provider_code", "standard_weeks"])["week_ending"].max().eq("2026-03-31").all()


def test_of_the_unbooked_the_shortest_standard_is_told_and_a_hidden_count_last() -> None:
    """Three trusts' totals at 52 weeks, most unbooked first; neither the system, another list nor 65 weeks."""
    text = dict.fromkeys(("booked", "booked_late", "awaiting_test", "due_validation"), "0")
    rows = [
        ("RXL", "C_999", 52, "580"), ("RXN", "C_999", 52, HIDDEN), ("RXR", "C_999", 52, "1,140"),
        ("RXN", "C_999", 65, "9,000"), (SYSTEM, "C_999", 52, "1,725"), ("RXR", "C_110", 52, "75"),
    ]  # fmt: skip
    cohort = PTL_COHORT.check(pd.DataFrame([
        text | {"as_of": AS_OF, "provider_code": trust, "treatment_function_code": code, "standard_weeks": weeks,
                "by": "2026-03-31", "at_risk": "9,000", "unbooked": many}
        for trust, code, weeks, many in rows
    ]))  # fmt: skip
    told = ptl.unbooked(cohort, "C_999")
    assert told[["provider_code", "standard_weeks", "unbooked"]].to_numpy().tolist() == [
        ["RXR", 52, "1,140"], ["RXL", 52, "580"], ["RXN", 52, HIDDEN],
    ]  # fmt: skip
    assert ptl.unbooked(cohort, "C_110")["provider_code"].tolist() == ["RXR"]
    assert ptl.unbooked(PTL_COHORT.empty(), "C_999").empty
