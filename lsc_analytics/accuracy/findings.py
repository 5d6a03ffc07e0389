"""What the study's tables say, in sentences: every number in a sentence is in the table it was given. It computes no score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from lsc_analytics.accuracy import history, rolling
from lsc_analytics.models import forecast
from lsc_analytics.reference import add_months, month_words
from lsc_analytics.reporting.words import MEASURES, count

# What the project set itself: the mean over origins of the error over the last value's, one to three months ahead.
LINES: Mapping[str, Mapping[str, float]] = {
    "rtt": {"total_incomplete": 0.98, "over_52_weeks": 0.92, "over_65_weeks": 0.88},
    "dm01": {"total_waiting": 0.95, "waiting_6_plus": 0.90},
}
HELD = (72.0, 88.0)  # an 80% interval that holds less or more than this share says too much or too little
_ADDS_UP = (0.9, 1.1)


def named(measure: str) -> str:
    """A measure as a reader would call it.

    >>> named("over_65_weeks"), named("waiting_6_plus")
    ('Over 65 weeks', 'Waiting six weeks or more')
    """
    return MEASURES.get(measure, measure)


def pooled_record(accuracy: pd.DataFrame, family: str) -> list[str]:
    """Did what `lsc forecast` says reach the lines that were set, are its intervals honest, and do its means add up?

    By the pooled method, or by boosting where that tells a measure; the sentence says which.

    Args:
        accuracy: `tables.ACCURACY`.
        family: rtt or dm01.
    """
    rows = accuracy[
        (accuracy["study"] == family) & (accuracy["lists"] == rolling.EVERY) & (accuracy["as_of"] == "every")
    ]
    by, boosted = ["measure", "horizons"], rows["method"] == forecast.BOOSTED
    of_trees = pd.MultiIndex.from_frame(rows[by]).isin(pd.MultiIndex.from_frame(rows.loc[boosted, by]))
    rows = rows[boosted | ((rows["method"] == forecast.POOLED) & ~of_trees)]
    said = []
    near = rows[rows["horizons"] == "1 to 3"].set_index("measure")
    for measure, line in LINES[family].items():
        if measure in near.index:
            row = near.loc[measure]
            met = "reaches" if row["origins_mean"] <= line else "does not reach"
            said.append(
                f"{named(measure)}{', by boosting' if row['method'] == forecast.BOOSTED else ''}: the mean over {row['origins']} origins is {row['origins_mean']:.3f} of the last value's "
                f"error, one to three months ahead, which {met} the line of {line:.2f}; the origins range from "
                f"{row['origins_least']:.2f} to {row['origins_most']:.2f}."
            )
    spans = rows[rows["horizons"].isin(list(rolling.SPANS))]
    wrong = spans[~spans["held_80_percent"].between(*HELD)]
    said.append(
        f"The 80% interval held between {spans['held_80_percent'].min():.0f}% and {spans['held_80_percent'].max():.0f}% of "
        "outturns, by measure and span of months, on lists with five or more"
        + (
            f"; outside {HELD[0]:.0f} to {HELD[1]:.0f}%: {_each(wrong, 'held_80_percent', '.0f', '%')}."
            if len(wrong)
            else "."
        )
    )
    off = spans[~spans["mean_to_outturn"].between(*_ADDS_UP)]
    said.append(
        f"The means do not add up to what came for {_each(off, 'mean_to_outturn', '.2f', ' of it')}: do not add these up."
        if len(off)
        else "The means add up to within a tenth of what came, for every measure and span."
    )
    return said


def _each(rows: pd.DataFrame, column: str, form: str, unit: str) -> str:
    return ", ".join(
        f"{named(row['measure']).lower()} {row['horizons']} months ahead ({row[column]:{form}}{unit})"
        for _, row in rows.iterrows()
    )


def leaders(accuracy: pd.DataFrame, study: str) -> list[str]:
    """Which method came closest, by measure and span, and where does nothing beat the last value?

    Args:
        accuracy: `tables.ACCURACY`.
        study: Its name.
    """
    rows = accuracy[
        (accuracy["study"] == study) & (accuracy["lists"] == rolling.EVERY) & (accuracy["as_of"] == "every")
    ]
    said = []
    for (measure, span), part in rows[rows["horizons"].isin(list(rolling.SPANS))].groupby(["measure", "horizons"]):
        best = _most(part, "error_to_last_value", least=True)
        if best["error_to_last_value"] < 1:
            said.append(
                f"{named(str(measure))}, {span} months ahead: `{best['method']}` leads with "
                f"{best['error_to_last_value']:.3f} of the last value's error."
            )
        else:
            said.append(f"{named(str(measure))}, {span} months ahead: nothing beats the last value, which leads.")
    return said


def _most(rows: pd.DataFrame, column: str, *, least: bool = False) -> pd.Series:
    return rows.sort_values(column, ascending=least, kind="stable").iloc[0]


def before_the_deadline(record: pd.DataFrame, target: str) -> list[str]:
    """Would the trusts that were over the limit have been flagged, how early, and at what cost in false flags?

    Args:
        record: `tables.FLAG_RECORD` of that month.
        target: The month.
    """
    said = _always_kept(record)
    for ahead in sorted(record["horizon"].unique(), reverse=True):
        part = record[record["horizon"] == ahead]
        last = part[part["method"] == history.LAST_VALUE].iloc[0]
        kept = part[(part["recall_percent"] >= 95) & (part["method"] != history.LAST_VALUE)]
        ranked = _most(part, "hindsight_95_percent")
        told = (
            f"From {month_words(add_months(target, -int(ahead)))}: the last value flags {count(last['flagged'])} of "
            f"{count(last['lists'])} trusts for the {count(last['came'])} that came (precision {last['precision_percent']:.1f}%, "
            f"recall {last['recall_percent']:.1f}%)"
        )
        if len(kept):
            best = _most(kept, "precision_percent")
            better = "better" if best["precision_percent"] > last["precision_percent"] else "no better"
            told += (
                f"; of the rules known at the time that keep 95% recall, `{best['method']}` is the most precise, "
                f"{best['precision_percent']:.1f}% at {best['recall_percent']:.1f}%: {better}"
            )
        else:
            told += "; no other rule known at the time keeps 95% recall"
        said.append(
            f"{told}. With the threshold set in hindsight, the best that any rule's ranking allows is "
            f"{ranked['hindsight_95_percent']:.1f}% (`{ranked['method']}`), the last value's {last['hindsight_95_percent']:.1f}%."
        )
    return said


def _always_kept(record: pd.DataFrame) -> list[str]:
    """The rules that kept 95% recall from every month: which of the others is best differs by month, and is known too late."""
    kept = record.groupby("method")["recall_percent"].min()
    last = record[record["method"] == history.LAST_VALUE].set_index("horizon")["precision_percent"]
    said = []
    for method in kept.index[(kept >= 95) & (kept.index != history.LAST_VALUE)]:
        own = record[record["method"] == method].set_index("horizon")["precision_percent"]
        better = [str(ahead) for ahead in own.index[own > last.reindex(own.index)]]
        when = f"better {', '.join(better)} months before" if better else "at no month better"
        said.append(
            f"`{method}` kept 95% recall from every month, with a precision of {own[own.index.max()]:.1f}% "
            f"{own.index.max()} months before and {own[own.index.min()]:.1f}% {own.index.min()} before, against "
            f"{last[own.index.max()]:.1f}% and {last[own.index.min()]:.1f}% of the last value: {when}."
        )
    return said or ["None of the other rules kept 95% recall from every month."]


def runs(told: pd.DataFrame) -> list[str]:
    """What a national run takes.

    Args:
        told: `tables.NATIONAL_RUN`.
    """
    return [
        f"{str(run['family']).upper()}: {count(run['forecasts'])} forecasts of {count(run['lists'])} lists, "
        f"{run['months_ahead']} months ahead, in {run['seconds']:.0f} seconds from an empty cache "
        f"({run['processor_seconds']:.0f} of one processor), at most {count(run['megabytes'])} MB."
        for _, run in told.iterrows()
    ]


def bullets(said: Iterable[str]) -> list[str]:
    """Sentences as a Markdown list."""
    return [f"- {sentence}" for sentence in said]
