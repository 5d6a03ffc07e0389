"""The pooled forecast: medians from a regression over all lists, intervals from the errors it made at earlier origins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models.family import Family
from lsc_analytics.models.pooled import boosted
from lsc_analytics.models.pooled.intervals import (
    CALIBRATION_ORIGINS,
    LEAST_HISTORY,
    QUANTILES,
    Spread,
    learnt_by,
    spread,
)
from lsc_analytics.models.pooled.movement import movement
from lsc_analytics.models.pooled.panel import Deadline, Panel, arrange, first_month, growth, shift
from lsc_analytics.models.pooled.regression import excess_features, least_absolute
from lsc_analytics.models.scores import SAID
from lsc_analytics.reference import add_months

LONGEST_HORIZON = 12  # the same months of a year ago are seen only that far ahead
_TRUST_IN_FIT = 0.85  # 0.7 to 1 score alike; less than 1 keeps a learned trend from running on
_LARGEST_FALL = 0.5  # of what the country's movement leaves, that a list's own features may take off it


def forecast(
    figures: pd.DataFrame,
    family: Family,
    as_of: str,
    horizon: int,
    *,
    national: pd.DataFrame | None = None,
    deadlines: Sequence[Deadline] = (),
    boosting: bool = False,
) -> pd.DataFrame:
    """What will each list be in each of the months ahead, and how sure are we?

    What is unusual has a stated treatment. A month that nobody, or one list, did not report is unknown, never nothing: it
    teaches nothing, and changes over it are taken from the months around it. A list that begins keeps its last value until
    it has four months (`method` says `last_value`), with the intervals of lists of its size. A list that has ended, or is
    empty at the origin, is not forecast, and others still learn from it. A measure that has always been nought is told as
    nought, with the chance of anyone that such lists have had. Where nothing has been seen to err yet, intervals are wide.

    Args:
        figures: `provider_code`, the family's function column, `month`, `measure`, `value`, without total rows; or total
            rows alone, which are then a panel of their own.
        family: `RTT` or `DM01`.
        as_of: Last month seen; nothing later is looked at.
        horizon: Months ahead, 1 to 12.
        national: As for `arrange`.
        deadlines: Dates of standards, as `pooled.deadlines(parameters.standards())` gives them; one that was not yet
            announced at the origin is not used.
        boosting: Whether the medians of the family's `boosted` measures are those of gradient boosting where a list is
            large enough for it, up to three months ahead: better, and seconds more.

    Returns:
        A row a list with anyone on it at `as_of`, measure and month ahead: the columns of
        `tables.RTT_PREDICTIONS` or `tables.DM01_PREDICTIONS`. Counts are whole and not negative, a longer wait never
        has more than a shorter one, and `method` says `pooled`, `boosted`, or `last_value` where the history is short.

    Raises:
        ParameterError: The horizon is not 1 to 12.
        NoDataError: No list has anyone on it at an origin.
    """
    told = rolling(figures, family, [as_of], horizon, national=national, deadlines=deadlines, boosting=boosting)
    return told.drop(columns="as_of")


def rolling(
    figures: pd.DataFrame,
    family: Family,
    origins: Sequence[str],
    horizon: int | Mapping[str, int],
    *,
    national: pd.DataFrame | None = None,
    deadlines: Sequence[Deadline] = (),
    boosting: bool = False,
) -> pd.DataFrame:
    """What would `forecast` have said at each of several months?

    The same answer as asking at each, in less time: what is learned at an earlier origin is learned once.

    Args:
        figures: As for `forecast`.
        family: `RTT` or `DM01`.
        origins: Months forecast from, YYYY-MM; nothing later than an origin reaches its forecast.
        horizon: Months ahead, 1 to 12; of each origin its own where they are named.
        national: As for `arrange`.
        deadlines: As for `forecast`.
        boosting: As for `forecast`; every origin takes a fit a month ahead.

    Returns:
        The columns of `forecast`, after `as_of`: the origin.

    Raises:
        ParameterError: The horizon is not 1 to 12.
        NoDataError: No list has anyone on it at an origin.
    """
    furthest = dict(horizon) if isinstance(horizon, Mapping) else dict.fromkeys(origins, horizon)
    for asked in furthest.values():
        if not 1 <= asked <= LONGEST_HORIZON:
            raise ParameterError(f"{asked} months ahead cannot be forecast.", "Ask for 1 to 12.", parameter="horizon")
    whole = figures[(figures["measure"] == family.measures[0]) & (figures["value"] > 0)]
    if unknown := sorted({*origins} - {*whole["month"]}):
        raise NoDataError(f"Nobody is known to wait in {', '.join(unknown)}.", "Forecast from a month that is loaded.")
    begun: dict[str, list[str]] = {}
    for as_of in sorted(set(origins)):
        begun.setdefault(first_month(figures, family, as_of), []).append(as_of)
    frames = []
    key = ["as_of", "provider_code", family.function_column, "measure", "target_month"]
    for first, together in begun.items():
        panel = arrange(figures, family, first, together[-1], national, deadlines)
        said: list[_Said] = []
        for ahead in range(1, max(furthest[as_of] for as_of in together) + 1):
            places = [panel.months.index(as_of) for as_of in together if ahead <= furthest[as_of]]
            told = {m: medians(panel, family, m, ahead, _needed(places, ahead)) for m in family.measures}
            grown = family.boosted if boosting and ahead <= boosted.FURTHEST else ()
            trees = {measure: boosted.medians(panel, family, measure, ahead, places) for measure in grown}
            for now in places:
                told_of = {
                    measure: _spread(panel, family, measure, ahead, told[measure], trees.get(measure, {}), now)
                    for measure in family.measures
                }
                said += _said(panel, family, told_of, now, ahead)
        frames.append(_rows(panel, family, said))
    return pd.concat(frames).sort_values(key, ignore_index=True)


def _spread(
    panel: Panel,
    family: Family,
    measure: str,
    ahead: int,
    told: dict[int, np.ndarray],
    trees: dict[int, np.ndarray],
    now: int,
) -> Spread:
    """The regression's intervals, moved to the trees' medians where there are any.

    Trees at nine earlier origins would take ten times as long, and err less than the regression whose errors these are: the
    intervals are a little wide rather than narrow.
    """
    if now not in trees:
        return spread(panel, family, measure, ahead, told, now)
    led = np.isfinite(trees[now])
    said = spread(panel, family, measure, ahead, told | {now: np.where(led, trees[now], told[now])}, now)
    return said._replace(method=np.where(led & (said.method == "pooled"), "boosted", said.method))


def _needed(places: Sequence[int], ahead: int) -> list[int]:
    """The origins, and before each those that calibrate it."""
    earlier = {past for now in places for past in [*range(now - ahead + 1)][-CALIBRATION_ORIGINS:]}
    return sorted(earlier | set(places))


class _Said(NamedTuple):
    """What is said of one measure from one month of another: of which lists, by position, and what."""

    as_of: str
    measure: str
    target_month: str
    lists: np.ndarray
    spread: Spread


def _said(panel: Panel, family: Family, told: dict[str, Spread], now: int, ahead: int) -> list[_Said]:
    """The lists with anyone on them, measure by measure, in order of their waits."""
    _keep_order(told, family)
    alive = np.nan_to_num(panel.counts[family.measures[0]][:, now]) > 0
    as_of = panel.months[now]
    said = []
    for measure, of_all in told.items():
        known = np.flatnonzero(alive & np.isfinite(panel.counts[measure][:, now]))
        of_known = Spread(of_all.figures[known], of_all.method[known])
        said.append(_Said(as_of, measure, add_months(as_of, ahead), known, of_known))
    return said


def _rows(panel: Panel, family: Family, said: list[_Said]) -> pd.DataFrame:
    """The same as one table."""
    rows = panel.lists[np.concatenate([each.lists for each in said])].to_frame(index=False)
    times = [len(each.lists) for each in said]
    for column in ("as_of", "measure", "target_month"):
        rows[column] = np.repeat([getattr(each, column) for each in said], times)
    figures = np.concatenate([each.spread.figures for each in said])
    for name in ("mean", "median", *QUANTILES, "probability_any"):
        rows[name] = figures[:, SAID.index(name)]
    return rows.assign(method=np.concatenate([each.spread.method for each in said]))


def medians(panel: Panel, family: Family, measure: str, ahead: int, origins: Iterable[int]) -> dict[int, np.ndarray]:
    """The median of every list so many months after each origin, each told only from what was known at that origin.

    The regression learns the change beyond the country's own, y(t+h) - y(t) (1 + the country's change), from every
    earlier month t with t+h seen; the country's change at the origin itself is foretold by `common_movement`.

    Returns:
        Origin: one median a list; nan where the list has no figure, the last value where the history is short.
    """
    counts = panel.counts[measure]
    features = excess_features(panel, family, measure, ahead)
    country = shift(growth(counts, ahead), -ahead)
    target = shift(counts, -ahead) - counts * (1 + country)
    known = np.isfinite(target) & (np.nan_to_num(panel.counts[family.measures[0]]) > 0)
    known[:, 0] = False  # no momentum is known in the first month
    seen_for = np.isfinite(counts).cumsum(axis=1)
    told = {}
    for origin in origins:
        now = counts[:, origin]
        train = known.copy()
        train[:, max(origin - ahead + 1, 0) :] = False
        if not learnt_by(origin, ahead) or not train.any():
            told[origin] = now
            continue
        weights = least_absolute(features[train], target[train])
        moved = now * (1 + movement(panel, family, measure, ahead, origin))
        own = np.maximum(_TRUST_IN_FIT * features[:, origin] @ weights, -_LARGEST_FALL * moved)
        told[origin] = np.where(seen_for[:, origin] < LEAST_HISTORY, now, np.maximum(moved + own, 0))
    return told


def _keep_order(told: dict[str, Spread], family: Family) -> None:
    """A longer wait never has more people than a shorter one, in any figure."""
    for larger, part in family.nested:
        told[part] = told[part]._replace(figures=np.minimum(told[part].figures, told[larger].figures))
