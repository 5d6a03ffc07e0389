"""What the tables of diagnostic demand and capacity say, in sentences; every assumption is marked as one."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import specialty_name, test_name, trust_name
from lsc_analytics.reference import SYSTEM, month_words
from lsc_analytics.reporting.words import count, day_words, percent

_TOO_SHORT = (
    "This cannot be told: it takes thirteen months of DM01 in a row of this list, with its weekly bands. Load the missing "
    "workbooks with `lsc ingest`."
)
_LEVELS = (
    "Going on as now follows the forecast of the list, month by month, as far as the weeks can. Held to it from December 2024 and "
    "March 2025 on the system's own lists, the six-week counts were 0.8 times as wrong as the last value after three and six months "
    "(1.2 to 1.3 times from March alone), and 74 to 80% were in the eight-in-ten interval."
)
_WHOLE = 0.5  # of a test a week: less is none
NO_FILE = (
    "No diagnostic capacity file is loaded, so sessions, staff, costs and community diagnostic centres cannot be told. Fill in "
    "parameters/templates/diagnostic_capacity.csv and load it with `lsc ingest`."
)


def diagnostic_need(need: pd.DataFrame, sites: pd.DataFrame) -> list[str]:
    """What would it take to meet each six-week standard by the date?

    Args:
        need: `tables.DIAGNOSTIC_NEED` of one trust and test, or of several.
        sites: `tables.DIAGNOSTIC_SITES` of the same.
    """
    own = need[need["provider_code"] != SYSTEM]
    if own.empty:
        return [_TOO_SHORT]
    if own[["provider_code", "diagnostic_test_code"]].drop_duplicates().shape[0] > 1:
        return [*_several(own), _LEVELS, *([NO_FILE] if sites.empty else [])]
    row = own.iloc[0]
    demand, tests = row["demand_a_week"], row["tests_as_now"]
    said = [
        f"About {demand:,.0f} a week are expected to join the list (implied demand, net of those who leave untested) and "
        f"{tests:,.0f} to be tested from it. At that rate {count(row['waiting_as_now'])} are waiting at the end of "
        f"{month_words(row['target_month'])}, {percent(row['within_as_now_percent'])} of them less than six weeks."
    ]
    for _, rows in own.groupby("standard", sort=False):
        first = rows[rows["order"] == "longest_first"].iloc[0]
        spread = rows[rows["order"] == "as_now"].iloc[0]
        said.append(f"**{first['words'][0].upper()}{first['words'][1:]}**: {_met(first)} {_takes(first, spread)}")
    last = own[own["standard"] == own["standard"].iloc[0]].iloc[0]
    said.append(_clears(last))
    said += [_LEVELS, NO_FILE if sites.empty else _filed(sites, tests)]
    return said


def diagnostic_session(values: pd.DataFrame) -> list[str]:
    """What would one more session be worth?

    Args:
        values: `tables.DIAGNOSTIC_SESSION_VALUE`, the most avoided first; of one list or several.
    """
    if values.empty:
        return [_TOO_SHORT]
    said = []
    for _, row in values.head(5).iterrows():
        session = row["unit"] == "session"
        what = (
            f"One more session a week at {row['site_name']} ({row['tests_a_week']:,.1f} tests, £{count(row['cost_a_week'])})"
            if session
            else f"{row['tests_a_week']:,.0f} more tests a week"
        )
        where = f"{_list(row)}: " if len(values) > 1 else ""
        said.append(
            f"{where}{what} would leave {row['avoided_mean']:,.0f} fewer six weeks or more by the end of "
            f"{month_words(row['target_month'])} ({row['avoided_lower_80']:,.0f} to {row['avoided_upper_80']:,.0f} eight times "
            f"in ten; {row['over_6_as_now']:,.0f} are expected without).{_sooner(row)}"
        )
    if (values["unit"] != "session").any():
        said.append("Where no capacity file has the list, a number of tests stands in for a session.")
    return said


def diagnostic_centres(centres: pd.DataFrame) -> list[str]:
    """What does each community diagnostic centre add?

    Args:
        centres: `tables.DIAGNOSTIC_CENTRES`, of one list or of the system.
    """
    if centres.empty:
        return ["No community diagnostic centre in a loaded capacity file does this."]
    by = month_words(centres["target_month"].iloc[0])
    sums = centres.groupby(["site_code", "site_name"], sort=False, as_index=False)[
        ["tests_a_week", "tests_a_year", "tests_to_date", "avoided_mean"]
    ].sum()
    said = []
    if len(sums) > 1:
        said.append(
            f"Together the {len(sums)} centres do {sums['tests_a_week'].sum():,.0f} tests a week from the waiting lists, "
            f"{sums['tests_a_year'].sum():,.0f} a year at this rate, and {sums['tests_to_date'].sum():,.0f} to date by the "
            f"file. Without them about {sums['avoided_mean'].sum():,.0f} more would have waited six weeks or more by the end "
            f"of {by}, were nobody to make up for them."
        )
    for _, row in sums.sort_values("avoided_mean", ascending=False).iterrows():
        rows = centres[centres["site_code"] == row["site_code"]]
        share = f", {percent(rows['share_percent'].iloc[0], 0)} of the trust's" if len(rows) == 1 else ""
        said.append(
            f"{row['site_name']}: {row['tests_a_week']:,.0f} tests a week{share}; without it {row['avoided_mean']:,.0f} more six "
            "weeks or more."
        )
    return said


def diagnostic_what_if(changed: pd.DataFrame) -> list[str]:
    """What difference does each scenario make?

    Args:
        changed: `tables.DIAGNOSTIC_WHAT_IF`.
    """
    if changed.empty:
        return [_TOO_SHORT]
    told = "; ".join(
        f"{row['title'][0].lower()}{row['title'][1:]}, {abs(row['difference_mean']):,.0f} "
        f"{'fewer' if row['difference_mean'] < 0 else 'more'}"
        for _, row in changed.iterrows()
    )
    mark = " All are assumptions." if changed["source"].str.startswith("assumption").all() else ""
    when = month_words(changed["target_month"].iloc[0])
    return [f"Six weeks or more at the end of {when}, against going on as now: {told}.{mark}"]


def diagnostic_system_need(need: pd.DataFrame, standard: str) -> list[str]:
    """What would it take over the whole system?

    Args:
        need: `tables.DIAGNOSTIC_NEED` of every trust.
        standard: The standard told.
    """
    told = need[(need["standard"] == standard) & (need["order"] == "longest_first")]
    rows, lists = told[told["provider_code"] == SYSTEM], told[told["provider_code"] != SYSTEM]
    if rows.empty:
        return [_TOO_SHORT]
    worst = rows.sort_values("extra_median", ascending=False)
    first = worst.iloc[0]
    names = " and ".join(test_name(code, short=True) for code in worst["diagnostic_test_code"].head(2))
    waiting, later = rows["waiting"].sum(), rows["waiting_as_now"].sum()
    within = (rows["within_now_percent"] * rows["waiting"]).sum() / waiting
    then = (rows["within_as_now_percent"] * rows["waiting_as_now"]).sum() / max(later, 1.0)
    return [
        f"**{percent(within)} of the {count(waiting)} waiting are within six weeks; going on as now {percent(then)} would be by "
        f"the end of {month_words(first['target_month'])}.** To bring every trust's list of every test to "
        f"{first['needed_percent']:g}% by then takes about {lists['extra_median'].clip(lower=0).sum():,.0f} more tests a week from "
        f"{month_words(first['first_month'])} (each list's middle figure added up), most of them {names}."
    ]


def diagnostic_mix(mix: pd.DataFrame, harm: pd.DataFrame) -> list[str]:
    """What is the cheapest mix, and is any trust worse off with it?

    Args:
        mix: `tables.DIAGNOSTIC_MIX`.
        harm: `tables.DIAGNOSTIC_HARM` of the same.
    """
    if mix.empty:
        return [NO_FILE]
    done, unmet = mix[mix["site_code"] != ""], mix[mix["site_code"] == ""]
    each = done.drop_duplicates(["site_code", "diagnostic_test_code"])
    at_centres = each.loc[each["site_kind"] == "cdc", "site_sessions"].sum()
    costs = mix.drop_duplicates("diagnostic_test_code")[["mix_cost_a_week", "bound_cost_a_week"]].sum()
    away = done.loc[done["provider_code"] != done["site_provider_code"], "tests_a_week"].sum()
    said = [
        f"{each['site_sessions'].sum():,.0f} further sessions a week, {at_centres:,.0f} of them at community diagnostic centres, "
        f"would do it nine times in ten by the end of {month_words(mix['target_month'].iloc[0])}, for about "
        f"£{count(costs['mix_cost_a_week'])} a week (split sessions would cost £{count(costs['bound_cost_a_week'])}). "
        f"{away:,.0f} of {done['tests_a_week'].sum():,.0f} tests a week are done for another trust's patients.",
    ]
    unmet = unmet[unmet["tests_a_week"] >= _WHOLE]
    if len(unmet):
        told = ", ".join(
            f"{_list(row)} {row['tests_a_week']:,.0f}"
            for _, row in unmet.sort_values("tests_a_week", ascending=False).head(5).iterrows()
        )
        said.append(f"No site within reach has room for {unmet['tests_a_week'].sum():,.0f} tests a week: {told}.")
    worse = (
        (harm["over_6_with"] > harm["over_6_without"] + 0.5) | (harm["waiting_with"] > harm["waiting_without"] + 0.5)
    ).sum()
    said.append(
        f"No trust's own list is longer, or has more six weeks or more, in any of {harm['month'].nunique()} months: only further "
        "sessions are shared."
        if not worse
        else f"{worse} lists are worse off in some month: this mix must not be used."
    )
    said.append(
        "Costs, room and minutes between trusts are the file's or assumptions; a session's staff must be found."
    )
    return said


def diagnostic_workforce(workforce: pd.DataFrame) -> list[str]:
    """How many staff do the networks take in five years?

    Args:
        workforce: `tables.DIAGNOSTIC_WORKFORCE`.
    """
    if workforce.empty:
        return [NO_FILE]
    said = []
    system = workforce[workforce["provider_code"] == SYSTEM]
    for network, rows in system.groupby("network"):
        rows = rows.sort_values("year")
        now, last = rows.iloc[0], rows.iloc[-1]
        said.append(
            f"{str(network).capitalize()}: {now['staff_needed']:,.0f} whole-time equivalents are needed now and "
            f"{now['staff_without_recruiting']:,.0f} are in post; in {last['year']} years {last['staff_needed']:,.0f} would be "
            f"needed and {last['staff_without_recruiting']:,.0f} of today's left. {rows['to_recruit'].sum():,.0f} would have to "
            f"be recruited over the years ({now['demand_growth_percent']:g}% more demand and {now['leavers_percent']:g}% leavers "
            f"a year: {now['source']})."
        )
    return said


def diagnostic_coupling(pairs: pd.DataFrame, coupled: pd.DataFrame) -> list[str]:
    """Which tests add most to RTT waits?

    Args:
        pairs: The worst pairs now, `tables.DIAGNOSTIC_COUPLING`.
        coupled: Every row of it.
    """
    if pairs.empty:
        return ["This cannot be told: it takes RTT by weekly band and thirteen months of DM01."]
    said = []
    for _, row in pairs.head(5).iterrows():
        same = coupled[
            (coupled["provider_code"] == row["provider_code"])
            & (coupled["treatment_function_code"] == row["treatment_function_code"])
            & (coupled["diagnostic_test_code"] == row["diagnostic_test_code"])
        ]
        now = same[same["month"] == row["as_of"]].set_index("threshold_weeks")
        said.append(
            f"{specialty_name(row['treatment_function_code'], short=True)}, {trust_name(row['provider_code'], short=True)}: "
            f"{test_name(row['diagnostic_test_code'], short=True)} takes {row['test_weeks_now']:.1f} weeks, "
            f"{row['weeks_added']:.1f} more than on a list that keeps its standard. If {row['share_percent']:g}% of pathways need "
            f"it (assumption), that adds {row['weeks_added_on_average']:.1f} weeks on average, and {now.at[18, 'due_median']:,.0f} "
            f"of {now.at[18, 'over']:,.0f} over 18 weeks and {now.at[52, 'due_median']:,.0f} of {now.at[52, 'over']:,.0f} over 52 "
            f"are there because of it.{_ahead(same, row)}"
        )
    return said


def _several(own: pd.DataFrame) -> list[str]:
    """Several lists together, standard by standard: the lists' middle figures added up, and which need most."""
    said = []
    rows = own[own["order"] == "longest_first"]
    for _, lists in rows.groupby("standard", sort=False):
        first = lists.iloc[0]
        most = lists.sort_values("extra_median", ascending=False).head(3)
        named = "; ".join(f"{_list(row)} {max(row['extra_median'], 0):,.0f}" for _, row in most.iterrows())
        met = int((lists["chance_as_now"] >= 0.5).sum())
        said.append(
            f"**{first['words'][0].upper()}{first['words'][1:]}**: going on as now {met} of {len(lists)} lists would as likely as "
            f"not meet it at the end of {month_words(first['target_month'])}. The others take about "
            f"{lists['extra_median'].clip(lower=0).sum():,.0f} more tests a week together, the longest waiters first, most of "
            f"them {named} (each list's middle figure)."
        )
    return said


def _ahead(same: pd.DataFrame, row: pd.Series) -> str:
    later = same[(same["month"] > row["as_of"]) & (same["threshold_weeks"] == 52)]
    if later.empty:
        return ""
    last = later.sort_values("month").iloc[-1]
    return (
        f" By the end of {month_words(last['month'])} {last['due_median']:,.0f} of {last['over']:,.0f} over 52 weeks would be "
        f"({last['due_lower_80']:,.0f} to {last['due_upper_80']:,.0f} eight times in ten)."
    )


def _list(row: pd.Series) -> str:
    return f"{test_name(row['diagnostic_test_code'], short=True)}, {trust_name(row['provider_code'], short=True)}"


def _met(row: pd.Series) -> str:
    when = row["met_from_as_now"]
    if isinstance(when, str):
        return f"met from the week ending {day_words(when)} on, going on as now."
    return f"not met for good within a year, going on as now ({percent(100 * row['chance_as_now'], 0)} at the date)."


def _takes(first: pd.Series, spread: pd.Series) -> str:
    if first["extra_upper_80"] <= 0 and spread["extra_upper_80"] <= 0:
        return f"There is room: {-spread['extra_median']:,.0f} fewer tests a week would still do, one time in two."
    if first["extra_median"] < _WHOLE and spread["extra_median"] < _WHOLE:
        return (
            f"At the end of {month_words(first['target_month'])} it is as likely as not met by the tests expected; to meet it nine "
            f"times in ten takes {max(first['extra_upper_80'], 0):,.0f} more a week if they go to the longest waiters, "
            f"{max(spread['extra_upper_80'], 0):,.0f} as tests are spread now."
        )
    sessions = ""
    if pd.notna(first["sessions_median"]):
        sessions = (
            f", which is {first['sessions_median']:,.1f} to {spread['sessions_median']:,.1f} sessions a week and "
            f"{first['staff_median']:,.1f} to {spread['staff_median']:,.1f} staff"
        )
    return (
        f"By the end of {month_words(first['target_month'])} it takes {max(first['extra_median'], 0):,.0f} more tests a week if "
        f"they go to the longest waiters, {max(spread['extra_median'], 0):,.0f} as tests are spread now "
        f"({max(spread['extra_lower_80'], 0):,.0f} to {max(spread['extra_upper_80'], 0):,.0f} eight times in ten){sessions}."
    )


def _clears(row: pd.Series) -> str:
    keeps = f"A list that keeps {row['needed_percent']:g}% is about {count(row['list_to_keep'])} long; this one is {count(row['waiting'])}."
    if row["waiting"] <= row["list_to_keep"]:
        return keeps
    if pd.isna(row["weeks_to_clear"]):
        return f"{keeps} At the tests and demand of now it would not come down to that."
    return f"{keeps} At the tests and demand of now it would take about {row['weeks_to_clear']:,.0f} weeks to come down to that."


def _filed(sites: pd.DataFrame, tests: float) -> str:
    filed = sites["waiting_list_tests_a_week"].sum()
    missing = sites["staff_needed"].sum() - sites["staff_in_post"].sum()
    posts = f"{missing:,.1f} posts short of" if missing > 0.05 else "enough for"
    return (
        f"By the capacity file {sites['sessions_a_week'].sum():,.1f} sessions a week at {len(sites)} "
        f"site{'s' * (len(sites) > 1)} come to {filed:,.0f} tests a week from the waiting list, against {tests:,.0f} expected "
        f"from what DM01 counted; {sites['staff_in_post'].sum():,.1f} staff are in post, {posts} those sessions."
    )


def _sooner(row: pd.Series) -> str:
    if pd.notna(row["weeks_sooner"]) and row["weeks_sooner"] >= 1:
        return (
            f" The {row['words'].split(' ')[0]} standard would be met for good {row['weeks_sooner']:,.0f} weeks sooner."
        )
    if pd.isna(row["met_from_as_now"]) and isinstance(row["met_from_with"], str):
        return f" The {row['words'].split(' ')[0]} standard would be met from the week ending {day_words(row['met_from_with'])}, and is not without."
    return ""
