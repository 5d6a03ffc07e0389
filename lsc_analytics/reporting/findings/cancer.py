"""What the tables of cancer waiting times say, in sentences. Every number in a sentence is in the table it was given."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import trust_codes, trust_name
from lsc_analytics.reference import SYSTEM, month_words
from lsc_analytics.reporting.words import pathways, patients, percent, share_words

LEADS = "62_days"  # the standard that the pages lead with
_MEANS = {
    "62_days": "62 days from an urgent referral to the first treatment",
    "31_days": "31 days from the decision to treat to treatment",
    "28_days": "28 days from an urgent referral to being told",
}
_DONE = {"62_days": "treated", "31_days": "treated", "28_days": "told"}
NOT_LOADED = "**Not loaded.** No file of cancer waiting times is loaded, so nothing is said of 28, 31 or 62 days."
BACKLOG = "How many wait over 62 days now: **not loaded**."
COUNTED = (
    "Counted are patients treated in the month, halves shared between two trusts; intervals are what chance alone leaves open. "
    "Figures of a month are provisional when first published."
)


def cancer_standing(standing: pd.DataFrame) -> list[str]:
    """Which cancer standards are met, trust by trust, and by how much are the others missed?

    Args:
        standing: `tables.CANCER_STANDING` of the trusts and the system.
    """
    if standing.empty:
        return [NOT_LOADED, BACKLOG]
    said = []
    for name, rows in standing.groupby("cancer_standard", sort=False):
        said.append(_heads(str(name), rows))
        if name == LEADS:
            said += [_stands(row) for row in _strictest(rows).to_dict("records") if row["provider_code"] != SYSTEM]
    doubtful = standing.loc[~standing["verified"].astype(bool), "words"].unique()
    said += [f"The source of {words!r} still needs checking." for words in doubtful]
    return [*said, COUNTED, BACKLOG]


def _strictest(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each provider the row of the most demanding standard, in the order that trusts are shown."""
    return _in_order(rows.drop_duplicates("provider_code"))


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    order = {code: place for place, code in enumerate((SYSTEM, *trust_codes()))}
    return rows.sort_values("provider_code", key=lambda codes: codes.map(order).fillna(len(order)), kind="stable")


def _heads(name: str, rows: pd.DataFrame) -> str:
    trusts = rows[rows["provider_code"] != SYSTEM]
    met = [_asked(of) for _, of in trusts.groupby("standard", sort=False)]
    many = trusts["provider_code"].nunique()
    told = f"**{_MEANS[name]}, {month_words(rows['month'].iloc[0])}: of {many} trust{'s' * (many != 1)} {', '.join(met)}.**"
    if name == LEADS:
        for row in rows[rows["provider_code"] == SYSTEM].head(1).to_dict("records"):
            told += (
                f" In {trust_name(SYSTEM)} {share_words(row['performance_percent'])} of {patients(row['treated'])} patients were "
                f"treated in time and {patients(row['breaches'])} were not."
            )
        return told
    shares = [
        f"{trust_name(row['provider_code'], short=True)} {share_words(row['performance_percent'])} of {patients(row['treated'])}"
        for row in _strictest(trusts).to_dict("records")
    ]
    return f"{told} {_DONE[name].capitalize()} in time: {', '.join(shares)}."


def _asked(of: pd.DataFrame) -> str:
    many, first = int(of["met"].eq(True).sum()), of.iloc[0]
    by = f" (by {month_words(first['by'][:7])})" if pd.notna(first["by"]) else ""
    return f"{many or 'none'} {'meets' if many < 2 else 'meet'} {percent(first['needed_percent'], 0)}{by}"


def _stands(row: dict) -> str:
    name = trust_name(row["provider_code"], short=True)
    if pd.isna(row["performance_percent"]):
        return f"{name} treated nobody."
    said = (
        f"{name}: {share_words(row['performance_percent'])} of {patients(row['treated'])} patients "
        f"({percent(row['lower_95'], 0)} to {percent(row['upper_95'], 0)})"
    )
    if row["met"]:
        said += f", which meets {percent(row['needed_percent'], 0)}"
    else:
        chance = "" if row["beyond_chance"] else ", which may be chance"
        said += (
            f", {abs(row['gap_points']):.1f} points short of {percent(row['needed_percent'], 0)}{chance}; {patients(row['more_in_time'])} more "
            "would have had to be in time"
        )
    before = row["year_before_percent"]
    return said + (f". A year before it was {share_words(before)}." if pd.notna(before) else ".")


def cancer_types(types: pd.DataFrame, top: int = 3) -> str:
    """Which types of cancer are treated late most?

    Args:
        types: `tables.CANCER_TYPES` of one provider, most breaches first.
        top: How many to name.
    """
    if types.empty:
        return "By type of cancer: **not loaded**."
    late = types[types["breaches"] > 0]
    name, when = trust_name(types["provider_code"].iloc[0], short=True), month_words(types["month"].iloc[0])
    if late.empty:
        return f"By type of cancer, in {when} nobody was late at {name}."
    told = [
        f"{row['cancer_type']} ({patients(row['breaches'])} of {patients(row['treated'])})"
        for row in late.head(top).to_dict("records")
    ]
    share = late.head(top)["share_of_breaches_percent"].sum()
    return (
        f"By type of cancer, most were late in {when} for {', '.join(told)}: {percent(share, 0)} of {patients(types['breaches'].sum())} "
        f"breaches in {name}, as that month's extract has them."
    )


def cancer_plan(rows: pd.DataFrame) -> list[str]:
    """Is each trust's share in time what was planned?

    Args:
        rows: `tables.CANCER_AGAINST_PLAN`.
    """
    if rows.empty:
        return ["No plan of cancer waiting times is loaded: docs/plan-contract.md says how to give one."]
    ordered = _in_order(rows)
    return [_planned(mine) for _, mine in ordered.groupby(["provider_code", "measure"], sort=False)]


def _planned(mine: pd.DataFrame) -> str:
    first = mine.iloc[0]
    of = f"{trust_name(first['provider_code'], short=True)}, within {first['measure'].split('_')[1]} days"
    counted = mine[mine["actual"].notna()]
    if counted.empty:
        return f"{of}: no month of the plan has been counted yet."
    now, off = counted.iloc[-1], mine[mine["first_off_plan"].astype(bool)]
    way = (
        "as planned"
        if not now["gap"]
        else f"{abs(now['gap']):.1f} points {'above' if now['gap'] > 0 else 'below'} the plan"
    )
    since = f" {month_words(off['month'].iloc[0])} was its first month off plan." if len(off) else ""
    return (
        f"**{of}: {'off' if now['off_plan'] else 'on'} plan.** In {month_words(now['month'])} it was {share_words(now['actual'])}, "
        f"{way}.{since}"
    )


def cancer_receivers(standing: pd.DataFrame, moves: pd.DataFrame) -> list[str]:
    """Does a trust that would receive pathways treat its own patients with cancer in time?

    Args:
        standing: `tables.CANCER_STANDING` of the trusts.
        moves: `tables.AID_MOVES` as proposed.
    """
    if standing.empty:
        return [NOT_LOADED]
    rows = standing[standing["cancer_standard"] == LEADS]
    rows = rows[rows["provider_code"] != SYSTEM]
    if moves.empty:
        said = [
            "No move is proposed, so nobody receives. How each trust stands:",
            *map(_stands, _strictest(rows).to_dict("records")),
        ]
        return [*said, COUNTED]
    received = moves.groupby("to_provider")["pathways"].sum().sort_values(ascending=False, kind="stable")
    said = [_receives(str(code), float(many), rows[rows["provider_code"] == code]) for code, many in received.items()]
    return [
        *said,
        "The proposal counts no cancer: whether the lists offered are ones that patients with cancer need is for the receiver to say.",
        COUNTED,
    ]


def _receives(code: str, many: float, rows: pd.DataFrame) -> str:
    name = trust_name(code, short=True)
    if rows.empty or rows["performance_percent"].isna().all():
        return f"{name} would receive {pathways(many)}. It has no cancer figures in these files."
    now = rows.iloc[0]
    missed, met = (
        [percent(needed, 0) for needed in rows.loc[rows["met"].eq(way), "needed_percent"]] for way in (False, True)
    )
    verdict = [f"**misses {_and(missed)}**"] * bool(missed) + [f"meets {_and(met)}"] * bool(met)
    before = now["year_before_percent"]
    since = f", {share_words(before)} a year before" if pd.notna(before) else ""
    return (
        f"{name} would receive {pathways(many)} and {_and(verdict)} within 62 days: {share_words(now['performance_percent'])} of "
        f"{patients(now['treated'])} patients were treated in time in {month_words(now['month'])}{since}."
    )


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
