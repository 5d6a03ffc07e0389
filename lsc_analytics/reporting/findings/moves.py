"""What the tables of moves say, in sentences: what was agreed and delivered, and whether a problem was passed on."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import specialty_name, test_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.findings.diagnostics import diagnostics_list_name
from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.reporting.words import count, pathways, patients, percent, share_words

_LONG = {
    "over_52_weeks": "over 52 weeks",
    "over_65_weeks": "over 65 weeks",
    "waiting_6_plus": "six weeks or more",
    "waiting_13_plus": "thirteen weeks or more",
}
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
    for _, rows in last.groupby(_cell(last), sort=False):
        said += [_of_list(rows)]
    return [*said, NOT_CONCLUDED]


def aid_beside(tests: pd.DataFrame, cancer: pd.DataFrame) -> list[str]:
    """Did moves of tests and of cancer pathways pass a problem on?

    Args:
        tests: `tables.DM01_AID_RECORD`.
        cancer: `tables.CANCER_AID_RECORD`.
    """
    if tests.empty and cancer.empty:
        return [
            "No move of a test or of a cancer pathway that can be judged has been delivered (docs/action-log-contract.md)."
        ]
    said = [] if tests.empty else aid_record(tests)[:-1]
    if len(cancer):
        said += [_of_cancer(row) for row in cancer.to_dict("records")]
        said.append(
            "Cancer has no forecast, so each trust is held against its own months before: one in twenty differs by chance alone."
        )
    return said


def _of_cancer(row: dict) -> str:
    ways = [
        f"{done} {pathways(row[way])}"
        for done, way in (("received", "moved_in"), ("handed over", "moved_out"))
        if row[way]
    ]
    sure = {"lower": "**lower than before beyond chance**", "higher": "higher than before beyond chance"}
    return (
        f"**Cancer at {trust_name(row['provider_code'], short=True)}** {' and '.join(ways)}: {share_words(row['since_percent'])} of "
        f"{patients(row['since_treated'])} patients treated within 62 days from {month_words(row['first_month'])} to "
        f"{month_words(row['last_month'])}, {share_words(row['before_percent'])} of {patients(row['before_treated'])} in the "
        f"{row['before_months']} months before: {sure.get(row['against'], 'no clear change')} ({row['change_points']:+.1f} points, "
        f"{row['lower_95']:+.1f} to {row['upper_95']:+.1f}). The pathways moved come to {percent(row['moved_percent'])} of those treated "
        "since."
    )


def _cell(rows: pd.DataFrame) -> list[str]:
    return ["provider_code", "diagnostic_test_code" if "diagnostic_test_code" in rows else "treatment_function_code"]


def _name(cell: list[str], *pair: str) -> str:
    return diagnostics_list_name(*pair) if "diagnostic_test_code" in cell else list_name(*pair)


def _verdict(last: pd.DataFrame) -> str:
    cell = _cell(last)
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
    named = "; ".join(_name(cell, *pair) for pair in above[cell].itertuples(index=False))
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
        told.append(
            f"{_LONG[row['measure']]} {count(row['outturn'])}, {row['against']} the {count(row['lower_80'])} to "
            f"{count(row['upper_80'])} forecast without"
        )
    cell = _cell(rows)
    name = _name(cell, *first[cell])
    kind = "forecast" if first["kind"] == "forecast" else "back-cast (made afterwards, of what was known then)"
    return (
        f"**{name}** {' and '.join(ways)} by {month_words(first['month'])}: {'; '.join(told) or 'no long waits are counted'}. "
        f"The {kind} is as of {month_words(first['as_of'])}."
    )


def _way(row: dict) -> str:
    if row["pathway_kind"] == "diagnostic":
        what = test_name(row["diagnostic_test_code"], short=True)
    else:
        what = specialty_name(row["treatment_function_code"], short=True)
    return (
        f"{'cancer, ' * (row['pathway_kind'] == 'cancer')}{what} from {trust_name(row['from_provider'], short=True)} to "
        f"{trust_name(row['to_provider'], short=True)}"
    )
