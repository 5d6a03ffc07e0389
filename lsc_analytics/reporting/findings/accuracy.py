"""What the record of the forecasts says, in sentences: how near they came, how sure they were, which warnings came true."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.findings.diagnostics import diagnostics_list_name
from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.reporting.words import MEASURES, METHODS, count, pathways, percent

KINDS = {"forecast": "Made before the month was published", "backcast": "Back-cast: made afterwards"}
_SAID_OF = {
    "forecast": "Of forecasts made before their month was published,",
    "backcast": "Of back-casts,",
}
_HELD = (72, 88)  # the share of outturns that an honest 80% interval holds, give or take chance


def method_words(method: str) -> str:
    """A method as charts and sentences of the record call it.

    >>> method_words("led"), method_words("last_value"), method_words("some_new_one")
    ('Led the report', 'Last value', 'Some new one')
    """
    return {"led": "Led the report", **METHODS}.get(method, method.replace("_", " ").capitalize())


def ledger_state(state: pd.DataFrame) -> str:
    """How many forecasts are kept, and how many could be scored?

    Args:
        state: `tables.LEDGER_STATE`.
    """
    if state.empty:
        return "No forecast has been kept yet: each run of the monthly reports keeps those it makes."
    last = state.iloc[-1]
    said = (
        f"{count(state['kept'].sum())} forecasts are kept, of {count(len(state))} origin{'s' if len(state) > 1 else ''} up to "
        f"{month_words(last['as_of'])}: {count(state['scored'].sum())} made before their month was published have been scored, "
        f"{count(state['waiting'].sum())} wait for theirs"
    )
    back = int(state["backcast"].sum())
    return said + (f", and {count(back)} are back-casts, made when their month was already loaded." if back else ".")


def accuracy_record(scores: pd.DataFrame, measure: str) -> list[str]:
    """Have the forecasts that reports led with been better than assuming that nothing changes?

    Args:
        scores: `tables.scores_by("kind", "measure")`.
        measure: The measure to speak of.
    """
    mine = scores[scores["measure"] == measure]
    led = mine[mine["method"] == "led"]
    said = [_led(kind, rows.iloc[0], measure) for kind in KINDS if len(rows := led[led["kind"] == kind])]
    if not (led["kind"] == "forecast").any():
        back = ": what follows is back-cast, made afterwards from what was known before"
        missing = "No forecast made ahead has met its month yet, so there is no true record"
        said.insert(0, f"{missing}{back if said else ', and nothing could be back-cast either'}.")
    return said


def accuracy_by_horizon(scores: pd.DataFrame, measure: str) -> str:
    """Which method came nearest, how many months ahead?

    Args:
        scores: `tables.scores_by("kind", "measure", "horizon")`.
        measure: The measure to speak of.
    """
    rows, kind = _one_kind(scores[(scores["measure"] == measure) & (scores["method"] != "led")])
    rows = rows.dropna(subset=["error_to_last_value"])
    if rows.empty:
        return f"No forecast of {_named(measure)} can be scored yet."
    best = rows.loc[rows.groupby("horizon")["error_to_last_value"].idxmin()]
    told = [
        f"{int(row['horizon'])} month{'s' if row['horizon'] > 1 else ''} ahead {method_words(row['method']).lower()} "
        f"({row['error_to_last_value']:.2f})"
        for _, row in best[best["horizon"].isin([1, 3, 6, 12])].iterrows()
    ]
    beaten = best[best["method"] == "last_value"]
    none = (
        ""
        if beaten.empty
        else f" Nothing beat the last value {_months(beaten['horizon'])} ahead: there the report can only say that nothing changes."
    )
    return f"{_SAID_OF[kind]} nearest to {_named(measure)} came, as a share of the last value's error, {'; '.join(told)}.{none}"


def accuracy_by_origin(scores: pd.DataFrame, measure: str) -> str:
    """Is the gain steady, or one lucky origin's?

    Args:
        scores: `tables.scores_by("kind", "measure", "as_of")`.
        measure: The measure to speak of.
    """
    mine = scores[(scores["measure"] == measure) & (scores["method"] == "led")].dropna(subset=["error_to_last_value"])
    rows, kind = _one_kind(mine)
    if rows.empty:
        return f"No origin's forecasts of {_named(measure)} can be scored yet."
    better = int((rows["error_to_last_value"] < 1).sum())
    worst = rows.sort_values("error_to_last_value", ascending=False, kind="stable").iloc[0]
    return (
        f"{_SAID_OF[kind]} what the report leads with beat the last value on {_named(measure)} at {count(better)} of "
        f"{count(len(rows))} origins; at the worst, {month_words(worst['as_of'])}, its error was "
        f"{worst['error_to_last_value']:.2f} times the last value's."
    )


def coverage(scores: pd.DataFrame, measure: str) -> str:
    """Did the 80% intervals hold eight outturns in ten?

    Args:
        scores: `tables.scores_by("kind", "measure", "horizon")`.
        measure: The measure to speak of.
    """
    mine = scores[(scores["measure"] == measure) & (scores["method"] == "led")].dropna(subset=["held_80_percent"])
    rows, kind = _one_kind(mine)
    if rows.empty:
        return f"Too few pathways are counted in {_named(measure)} to judge its intervals."
    out = rows[~rows["held_80_percent"].between(*_HELD)]
    least, most = percent(rows["held_80_percent"].min(), 0), percent(rows["held_80_percent"].max(), 0)
    said = f"{_SAID_OF[kind]} the 80% intervals held {least if least == most else f'{least} to {most}'} of outturns"
    if out.empty:
        return f"{said}, whichever month ahead: they can be taken at their word."
    wrong = {
        "too narrow": out.loc[out["held_80_percent"] < _HELD[0], "horizon"],
        "too wide": out.loc[out["held_80_percent"] > _HELD[1], "horizon"],
    }
    told = [
        f"{how} {'at every month' if len(horizons) == len(rows) else _months(horizons)} ahead"
        for how, horizons in wrong.items()
        if len(horizons)
    ]
    return f"{said}; they are {' and '.join(told)}."


def reliability(told: pd.DataFrame, measure: str) -> str:
    """When a chance was given, did it come so often?

    Args:
        told: `tables.FORECAST_RELIABILITY`.
        measure: The measure to speak of.
    """
    rows, kind = _one_kind(told[(told["measure"] == measure) & (told["method"] == "led")])
    if rows.empty:
        return f"No chance given for {_named(measure)} can be judged yet."
    ends = rows[rows["forecasts"] >= 10]
    said = [
        f"where the chance given was {percent(row['said_from'], 0)} to {percent(row['said_to'], 0)}, it came in "
        f"{percent(row['came_percent'], 0)} of {count(row['forecasts'])}"
        for _, row in ends.iterrows()
    ]
    few = f"{_SAID_OF[kind]} no class of chance was given ten times, so nothing can be said of them."
    return f"{_SAID_OF[kind]} {'; '.join(said)}." if said else few


def flags(told: pd.DataFrame, measure: str) -> list[str]:
    """Which warnings came true, and how long before?

    Args:
        told: `tables.FORECAST_FLAGS`.
        measure: The measure to speak of.
    """
    said = []
    for lists, of in (("all", "all lists"), ("new", "lists with nobody over at the origin")):
        mine, kind = _one_kind(told[(told["measure"] == measure) & (told["lists"] == lists)])
        led, last = (mine[mine["method"] == method] for method in ("led", "last_value"))
        if led.empty:
            continue
        row = led.iloc[0]
        if row["came"] == 0:
            said.append(f"{_SAID_OF[kind]} on {of}, nobody came to be {_named(measure)}, so no warning was due.")
            continue
        lead = f", {row['lead_months']:.0f} months ahead in the middle" if pd.notna(row["lead_months"]) else ""
        naive = ""
        if lists == "all" and len(last):
            naive = (
                f" Warning wherever anyone is over already: {percent(last.iloc[0]['precision_percent'], 0)} and "
                f"{percent(last.iloc[0]['recall_percent'], 0)}."
            )
        true = "none was given" if row["warned"] == 0 else f"{percent(row['precision_percent'], 0)} came true"
        said.append(
            f"{_SAID_OF[kind]} on {of}: of warnings (a chance of {percent(row['warned_from_percent'], 0)} or more) {true}; "
            f"{percent(row['recall_percent'], 0)} of breaches were warned of{lead}.{naive}"
        )
    return said or [f"No warning that anyone would be {_named(measure)} can be judged yet."]


def last_six(said: pd.DataFrame, measure: str) -> str:
    """How near did this list's own last forecasts come?

    Args:
        said: `tables.FORECAST_SAID` or `tables.DM01_FORECAST_SAID` of one list.
        measure: The measure to speak of.
    """
    known = said[(said["measure"] == measure) & said["outturn"].notna()]
    if known.empty:
        return "None of this list's earlier forecasts has met its month yet."
    error = (known["median"] - known["outturn"]).abs().mean()
    held = int(known["outturn"].between(known["lower_80"], known["upper_80"]).sum())
    back = " All are back-casts, made afterwards from what was known before." if known["backcast"].all() else ""
    if not back and known["backcast"].any():
        back = f" {count(known['backcast'].sum())} of them are back-casts, made afterwards from what was known before."
    lean = (known["median"] - known["outturn"]).mean()
    side = "too high" if lean > 0 else "too low"
    leaning = (
        f" They were {side} by {_so_many(known, abs(lean))} on average."
        if abs(lean) > error / 2 and round(abs(lean))
        else ""
    )
    first = known.iloc[0]
    return (
        f"The last {count(known['as_of'].nunique())} forecasts of {_list_words(first)}, "
        f"{_named(measure)}, met {count(len(known))} months: they were out by {_so_many(known, error)} on average, and the 80% interval "
        f"held {count(held)} of {count(len(known))}.{leaning}{back}"
    )


def treatments(found: pd.DataFrame) -> list[str]:
    """What is wrong with this list's history, and what is done about it?

    Args:
        found: `tables.RTT_TREATMENT` of one list.
    """
    if found.empty:
        return ["Nothing in this list's history needed a treatment: no gap, step, beginning or end."]
    return [f"{month_words(row['month'])}: {row['treatment']}" for _, row in found.iterrows()]


def treatments_summary(found: pd.DataFrame) -> str:
    """How many lists were treated, and for what?

    Args:
        found: `tables.RTT_TREATMENT` of many lists.
    """
    if found.empty:
        return "No list's history needed a treatment before it was forecast."
    names = {
        "gap": "months missing", "latest_missing": "the latest month missing", "passing_recode": "a passing recode",
        "step": "a step that stayed", "began": "a beginning", "ended": "an end", "empty": "nobody ever on the list",
        "short": "a history of under four months",
    }  # fmt: skip
    lists = found.groupby("what").apply(
        lambda rows: rows[["provider_code", "treatment_function_code"]].drop_duplicates().shape[0]
    )
    told = [f"{count(lists[what])} for {words}" for what, words in names.items() if what in lists.index]
    every = len(found[["provider_code", "treatment_function_code"]].drop_duplicates())
    return f"{count(every)} lists are treated before they are forecast: {', '.join(told)}. Published figures stay as they are."


def _list_words(row: pd.Series) -> str:
    if "diagnostic_test_code" in row:
        return diagnostics_list_name(row["provider_code"], row["diagnostic_test_code"])
    return list_name(row["provider_code"], row["treatment_function_code"])


def _so_many(rows: pd.DataFrame, number: float) -> str:
    """A count of what the table counts: pathways, or at a test's list people."""
    if "diagnostic_test_code" not in rows:
        return pathways(number)
    return f"{count(number)} {'person' if round(number) == 1 else 'people'}"


def _led(kind: str, row: pd.Series, measure: str) -> str:
    ratio = row["error_to_last_value"]
    if pd.isna(ratio):
        return f"{_SAID_OF[kind]} none could beat the last value on {_named(measure)}: nothing changed."
    verdict = "better than" if ratio < 0.995 else "no better than" if ratio < 1.005 else "worse than"
    return (
        f"{_SAID_OF[kind]} those the reports led with were {verdict} assuming that nothing changes, on {_named(measure)}: error "
        f"{ratio:.2f} times the last value's over {count(row['forecasts'])} forecasts ({percent(100 * row['wape'], 0)} of the "
        f"outturn), and the 80% interval held {percent(row['held_80_percent'], 0)}."
    )


def _one_kind(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """True forecasts where there are any, else back-casts."""
    kind = "forecast" if (rows["kind"] == "forecast").any() else "backcast"
    return rows[rows["kind"] == kind], kind


def _named(measure: str) -> str:
    name = MEASURES.get(measure, measure.replace("_", " ").capitalize())
    return name[0].lower() + name[1:]


def _months(horizons: pd.Series) -> str:
    """Months ahead in words.

    >>> _months(pd.Series([1])), _months(pd.Series([4, 5, 6]))
    ('1 month', '4, 5 and 6 months')
    """
    told = [count(value) for value in horizons]
    joined = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    return f"{joined} month{'s' if told != ['1'] else ''}"
