"""What mutual aid proposes, does, assumes and leaves to be decided, in sentences for those who meet about it."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import organisations, specialty_name, trust_name
from lsc_analytics.reference import add_months, month_words
from lsc_analytics.reporting.words import count, pathways, percent

_MOST = 12


def aid_answer(summary: pd.DataFrame, changes: pd.DataFrame) -> str:
    """The proposal in a sentence or two: how many should move, and what for.

    Args:
        summary: `tables.AID_SUMMARY`.
        changes: `tables.AID_CHANGES` of one specialty, or added up.
    """
    asked = summary.iloc[0]
    breaches, moving = (changes.set_index("change")[name] for name in ("breaches", "pathways"))
    before, after, moved = breaches["no_transfer"], breaches["as_proposed"], int(moving["as_proposed"])
    over = f"over {asked['standard']} weeks at the end of {month_words(asked['by'])}"
    if not moved:
        return f"**Nothing is proposed to move.** {count(before)} are expected {over}. {asked['says']}".strip()
    said = f"**{pathways(moved)} should move: {count(before)} expected {over} become {count(after)}.** {asked['says']}"
    return said.strip()


def aid_moves(moves: pd.DataFrame, months_to_treatment: int = 1) -> list[str]:
    """Who should hand how many of what to whom, by when: a sentence a pair and specialty, the most first.

    Args:
        moves: `tables.AID_MOVES`.
        months_to_treatment: From a move to the clock stop.
    """
    if moves.empty:
        return ["No move is proposed."]
    key = ["from_provider", "to_provider", "treatment_function_code", "move_type"]
    told = moves.groupby(key).agg(
        pathways=("pathways", "sum"), first=("month", "min"), last=("month", "max"), batches=("month", "size")
    )
    ordered = told.reset_index().sort_values("pathways", ascending=False)
    said = [_move(row, months_to_treatment) for row in ordered.head(_MOST).to_dict("records")]
    if len(ordered) > _MOST:
        rest = ordered.iloc[_MOST:]
        said.append(f"And {pathways(rest['pathways'].sum())} in {len(rest)} smaller agreements, in the table below.")
    return said


def _move(row: dict, months_to_treatment: int) -> str:
    first, last = month_words(row["first"]), month_words(row["last"])
    when = f"in {first}" if first == last else f"from {first} to {last}, in {row['batches']} monthly batches"
    code = specialty_name(row["treatment_function_code"], short=True)
    ours, theirs = (trust_name(row[end], short=True) for end in ("from_provider", "to_provider"))
    until = month_words(add_months(row["last"], months_to_treatment))
    if row["move_type"] == "team":
        return f"**{theirs}** sends a {code} team to **{ours}** for {pathways(row['pathways'])}, {when}."
    return f"**{ours}** hands {pathways(row['pathways'])} of {code} to **{theirs}**, {when}; all treated by the end of {until}."


def aid_effects(effects: pd.DataFrame, summary: pd.DataFrame) -> list[str]:
    """What the moves do to each trust: its own pathways before and after, those it carries for others, freed slots.

    Args:
        effects: `tables.AID_EFFECTS` of one specialty, or of all (C_999).
        summary: `tables.AID_SUMMARY`.
    """
    touched = effects[(effects["sent"] > 0) | (effects["received"] > 0)]
    if touched.empty:
        return ["No trust's figures change."]
    return [_effect(row) for row in touched.to_dict("records")]


def _effect(row: dict) -> str:
    name = trust_name(row["provider_code"], short=True)
    interval = [
        f"{count(row[f'mean_{way}'])} ({count(row[f'lower_80_{way}'])} to {count(row[f'upper_80_{way}'])})"
        for way in ("without", "with")
    ]
    said = [f"**{name}**: own breaches {interval[0]} become {interval[1]}."]
    if row["sent"]:
        said.append(
            f"It hands over {pathways(row['sent'])}. That frees {count(row['freed_slots'])} of its own clock stops: given to "
            f"others at risk, up to {count(row['freed_relief'])} more breaches avoided, counted nowhere else here."
        )
    if row["received"]:
        carried = "none of them over the standard meanwhile"
        if row["imported_most"] >= 0.5:
            carried = f"at most {count(row['imported_most'])} of them over the standard at a month's end meanwhile"
        late = row["imported_stress"]
        fails = (
            f"If offers fail, up to {count(late)} of them still wait over it at the date"
            if late >= 0.5
            else "Even if offers fail, nearly all are treated by the date"
        )
        said.append(
            f"It takes {pathways(row['received'])}, {carried}, and none expected at the date. {fails}; its own come first."
        )
    return " ".join(said)


def aid_assured(assurance: pd.DataFrame, moves: pd.DataFrame, summary: pd.DataFrame) -> str:
    """Whether any receiver's own pathways are worse off anywhere, from every row of the assurance sheet.

    Args:
        assurance: `tables.AID_ASSURANCE`.
        moves: `tables.AID_MOVES`.
        summary: `tables.AID_SUMMARY`.
    """
    takers = pd.MultiIndex.from_frame(moves[["to_provider", "treatment_function_code"]].drop_duplicates())
    mine = assurance[pd.MultiIndex.from_frame(assurance[["provider_code", "treatment_function_code"]]).isin(takers)]
    if mine.empty:
        return "Nobody receives, so nobody's own pathways can be made worse."
    worst = max(
        float((mine[f"{kind}_with"] - mine[f"{kind}_without"]).max()) for kind in ("own_breaches", "own_stress")
    )
    asked = summary.iloc[0]
    last = mine[(mine["month"] == asked["by"]) & (mine["standard"] == asked["standard"])]
    verdict = (
        "**No receiver's own pathways are made worse**"
        if worst < 0.005
        else f"**Own pathways are made worse, by up to {worst:,.2f}**"
    )
    return (
        f"{verdict}: {count(len(takers))} receiving lists, every month end, 18, 52, 65 and 78 weeks, expected and under stress "
        f"(demand at its 90% point, offers at their 10% figure or worse, in the same draws). Of those transferred in, "
        f"{count(last['imported_breaches'].sum())} are expected over {asked['standard']} weeks at the date."
    )


def aid_assumed(summary: pd.DataFrame, offers: pd.DataFrame, stages: pd.DataFrame) -> list[str]:
    """What the proposal rests on that nobody has said or counted.

    Args:
        summary: `tables.AID_SUMMARY`.
        offers: `tables.AID_OFFERS_USED`.
        stages: `tables.AID_STAGE_SHARES`.
    """
    silent = sorted({trust_name(code, short=True) for code in offers.loc[offers["assumed"], "provider_code"]})
    said = [
        "**Offers are extra.** What is offered must lie beyond a trust's own patients' slots; no figure here can show that it does."
    ]
    if silent:
        said.append(
            f"**Assumed offers** of {', '.join(silent)}: a share of their latest clock stops, since no capacity file of theirs is loaded."
        )
    moving = stages[stages["may_move"]]
    if len(moving):
        uptake = ", ".join(
            f"{str(stage).replace('_', ' ')} {percent(100 * part['uptake'].iloc[0], 0)}"
            for stage, part in moving.groupby("stage", sort=False)
        )
        said.append(f"**Uptake**, of those asked: {uptake}.")
    if (stages["known"] != "ptl").any():
        said.append(
            "**Not yet seen** is an upper bound: those without a decision to admit. Only a patient tracking list tells who has "
            "been seen."
        )
    if not organisations().journeys_verified:
        said.append("**Minutes between sites** are from memory of the map, not measured.")
    asked = summary.iloc[0]
    gap = asked["breaches_with"] - asked["breaches_bound"]
    said.append(
        f"Whole batches and single roles cost {count(gap)} breaches over all specialties against the best that split pathways could do."
    )
    return said


def aid_worth(worth: pd.DataFrame) -> list[str]:
    """Whose next clock stop, and next list, would avoid most breaches.

    Args:
        worth: `tables.AID_WORTH`.
    """
    best = worth[worth["one_clock_stop"] >= 0.01].sort_values("one_list", ascending=False).head(5)
    if best.empty:
        return [
            "No further clock stop offered would avoid a breach: those at risk who may and would move have all been placed."
        ]
    return [
        f"One more clock stop of {specialty_name(row['treatment_function_code'], short=True)} offered by "
        f"{trust_name(row['provider_code'], short=True)} in {month_words(row['best_month'])} would avoid {row['one_clock_stop']:.2f} "
        f"breaches; one more list of {row['cases_per_list']:.0f}, up to {row['one_list']:.1f}."
        for row in best.to_dict("records")
    ]


def aid_changes(changes: pd.DataFrame) -> list[str]:
    """What changes if a trust withdraws, and what more could be agreed.

    Args:
        changes: `tables.AID_CHANGES` of one specialty, or added up.
    """
    told = changes.set_index("change")["breaches"]
    now = told["as_proposed"]
    said = []
    for change in told.index[told.index.str.startswith("without_")]:
        more = told[change] - now
        name = trust_name(change.removeprefix("without_"), short=True)
        said.append(
            f"Without **{name}**: {count(more)} more breaches."
            if more >= 0.5
            else f"Without **{name}**: no difference."
        )
    for change, words in (
        ("with_independents", "With the independent sites"),
        ("with_teams", "If teams may travel to the sender's site"),
        ("with_decision_to_admit", "If day cases with a decision to admit may move"),
    ):
        fewer = now - told[change]
        said.append(f"{words}: {count(fewer)} fewer." if fewer >= 0.5 else f"{words}: no difference.")
    return said


def aid_policies(policies: pd.DataFrame, summary: pd.DataFrame) -> str:
    """What one list for the system could do at most, beside each trust in order of its own clocks.

    Args:
        policies: `tables.AID_POLICIES` of one specialty, or added up.
        summary: `tables.AID_SUMMARY`.
    """
    if policies.empty:
        return "There are no figures for one list."
    told = policies[["as_now", "own_order", "one_list", "treated_elsewhere"]].sum()
    return (
        f"As things go, {count(told['as_now'])} are expected over {summary['standard'].iloc[0]} weeks. With every trust seeing those who "
        f"are not urgent in order of the clock, {count(told['own_order'])}; as one list for the system, {count(told['one_list'])}, with "
        f"{pathways(told['treated_elsewhere'])} treated by another trust than their own. A bound, not a plan: it takes every clock stop "
        "that is not urgent from shorter waits. One list by procedure needs a patient tracking list."
    )


def aid_independents(offers: pd.DataFrame) -> list[str]:
    """What the independent sites offer, what of it the moves would use, and how long their own lists are.

    Args:
        offers: `tables.AID_OFFERS_USED` of one specialty, or all.
    """
    sites = offers[offers["independent"]]
    if sites.empty:
        return ["No independent site offers anything here, and no list of theirs is loaded."]
    said = []
    for code, mine in sites.groupby("provider_code", sort=False):
        how = " (assumed)" if mine["assumed"].all() else ""
        own = mine["own_list"].sum()
        queue = (
            f"Its own list is {count(own)}, of whom {count(mine['own_breaches'].sum())} over the standard."
            if own
            else "Its own list is not loaded."
        )
        said.append(
            f"**{trust_name(str(code), short=True)}** offers {count(mine['offered_p10'].sum())} clock stops{how}, of which {count(mine['used'].sum())} "
            f"would be used and {count(mine['unused'].sum())} not; {count(mine['need_left'].sum())} breaches are left in those specialties. {queue}"
        )
    return said[:8]


def aid_decisions(moves: pd.DataFrame, changes: pd.DataFrame, offers: pd.DataFrame, worth: pd.DataFrame) -> list[str]:
    """What is proposed to be decided, the most worth first.

    Args:
        moves: `tables.AID_MOVES`.
        changes: `tables.AID_CHANGES` of one specialty, or added up.
        offers: `tables.AID_OFFERS_USED`.
        worth: `tables.AID_WORTH`.
    """
    told = changes.set_index("change")["breaches"]
    said = []
    if len(moves):
        first = moves["month"].min()
        now = int(moves.loc[moves["month"] == first, "pathways"].sum())
        said.append(
            f"Agree the moves of {month_words(first)}: {pathways(now)}. The senders ask the patients, the receivers book the slots."
        )
    fewer = {
        name: told["as_proposed"] - told[name] for name in ("with_independents", "with_teams", "with_decision_to_admit")
    }
    best = max(fewer, key=lambda name: fewer[name])
    if fewer[best] >= 1:
        words = {
            "with_independents": "Ask the independent sites to take part",
            "with_teams": "Let teams travel to the sender's site",
            "with_decision_to_admit": "Let day cases with a decision to admit move",
        }
        said.append(f"{words[best]}: {count(fewer[best])} breaches fewer.")
    silent = sorted(
        {
            trust_name(code, short=True)
            for code in offers.loc[offers["assumed"] & ~offers["independent"], "provider_code"]
        }
    )
    if silent:
        said.append(f"Ask {', '.join(silent)} what they can offer: what they are taken to give is an assumption.")
    gain = worth.sort_values("one_list", ascending=False).head(1)
    if len(gain) and gain["one_list"].iloc[0] >= 0.1:
        row = gain.iloc[0]
        said.append(
            f"Ask {trust_name(row['provider_code'], short=True)} for one more {specialty_name(row['treatment_function_code'], short=True)} "
            f"list in {month_words(row['best_month'])}: up to {row['one_list']:.1f} breaches fewer."
        )
    return said or ["Nothing needs deciding."]
