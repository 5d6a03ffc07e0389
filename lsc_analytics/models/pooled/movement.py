"""How the country's lists move together: season, drift, and the fall towards a standard's date. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from lsc_analytics.models.family import Family
from lsc_analytics.models.pooled.panel import Deadline, Panel, by_group
from lsc_analytics.parameters import Standards
from lsc_analytics.reference import month_text, months_between

WEEKS_A_MONTH = 365.25 / 12 / 7
# What was tried on 573 organisations' total rows, April 2022 to January 2026, origins from October 2022, error over the
# last value's at horizons 1 to 3 and 4 to 6: 65+ 0.985 and 0.869 without deadlines; with a share of 0.35, 0.5, 0.65 of the
# earlier falls 0.959, 0.953, 0.951 and 0.833, 0.825, 0.825; a lead of 2, 3 or 4 months 0.955, 0.953, 0.953. At the origins
# June to August 2024, before September's date: 1.14, 1.10, 0.90 without, 0.68, 0.56, 0.81 with.
# Telling a part of the fall before the date's own month was no better (0.967), nor were March year ends as dates of their
# own (0.950), which the season holds already, nor leaving out of the season the years with a date in it (0.954 to 0.953).
# Nor is the movement damped with the months ahead. By a tenth a month, sums of 65+ medians at 4 to 6 months rise from 0.61 to
# 0.74 of what came at the ten origins of October 2024 to July 2025, but their error from 0.82 to 0.84, and over all origins
# of the total rows the rule as it is told sums to 1.00 of what came, the damped one to 1.10.
_LONGEST_FALL = 3  # months before a date in which lists have fallen towards it
_SHARE_OF_FALL = 0.5  # the next fall is told as half the mean of the earlier ones


def deadlines(standards: Standards) -> tuple[Deadline, ...]:
    """The dates of the registry that lists have to fall towards: RTT counts over a threshold, in order of their dates.

    Rows that rest on memory (`verified: false`) are left out, as are shares within, whose count has no date of its own to
    learn from. What was not yet announced at an origin is not used there; see `Deadline.ahead_of`.
    """
    told = []
    for standard in standards.standards:
        none_over = standard.rule == "count_over_at_most" and standard.value == 0
        if (
            standard.family != "rtt"
            or not standard.verified
            or not (none_over or standard.rule == "share_over_at_most")
        ):
            continue
        if standard.by and standard.known_from:
            told.append(
                Deadline(
                    measure=f"over_{standard.weeks}_weeks",
                    month=month_text(standard.by),
                    announced=month_text(standard.known_from),
                    lapsed=month_text(standard.until) if standard.until else None,
                    allowed=standard.value / 100,
                )
            )
    return tuple(sorted(told, key=lambda deadline: (deadline.month, deadline.measure)))


def movement(panel: Panel, family: Family, measure: str, ahead: int, origin: int) -> np.ndarray:
    """By what share will each list move for the country's sake, before anything of its own is told?

    The common movement, for all alike; and where a standard's date lies in the months ahead, the lower of that and half
    the mean fall before earlier dates of any standard, times the share of the trust's count beyond what the standard
    allows it. A trust that is already where it should be has nothing to fall.

    Args:
        panel: The lists.
        family: Whose weights are used.
        measure: What moves.
        ahead: Months ahead.
        origin: Month forecast from, as a position in `panel.months`.

    Returns:
        One share a list; -0.1 is a tenth less.
    """
    change = np.full(len(panel.lists), common_movement(panel, family, measure, ahead, origin))
    as_of = panel.months[origin]
    for deadline in panel.deadlines:
        away = len(months_between(as_of, deadline.month)) - 1
        if deadline.measure == measure and deadline.ahead_of(as_of) and away <= ahead:
            trust = panel.groups[0]
            over, whole = (
                by_group(panel.counts[name][:, [origin]], trust)[:, 0] for name in (measure, family.measures[0])
            )
            beyond = np.clip(1 - deadline.allowed * whole / np.maximum(over, 0.5), 0, 1)[trust]
            change = np.minimum(change, _fall(panel, origin, min(away, _LONGEST_FALL)) * beyond)
            break
    return np.expm1(change)


def common_movement(panel: Panel, family: Family, measure: str, ahead: int, origin: int) -> float:
    """The log change of the country's count that its season in earlier years and its drift foretell.

    Deliberately a fixed rule, not a fit: one country and few years cannot settle more than a weight or two. `season` is
    the mean log change over the same months of up to three earlier years, `departure` the same less those years' drift,
    `drift_12` and `drift_6` what it changed in the last twelve and six months, in proportion.
    """
    level = panel.national[measure]
    end = len(level) - len(panel.months) + origin
    parts = {
        "drift_12": (level[end] - level[end - 12]) * ahead / 12 if end >= 12 else 0.0,
        "drift_6": (level[end] - level[end - 6]) * ahead / 6 if end >= 6 else 0.0,
    }
    years = [end - 12 * back for back in (1, 2, 3) if end - 12 * back >= 0]
    same = [level[year + ahead] - level[year] for year in years]
    drift = [(level[year + 12] - level[year]) * ahead / 12 for year in years]
    parts["season"] = float(np.mean(same)) if years else 0.0
    parts["departure"] = parts["season"] - float(np.mean(drift)) if years else 0.0
    return float(sum(share * parts[part] for part, share in family.common[measure].items()))


def past_misses(panel: Panel, family: Family, measure: str, ahead: int, origin: int) -> np.ndarray:
    """How far the country's count went elsewhere than the common movement foretold, in logs, at each earlier month.

    From the first month with a year before it to the last whose outcome is seen at `origin`: the country's history before
    the lists' own counts too, since a turn of the tide is seldom seen in two years.
    """
    level = panel.national[measure]
    before = len(level) - len(panel.months)
    return np.array(
        [
            level[end + ahead] - level[end] - common_movement(panel, family, measure, ahead, end - before)
            for end in range(12, before + origin - ahead + 1)
        ]
    )


def _fall(panel: Panel, origin: int, lead: int) -> float:
    """Half the mean log change in the last `lead` months before every date that has passed, whichever standard's it was."""
    changes = []
    for deadline in panel.deadlines:
        if deadline.measure in panel.national and deadline.month <= panel.months[origin]:
            level = panel.national[deadline.measure]
            month = (
                len(level) - len(panel.months) + origin - len(months_between(deadline.month, panel.months[origin])) + 1
            )
            if month >= lead:
                changes.append(level[month] - level[month - lead])
    return _SHARE_OF_FALL * float(np.mean(changes)) if changes else 0.0
