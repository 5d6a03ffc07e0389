"""The landing page: where the system stands, which lists need looking at, and a link to every report.

The batch writes its figures to `runs/<run_id>/landing.json` (`save`), so that serving them needs no model and no table.
It computes nothing but sums of what it is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, month_words
from lsc_analytics.reporting.words import count, day_words, pathways, percent
from lsc_analytics.site import assets
from lsc_analytics.site.catalogue import Catalogue, Published, question
from lsc_analytics.site.heat import OUTLOOKS, diagnostic_cell, list_cell, six_week_standard
from lsc_analytics.site.render import page
from lsc_analytics.store.home import Home, write_text
from lsc_analytics.tables import DM01_POSITION, SYSTEM_CELLS

FILE = "landing.json"
NEEDS_LOOKING_AT = 6  # lists named above the heat map
Row = dict[str, Any]
Reports = dict[tuple[str, str, str], Published]  # by the parts of their address: notebook, trust, code
_PLACED = {"system_overview", "forecast", "diagnostics", "chatbot", "data_quality", "forecast_accuracy"}


@dataclass(frozen=True)
class Overview:
    """What the landing page says, as the batch wrote it.

    Attributes:
        run_on: When the run began, UTC.
        demo: The home holds demo data.
        families: By family (rtt, dm01, chatbot): `as_of` (YYYY-MM) and `published` (YYYY-MM-DD); either may be empty.
        cells: Rows of `tables.SYSTEM_CELLS`.
        tests: Rows of `tables.DM01_POSITION`, one month.
    """

    run_on: str
    demo: bool
    families: dict[str, dict[str, str]] = field(default_factory=dict)
    cells: list[Row] = field(default_factory=list)
    tests: list[Row] = field(default_factory=list)


def overview(
    cells: pd.DataFrame, tests: pd.DataFrame, *, families: dict[str, dict[str, str]], run_on: str, demo: bool
) -> Overview:
    """The landing page's figures, checked.

    Args:
        cells: `tables.SYSTEM_CELLS`; without rows where no RTT data are loaded.
        tests: `tables.DM01_POSITION` of the month reported; without rows where no DM01 data are loaded.
        families: By family, `as_of` and `published`.
        run_on: When the run began, UTC.
        demo: The home holds demo data.
    """
    rows = [
        json.loads(table.check(frame).to_json(orient="records"))
        for table, frame in ((SYSTEM_CELLS, cells), (DM01_POSITION, tests))
    ]
    return Overview(run_on, demo, families, *rows)


def save(folder: Path, told: Overview) -> None:
    """Keep the figures beside a run's manifest."""
    write_text(folder / FILE, json.dumps(asdict(told), ensure_ascii=False, indent=1) + "\n")


def newest(home: Home) -> Overview | None:
    """The newest figures that a run has left; None where there are none. A file that is not ours does not count."""
    return next((told for _, told in _all(home)), None)


def newest_file(home: Home) -> Path | None:
    """Where those figures are kept."""
    return next((path for path, _ in _all(home)), None)


def _all(home: Home) -> Iterator[tuple[Path, Overview]]:
    """Figures that runs have left, the newest first."""
    for path in sorted(home.runs.glob(f"*/{FILE}"), reverse=True):
        try:
            yield path, Overview(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue


def landing(catalogue: Catalogue, told: Overview | None) -> str:
    """The page, complete HTML.

    Args:
        catalogue: Which reports there are.
        told: The figures; without them the page is its list of reports.
    """
    told = told or Overview("", demo=catalogue.home.kind == "demo")
    reports = {(one.notebook, one.trust, one.address.rpartition("/")[2]): one for one in catalogue.reports()}
    run = catalogue.newest_run()
    skipped = [report.error for report in run.reports if report.status == "skipped"] if run else []
    trusts = parameters.organisations().trusts
    return page(
        "landing.html.j2",
        assets.FROM_ROOT,
        title="Waiting times",
        system=parameters.organisations().system_name,
        demo=told.demo,
        trusts=trusts,
        month=_month(told, "rtt"),
        headline=_headline(told.cells),
        attention=_attention(told.cells, reports),
        lists=_lists(told.cells, reports),
        target=next((month_words(cell["target_month"]) for cell in told.cells if cell["target_month"]), ""),
        outlooks=OUTLOOKS,
        tests=_tests(told.tests, reports),
        test_month=_month(told, "dm01"),
        test_standard=six_week_standard(),
        overview=_of(reports, "system_overview"),
        across={notebook: _across(reports, notebook) for notebook in ("forecast", "diagnostics")},
        chatbot=_of(reports, "chatbot"),
        quality=_of(reports, "data_quality"),
        accuracy=_of(reports, "forecast_accuracy"),
        others=_others(reports),
        published={
            family: day_words(told.families.get(family, {}).get("published") or "") for family in ("rtt", "dm01")
        },
        skipped=sorted({reason for reason in skipped if reason}),
        failed=len(run.failed) if run else 0,
        run_on=day_words(told.run_on or (run.started if run else "")),
        any=bool(reports),
    )


def _headline(cells: list[Row]) -> list[dict[str, str]]:
    """The system in four figures: the published total rows of its trusts, added."""
    totals = [
        cell for cell in cells if cell["treatment_function_code"] == ALL_SPECIALTIES and cell["provider_code"] != SYSTEM
    ]
    waiting = sum(cell["total_incomplete"] for cell in totals)
    if not waiting:
        return []
    known = [cell for cell in totals if cell["within_18_weeks_percent"] is not None]
    counted = sum(cell["total_incomplete"] for cell in known)
    within = (
        sum(cell["total_incomplete"] * cell["within_18_weeks_percent"] for cell in known) / counted if counted else None
    )
    over_52, over_65 = (sum(cell[name] or 0 for cell in totals) for name in ("over_52_weeks", "over_65_weeks"))
    standard = _standard("rtt", 18, "share_within_at_least")
    return [
        {"figure": count(waiting), "label": "Waiting", "note": f"incomplete pathways at {len(totals)} trusts"},
        {"figure": percent(within), "label": "Within 18 weeks", "note": standard},
        {"figure": count(over_52), "label": "Over 52 weeks", "note": f"{percent(100 * over_52 / waiting)} of the list"},
        {
            "figure": count(over_65),
            "label": "Over 65 weeks",
            "note": f"at {sum(bool(cell['over_65_weeks']) for cell in totals)} of {len(totals)} trusts",
        },
    ]


def _attention(cells: list[Row], reports: Reports) -> list[dict[str, Any]]:
    """The lists with most people forecast over 65 weeks, worst first."""
    found = [
        cell
        for cell in cells
        if cell["treatment_function_code"] != ALL_SPECIALTIES and (cell["forecast_over_65"] or 0) >= 0.5
    ]
    found.sort(key=lambda cell: -cell["forecast_over_65"])
    return [
        {
            "name": _list_name(cell),
            "link": _link(reports, "forecast", cell["provider_code"], cell["treatment_function_code"]),
            "forecast": pathways(cell["forecast_over_65"]),
            "from": count(cell["forecast_lower_80"]),
            "to": count(cell["forecast_upper_80"]),
            "now": count(cell["over_65_weeks"]),
            "outlook": cell["outlook"],
        }
        for cell in found[:NEEDS_LOOKING_AT]
    ]


def _lists(cells: list[Row], reports: Reports) -> list[dict[str, Any]]:
    """The heat map: a row a specialty in published order, the total first, a cell a trust; None where there is no list."""
    by_cell = {(cell["treatment_function_code"], cell["provider_code"]): cell for cell in cells}
    functions = parameters.specialties().treatment_functions
    rows = []
    for function in sorted(functions, key=lambda function: function.code != ALL_SPECIALTIES):
        shown = [
            list_cell(by_cell.get((function.code, code)), _link(reports, "forecast", code, function.code))
            for code in parameters.trust_codes()
        ]
        if any(shown):
            rows.append({
                "name": function.short_name, "words": f"{function.code} {function.name}", "cells": shown,
                "total": function.code == ALL_SPECIALTIES,
            })  # fmt: skip
    return rows


def _tests(rows: list[Row], reports: Reports) -> list[dict[str, Any]]:
    """Diagnostics: a row a test, a cell a trust, each against the standing six-week standard."""
    by_cell = {(row["diagnostic_test_code"], row["provider_code"]): row for row in rows}
    found = []
    for test in parameters.diagnostics().tests:
        shown = [
            diagnostic_cell(by_cell.get((test.code, code)), _link(reports, "diagnostics", code, test.code))
            for code in parameters.trust_codes()
        ]
        if any(shown):
            found.append({"name": test.short_name, "words": f"{test.name} {test.network} DM01", "cells": shown, "total": False})  # fmt: skip
    return found


def _of(reports: Reports, notebook: str) -> list[dict[str, str]]:
    """Every report of one notebook, the system's first, then the trusts in their order."""
    order = [SYSTEM, *parameters.trust_codes()]
    mine = [one for one in reports.values() if one.notebook == notebook]
    mine.sort(
        key=lambda one: (
            order.index(one.trust) if one.trust in order else len(order), one.trust, one.code, one.campaign
        )
    )  # fmt: skip
    return [
        {"name": ", ".join(filter(None, (one.name, parameters.trust_name(one.trust, short=True)))), "link": one.link}
        for one in mine
    ]


def _across(reports: Reports, notebook: str) -> list[dict[str, str]]:
    """A notebook's reports that no cell of a heat map opens: of the whole system, or of a trust outside it."""
    outside = {key: one for key, one in reports.items() if one.trust not in parameters.trust_codes()}
    return _of(outside, notebook)


def _others(reports: Reports) -> list[dict[str, Any]]:
    """Every report that has no place of its own on the page, by the question its notebook asks."""
    notebooks = sorted({one.notebook for one in reports.values()} - _PLACED, key=question)
    return [{"question": question(notebook), "reports": _of(reports, notebook)} for notebook in notebooks]


def _link(reports: Reports, notebook: str, trust: str, code: str) -> str:
    found = reports.get((notebook, trust, code))
    return found.link if found else ""


def _list_name(cell: Row) -> str:
    function = parameters.specialty_name(cell["treatment_function_code"], short=True)
    return f"{function}, {parameters.trust_name(cell['provider_code'], short=True)}"


def _month(told: Overview, family: str) -> str:
    month = told.families.get(family, {}).get("as_of")
    return month_words(month) if month else ""


def _standard(family: str, weeks: int, rule: str) -> str:
    return next(
        (
            f"Standard: {one.words}"
            for one in parameters.standards().standards
            if (one.family, one.weeks, one.rule, one.status) == (family, weeks, rule, "binding")
        ),
        "",
    )
