"""What the tables of moves say, in sentences: what was agreed and delivered, and whether a problem was passed on."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import specialty_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.reporting.words import count, pathways

_LONG = ("over_52_weeks", "over_65_weeks")
NOT_CONCLUDED = (
    "**What this cannot show.** One list in ten is above its forecast by chance alone, more where the forecasts are narrower "
    "than they ought to be, and lists move for other reasons: a strike, a recode, a clinic more or less. Published counts do not "
    "tell pathways transferred in from the trust's own, and nobody knows what would have come without the moves. A list within "
    "its forecast is no proof of no harm, least of all where fewer moved than the forecast is unsure of."
)


def aid_actions(progress: pd.DataFrame, show: int = 5) -> list[str]:
    """What has been proposed, agreed, declined and delivered, and what is overdue with whom?

    Args:
        progress: `tables.AID_PROGRESS`.
        show: How many overdue and declined moves to name.
    """
    if progress.empty:
        return ["No action log of mutual aid is loaded, or it tells of no move here (docs/action-log-contract.md)."]
    many = progress["stage"].value_counts()
    stages = ", ".join(
        f"{count(many[stage])} {stage}" for stage in ("proposed", "agreed", "delivered", "declined") if stage in many
    )
    agreed, delivered = progress["agreed"].sum(), progress["delivered"].sum()
    said = [
        f"**Of {count(len(progress))} moves logged, {stages}.** Of {pathways(agreed)} agreed, {count(delivered)} were handed over."
    ]
    for row in progress[progress["overdue"]].head(show).to_dict("records"):
        said.append(
            f"Overdue since {month_words(row['month'])}: {count(row['outstanding'])} of {pathways(row['agreed'])} of "
            f"{_way(row)}; {row['owner']} answers for it."
        )
    for row in progress[progress["stage"] == "declined"].head(show).to_dict("records"):
        said.append(
            f"Declined: {pathways(max(row['proposed'], row['agreed']))} of {_way(row)}. The reason: {row['reason']}."
        )
    return said


def aid_record(record: pd.DataFrame) -> list[str]:
    """Did the moves pass a problem on? The lists concerned, against what was forecast without any move.

    Args:
        record: `tables.AID_RECORD`.
    """
    if record.empty:
        return [
            "No move has been delivered, or none of a list whose forecast from before it can be judged yet, so nothing can be "
            "said of what became of it."
        ]
    last = record[record["month"] == record["month"].max()]
    said = [_verdict(last)]
    for _, rows in last.groupby(["provider_code", "treatment_function_code"], sort=False):
        said += [_of_list(rows)]
    return [*said, NOT_CONCLUDED]


def _verdict(last: pd.DataFrame) -> str:
    cell = ["provider_code", "treatment_function_code"]
    long_waits = last[last["role"].isin(["received", "both"]) & last["measure"].isin(_LONG)]
    lists = long_waits.drop_duplicates(cell)
    if lists.empty:
        return "**No list that received pathways can be held against a forecast yet.**"
    above = long_waits[long_waits["against"] == "above"].drop_duplicates(cell)
    received = f"{count(len(lists))} list{'' if len(lists) == 1 else 's'} that received pathways"
    if above.empty:
        doubt = (
            ""
            if long_waits["tellable"].any()
            else " Fewer moved than the forecasts are unsure of, so they could hardly show it."
        )
        return f"**Of {received}, none has more long waits than was forecast without the moves.**{doubt}"
    named = "; ".join(list_name(*pair) for pair in above[cell].itertuples(index=False))
    return (
        f"**Of {received}, {count(len(above))} {'has' if len(above) == 1 else 'have'} more long waits than was forecast without the "
        f"moves: {named}.** Ask there whether the moves passed a problem on."
    )


def _of_list(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    ways = [
        f"{done} {pathways(first[way])}"
        for done, way in (("received", "moved_in"), ("handed over", "moved_out"))
        if first[way] > 0
    ]
    told = []
    for row in rows[rows["measure"].isin(_LONG)].to_dict("records"):
        weeks = row["measure"].split("_")[1]
        told.append(
            f"over {weeks} weeks {count(row['outturn'])}, {row['against']} the {count(row['lower_80'])} to "
            f"{count(row['upper_80'])} forecast without"
        )
    name = list_name(first["provider_code"], first["treatment_function_code"])
    kind = "forecast" if first["kind"] == "forecast" else "back-cast (made afterwards, of what was known then)"
    return (
        f"**{name}** {' and '.join(ways)} by {month_words(first['month'])}: {'; '.join(told) or 'no long waits are counted'}. "
        f"The {kind} is as of {month_words(first['as_of'])}."
    )


def _way(row: dict) -> str:
    return (
        f"{specialty_name(row['treatment_function_code'], short=True)} from {trust_name(row['from_provider'], short=True)} to "
        f"{trust_name(row['to_provider'], short=True)}"
    )
