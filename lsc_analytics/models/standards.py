"""Which standards a list meets, which of them bind at a month, and how many clocks would have to stop to meet the rest.

It forecasts nothing (`risk` says how likely a standard is to be missed) and reads no files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters import DatedStandard, Standard
from lsc_analytics.reference import ENGLAND, SYSTEM, month_end
from lsc_analytics.tables import RTT_STANDING

SUITE_WEEKS = 65  # what the suite was asked for: shown beside the standards that bind
_COUNTED_WEEKS = {
    "share_within_at_least": (18,),
    "share_over_at_most": (52, 65, 78, 104),
    "count_over_at_most": (52, 65, 78, 104),
}
_LIST = ["provider_code", "treatment_function_code"]


def binds(standard: DatedStandard, provider_code: str) -> bool:
    """Whether a standard is asked of a provider, of the system or of England.

    What is asked of each trust is asked of the system too, as the sum of its trusts.

    >>> told = {"id": "x", "family": "rtt", "weeks": 18, "rule": "share_within_at_least", "value": 70, "words": "w",
    ...     "source": "s", "verified": True}
    >>> [binds(Standard(**told, scope="england"), code) for code in ("RXN", "LSC", "ENG")]
    [False, False, True]
    """
    asked_of = {SYSTEM: ("trust", "system"), ENGLAND: ("england",)}.get(provider_code, ("trust",))
    return standard.scope == "every" or standard.scope in asked_of


def to_be_seen(total: int, within: int, needed_percent: float) -> int:
    """How many of those over would have to be seen for the share within to be reached, nothing else changing?

    With T waiting and W of them within, seeing n of the others leaves W of T - n, so n = T - floor(W / share).

    Args:
        total: Everyone waiting.
        within: Those of them within the standard's weeks.
        needed_percent: Share within that is needed, percent.

    1,142 of 1,169 are within six weeks, 97.7%: seeing 16 of the 27 others leaves 1,142 of 1,153, which is 99.05%.

    >>> to_be_seen(1169, 1142, 99), to_be_seen(100, 99, 99), to_be_seen(0, 0, 99)
    (16, 0, 0)
    """
    # Rounded at the ninth decimal so that 99 of 100 needs exactly 100 and not 101 by a binary fraction.
    enough = math.inf if needed_percent <= 0 else math.floor(round(100 * within / needed_percent, 9))
    return int(max(0, total - enough))


def against(positions: pd.DataFrame, standards: Iterable[Standard], as_of: str) -> pd.DataFrame:
    """Which standards does each list meet at a month end, and what would the others take?

    A standard that asks for an improvement takes its baseline from the same list: so a specialty is asked of itself
    what its trust is asked as a whole, which is a yardstick and not a target that anybody set. Shares are judged as
    counted, and shown cut to a hundredth of a percent towards missing the standard, as in `tables.RTT_POSITION`.

    Args:
        positions: `tables.RTT_POSITION`, the months before included: a baseline is looked up in them.
        standards: As in `standards.yml`; those of DM01 and those asked of others than the list's provider are left out.
        as_of: The month judged; nothing later is looked at.

    Returns:
        `tables.RTT_STANDING`, one row a list and standard, in the order of `standards`. `met` is empty where the measure
        or the baseline month is not loaded. An empty list meets what limits a count or share over, and has no share.

    Raises:
        ParameterError: A standard is of weeks that an RTT position does not count.

    57.15% in the baseline month leaves 65% the greater; 60.00% would have made it 67%. Of 42,257, 24,154 are within 18
    weeks; seeing 5,097 of the others would leave 24,154 of 37,160, which is 65%:

    >>> rows = pd.DataFrame({"month": ["2025-11", "2026-01"], "provider_code": "RXL", "treatment_function_code": "C_999",
    ...     "total_incomplete": 42257, "within_18_weeks": 24154})
    >>> seven = Standard(id="x", family="rtt", weeks=18, rule="share_within_at_least", value=65, words="w", source="s",
    ...     improvement={"points": 7, "baseline": "2025-11", "baseline_verified": True}, verified=True)
    >>> against(rows, [seven], "2026-01")[["baseline_percent", "needed", "actual", "met", "to_be_seen"]].round(2).values.tolist()
    [[57.16, 65.0, 57.15, False, 5097]]
    """
    rows = []
    ours = [standard for standard in standards if standard.family == "rtt"]
    seen = positions[positions["month"] <= as_of]
    for keys, history in seen.groupby(_LIST, sort=False):
        now = history[history["month"] == as_of]
        if now.empty:
            continue
        asked = [standard for standard in ours if binds(standard, str(keys[0]))]
        shown = _shown(asked, as_of)
        for standard in asked:
            row = _judged(now.iloc[0], history, standard)
            row |= {"month": as_of, "provider_code": keys[0], "treatment_function_code": keys[1]}
            status = standard.status_at(month_end(as_of))
            rows.append(row | {"status": status, "in_view": standard.id in shown})
    return RTT_STANDING.check(pd.DataFrame(rows, columns=RTT_STANDING.names)) if rows else RTT_STANDING.empty()


def _shown(standards: list[Standard], as_of: str) -> set[str]:
    """Those that bind at the month, and the last 65-week one known by then beside them.

    A standing one is left to its twin with a date, which asks the same and says by when.
    """
    day = month_end(as_of)
    at = {standard.id: standard.status_at(day) for standard in standards}
    binding = [standard for standard in standards if at[standard.id] == "binding"]
    dated = {(one.weeks, one.rule, one.value) for one in binding if one.by}
    shown = {one.id for one in binding if one.by or (one.weeks, one.rule, one.value) not in dated}
    suite = [standard for standard in standards if standard.weeks == SUITE_WEEKS and at[standard.id] != "future"]
    return shown | {max(suite, key=lambda one: one.by or day).id for _ in suite[:1]}


def _judged(now: pd.Series, history: pd.DataFrame, standard: Standard) -> dict[str, object]:
    """What is needed, what is, and what it would take: a list at one month against one standard."""
    if standard.weeks not in _COUNTED_WEEKS[standard.rule]:
        raise ParameterError(
            f"An RTT standard of {standard.weeks} weeks by the rule {standard.rule} cannot be measured.",
            "RTT positions count 18 weeks within, and 52, 65, 78 and 104 weeks over. Correct it in standards.yml.",
            parameter=standard.id,
        )
    measure, counts = _measure(standard), standard.rule == "count_over_at_most"
    improvement, needed, baseline = standard.improvement, float(standard.value), math.nan
    if improvement:
        baseline = _share_within(history[history["month"] == improvement.baseline])
        needed = math.nan if math.isnan(baseline) else improvement.needed(baseline, at_least=needed)
    total, counted = int(now["total_incomplete"]), now.get(measure)
    told: dict[str, object] = {"actual": None, "met": None, "to_be_seen": None}
    if pd.notna(counted) and (total or standard.rule != "share_within_at_least"):
        within = int(counted) if measure == "within_18_weeks" else total - int(counted)
        told["actual"] = (
            float(counted) if counts else _cut(100 * int(counted) / total, standard.rule) if total else None
        )
        if not math.isnan(needed):
            share = needed if standard.rule == "share_within_at_least" else 100 - needed
            seen = max(0, math.ceil(counted - needed)) if counts else to_be_seen(total, within, share)
            told |= {"met": seen == 0, "to_be_seen": seen}
    return told | {
        "standard": standard.id,
        "words": standard.words,
        "by": standard.by.isoformat() if standard.by else None,
        "verified": standard.verified and (improvement is None or improvement.baseline_verified),
        "measure": measure,
        "rule": standard.rule,
        "unit": "pathways" if counts else "percent",
        "baseline_month": improvement.baseline if improvement else None,
        "baseline_percent": baseline,
        "needed": needed,
    }


def _cut(percent: float, rule: str) -> float:
    """A share to a hundredth of a percent, cut towards missing the standard: one just short never reads as if it met it."""
    away = math.floor if rule == "share_within_at_least" else math.ceil
    return away(round(100 * percent, 7)) / 100


def _measure(standard: Standard) -> str:
    return "within_18_weeks" if standard.rule == "share_within_at_least" else f"over_{standard.weeks}_weeks"


def _share_within(row: pd.DataFrame) -> float:
    """The share within 18 weeks of a list in one month, percent; nan where it is not loaded or the list is empty."""
    if row.empty or pd.isna(row["within_18_weeks"].iloc[0]) or not row["total_incomplete"].iloc[0]:
        return math.nan
    return 100 * float(row["within_18_weeks"].iloc[0]) / float(row["total_incomplete"].iloc[0])
