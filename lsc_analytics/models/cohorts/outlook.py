"""Who will be over a standard on a date, what it takes to clear them, and how many tip over week by week. It draws nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lsc_analytics.errors import ParameterError
from lsc_analytics.models.cohorts.boundary import Threshold
from lsc_analytics.models.cohorts.history import BandHistory
from lsc_analytics.models.cohorts.survival import LEVEL_BELIEVED, cohort, expected, staying_so_far, steps_known
from lsc_analytics.models.cohorts.thresholds import staying_counts
from lsc_analytics.reference import month_end
from lsc_analytics.tables import RTT_COHORT, RTT_TIP_INS

_MOST_STEP_WEEKS = 31 / 7  # rates are learned over a month, so a longer way is taken in steps of a month at most


def cohort_outlook(
    history: BandHistory,
    standards: Sequence[int],
    by: dt.date,
    *,
    lists: Sequence[int] | None = None,
    more_than: int = 0,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """How many will be over each standard at a date, if nobody is seen and as things go, and what clears them?

    With h weeks to the date, whoever has waited more than N - h weeks today is over N weeks then unless the clock stops
    (domain rule B3): the cohort C, a partial band pro rata, and C / h a week to clear it. What is expected then is the
    cohort times the share that stays, from how the lists have moved in the last three months; the count is drawn
    beta-binomially, as wide as such shares have strayed before. The standards of one date are drawn together, 65+ inside
    52+ in every draw.

    A drive towards a deadline is not foreseen: as of October 2025, two of the four trusts ended January 2026 below the
    80% interval of 52+ pathways.

    Args:
        history: `band_history` of the lists that teach, up to the as-of month.
        standards: Weeks, such as 52 and 65.
        by: The date, after the as-of month's end.
        lists: Rows of `history.lists` to answer for; all where None.
        more_than: The count whose being passed has its own chance.
        draws: Outcomes drawn.
        seed: Of the draws, with the list and the month.

    Returns:
        `tables.RTT_COHORT`, a row a list and standard.

    Raises:
        ParameterError: The date is not after the as-of month, or so far that those who will be over the standard have
            not all joined yet.

    Of 90 pathways at 60 weeks on 31 January, all pass 65 weeks by 31 March (8.4 weeks): 10.7 a week.
    """
    edges = sorted(set(standards))
    weeks = _weeks_left(history, edges, by)
    chosen = np.arange(len(history.lists)) if lists is None else np.asarray(lists, dtype=int)
    steps = _steps(weeks)
    share, level, stray = expected(history, edges, steps)
    share, stray = share[chosen], stray[chosen]
    size, now = cohort(history, edges, weeks)[chosen], cohort(history, edges, 0.0)[chosen]
    known, rows = steps_known(history), []
    for row, number in enumerate(chosen):
        provider, function = history.lists[number]
        random = np.random.default_rng([seed, *f"{provider}{function}{history.months[-1]}{by}".encode()])
        slices = staying_counts(size[row], share[row], level, stray[row], draws, random)
        for first, standard in enumerate(edges):
            drawn, at_risk = slices[:, first:].sum(axis=1), float(size[row, first:].sum())
            lower, median, upper = np.quantile(drawn, [0.1, 0.5, 0.9])
            rows.append(
                (
                    provider, function, history.months[-1], standard, f"{by}",
                    f"{Threshold(standard).latest_clock_start(by)}", weeks, float(now[row, first:].sum()), at_risk,
                    at_risk / weeks, float((size[row, first:] * share[row, first:]).sum()), median, lower, upper,
                    float((drawn > 0).mean()), more_than, float((drawn > more_than).mean()),
                    bool(history.reconstructed[number, -1]), known,
                )
            )  # fmt: skip
    return RTT_COHORT.check(pd.DataFrame(rows, columns=RTT_COHORT.names))


def tip_ins(
    history: BandHistory, standards: Sequence[int], by: dt.date, *, lists: Sequence[int] | None = None
) -> pd.DataFrame:
    """How many pass each standard in each week on the way to a date if nobody is seen, and how fast is the cohort cleared?

    In week j those tip over who have waited 65 - j to 66 - j weeks today; week 0 holds those already over. Over all weeks
    they add up to the cohort. `cohort_needed` falls evenly to nothing at the date; `cohort_expected` is what is left of
    the cohort each week if it leaves as such pathways have been leaving.

    Args:
        history: `band_history` of the lists that teach, up to the as-of month.
        standards: Weeks, such as 52 and 65.
        by: The date, after the as-of month's end.
        lists: Rows of `history.lists` to answer for; all where None.

    Returns:
        `tables.RTT_TIP_INS`, a row a list, standard and week.

    Raises:
        ParameterError: As for `cohort_outlook`.
    """
    edges = sorted(set(standards))
    total = _weeks_left(history, edges, by)
    chosen = np.arange(len(history.lists)) if lists is None else np.asarray(lists, dtype=int)
    start = month_end(history.months[-1])
    days = [0, *range(7, (by - start).days, 7), (by - start).days]
    slices = _left(history, edges, total, days)[:, chosen]
    frames = []
    for first, standard in enumerate(edges):
        over = np.stack([history.over(standard - day / 7)[chosen] for day in days], axis=1)
        tipped, left = np.diff(over, axis=1, prepend=0.0), slices[:, :, first:].sum(axis=2).T
        for row, number in enumerate(chosen):
            provider, function = history.lists[number]
            frames.append(
                pd.DataFrame(
                    {
                        "provider_code": provider, "treatment_function_code": function, "as_of": history.months[-1],
                        "standard_weeks": standard, "by": f"{by}", "week": range(len(days)),
                        "week_ending": [f"{start + dt.timedelta(days=day)}" for day in days],
                        "tip_ins": np.maximum(tipped[row], 0.0),
                        "cohort_needed": left[row, 0] * (1 - np.array(days) / days[-1]),
                        "cohort_expected": left[row],
                        "reconstructed": bool(history.reconstructed[number, -1]),
                    }
                )
            )  # fmt: skip
    return RTT_TIP_INS.check(pd.concat(frames, ignore_index=True)) if frames else RTT_TIP_INS.empty()


def _left(history: BandHistory, edges: Sequence[int], total: float, days: Sequence[int]) -> np.ndarray:
    """What is left of each slice of the cohort after each so many days: (days, lists, edges); none comes back."""
    steps = _steps(total)
    marks, elapsed = np.linspace(0.0, total, len(steps) + 1), np.array(days) / 7
    logs = np.log(np.maximum(staying_so_far(history, edges, steps), 1e-12))
    part = (elapsed / total)[:, None, None]
    near = np.clip(np.searchsorted(marks, elapsed, side="right") - 1, 0, len(steps) - 1)
    between = ((elapsed - marks[near]) / np.diff(marks)[near])[:, None, None]
    end, level, _ = expected(history, edges, steps)
    share = np.exp(logs[near] * (1 - between) + logs[near + 1] * between) * level ** (LEVEL_BELIEVED * part)
    held = np.minimum.accumulate(np.clip(share, end, 1.0), axis=0)
    held[-1] = end
    return np.asarray(cohort(history, edges, total) * held)


def _steps(weeks: float) -> list[float]:
    """A way of so many weeks in equal steps of a month or less.

    >>> [round(step, 2) for step in _steps(9.0)]
    [3.0, 3.0, 3.0]
    """
    count = max(1, int(np.ceil(weeks / _MOST_STEP_WEEKS - 1e-9)))
    return [weeks / count] * count


def _weeks_left(history: BandHistory, edges: Sequence[float], by: dt.date) -> float:
    start = month_end(history.months[-1])
    weeks = (by - start).days / 7
    if weeks <= 0:
        raise ParameterError(
            f"{by} is not after {start}, when the list was counted.", "Choose a later date.", parameter="by"
        )
    if not edges or weeks > min(edges):
        raise ParameterError(
            f"By {by}, {weeks:.0f} weeks on, some over {min(edges, default=0)} weeks will be of those who have not joined yet.",
            "Choose an earlier date or a longer wait.",
            parameter="by",
        )
    return weeks
