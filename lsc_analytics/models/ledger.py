"""What came of the forecasts that were kept: outturn, error, warnings that came true. It makes no forecast and reads no files.

How good they were is scored by `models.scores`, from the rows that `scored` gives.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models import family
from lsc_analytics.models.contest import calibrated, contest
from lsc_analytics.models.family import Family
from lsc_analytics.models.scores import LAST_VALUE
from lsc_analytics.tables import (
    FORECAST_FLAGS,
    FORECAST_LEDGER,
    FORECAST_RELIABILITY,
    FORECAST_SAID,
    FORECASTS_JUDGED,
    LEDGER_STATE,
    RTT_FORECAST,
)

LED = "led"  # whichever method the reports led with
_BINS = np.array([0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0])  # narrow at the ends, where most chances lie
_ORIGINS, _AHEAD = 6, 6  # as many as a reader can tell apart in one chart; decisions rest on no more months ahead


def scored(kept: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Every forecast whose month has been published, with what came of it.

    The first forecast of a list, origin, month and method counts: one that is made again, by better code or after a
    revision, is kept beside it and not scored, since it could have learned from what came. A forecast is a back-cast
    where its month was already loaded when it was made.

    Args:
        kept: `tables.FORECASTS_KEPT`, or that of tests, as every table here.
        figures: Rows of `tables.RTT` or `tables.DM01`, the latest of every list forecast.

    Returns:
        `tables.FORECAST_LEDGER`; a forecast whose month, or whose origin's figure, is not loaded has no row.
    """
    kind = family.of(kept)
    promise, key = kind.table(FORECAST_LEDGER), _list(kind)
    first = _first(kept)
    known = figures[[*key, "month", "value"]]
    told = first.merge(known.rename(columns={"month": "target_month", "value": "outturn"}), on=[*key, "target_month"])
    told = told.merge(known.rename(columns={"month": "as_of", "value": "last_value"}), on=[*key, "as_of"])
    told = told.merge(_scale(known, key), on=[*key, "as_of"], how="left")
    told["error"] = told["median"] - told["outturn"]
    for share in (80, 95):
        told[f"held_{share}"] = told["outturn"].between(told[f"lower_{share}"], told[f"upper_{share}"])
    return promise.check(told[promise.names].sort_values([*promise.grain]))


def state(kept: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """How many forecasts are kept of each origin, how many have been scored, and how many are still waiting?

    Args:
        kept: `tables.FORECASTS_KEPT`.
        ledger: Its `scored`.

    Returns:
        `tables.LEDGER_STATE`, oldest origin first. Forecasts of a list that has ended stay waiting.
    """
    first = _first(kept)
    rows = first.groupby("as_of").agg(made_at=("made_at", "min"), kept=("as_of", "size"))
    done = ledger.groupby("as_of")["backcast"].agg(["size", "sum"]).reindex(rows.index, fill_value=0)
    told = rows.assign(
        scored=done["size"] - done["sum"], backcast=done["sum"], waiting=rows["kept"] - done["size"]
    ).reset_index()
    return LEDGER_STATE.check(told[LEDGER_STATE.names])


def backcasts(record: pd.DataFrame) -> pd.DataFrame:
    """What would the reports have led with at earlier months, had they been made then?

    At each origin the contest is held on the outturns known by then, so that neither the choice of method nor the width of
    its intervals has seen what came after; where nothing could be judged yet, the last value leads.

    Args:
        record: `tables.RTT_TRACK_RECORD` of all lists.

    Returns:
        `tables.FORECASTS_JUDGED`, every row of kind backcast.
    """
    kind = family.of(record)
    promise = kind.table(FORECASTS_JUDGED)
    frames = [promise.empty()]
    for origin, rows in record.groupby("as_of"):
        told = contest(record, str(origin))
        said = calibrated(rows.reset_index(drop=True), told)
        best = told[told["chosen"]].set_index(["measure", "horizon"])["method"]
        wanted = best.reindex(pd.MultiIndex.from_frame(said[["measure", "horizon"]])).to_numpy()
        mine = said["method"] == wanted
        there = mine.groupby([said[name] for name in (*_list(kind), "horizon")]).transform("any")
        said["chosen"] = np.where(there, mine, said["method"] == LAST_VALUE)
        frames.append(said.assign(kind="backcast")[promise.names])
    return promise.check(pd.concat(frames[1:] or frames, ignore_index=True))


def judged(ledger: pd.DataFrame, backcast: pd.DataFrame) -> pd.DataFrame:
    """Every forecast that can be scored, those made ahead of their month and those made afterwards marked apart.

    Args:
        ledger: `tables.FORECAST_LEDGER`.
        backcast: `backcasts`; an origin of a list that the ledger has is left out.

    Returns:
        `tables.FORECASTS_JUDGED`.
    """
    promise = family.of(ledger).table(FORECASTS_JUDGED)
    kept = ledger.assign(kind=np.where(ledger["backcast"], "backcast", "forecast"))[promise.names]
    return promise.check(pd.concat([kept, _unless(backcast, kept)], ignore_index=True))


def with_led(judged: pd.DataFrame) -> pd.DataFrame:
    """The same rows, and those that reports led with once more as the method `led`, to be scored beside the others."""
    return pd.concat([judged, judged[judged["chosen"]].assign(method=LED)], ignore_index=True)


def last_said(
    kept: pd.DataFrame, judged: pd.DataFrame, figures: pd.DataFrame, as_of: str, *, origins: int = _ORIGINS
) -> pd.DataFrame:
    """What did the forecasts that led say at a list's last origins, and what came of it?

    Args:
        kept: `tables.FORECASTS_KEPT` of one list.
        judged: `tables.FORECASTS_JUDGED` of the same list: its back-casts stand in for origins that were not kept.
        figures: Rows of `tables.RTT` of the same list.
        as_of: The month reported: origins before it are shown, and outturns up to it.
        origins: How many origins, the last ones.

    Returns:
        `tables.FORECAST_SAID`: a row a measure, origin and month ahead, up to six; the outturn is empty where it is not
        known yet.
    """
    kind = family.of(kept)
    promise, key = kind.table(FORECAST_SAID), [*_list(kind), "target_month"]
    led = _first(kept[kept["as_of"] < as_of])
    back = _unless(judged[judged["kind"] == "backcast"], led).assign(backcast=True)
    columns = [name for name in promise.names if name != "outturn"]
    led = pd.concat([frame.loc[frame["chosen"], columns] for frame in (led, back)], ignore_index=True)
    led = led[led["horizon"] <= _AHEAD]
    shown = led[led["as_of"].isin(sorted(led["as_of"].unique())[-origins:])]
    known = figures[figures["month"] <= as_of].rename(columns={"month": "target_month", "value": "outturn"})
    told = shown.merge(known[[*key, "outturn"]], on=key, how="left")
    return promise.check(told[promise.names].sort_values([*promise.grain]))


def reliability(judged: pd.DataFrame) -> pd.DataFrame:
    """When a chance of so many percent was given that anyone would be counted, how often was anyone?

    Args:
        judged: `tables.FORECASTS_JUDGED`.

    Returns:
        `tables.FORECAST_RELIABILITY`, a row a class of chance that was given: the reliability diagram (Murphy and Winkler
        1977). The classes end at 5, 20, 40, 60, 80, 95 and 100%.
    """
    chance = judged["probability_any"].to_numpy(float)
    place = np.clip(np.searchsorted(_BINS, chance, side="right") - 1, 0, len(_BINS) - 2)
    told = judged[["kind", "measure", "method"]].assign(
        said_from=100 * _BINS[place],
        said_to=100 * _BINS[place + 1],
        said_percent=100 * chance,
        came_percent=100.0 * (judged["outturn"] >= 1),
    )
    key = ["kind", "measure", "method", "said_from", "said_to"]
    groups = told.groupby(key)[["said_percent", "came_percent"]]
    return FORECAST_RELIABILITY.check(groups.mean().assign(forecasts=groups.size()).reset_index())


def flags(judged: pd.DataFrame, warned_from: float = 0.5) -> pd.DataFrame:
    """How many warnings came true, how many breaches were warned of, and how long before?

    A warning is a chance of `warned_from` or more that anyone will be over the standard. The method `last_value` warns
    where anyone is over it at the origin: the rule that needs no forecast. Lists with nobody over at the origin are told
    apart (`new`), since to warn of a breach that is already there is no news.

    Args:
        judged: `tables.FORECASTS_JUDGED`, of measures that count pathways over a standard.
        warned_from: Chance from which a warning is given, 0 to 1.

    Returns:
        `tables.FORECAST_FLAGS`. `precision_percent` is of warnings, `recall_percent` of breaches: of 40 warnings of which
        30 came true, and 50 breaches, 75 and 60. `lead_months`: for each list and month with a breach, the furthest
        origin from which every later one warned too; the median over the breaches that the last origin warned of.
    """
    told = judged.assign(came=judged["outturn"] >= 1, over=judged["last_value"] >= 1)
    told["warned"] = np.where(told["method"] == LAST_VALUE, told["over"], told["probability_any"] >= warned_from)
    told["both"] = told["came"] & told["warned"]
    key, frames = ["kind", "measure", "method"], []
    for lists, rows in (("all", told), ("new", told[~told["over"]])):
        sums = rows.groupby(key)[["warned", "came", "both"]].sum()
        sums["forecasts"] = rows.groupby(key).size()
        sums["lead_months"] = _lead(rows, key)
        frames.append(sums.assign(lists=lists).reset_index())
    found = pd.concat(frames).rename(columns={"both": "warned_and_came"})
    found["precision_percent"] = 100 * found["warned_and_came"] / found["warned"].where(found["warned"] > 0)
    found["recall_percent"] = 100 * found["warned_and_came"] / found["came"].where(found["came"] > 0)
    return FORECAST_FLAGS.check(found.assign(warned_from_percent=100 * warned_from)[FORECAST_FLAGS.names])


def _lead(rows: pd.DataFrame, key: list[str]) -> pd.Series:
    """Months before a breach from which on every origin warned of it: the median over breaches warned of at the last."""
    came = rows[rows["came"]].sort_values("horizon")
    breach = [*key, *family.of(rows).cell, "target_month"]
    # Origins are read backwards from the breach: the run of warnings ends at the first that is missing.
    held = came["warned"].astype(int).groupby([came[name] for name in breach]).cumprod().astype(bool)
    return came[held].groupby(breach)["horizon"].max().groupby(key).median()


def _unless(rows: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """The rows of origins of lists that the ledger does not have."""
    origin = ["as_of", *_list(family.of(kept))]
    there = pd.MultiIndex.from_frame(kept[origin]).unique()
    return rows[~pd.MultiIndex.from_frame(rows[origin]).isin(there)]


def _first(kept: pd.DataFrame) -> pd.DataFrame:
    """The first forecast made of each list, origin, month and method, and whether its month was loaded by then."""
    order = kept.sort_values(["made_at", "code_version", "parameters", "data_release"], kind="stable")
    first = order.drop_duplicates([*family.of(kept).table(RTT_FORECAST).grain])
    return first.assign(backcast=first["target_month"] <= first["loaded_until"])


def _scale(known: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Each list's mean absolute change from month to month, up to each month: what MASE measures errors in."""
    ordered = known.sort_values([*key, "month"])
    change = ordered.groupby(key)["value"].diff().abs()
    mean = change.groupby([ordered[name] for name in key]).expanding().mean()
    return ordered.assign(scale=mean.to_numpy()).rename(columns={"month": "as_of"})[[*key, "as_of", "scale"]]


def _list(kind: Family) -> list[str]:
    return [*kind.cell, "measure"]
