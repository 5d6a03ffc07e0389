"""Which method leads for each measure and month ahead, over all lists of the system, and how far its intervals are trusted.

It is given what every method said of months now known; it forecasts nothing itself. One list's few months prove nothing, so
the choice is made once for all lists, the last value always among the methods.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from lsc_analytics.models import family
from lsc_analytics.models.forecast import in_order
from lsc_analytics.models.pooled import no_surer_than_chance
from lsc_analytics.models.scores import LAST_VALUE, SAID, score
from lsc_analytics.reference import SYSTEM
from lsc_analytics.tables import RTT_CONTEST, RTT_FORECAST

LABELS = {1: "nowcast", 3: "near", 4: "decision", 7: "outlook"}  # from so many months ahead on
_NEIGHBOURS = 2  # months ahead either side that a choice is also judged on: a method that leads for one month is luck
_LEAST_JUDGED = 100  # forecasts of lists of five or more, the neighbours' too: fewer cannot tell a method from luck
_LEAST_SHARE = 0.5  # of the last value's forecasts that a method must have made too, to lead for all lists
_LEAST_COUNT = 5  # as for coverage: on smaller lists whole numbers decide what an interval holds
_HELD = (72.0, 88.0)  # percent of outturns that an 80% interval may hold before it is widened or narrowed
_FACTORS = (0.5, 3.0)  # a factor beyond these is learned from too few months
_LEAST_WIDTH = 0.25  # half of an interval, in square roots: less is no interval to be widened


def contest(judged: pd.DataFrame, as_of: str, *, default: str = LAST_VALUE, margin: float = 0.0) -> pd.DataFrame:
    """Which method leads for each measure and month ahead, and by how much are its intervals to be widened?

    Led by the least absolute error of the median over that of the last value, over the month ahead and its neighbours, on
    all lists of the system but totals, which are sums of the others. A few origins of one system tell little, so the method
    that has done best over the country is the default, and another takes its place only by a margin. The last value leads where nothing beats it; a method
    that was judged on fewer than half of the lists does not lead. Where fewer than a hundred forecasts are of lists with
    five or more, as over 78 weeks often, little tells a good method from a lucky one: the choice of the next shorter wait is
    taken, from whose bands the longer one comes, unless what was judged has it worse than the last value.

    The interval factor is what would have made the 80% interval hold 80% of outturns, between square roots, on lists of
    five or more at the origin or in the month told of, over the same neighbours (conformal: Lei and others 2018, scaled by
    the interval's own width); 1 where it held 72 to 88%, or where fewer than a hundred such forecasts could be judged. Where
    only one origin could be judged its square root is taken, since all lists share one month's surprise.

    Measured on the system's 76 lists, plain methods and pooled, as of each month from April to December 2025, judged on what
    followed, without a default: what led one to three and four to six months ahead was 0.97 and 0.98 times as wrong as the last value on the
    list and within 18 weeks, 0.92 and 0.90 over 52 weeks, 0.79 and 0.76 over 65; its 80% intervals held 71 to 83% (69% of
    the 80 forecasts over 65 weeks four to six ahead). The pooled method alone would have made 0.88 and 0.78, 0.74 and
    0.43 on the long waits: a choice from few origins costs something, which is why there is a default. Beyond six months
    the last value led, since too little had been judged.

    Args:
        judged: `tables.RTT_TRACK_RECORD` or `tables.DM01_TRACK_RECORD` of all lists.
        as_of: Last month of any outturn; later ones are not looked at.
        default: The method that leads unless the last value is no worse, or another is better by the margin.
        margin: Share of the default's error by which another must be better, 0 to 1.

    Returns:
        `tables.RTT_CONTEST` or `tables.DM01_CONTEST`, a row a measure, month ahead and method.
    """
    kind = family.of(judged)
    promise = kind.table(RTT_CONTEST)
    lists = ~judged[kind.function_column].isin(kind.sums) & (judged["provider_code"] != SYSTEM)
    known = judged[lists & (judged["target_month"] <= as_of)]
    if known.empty:
        return promise.empty()
    scored = score(known, ["measure", "horizon"]).assign(as_of=as_of)
    scored = scored.merge(_near(known), on=["measure", "horizon", "method"])
    at = [scored["measure"], scored["horizon"]]
    last = scored["method"] == LAST_VALUE
    of_last = scored["judged"].where(last, 0).groupby(at).transform("max")
    # Beside the last value's own 1: a method leads only by less, and of two that are level the last value does.
    error = scored["error"].where(scored["judged"] >= _LEAST_SHARE * of_last, np.inf).where(~last, 1 - 1e-9)
    error = error_of = error.fillna(np.inf)
    # The default gives way to the last value as soon as that is no worse, to another method only where it is clearly so.
    ours = error.where(scored["method"] == default, np.inf).groupby(at).transform("min")
    held_to = (ours < 1) & (scored["method"] != default) & ~last
    error = error.mask(held_to & (error > (1 - margin) * ours), np.inf)
    leads = scored.loc[error.groupby(at).idxmin()].set_index(["measure", "horizon"])["method"]
    enough = scored.loc[last].set_index(["measure", "horizon"])["counted"] >= _LEAST_JUDGED
    judged_at = error_of.set_axis(pd.MultiIndex.from_frame(scored[["measure", "horizon", "method"]]))
    for shorter, longer in pairwise(kind.ladder):
        for horizon in scored["horizon"].unique():
            if not enough.get((longer, horizon), True) and (shorter, horizon) in leads.index:
                method = leads[shorter, horizon]
                if judged_at.get((longer, horizon, method), np.inf) < 1:
                    leads[longer, horizon] = method
    scored["chosen"] = scored["method"] == leads.reindex(pd.MultiIndex.from_arrays(at)).to_numpy()
    there = scored["chosen"].groupby(at).transform("any")
    scored["chosen"] |= last & ~there
    return promise.check(scored[promise.names])


def calibrated(said: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The same rows with their intervals widened or narrowed by what the contest learned.

    Distances from the median are scaled between square roots; median and mean stay, and the chance of any is that of the
    scaled distribution, as if it were normal.

    Args:
        said: Rows with the columns of `tables.RTT_METHODS`.
        told: `tables.RTT_CONTEST`; a method that it does not know keeps its intervals.
    """
    factors = told.set_index(["measure", "horizon", "method"])["interval_factor"]
    keys = pd.MultiIndex.from_frame(said[["measure", "horizon", "method"]])
    factor = factors.reindex(keys).fillna(1.0).to_numpy() if len(told) else np.ones(len(said))
    middle = np.sqrt(said["median"].to_numpy(float))
    scaled = said.copy()
    for name in ("lower_95", "lower_80", "upper_80", "upper_95"):
        away = np.sqrt(said[name].to_numpy(float)) - middle
        scaled[name] = np.where(factor == 1, said[name], np.maximum(middle + factor * away, 0.0) ** 2)
    with np.errstate(invalid="ignore"):
        chance = ndtr(ndtri(said["probability_any"].to_numpy(float)) / factor)
    scaled["probability_any"] = np.where(factor == 1, said["probability_any"], chance)
    return scaled


def lead(said: pd.DataFrame, told: pd.DataFrame, parts: pd.DataFrame | None = None) -> pd.DataFrame:
    """The forecast of one list, or of many: every method calibrated, and the one marked that the report leads with.

    Args:
        said: `tables.RTT_METHODS` or `tables.DM01_METHODS` of one origin.
        told: `tables.RTT_CONTEST` or `tables.DM01_CONTEST` as of that month. Where the method that leads is not among a list's, its last value
            does.
        parts: Of a single list, `tables.RTT_FORECAST` of the lists that it is the sum of, such as a trust's specialties: its
            chosen mean is then the sum of theirs, and its quantiles are shifted by the same difference. None for lists that
            are no sums. A month that any part lacks keeps the list's own mean.

    Returns:
        `tables.RTT_FORECAST` or `tables.DM01_FORECAST`. No row of a longer wait is above that of a shorter one, by the same method or among those
        chosen.
    """
    kind = family.of(said)
    promise = kind.table(RTT_FORECAST)
    if said.empty:
        return promise.empty()
    rows = in_order(calibrated(said, told)).reset_index(drop=True)
    best = told[told["chosen"]].set_index(["measure", "horizon"])["method"]
    wanted = best.reindex(pd.MultiIndex.from_frame(rows[["measure", "horizon"]])).to_numpy()
    there = (
        (rows["method"] == wanted).groupby([rows[name] for name in (*kind.cell, "measure", "horizon")]).transform("any")
    )
    rows["chosen"] = np.where(there, rows["method"] == wanted, rows["method"] == LAST_VALUE)
    if parts is not None:
        rows = _added_up(rows, parts)
    rows = _ladder(rows).sort_values([*kind.cell, "measure", "horizon", "method"], ignore_index=True)
    starts = np.array(list(LABELS))
    rows["horizon_label"] = np.array(list(LABELS.values()))[np.searchsorted(starts, rows["horizon"], side="right") - 1]
    return promise.check(rows[promise.names])


def _near(known: pd.DataFrame) -> pd.DataFrame:
    """Error to the last value, how many were judged, and the interval factor, with the neighbouring months ahead."""
    spread = [known.assign(horizon=known["horizon"] + step) for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1)]
    near = pd.concat(spread, ignore_index=True)
    middle, outturn = (np.sqrt(near[name].to_numpy(float)) for name in ("median", "outturn"))
    above = outturn >= middle
    edge = np.sqrt(np.where(above, near["upper_80"], near["lower_80"]).astype(float))
    near["strayed"] = np.abs(outturn - middle) / np.maximum(np.abs(edge - middle), _LEAST_WIDTH)
    near["miss"] = (near["median"] - near["outturn"]).abs()
    near["naive"] = (near["last_value"] - near["outturn"]).abs()
    key = ["measure", "horizon", "method"]
    sums = near.groupby(key)[["miss", "naive"]].sum()
    groups = near[(near["last_value"] >= _LEAST_COUNT) | (near["outturn"] >= _LEAST_COUNT)].groupby(key)
    held = 100 * groups["strayed"].agg(lambda each: (each <= 1).mean())
    factor = groups["strayed"].quantile(0.8).clip(*_FACTORS)
    factor = factor.where(groups["as_of"].nunique() > 1, np.sqrt(factor))
    believed = ((held < _HELD[0]) | (held > _HELD[1])) & (groups.size() >= _LEAST_JUDGED)
    return pd.DataFrame(
        {
            "judged": near.groupby(key).size(),
            "counted": groups.size().reindex(sums.index).fillna(0),
            "error": sums["miss"] / sums["naive"].where(sums["naive"] > 0),
            "interval_factor": factor.where(believed, 1.0).reindex(sums.index).fillna(1.0),
        }
    ).reset_index()


def _added_up(rows: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """The chosen means as the sums of the parts' chosen means, the chosen quantiles moved by the same difference."""
    key = ["measure", "horizon"]
    mine = parts[parts["chosen"]]
    sums = mine.groupby(key)["mean"].agg(["sum", "size"])
    whole = mine[family.of(mine).cell].drop_duplicates().shape[0]
    keys = pd.MultiIndex.from_frame(rows[key])
    total = sums["sum"].where(sums["size"] == whole).reindex(keys).to_numpy()
    moved = rows["chosen"].to_numpy() & ~np.isnan(total)
    shift = np.where(moved, total - rows["mean"].to_numpy(), 0.0)
    added = rows.copy()
    for name in ("median", "lower_80", "upper_80", "lower_95", "upper_95"):
        added[name] = np.maximum(rows[name] + shift, 0.0)
    added.loc[moved, "mean"] = total[moved]
    added[moved] = no_surer_than_chance(added[moved])
    # Someone waits in the whole as surely as in the likeliest part.
    likeliest = mine.groupby(key)["probability_any"].max().reindex(keys).to_numpy()
    added["probability_any"] = np.fmax(rows["probability_any"], np.where(moved, likeliest, np.nan))
    return added


def _ladder(rows: pd.DataFrame) -> pd.DataFrame:
    """No longer wait above a shorter one: the shorter stands among the chosen, which then bound their methods' other rows."""
    kind = family.of(rows)
    months = rows.groupby([*kind.cell, "horizon"], sort=False).ngroup().to_numpy()  # of each list its own
    methods, names = pd.factorize(rows["method"])
    places = months, methods, rows["measure"].map(kind.told.index).to_numpy()
    shape = months.max() + 1, len(names), len(kind.told)
    figures, chosen = np.full((*shape, len(SAID)), np.nan), np.zeros((*shape, 1), dtype=bool)
    figures[places], chosen[(*places, 0)] = rows[list(SAID)].to_numpy(float), rows["chosen"].to_numpy(bool)
    whole, waits = kind.told.index(kind.ladder[0]), [kind.told.index(measure) for measure in kind.ladder]
    led = np.fmax.reduce(np.where(chosen, figures, np.nan), axis=1)
    led[:, waits] = np.fmin.accumulate(led[:, waits], axis=1)
    for within in map(kind.told.index, kind.within):
        led[:, within] = np.fmin(led[:, within], led[:, whole])
    figures = np.where(chosen, led[:, None], figures)
    bounds = np.where(chosen, figures, np.nan)[:, :, waits]
    most = np.fmin.accumulate(np.nan_to_num(bounds, nan=np.inf), axis=2)
    least = np.fmax.accumulate(np.nan_to_num(bounds, nan=0.0)[:, :, ::-1], axis=2)[:, :, ::-1]
    figures[:, :, waits] = np.clip(figures[:, :, waits], least, most)
    for within in map(kind.told.index, kind.within):
        total, part = figures[:, :, whole], figures[:, :, within]
        figures[:, :, whole] = np.where(chosen[:, :, within] & ~chosen[:, :, whole], np.fmax(total, part), total)
        figures[:, :, within] = np.where(chosen[:, :, within], part, np.fmin(part, figures[:, :, whole]))
    told = rows.copy()
    told[list(SAID)] = figures[places]
    return told
