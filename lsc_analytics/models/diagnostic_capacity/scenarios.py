"""What if fewer did not attend, a scanner were down, demand grew: each scenario beside the lists as they are expected to go.

It turns a scenario of `parameters/scenarios/dm01/` into changed demand and tests, and lets the weeks be played again.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lsc_analytics.models.diagnostic_capacity.expected import Expected
from lsc_analytics.models.diagnostic_capacity.need import month_ends
from lsc_analytics.parameters import DiagnosticScenario
from lsc_analytics.parameters import diagnostic_scenario as levers
from lsc_analytics.reference import add_months, month_end
from lsc_analytics.tables import DIAGNOSTIC_SCENARIOS, DIAGNOSTIC_WHAT_IF

_KEY = ["provider_code", "diagnostic_test_code"]
_NEEDS_FILE = (levers.ExtraSessions, levers.Utilisation, levers.NotAttended, levers.Downtime, levers.GpDirectAccess)


def compare(expected: Expected, scenarios: Mapping[str, DiagnosticScenario], sites: pd.DataFrame) -> pd.DataFrame:
    """How does each scenario differ from the lists as they are expected to go?

    Args:
        expected: Every list.
        scenarios: By name.
        sites: `tables.DIAGNOSTIC_SITES`; a scenario of sessions, attendance, use, downtime or GP requests is told only of
            lists that the capacity file has.

    Returns:
        `tables.DIAGNOSTIC_SCENARIOS`, a row a list, scenario and month. Differences are taken draw by draw.
    """
    as_now = expected.play() if expected.lists else None
    held = set(zip(sites["provider_code"], sites["diagnostic_test_code"], strict=True))
    frames = []
    for name, scenario in scenarios.items():
        needs = any(isinstance(lever, _NEEDS_FILE) for lever in scenario.changes)
        at = [place for place, cell in enumerate(expected.lists) if cell in held or not needs]
        if not at or as_now is None:
            continue
        lists = expected.of(at)
        tests, demand = change_of(scenario, lists, sites)
        before = as_now[at]
        after = lists.play(tests, more_demand=demand) if scenario.changes else before
        for month, week in month_ends(lists):
            then, now = after[..., week - 1, :], before[..., week - 1, :]
            late, difference = then[..., 6:].sum(axis=-1), (then - now)[..., 6:].sum(axis=-1)
            size = np.maximum(then.sum(axis=-1), 1e-9)
            frames.append(
                pd.DataFrame(lists.lists, columns=_KEY).assign(
                    scenario=name,
                    title=scenario.title,
                    source=scenario.source,
                    target_month=month,
                    over_6_median=np.median(late, axis=1),
                    over_6_lower_80=np.quantile(late, 0.1, axis=1),
                    over_6_upper_80=np.quantile(late, 0.9, axis=1),
                    within_6_weeks_percent=np.median(100 * (1 - late / size), axis=1),
                    waiting=np.median(then.sum(axis=-1), axis=1),
                    difference_mean=difference.mean(axis=1),
                    difference_lower_80=np.quantile(difference, 0.1, axis=1),
                    difference_upper_80=np.quantile(difference, 0.9, axis=1),
                )
            )
    if not frames:
        return DIAGNOSTIC_SCENARIOS.empty()
    return DIAGNOSTIC_SCENARIOS.check(pd.concat(frames, ignore_index=True).assign(as_of=expected.as_of))


def what_if(compared: pd.DataFrame, month: str) -> pd.DataFrame:
    """How many more or fewer would wait six weeks or more over these lists together, the best scenario first?

    Expected differences add; medians and intervals would not.

    Args:
        compared: `tables.DIAGNOSTIC_SCENARIOS` of the lists.
        month: Month ahead.

    Returns:
        `tables.DIAGNOSTIC_WHAT_IF`, without the scenario that changes nothing.
    """
    rows = compared[(compared["target_month"] == month) & (compared["scenario"] != "as_now")]
    key = ["as_of", "scenario", "title", "source", "target_month"]
    added = rows.groupby(key, as_index=False).agg(
        lists=("difference_mean", "size"), difference_mean=("difference_mean", "sum")
    )
    return DIAGNOSTIC_WHAT_IF.check(added.sort_values("difference_mean", ignore_index=True))


def change_of(scenario: DiagnosticScenario, lists: Expected, sites: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Tests and demand a week beyond those expected, each (L, D, W).

    Tests rise and fall in proportion: use from 88 to 90% gives 90/88 of the tests; those who did not attend from 6 to 4%
    give 96/94. Figures of a trust's sites are averaged by the tests that they do. Tests never fall below none.
    """
    tests, demand = np.zeros_like(lists.tests), np.zeros_like(lists.demand)
    for lever in scenario.changes:
        at = weeks_of(lever, lists)
        if isinstance(lever, levers.MoreDemand):
            demand += at * lists.demand * lever.percent / 100
        elif isinstance(lever, levers.GpDirectAccess):
            share = _mean(sites, "gp_direct_access_percent", lists) / 100
            demand += at * lists.demand * share * lever.percent / 100
        elif isinstance(lever, levers.LostTests):
            tests -= at * lists.tests * lever.percent / 100
        elif isinstance(lever, levers.ExtraSessions):
            tests += at * lever.sessions_a_week * _mean(sites, "tests_an_extra_session", lists)
        elif isinstance(lever, levers.ListReview):
            left = lists.start.sum(axis=-1)[..., None] * lever.percent_of_list / 100
            demand -= at * left / max(at.sum(), 1.0)
        else:
            column, sign = _OF_LEVER[type(lever)]
            now = _mean(sites, column, lists)
            share = now if sign > 0 else 100 - now
            tests += at * lists.tests * np.minimum(sign * lever.points, 100 - share) / np.maximum(share, 1.0)
    return np.maximum(tests, -lists.tests), demand


_OF_LEVER: dict[type, tuple[str, int]] = {
    levers.Utilisation: ("utilisation_percent", 1),
    levers.NotAttended: ("dna_percent", -1),
    levers.Downtime: ("downtime_percent", -1),
}


def weeks_of(dated: levers.Dated, lists: Expected) -> np.ndarray:
    """In which of the weeks ahead a change holds: 1 where the week ends in one of its months, else 0."""
    last = add_months(lists.as_of, 12)
    begins, ends = (
        add_months(lists.as_of, when) if isinstance(when, int) else when or last for when in (dated.begins, dated.ends)
    )
    day = month_end(add_months(begins, -1))
    return np.array([float(day < end <= month_end(ends)) for end in lists.ends])


def _mean(sites: pd.DataFrame, column: str, lists: Expected) -> np.ndarray:
    """A figure of each list's sites, weighed by the tests that they do: (L, 1, 1)."""
    weight = sites["waiting_list_tests_a_week"].clip(lower=1e-9)
    sums = pd.DataFrame({"weighed": sites[column] * weight, "weight": weight}).groupby(
        [sites["provider_code"], sites["diagnostic_test_code"]]
    ).sum()  # fmt: skip
    mean = (sums["weighed"] / sums["weight"]).to_dict()
    return np.array([mean[cell] for cell in lists.lists])[:, None, None]
