"""The weeks that a diagnostic bottleneck adds to RTT pathways, and how many long waits there are because of them.

Which specialty leans on which test, and how many of its pathways need it, is assumed (`diagnostic_coupling.yml`): no
published file joins DM01 with RTT. The RTT list is the forecast's own, by weekly band.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from lsc_analytics.models.futures import Ahead, Change, play
from lsc_analytics.models.queueing import weeks_of_demand
from lsc_analytics.parameters import CouplingPair
from lsc_analytics.tables import DIAGNOSTIC_COUPLING, DIAGNOSTIC_NEED

THRESHOLDS = (18, 52, 65)


def due_to_test(bands: np.ndarray, threshold: int, weeks_added: float, share: float) -> np.ndarray:
    """How many of those over a threshold would not be, had their test taken so many weeks less?

    Those who need the test are a share of every band, and each would have waited so much less by the same point of the
    pathway: of them, those over the threshold by less than the weeks added. A part of a week is a part of a band.

    Args:
        bands: (..., 105) pathways.
        threshold: Weeks.
        weeks_added: 0 or more.
        share: Of pathways, 0 to 1.

    Of 40 pathways between 52 and 56 weeks, half need a test that takes two and a half weeks too long:

    >>> list_ = np.zeros(105); list_[52:56] = 10.0
    >>> float(due_to_test(list_, 52, 2.5, 0.5))
    12.5
    """
    longer = np.concatenate([np.zeros((*bands.shape[:-1], 1)), np.cumsum(bands[..., ::-1], axis=-1)], axis=-1)[
        ..., ::-1
    ]
    at = min(threshold + weeks_added, bands.shape[-1] - 1)
    whole = int(at)
    beyond = longer[..., whole] - (at - whole) * bands[..., whole]
    return share * (longer[..., threshold] - beyond)


def couple(
    told: pd.DataFrame,
    pairs: Iterable[CouplingPair],
    bands: Callable[[str, str], np.ndarray | None],
    ahead: Callable[[str, str], Ahead | None],
    *,
    keeps_percent: float,
    rtt_month: str,
    ahead_of_worst: int,
) -> pd.DataFrame:
    """How many weeks does each test add to each specialty that leans on it, and what does that do to its long waits?

    The test's wait now is the mean time on its list, list over demand (Little's law); at the standard it is that of a list
    that keeps it, the healthy weeks of demand. What lies between is added to every pathway that needs the test. The worst
    pairs are told ahead as well: the RTT list as its forecast expects it, month by month, in draws.

    Args:
        told: `tables.DIAGNOSTIC_NEED`.
        pairs: Which specialty leans on which test.
        bands: The RTT list of a trust and specialty by weekly band at `rtt_month`, or None.
        ahead: What is expected of it, or None where its flows are not loaded for long enough.
        keeps_percent: The share within six weeks that the list is compared at.
        rtt_month: Last month of RTT.
        ahead_of_worst: How many pairs are told ahead.

    Returns:
        `tables.DIAGNOSTIC_COUPLING`: a row a trust, specialty, test, month and threshold.
    """
    lists = DIAGNOSTIC_NEED.check(told).drop_duplicates(["provider_code", "diagnostic_test_code"])
    lists = lists[lists["demand_a_week"] > 0].set_index(["provider_code", "diagnostic_test_code"])
    keeps = weeks_of_demand(keeps_percent / 100, 6)
    rows, coupled = [], []
    for pair in pairs:
        for trust, test in lists.index[lists.index.get_level_values(1) == pair.test]:
            now = bands(trust, pair.specialty)
            if now is None or now.sum() <= 0:
                continue
            one = lists.loc[(trust, test)]
            mean_wait = float(one["waiting"] / one["demand_a_week"])
            added, share = max(mean_wait - keeps, 0.0), pair.share_percent / 100
            key = {
                "provider_code": trust, "treatment_function_code": pair.specialty, "diagnostic_test_code": test,
                "share_percent": pair.share_percent, "test_weeks_now": mean_wait, "test_weeks_at_standard": keeps,
                "weeks_added": added, "weeks_added_on_average": added * share, "source": pair.source,
            }  # fmt: skip
            coupled.append((key, added, share))
            rows += _rows(key, rtt_month, now[None, :], added, share)
    if not rows:
        return DIAGNOSTIC_COUPLING.empty()
    found = pd.DataFrame(rows)
    for key, added, share in _worst(found, coupled, ahead_of_worst):
        list_ahead = ahead(str(key["provider_code"]), str(key["treatment_function_code"]))
        if list_ahead is not None:
            future = play(list_ahead, Change.none(list_ahead), "as_now")
            for step, month in enumerate(list_ahead.months[:6]):
                rows += _rows(key, month, future.bands[:, step], added, share)
    return DIAGNOSTIC_COUPLING.check(pd.DataFrame(rows).assign(as_of=rtt_month, dm01_month=str(told["as_of"].iloc[0])))


def worst_pairs(coupled: pd.DataFrame, top: int = 12) -> pd.DataFrame:
    """The pairs with most pathways over 18 weeks because of a test, now, the worst first: `tables.DIAGNOSTIC_COUPLING`."""
    now = coupled[(coupled["month"] == coupled["as_of"]) & (coupled["threshold_weeks"] == 18)]
    return DIAGNOSTIC_COUPLING.check(now.sort_values("due_median", ascending=False).head(top).reset_index(drop=True))


def _rows(key: dict[str, object], month: str, bands: np.ndarray, added: float, share: float) -> list[dict[str, object]]:
    told = []
    for threshold in THRESHOLDS:
        over, due = bands[:, threshold:].sum(axis=-1), due_to_test(bands, threshold, added, share)
        ten, half, ninety = np.quantile(due, [0.1, 0.5, 0.9])
        told.append(
            key | {"month": month, "threshold_weeks": threshold, "over": float(np.median(over)), "due_median": half,
                   "due_lower_80": ten, "due_upper_80": ninety}
        )  # fmt: skip
    return told


def _worst(
    found: pd.DataFrame, coupled: list[tuple[dict[str, object], float, float]], top: int
) -> list[tuple[dict[str, object], float, float]]:
    """The pairs with most pathways over 52 weeks because of their test, none without any."""
    due = found[found["threshold_weeks"] == 52]["due_median"].to_numpy()
    order = np.argsort(-due, kind="stable")
    return [coupled[at] for at in order[:top] if due[at] > 0]
