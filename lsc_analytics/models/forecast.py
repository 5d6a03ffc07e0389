"""How many will be waiting, and how many over each threshold: every method's answer for one list, in one form.

RTT's specialties and DM01's tests alike (`family`): plain methods from the list's own past, and where they are loaded flows
with the stock-flow identity and weekly cohorts. Which of them leads is not decided here (`contest` does), and other lists
are not seen (`pooled` does). It reads no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from lsc_analytics.models import cohorts, family, series
from lsc_analytics.models.family import Family
from lsc_analytics.models.identity import Draws, leaning, list_ahead
from lsc_analytics.models.rtt import flows
from lsc_analytics.models.scores import LAST_VALUE, QUANTILES, SAID
from lsc_analytics.models.treatment import faults, only_last_value, treated
from lsc_analytics.parameters import ForecastSettings
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import RTT_METHODS, RTT_TRACK_RECORD, RTT_TRANSFERS

FLOWS_AND_IDENTITY, COHORT, POOLED, COMBINATION = "flows_and_identity", "cohort", "pooled", "combination"
BOOSTED = "boosted"  # of `lsc forecast` alone: no part of the contest
_RATE_MONTHS = 12  # exit rates are learned from a year, so that each season is in them once


@dataclass(frozen=True)
class WaitingList:
    """One trust's list of one specialty: what is loaded of it, and its trust's bands to lean on.

    Attributes:
        code: Its treatment function or test.
        figures: Rows of `tables.RTT` or `tables.DM01` of this list.
        bands: Rows of `tables.RTT_BAND_VIEW` of this list, part incomplete; a test's bands are aged with all others'.
        trust_bands: The same of the trust's total row.
        peers: `tables.RTT_FLOWS` of every list of the system, which a short or tiny list's flows lean on; None to lean on
            none.
        transfers: `tables.RTT_TRANSFERS`, where an action log is loaded; rows of other lists do no harm.
    """

    provider_code: str
    code: str
    figures: pd.DataFrame
    bands: pd.DataFrame
    trust_bands: pd.DataFrame
    peers: pd.DataFrame | None = None
    transfers: pd.DataFrame = field(default_factory=RTT_TRANSFERS.empty)

    def flows(self) -> pd.DataFrame:
        """What joined and left the list, `tables.RTT_FLOWS`: a pathway that was handed over is no removal."""
        return self._moved.copy()

    @cached_property
    def _moved(self) -> pd.DataFrame:
        return flows(self.figures, self.transfers)

    def until(self, month: str) -> WaitingList:
        """What was known at the end of a month: nothing later is seen by a forecast made as of then."""
        figures, bands, trust_bands, transfers = (
            frame[frame["month"] <= month] for frame in (self.figures, self.bands, self.trust_bands, self.transfers)
        )
        peers = None if self.peers is None else self.peers[self.peers["month"] <= month]
        return replace(self, figures=figures, bands=bands, trust_bands=trust_bands, peers=peers, transfers=transfers)


def methods(waiting: WaitingList, origins: Sequence[str], settings: ForecastSettings) -> pd.DataFrame:
    """What does each method say of this list, and would have said at earlier months?

    Each origin sees only what was known then, with the faults of the history up to it treated (`models.treatment`). A
    list without its count at an origin is not forecast from there, rather than from an older month under a newer date.
    Prophet on the stock (`anchored_stock`) is fitted only where flows are not loaded: where they are, they hold more.

    Args:
        waiting: The list.
        origins: Months to forecast from, YYYY-MM. From all but the last, and the month before it, only months up to the
            last are told: those that can be judged. What the month before said of later ones tells what has changed since.
        settings: Which methods, how far ahead, draws, seed and how much history flows need.

    Returns:
        `tables.RTT_METHODS` or `tables.DM01_METHODS`: a row an origin, measure, month ahead and method, longer waits never
        above shorter ones. A history too short or too still for a method has only the row `last_value`.
    """
    return methods_of([(waiting, origins, settings)], family.of(waiting.figures))


def methods_of(
    asked: Iterable[tuple[WaitingList, Sequence[str], ForecastSettings]], kind: Family = family.RTT
) -> pd.DataFrame:
    """The same of many lists of one family, each with its origins and settings: one table, in less time than list by list."""
    promise = kind.table(RTT_METHODS)
    told = [said for each in asked for said in _told(*each, kind)]
    if not told:
        return promise.empty()
    steps = [len(said.figures) for said in told]
    rows = pd.DataFrame(np.concatenate([said.figures for said in told]), columns=list(SAID))
    for place, column in enumerate(kind.cell):
        rows[column] = np.repeat([said.cell[place] for said in told], steps)
    for column in ("as_of", "measure", "method", "last_value", "scale"):
        rows[column] = np.repeat([getattr(said, column) for said in told], steps)
    rows["horizon"] = np.concatenate([np.arange(1, ahead + 1) for ahead in steps])
    ahead_of = {as_of: [add_months(as_of, step) for step in range(1, max(steps) + 1)] for as_of in {*rows["as_of"]}}
    rows["target_month"] = [
        month for said, ahead in zip(told, steps, strict=True) for month in ahead_of[said.as_of][:ahead]
    ]
    return promise.check(in_order(rows)[promise.names])


def months_told(as_of: str, last: str, horizon: int) -> int:
    """How many months ahead are told from an origin: all from the last and the month before, else those that can be judged.

    >>> [months_told(origin, "2026-01", 12) for origin in ("2026-01", "2025-12", "2025-10", "2024-01")]
    [12, 12, 3, 12]
    """
    return horizon if as_of >= add_months(last, -1) else min(horizon, len(months_between(as_of, last)) - 1)


def of_cohorts(
    figures: pd.DataFrame,
    bands: pd.DataFrame,
    origins: Sequence[str],
    providers: Sequence[str],
    settings: ForecastSettings,
) -> pd.DataFrame:
    """What ageing each list's weekly bands says of the long waits, the bands reconstructed where only thresholds are known.

    All the lists teach it (`cohorts.from_thresholds`), so it is made for all of them at once.

    Args:
        figures: Rows of `tables.RTT` of lists of one kind: specialties, totals, or the system's own.
        bands: Rows of `tables.RTT_BAND_VIEW` of the same lists, part incomplete; may be empty.
        origins: Months to forecast from; nothing later reaches a forecast. Told of each are `months_told`.
        providers: Whose lists to answer for.
        settings: How far ahead, draws and seed.

    Returns:
        Rows for `at_origin`: the columns of `pooled.rolling`.
    """
    frames = []
    for origin in origins:
        seen = cohorts.band_history(figures[figures["month"] <= origin], bands[bands["month"] <= origin], origin)
        cells = list(seen.lists)
        ours = [row for row, (provider, _) in enumerate(cells) if provider in providers]
        if not ours:
            continue
        steps = months_told(origin, max(origins), settings.horizon_months)
        told = cohorts.from_thresholds(seen, steps, lists=ours, draws=settings.draws, seed=settings.seed)
        ahead = [add_months(origin, step) for step in range(1, steps + 1)]
        rows = pd.MultiIndex.from_tuples(
            [(*cells[row], month) for row in ours for month in ahead], names=[*family.RTT.cell, "target_month"]
        ).to_frame(index=False)
        for measure, draws in told.items():
            columns = {name: np.quantile(draws, share, axis=1).ravel() for name, share in QUANTILES.items()}
            chances = {"mean": draws.mean(axis=1).ravel(), "probability_any": (draws >= 1).mean(axis=1).ravel()}
            frames.append(rows.assign(as_of=origin, measure=measure, method=COHORT, **columns, **chances))
    return (
        pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*_row(family.RTT), "method", *SAID])
    )


def around_medians(told: pd.DataFrame, figures: pd.DataFrame, method: str) -> pd.DataFrame:
    """Forecasts of which only the medians are told, each with an interval of how far its list has strayed.

    Args:
        told: `as_of`, the list's codes, `target_month`, `measure`, `median`, of consecutive months from the first ahead.
        figures: Rows of `tables.RTT` or `tables.DM01` of the same lists.
        method: Whose medians they are.

    Returns:
        Rows for `at_origin`: the columns of `pooled.rolling`. A list without its count at an origin has no row of it.
    """
    kind = family.of(told)
    key = [*kind.cell, "measure"]
    lists = pd.MultiIndex.from_frame(told[key]).unique()
    rows = figures[pd.MultiIndex.from_frame(figures[key]).isin(lists)]
    wide = rows.astype({"value": float}).pivot(index=key, columns="month", values="value")
    wide = wide.reindex(columns=months_between(wide.columns.min(), wide.columns.max()) if len(wide) else [])
    frames = [pd.DataFrame(columns=[*_row(kind), "method", *SAID])]
    for as_of, part in told.groupby("as_of"):
        if as_of not in wide:
            continue
        centre = part.pivot(index=key, columns="target_month", values="median").astype(float)
        known = wide.loc[:, :as_of].reindex(centre.index)
        counted = known[as_of].notna()
        centre, known = centre[counted], known[counted]
        said = series.around(known.to_numpy(), centre.to_numpy()).reshape(-1, len(SAID))
        rows = centre.stack(future_stack=True).index.to_frame(index=False).assign(as_of=as_of)[_row(kind)]
        frames.append(rows.assign(method=method, **dict(zip(SAID, said.T, strict=True))).dropna(subset="median"))
    return pd.concat(frames[1:] or frames, ignore_index=True)


def at_origin(said: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Forecasts made elsewhere for many lists, with what each list stood at when they were made.

    Args:
        said: The columns of `pooled.rolling`.
        figures: Rows of `tables.RTT` or `tables.DM01` of the same lists.

    Returns:
        `tables.RTT_METHODS` or `tables.DM01_METHODS`.
    """
    kind = family.of(said)
    promise = kind.table(RTT_METHODS)
    key = [*kind.cell, "measure"]
    history = figures.sort_values("month").assign(moved=lambda rows: rows.groupby(key)["value"].diff().abs())
    moves = history.assign(known=history["moved"].notna(), moved=history["moved"].fillna(0)).groupby(key)
    history["scale"] = moves["moved"].cumsum() / moves["known"].cumsum().replace(0, np.nan)
    then = history.rename(columns={"month": "as_of", "value": "last_value"})[["as_of", *key, "last_value", "scale"]]
    told = said.merge(then, on=["as_of", *key])
    month = {text: int(text[:4]) * 12 + int(text[5:]) for text in {*told["as_of"], *told["target_month"]}}
    told["horizon"] = told["target_month"].map(month) - told["as_of"].map(month)
    return promise.check(told[promise.names])


def combined(said: pd.DataFrame, members: Sequence[str]) -> pd.DataFrame:
    """The methods' rows, and beside them the mean of each quantile over those of these methods that are there.

    Quantiles are averaged rather than chances, which would widen the interval by how far the methods are apart
    (Lichtendahl and others 2013). Where only one member is there, there is nothing to combine.

    Args:
        said: `tables.RTT_METHODS` or `tables.DM01_METHODS`.
        members: Methods to average.
    """
    kind = family.of(said)
    promise = kind.table(RTT_METHODS)
    chosen = said[said["method"].isin(members)]
    start = {name: (name, "first") for name in ("horizon", "last_value", "scale")}
    together = chosen.groupby(_row(kind), as_index=False, sort=False).agg(
        **start, **{name: (name, "mean") for name in SAID}, method=("method", "size")
    )
    together = together[together["method"] > 1].assign(method=COMBINATION)
    return promise.check(pd.concat([said, together[promise.names]], ignore_index=True))


def track_record(said: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """What was said of months now known, and what came of it?

    Args:
        said: `tables.RTT_METHODS` or `tables.DM01_METHODS`, of one list or many.
        figures: Rows of `tables.RTT` or `tables.DM01` of the same lists, as published.

    Returns:
        `tables.RTT_TRACK_RECORD` or `tables.DM01_TRACK_RECORD`.
    """
    kind = family.of(said)
    promise = kind.table(RTT_TRACK_RECORD)
    known = figures.rename(columns={"month": "target_month", "value": "outturn"})
    key = [*kind.cell, "measure", "target_month"]
    return promise.check(said.merge(known[[*key, "outturn"]], on=key)[promise.names])


def in_order(said: pd.DataFrame) -> pd.DataFrame:
    """The same rows, none of a longer wait above that of a shorter one by the same method, in any figure.

    Of two that contradict each other the shorter wait stands, since more is known of it.
    """
    kind = family.of(said)
    at = said.groupby(["as_of", *kind.cell, "target_month", "method"], sort=False).ngroup().to_numpy()
    place = said["measure"].map({measure: place for place, measure in enumerate(kind.told)})
    known = place.notna().to_numpy()
    places = at[known], place[known].to_numpy(int)
    figures = np.full((at.max(initial=-1) + 1, len(kind.told), len(SAID)), np.nan)
    figures[places] = said.loc[known, list(SAID)].to_numpy(float)
    waits = [kind.told.index(measure) for measure in kind.ladder]
    figures[:, waits] = np.fmin.accumulate(figures[:, waits], axis=1)
    for measure in map(kind.told.index, kind.within):
        figures[:, measure] = np.fmin(figures[:, measure], figures[:, waits[0]])
    ordered = said.copy()
    ordered.loc[known, list(SAID)] = figures[places]
    return ordered


def _row(kind: Family) -> list[str]:
    return ["as_of", *kind.cell, "measure", "target_month"]


@dataclass(frozen=True)
class _Said:
    """One method's answer for one measure from one origin: months ahead by the figures of `SAID`."""

    cell: tuple[str, str]
    as_of: str
    measure: str
    method: str
    figures: np.ndarray
    last_value: float
    scale: float


@dataclass(frozen=True)
class _Flowing:
    """What moves a list: its flows, and its own and its trust's weekly bands, an array row a month."""

    moved: pd.DataFrame
    months: list[str]
    bands: np.ndarray
    trust_bands: np.ndarray


def _flowing(waiting: WaitingList) -> _Flowing | None:
    moved = waiting.flows()
    if moved.empty or waiting.bands.empty:
        return None
    months = months_between(waiting.bands["month"].min(), waiting.bands["month"].max())
    matrices = (cohorts.band_matrix(bands, months) for bands in (waiting.bands, waiting.trust_bands))
    return _Flowing(moved, months, *matrices)


def _told(waiting: WaitingList, origins: Sequence[str], settings: ForecastSettings, kind: Family) -> list[_Said]:
    """What each method says of one list from each origin."""
    flowing = _flowing(waiting) if FLOWS_AND_IDENTITY in settings.contest and kind is family.RTT else None
    last = max(origins, default="")
    counted = waiting.figures[waiting.figures["measure"].isin(kind.told)]
    history = counted.pivot(index="month", columns="measure", values="value").astype(float).sort_index()
    return [said for origin in origins for said in _methods(waiting, history, kind, origin, last, flowing, settings)]


def _methods(
    waiting: WaitingList,
    whole: pd.DataFrame,
    kind: Family,
    as_of: str,
    last: str,
    flowing: _Flowing | None,
    settings: ForecastSettings,
) -> list[_Said]:
    """What each method says from one origin, of a list's history: months by measures, nan where there is no figure."""
    seen = whole[whole.index <= as_of]
    if kind.ladder[0] not in seen or as_of not in seen.index:
        return []
    found = faults(seen[kind.ladder[0]].dropna(), as_of) if seen[kind.ladder[0]].notna().any() else []
    mended = treated(seen, found, kind.stocks)
    months = months_between(mended.index[0], as_of)
    mended = mended.reindex(months)
    steps = months_told(as_of, last, settings.horizon_months)
    still = only_last_value(found)
    again = [add_months(last, -back) for back in settings.flows_back]
    flow = flowing if not again or as_of in (last, *again) else None
    joined = None if flow is None or still else _flows_and_identity(waiting, flow, as_of, steps, settings)
    wanted = [LAST_VALUE] if still else list(dict.fromkeys([LAST_VALUE, *settings.contest]))
    # Where flows are known but not forecast from this origin, Prophet on the stock is not asked in their place.
    alone = [
        name
        for name in wanted
        if name in series.METHODS and not (name == "anchored_stock" and (joined or flow is not flowing))
    ]
    kept = [name for name in settings.kept_only if as_of == last and not still and name not in alone]
    told = []
    for measure in kind.told:
        counts = mended[measure].to_numpy() if measure in mended else np.array([np.nan])
        if np.isnan(counts[-1]):
            continue
        first = int(np.flatnonzero(~np.isnan(counts))[0])
        asked = [*alone, *(kept if measure == kind.ladder[0] else [])]
        said = series.by_method(counts[first:], months[first:], steps, asked)
        if joined is not None:
            said[FLOWS_AND_IDENTITY] = _from_draws(joined[measure])
        moved = np.abs(np.diff(counts[~np.isnan(counts)]))
        scale = float(moved.mean()) if len(moved) else np.nan
        cell = waiting.provider_code, waiting.code
        told += [_Said(cell, as_of, measure, method, figures, counts[-1], scale) for method, figures in said.items()]
    return told


def _flows_and_identity(
    waiting: WaitingList, flowing: _Flowing, as_of: str, steps: int, settings: ForecastSettings
) -> dict[str, np.ndarray] | None:
    """Draws of each measure, (draws, steps), or None where flows or bands are not loaded for long enough.

    Flows stay as published: a recode is a removal of one month, which `list_ahead` does not carry on.
    """
    moved = flowing.moved[flowing.moved["month"] <= as_of]
    months = months_between(add_months(as_of, -_RATE_MONTHS), as_of)
    if len(moved) < settings.history_months_needed or moved["month"].iloc[-1] != as_of:
        return None
    if months[0] < flowing.months[0] or as_of > flowing.months[-1]:
        return None
    first = flowing.months.index(months[0])
    matrix, trust = (bands[first : first + len(months)] for bands in (flowing.bands, flowing.trust_bands))
    if np.isnan(matrix).any():
        return None
    seed = [settings.seed, *f"{waiting.provider_code}{waiting.code}{as_of}".encode()]
    told = flows_ahead(waiting, moved, settings, seed)
    random = np.random.default_rng(seed)
    rates = cohorts.stay_rates(matrix, months, cohorts.stay_rates(trust, months))
    rates = rates[random.integers(0, len(rates), (settings.draws, steps))]
    closing = told.closing[:, :steps]
    bands = cohorts.simulate(matrix[-1], told.months[:steps], rates, told.clock_starts[:, :steps], closing)
    # Whole pathways, each threshold those over the next one and those between: no draw has more over 65 than over 52.
    longer, expected_longer, drawn = np.zeros(closing.shape), np.zeros(closing.shape), {}
    for weeks in (104, 78, 65, 52):
        expected = cohorts.over(bands, weeks)
        longer = np.minimum(longer + random.poisson(np.maximum(expected - expected_longer, 0.0)), closing)
        drawn[f"over_{weeks}_weeks"], expected_longer = longer, expected
    within = np.minimum(np.round(bands[..., :18].sum(axis=-1)), closing)
    return {"total_incomplete": closing, "within_18_weeks": within, **drawn}


def flows_ahead(seen: WaitingList, moved: pd.DataFrame, settings: ForecastSettings, seed: Sequence[int]) -> Draws:
    """What a list's flows leave in the months ahead, those too short or too small leaning on its peers'.

    Args:
        seen: The list; its peers' months after the last of its flows are not looked at.
        moved: `tables.RTT_FLOWS` of it, as far as they are known.
        settings: How far ahead, and draws.
        seed: Same seed, same futures.
    """
    horizon = settings.horizon_months
    told = {} if seen.peers is None else leaning(moved, seen.peers, horizon)
    return list_ahead(moved, horizon, draws=settings.draws, seed=seed, told=told)


def _from_draws(draws: np.ndarray) -> np.ndarray:
    """(draws, months ahead) as months ahead by the figures of `SAID`."""
    levels = np.quantile(draws, list(QUANTILES.values()), axis=0)
    return np.column_stack([draws.mean(axis=0), *levels, (draws >= 1).mean(axis=0)])
