"""Charts of mutual aid: who hands how many to whom and when, what it does to each trust, and what offers are left."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import specialty_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, CATEGORIES, MID_GREY, PALE_GREY, TEXT

_MOST_ROWS = 20


def aid_moves(moves: pd.DataFrame) -> alt.Chart:
    """Pathways a month from one trust to another, a bar a month, a colour a pair.

    Args:
        moves: `tables.AID_MOVES`.
    """
    pair = [
        f"{trust_name(a, short=True)} to {trust_name(b, short=True)}"
        for a, b in zip(moves["from_provider"], moves["to_provider"], strict=True)
    ]
    shown = moves.assign(pair=pair).groupby(["month", "pair"])["pathways"].sum().reset_index()
    shown["words"] = [month_words(month) for month in shown["month"]]
    order = [month_words(month) for month in sorted(moves["month"].unique())]
    total = int(shown["pathways"].sum())
    return (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            y=alt.Y("words:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False)),
            x=alt.X("pathways:Q", title="Pathways to move", axis=alt.Axis(format=",d")),
            color=alt.Color(
                "pair:N", title=None, legend=alt.Legend(columns=2), scale=alt.Scale(range=[*CATEGORIES, PALE_GREY])
            ),
            tooltip=[alt.Tooltip("pair:N"), alt.Tooltip("words:N"), alt.Tooltip("pathways:Q", format=",")],
        )
        .properties(
            title=alt.Title(
                f"{total:,} pathways to move", subtitle="By month of the move: from the list of, to be treated by"
            ),
            height={"step": 34},
            description=f"Bar chart of {total} pathways proposed to move, by month and pair of trusts.",
        )
    )


def aid_effects(effects: pd.DataFrame, by: str) -> alt.LayerChart:
    """Each list before and after: expected breaches of its own pathways, with 80% intervals.

    Args:
        effects: `tables.AID_EFFECTS` of one specialty, or of all (C_999).
        by: The standard's month.
    """
    frames = []
    for way, words in (("without", "Without moves"), ("with", "With moves")):
        part = effects[["provider_code", f"mean_{way}", f"lower_80_{way}", f"upper_80_{way}"]].copy()
        part.columns = pd.Index(["provider_code", "mean", "lower", "upper"])
        frames.append(part.assign(way=words))
    shown = pd.concat(frames).assign(
        trust=lambda rows: [trust_name(code, short=True) for code in rows["provider_code"]]
    )
    order = [trust_name(code, short=True) for code in effects["provider_code"]]
    ways = ["Without moves", "With moves"]
    base = alt.Chart(shown.drop(columns="provider_code")).encode(
        y=alt.Y("trust:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=240)),
        yOffset=alt.YOffset("way:N", sort=ways),
        color=alt.Color("way:N", sort=ways, title=None, scale=alt.Scale(domain=ways, range=[MID_GREY, BLUE])),
        tooltip=[
            alt.Tooltip("trust:N"), alt.Tooltip("way:N"), alt.Tooltip("mean:Q", format=",.0f", title="Expected"),
            alt.Tooltip("lower:Q", format=",.0f"), alt.Tooltip("upper:Q", format=",.0f"),
        ],
    )  # fmt: skip
    bars = base.mark_bar(height=12).encode(
        x=alt.X("mean:Q", title="Own pathways over the standard", axis=alt.Axis(format=",d"))
    )
    ends = base.mark_rule(strokeWidth=1.5).encode(x=alt.X("lower:Q"), x2=alt.X2("upper:Q"), color=alt.ColorValue(TEXT))
    return alt.layer(bars, ends).properties(
        title=alt.Title(
            f"What the moves do to each trust, end of {month_words(by)}",
            subtitle="Bar: expected. Line: eight in ten outcomes; with moves, every offer at its 10% figure or worse",
        ),
        height={"step": 40},
        description=f"Bar chart of own breaches by trust without and with mutual aid at the end of {month_words(by)}.",
    )


def aid_offers(offers: pd.DataFrame) -> alt.LayerChart:
    """What is offered, used and unused, a bar a provider's specialty, most offered first.

    Args:
        offers: `tables.AID_OFFERS_USED`.
    """
    most = offers.sort_values("offered_p10", ascending=False).head(_MOST_ROWS)
    names = [
        f"{trust_name(a, short=True)}, {specialty_name(b, short=True)}{' (assumed)' if assumed else ''}"
        for a, b, assumed in zip(most["provider_code"], most["treatment_function_code"], most["assumed"], strict=True)
    ]
    shown = most.assign(list=names)[["list", "offered_p10", "used", "unused", "need_left"]]
    y = alt.Y("list:N", sort=names, title=None, axis=alt.Axis(labelLimit=360, ticks=False, domain=False))
    tips = [
        "list:N",
        *(alt.Tooltip(f"{name}:Q", format=",.0f") for name in ("offered_p10", "used", "unused", "need_left")),
    ]
    whole = alt.Chart(shown).mark_bar(height=14, color=PALE_GREY).encode(
        x=alt.X("offered_p10:Q", title="Clock stops (10% figure)", axis=alt.Axis(format=",d")), y=y, tooltip=tips
    )  # fmt: skip
    used = alt.Chart(shown).mark_bar(height=14, color=BLUE).encode(x=alt.X("used:Q"), y=y, tooltip=tips)
    more = f" The {_MOST_ROWS} largest of {len(offers)}." if len(offers) > _MOST_ROWS else ""
    return alt.layer(whole, used).properties(
        title=alt.Title("Offered and used", subtitle=f"Blue: used by the moves. Grey: offered and not used.{more}"),
        height={"step": 24},
        description="Bar chart of clock stops offered for mutual aid and those that the moves use, by provider and specialty.",
    )


_CHANGES = {
    "no_transfer": "No transfer",
    "as_proposed": "As proposed",
    "with_independents": "With independent sites",
    "with_teams": "Teams may travel too",
    "with_decision_to_admit": "Day cases may move too",
}


def change_words(change: str) -> str:
    """An agreement in words.

    >>> change_words("with_teams")
    'Teams may travel too'
    """
    trust = change.removeprefix("without_")
    return _CHANGES.get(change) or f"Without {trust_name(trust, short=True)}"


def aid_changes(changes: pd.DataFrame) -> alt.LayerChart:
    """Breaches at the date under the proposal, under none, and under other agreements.

    Args:
        changes: `tables.AID_CHANGES` of one specialty, or added up.
    """
    order = [change_words(change) for change in changes["change"]]
    shown = changes[["breaches", "pathways"]].assign(
        agreement=order,
        label=[f"{b:,.0f} ({p:,d} move)" for b, p in zip(changes["breaches"], changes["pathways"], strict=True)],
        proposed=changes["change"].eq("as_proposed").to_numpy(),
    )
    base = alt.Chart(shown).encode(
        x=alt.X("breaches:Q", title="Expected breaches at the date", axis=alt.Axis(format=",d")),
        y=alt.Y("agreement:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, ticks=False, domain=False)),
    )
    bars = base.mark_bar(height=16).encode(color=alt.condition("datum.proposed", alt.value(BLUE), alt.value(MID_GREY)))
    text = base.mark_text(align="left", dx=5, color=TEXT).encode(text=alt.Text("label:N"))
    return alt.layer(bars, text).properties(
        title=alt.Title("What another agreement would change", subtitle="In brackets: pathways that move"),
        height={"step": 28},
        description="Bar chart of expected breaches under the proposal, without transfers, without each trust, and with more.",
    )


def aid_policies(policies: pd.DataFrame) -> alt.Chart:
    """As things go, in clock order trust by trust, and as one list.

    Args:
        policies: `tables.AID_POLICIES` of one specialty, or added up.
    """
    names = {
        "as_now": "As things go",
        "own_order": "Each trust in order of its own clocks",
        "one_list": "One list for the system, in order",
    }
    shown = pd.DataFrame({"policy": list(names.values()), "breaches": [float(policies[name].sum()) for name in names]})
    return (
        alt.Chart(shown)
        .mark_bar(height=18, color=BROWN)
        .encode(
            x=alt.X("breaches:Q", title="Breaches at the date", axis=alt.Axis(format=",d")),
            y=alt.Y(
                "policy:N",
                sort=list(names.values()),
                title=None,
                axis=alt.Axis(labelLimit=320, ticks=False, domain=False),
            ),
            tooltip=[alt.Tooltip("policy:N"), alt.Tooltip("breaches:Q", format=",.0f")],
        )
        .properties(
            title=alt.Title(
                "One list for the system: what it could do at most",
                subtitle="A bound: nobody declines, nobody travels too far",
            ),
            height={"step": 34},
            description="Bar chart of breaches as things go, with each trust in clock order, and as one list for the system.",
        )
    )
