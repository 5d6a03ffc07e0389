"""Forecasts from every past month that has later ones, each from what was known then, beside what came: judged and scored.

It makes no forecast of its own and changes nothing: the methods are in `models`, the scores in `models.scores`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import forecast, pooled, scores
from lsc_analytics.models.family import Family
from lsc_analytics.models.pooled import boosted
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS
from lsc_analytics.tables import ACCURACY, DM01_TRACK_RECORD, RTT_TRACK_RECORD, Table

SPANS: Final = {
    "1 to 3": (1, 3),
    "4 to 6": (4, 6),
    "7 to 12": (7, 12),
}  # published months come late; decisions rest on the later span
EVERY, NO_LARGEST, TRUSTS = "every list", "without the largest trust", "the four trusts"
_FIRST_ORIGIN = {"rtt": 6, "dm01": 12}  # months of history before the first origin
_LEAST_MEAN = {"rtt": 0.0, "dm01": 50.0}  # mean waiting below which a list is not scored, as the brief defines it
SAMPLE, _SEED = 150, 20260131  # lists beside the four trusts' for methods that take a fit a list


def kind_of(family: str) -> Family:
    """What is measured of a family's lists."""
    return pooled.RTT if family == "rtt" else pooled.DM01


def promise(kind: Family) -> Table:
    """The table that a family's judged forecasts keep."""
    return RTT_TRACK_RECORD if kind is pooled.RTT else DM01_TRACK_RECORD


def specialties(figures: pd.DataFrame, family: str) -> pd.DataFrame:
    """The lists that are scored: total rows out, and tests that hardly anyone waits for."""
    kind = kind_of(family)
    rows = figures[~figures[kind.function_column].isin([ALL_SPECIALTIES, ALL_TESTS])]
    mean = rows[rows["measure"] == kind.measures[0]].groupby(["provider_code", kind.function_column])["value"].mean()
    kept = mean.index[mean >= _LEAST_MEAN[family]]
    return rows[pd.MultiIndex.from_frame(rows[list(kept.names)]).isin(kept)]


def origins(figures: pd.DataFrame, family: str, first: int | None = None) -> list[str]:
    """The months forecast from: some history before each (`first` months, or the family's least), and a month after it.

    A month that few providers are loaded for, such as the years before a panel begins, is no origin.
    """
    whole = figures[figures["measure"] == kind_of(family).measures[0]]
    providers = whole.groupby("month")["provider_code"].nunique()
    months = sorted(providers.index[providers >= providers.quantile(0.75) / 2])
    return months[_FIRST_ORIGIN[family] if first is None else first : -1]


def beside_outturn(told: pd.DataFrame, figures: pd.DataFrame, kind: Family) -> pd.DataFrame:
    """Forecasts with what came of them, where that is known.

    Args:
        told: `as_of`, the list's codes, `measure`, `target_month`, `horizon`, `method`, `mean`, `median`, intervals and
            `probability_any`.
        figures: The lists' codes, `month`, `measure`, `value`, later months among them.
        kind: Whose lists they are.

    Returns:
        `tables.RTT_TRACK_RECORD` or `tables.DM01_TRACK_RECORD`: with `last_value`, `outturn`, and `scale`, the list's mean absolute
        change from month to month up to the origin, by which an error is measured (Hyndman and Koehler 2006).
    """
    key = ["provider_code", kind.function_column, "measure"]
    value = figures[[*key, "month", "value"]].sort_values([*key, "month"])
    lists = value.groupby(key)
    moved = value.assign(moved=lists["value"].diff().abs()).groupby(key)["moved"].cumsum()
    value = value.assign(
        scale=moved / lists.cumcount()
    )  # the first month has not moved: so many changes as months before
    last = value.rename(columns={"month": "as_of", "value": "last_value"})
    later = value.rename(columns={"month": "target_month", "value": "outturn"}).drop(columns="scale")
    joined = told.merge(last, on=[*key, "as_of"]).merge(later, on=[*key, "target_month"])
    table = promise(kind)
    return table.check(joined[table.names])


def last_value(told: pd.DataFrame, figures: pd.DataFrame, kind: Family) -> pd.DataFrame:
    """What assuming no change says of the same lists and months: the count at the origin, without an interval.

    Its score is therefore its absolute error, and its chance of anyone is 0 or 1.
    """
    key = ["provider_code", kind.function_column, "measure"]
    now = figures[[*key, "month", "value"]].rename(columns={"month": "as_of"})
    same = told[[*key, "as_of", "target_month", "horizon"]].merge(now, on=[*key, "as_of"])
    counts = dict.fromkeys(["mean", *scores.QUANTILES], same["value"])
    return same.drop(columns="value").assign(
        **counts, probability_any=(same["value"] > 0).astype(float), method=scores.LAST_VALUE
    )


def sample(figures: pd.DataFrame, kind: Family, size: int = SAMPLE) -> pd.MultiIndex:
    """The four trusts' lists and a seeded sample of the others, for methods too slow for every list of the country.

    Of lists with anyone waiting in the last month loaded; drawn without regard to their size.
    """
    key = ["provider_code", kind.function_column]
    whole = figures[(figures["measure"] == kind.measures[0]) & (figures["value"] > 0)]
    lists = whole[whole["month"] == whole["month"].max()][key].sort_values(key)
    own = lists["provider_code"].isin(parameters.trust_codes())
    others = lists[~own].sample(min(size, int((~own).sum())), random_state=_SEED)
    return pd.MultiIndex.from_frame(pd.concat([lists[own], others]))


def record(judged: pd.DataFrame, study: str) -> pd.DataFrame:
    """How good each method was: by measure and horizon, in spans of months, by origin, and on some of the lists.

    Args:
        judged: `tables.RTT_TRACK_RECORD` or `tables.DM01_TRACK_RECORD`.
        study: Its name.

    Returns:
        `tables.ACCURACY`. A span from one origin is scored only where each of its months has come, so that origins are
        alike. The largest trust is the provider with the most waiting over the origins.
    """
    spans = pd.concat(
        [
            judged.assign(horizons=judged["horizon"].astype(str)),
            *(_span(judged, *ends, name) for name, ends in SPANS.items()),
        ]
    )
    told = [_summed(spans, study, EVERY)]
    of_span = spans[spans["horizons"].isin(list(SPANS))]
    measures = judged.groupby("measure")["last_value"].sum()
    largest = judged[judged["measure"] == measures.idxmax()].groupby("provider_code")["last_value"].sum().idxmax()
    parts = {
        NO_LARGEST: of_span["provider_code"] != largest,
        TRUSTS: of_span["provider_code"].isin(parameters.trust_codes()),
    }
    told += [_summed(of_span[rows], study, lists) for lists, rows in parts.items() if 0 < rows.sum() < len(rows)]
    return ACCURACY.check(pd.concat(told, ignore_index=True))


def _span(judged: pd.DataFrame, first: int, last: int, name: str) -> pd.DataFrame:
    inside = judged[judged["horizon"].between(first, last)]
    whole = inside.groupby("as_of")["horizon"].max()
    return inside[inside["as_of"].isin(whole.index[whole == last])].assign(horizons=name)


def _summed(judged: pd.DataFrame, study: str, lists: str) -> pd.DataFrame:
    by = ["measure", "horizons"]
    pooled_over = scores.score(judged, by)
    single = scores.score(judged, [*by, "as_of"])
    ratio = single.groupby([*by, "method"])["error_to_last_value"]
    spread = pd.DataFrame(
        {
            "origins": single.groupby([*by, "method"]).size(),
            "origins_mean": ratio.mean(),
            "origins_least": ratio.min(),
            "origins_most": ratio.max(),
        }
    )
    every = pooled_over.merge(spread.reset_index(), on=[*by, "method"]).assign(as_of="every")
    single = single[single["horizons"].isin(list(SPANS))]
    one = single.assign(
        origins=1, **dict.fromkeys(["origins_mean", "origins_least", "origins_most"], single["error_to_last_value"])
    )
    return pd.concat([every, one], ignore_index=True).assign(study=study, lists=lists)


def pooled_judged(
    figures: pd.DataFrame, family: str, months: Iterable[str], horizon: int, national: pd.DataFrame | None
) -> pd.DataFrame:
    """The pooled method from each of some months, on every list of the country, beside the last value and what came.

    Args:
        figures: As `predictions.panel` gives them, without total rows.
        family: rtt or dm01.
        months: Origins.
        horizon: Months ahead.
        national: England's, as `predictions.panel` gives them.

    Returns:
        `tables.RTT_TRACK_RECORD` or `tables.DM01_TRACK_RECORD`.
    """
    kind = kind_of(family)
    told = _pooled(figures, kind, list(months), horizon, national).assign(method=forecast.POOLED)
    return beside_outturn(pd.concat([told, last_value(told, figures, kind)], ignore_index=True), figures, kind)


def boosted_judged(figures: pd.DataFrame, family: str, months: Iterable[str], horizon: int) -> pd.DataFrame:
    """What `lsc forecast` says of the measures that gradient boosting tells, from each of some months, beside what came.

    Args:
        figures: As for `pooled_judged`.
        family: A family with such measures: dm01.
        months: Origins.
        horizon: Months ahead, as far as trees tell them.

    Returns:
        As `pooled_judged`, without the last value; lists too short or small for trees have the pooled method's answer.
    """
    kind = kind_of(family)
    # The other measures are as the pooled method has them, and each is told apart from the others but for the whole list.
    needed = replace(kind, measures=(kind.measures[0], *kind.boosted))
    told = _pooled(figures, needed, list(months), min(horizon, boosted.FURTHEST), None, boosting=True)
    return beside_outturn(told[told["measure"].isin(kind.boosted)].assign(method=forecast.BOOSTED), figures, kind)


def _pooled(
    figures: pd.DataFrame,
    kind: Family,
    months: list[str],
    horizon: int,
    national: pd.DataFrame | None,
    *,
    boosting: bool = False,
) -> pd.DataFrame:
    dates = pooled.deadlines(parameters.standards())
    told = pooled.rolling(figures, kind, months, horizon, national=national, deadlines=dates, boosting=boosting)
    told = told[told["target_month"] <= figures["month"].max()]
    return told.assign(horizon=_months_apart(told["as_of"], told["target_month"]))


def _months_apart(first: pd.Series, last: pd.Series) -> np.ndarray:
    at = [month.str[:4].astype(int) * 12 + month.str[5:7].astype(int) for month in (first, last)]
    return (at[1] - at[0]).to_numpy()
