"""How figures, months and tables are written for readers, the same everywhere. It decides nothing about what is said."""

from __future__ import annotations

import html
import re

import pandas as pd

from lsc_analytics.parameters import specialty_name, standards, test_name, trust_name
from lsc_analytics.reference import month_words


def _month_or_all(month: str) -> str:
    return "all" if month == "all" else month_words(month)  # a reconciliation may be of a file's months together


METHODS = {
    "pooled": "Pooled over all lists",
    "combination": "Combination",
    "cohort": "Cohorts",
    "flows_and_identity": "Flows and identity",
    "anchored_stock": "Anchored stock",
    "ets": "Exponential smoothing",
    "theta": "Theta",
    "drift": "Drift",
    "seasonal_naive": "Same month last year",
    "last_value": "Last value",
}
MEASURES = {
    "total_incomplete": "Incomplete pathways",
    "within_18_weeks": "Within 18 weeks",
    "over_52_weeks": "Over 52 weeks",
    "over_65_weeks": "Over 65 weeks",
    "over_78_weeks": "Over 78 weeks",
    "over_104_weeks": "Over 104 weeks",
    "total_waiting": "Waiting for a test",
    "waiting_6_plus": "Waiting six weeks or more",
    "waiting_13_plus": "Waiting thirteen weeks or more",
    "waiting_list_activity": "Tests done from the list",
}
# Forecasts of counts are shown whole: a tenth of a pathway says nothing.
_WHOLE = {"mean", "median", "lower_80", "upper_80", "lower_95", "upper_95", "outturn"}
_NAMED = {
    "provider_code": ("Trust", lambda code: trust_name(code, short=True)),
    "from_provider": ("From", lambda code: trust_name(code, short=True)),
    "to_provider": ("To", lambda code: trust_name(code, short=True)),
    "treatment_function_code": ("Specialty", lambda code: specialty_name(code, short=True)),
    "diagnostic_test_code": ("Test", lambda code: test_name(code, short=True)),
    "month": ("Month", _month_or_all),
    "target_month": ("Month", month_words),
    "as_of": ("As of", month_words),
    "first_month": ("First month", month_words),
    "last_month": ("Last month", month_words),
    "made_at": ("Made on", lambda at: day_words(str(at))),
    "measure": ("Measure", lambda measure: MEASURES.get(measure, measure)),
    "method": ("Method", lambda method: METHODS.get(method, method)),
}


def count(value: float | None) -> str:
    """A count with thousands separators.

    >>> count(42257), count(None)
    ('42,257', 'not known')
    """
    return "not known" if value is None or pd.isna(value) else f"{round(float(value)):,}"


def percent(value: float | None, digits: int = 1) -> str:
    """A percentage already on the scale of 0 to 100.

    >>> percent(57.153), percent(57.153, 2)
    ('57.2%', '57.15%')
    """
    return "not known" if value is None or pd.isna(value) else f"{float(value):.{digits}f}%"


def signed(value: float | None) -> str:
    """A difference with its sign; what rounds to nothing has none.

    >>> signed(-2.74), signed(1.24), signed(-0.04)
    ('-2.7', '+1.2', '0.0')
    """
    if value is None or pd.isna(value):
        return "not known"
    return "0.0" if abs(value) < 0.05 else f"{value:+.1f}"


def share_words(value: float | None) -> str:
    """A share held against standards: rounded, but never up to a share that a standard asks for, nor to all.

    >>> share_words(98.574), share_words(98.96), share_words(99.0), share_words(99.96), share_words(57.98)
    ('98.6%', '98.9%', '99.0%', '99.9%', '58.0%')
    """
    if value is None or pd.isna(value):
        return "not known"
    rounded = round(float(value), 1)
    known = standards()
    within = [one.value for one in known.standards if one.rule == "share_within_at_least"]
    asked = {100.0, *within, *(one.value for one in known.cancer)}
    return f"{rounded - 0.1 if rounded in asked and value < rounded - 1e-9 else rounded:.1f}%"


def chance(probability: float) -> str:
    """A chance without the certainty that no forecast has.

    >>> chance(0.003), chance(0.42), chance(0.999)
    ('below 1%', '42%', 'above 99%')
    """
    return "below 1%" if probability < 0.01 else "above 99%" if probability > 0.99 else percent(100 * probability, 0)


def pathways(value: float) -> str:
    """A count of pathways, one or more.

    >>> pathways(1), pathways(1204)
    ('1 pathway', '1,204 pathways')
    """
    return f"{count(value)} pathway{'' if round(float(value)) == 1 else 's'}"


def patients(value: float) -> str:
    """A count of patients of whom two trusts may share one, a half each: halves are kept.

    >>> patients(250.5), patients(1232.0)
    ('250.5', '1,232')
    """
    return f"{value:,.1f}".removesuffix(".0")


def day_words(day: str) -> str:
    """A day as readers write it; nothing for what is no day.

    >>> day_words("2026-03-12T09:30:00Z"), day_words("")
    ('12 March 2026', '')
    """
    found = re.match(r"(\d{4}-(?:0[1-9]|1[0-2]))-(\d{2})", day)
    return f"{int(found[2])} {month_words(found[1])}" if found else ""


def table_html(frame: pd.DataFrame, caption: str) -> str:
    """A frame as an accessible table: a caption, column scopes, codes as names, numbers written for readers.

    >>> table_html(pd.DataFrame({"over_52_weeks": [1011]}), "Blackpool").startswith("<table><caption>Blackpool")
    True
    """
    heads, columns = [], []
    for name in frame.columns:
        label, write = _NAMED.get(name, (str(name).replace("_", " ").capitalize(), None))
        number = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        heads.append(f'<th scope="col"{" class=number" if number else ""}>{html.escape(label)}</th>')
        values = (
            frame[name].round() if name in _WHOLE else 100 * frame[name] if name == "probability_any" else frame[name]
        )
        share = "percent" in name or name == "probability_any"
        columns.append([_cell(value, write, number=number, share=share) for value in values])
    rows = "".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*columns, strict=True))
    rows = rows or f'<tr><td colspan="{len(heads)}">None</td></tr>'
    return f"<table><caption>{html.escape(caption)}</caption><thead><tr>{''.join(heads)}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: object, write: object, *, number: bool, share: bool) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
        return "<td>–</td>"
    if number:
        whole = float(value) == round(float(value)) and not share  # type: ignore[arg-type]
        said = count(float(value)) if whole else f"{float(value):,.2f}"  # type: ignore[arg-type]
        return f'<td class="number">{said}{"%" if share else ""}</td>'
    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    return f"<td>{html.escape(write(value) if callable(write) else str(value))}</td>"
