"""The way from one report to its neighbours: the same code elsewhere, before and after it, of one campaign, the list's other.

A page is rendered before anybody knows which others there will be, so it has a place for this, which is filled when the
page is sent: a link never leads nowhere, and a report that was left as it was finds the new ones. It reads no page.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from lsc_analytics import parameters
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS, SYSTEM
from lsc_analytics.site.catalogue import Catalogue, Published, question
from lsc_analytics.site.heat import Cell, Row, diagnostic_cell, list_cell
from lsc_analytics.site.landing import Overview
from lsc_analytics.site.render import SIBLINGS, fragment

_BESIDE = {"forecast": "what_if", "what_if": "forecast"}  # two reports of one list, each a question to the other
_MEANING = {
    "forecast": "the share within 18 weeks, and whether anyone will wait over 65 weeks",
    "diagnostics": "the share within six weeks, against the standard",
}


@dataclass(frozen=True)
class Neighbour:
    """One report beside another: what it is called, where it is, how it stands, and whether it is the open one."""

    name: str
    link: str
    cell: Cell | None
    here: bool


def with_siblings(html: str, one: Published, catalogue: Catalogue, told: Overview | None) -> str:
    """The page of a report with the way to its neighbours in its place.

    Args:
        html: The page as it was rendered.
        one: Which report it is.
        catalogue: Which others there are.
        told: The landing page's figures: the neighbours' standing is from them where they are of the page's month.
    """
    if SIBLINGS not in html:
        return html
    return html.replace(SIBLINGS, _shown(one, catalogue.reports(), told), 1)


def _shown(one: Published, reports: list[Published], told: Overview | None) -> Markup:
    same = [other for other in reports if other.notebook == one.notebook]
    trusts = [SYSTEM, *parameters.trust_codes()]
    across = sorted(
        (other for other in same if (other.code, other.campaign) == (one.code, one.campaign)),
        key=lambda other: (trusts.index(other.trust) if other.trust in trusts else len(trusts), other.trust),
    )
    along = sorted((other for other in same if (other.trust, other.campaign) == (one.trust, one.campaign)), key=_place)
    at = along.index(one)
    campaigns = sorted(
        (other for other in same if (other.trust, other.code) == (one.trust, one.code)),
        key=lambda other: other.campaign,
    )
    shown = [
        Neighbour(parameters.trust_name(other.trust, short=True), other.link, _cell(other, told), other == one)
        for other in across
    ]
    return fragment(
        "siblings.html.j2",
        what=_words(one),
        campaigns=[_of_campaign(other, one) for other in campaigns] if len(campaigns) > 1 else [],
        across=shown if len(shown) > 1 else [],
        meaning=_MEANING.get(one.notebook, "") if any(neighbour.cell for neighbour in shown) else "",
        before=_named(along[at - 1]) if at else None,
        after=_named(along[at + 1]) if at + 1 < len(along) else None,
        beside=_beside(one, reports),
        kind="test" if one.of_test else "specialty",
    )  # fmt: skip


def _beside(one: Published, reports: list[Published]) -> Neighbour | None:
    """The other report of the same list, by its question."""
    asked = (_BESIDE.get(one.notebook), one.trust, one.code)
    found = (other for other in reports if (other.notebook, other.trust, other.code) == asked)
    return next((Neighbour(question(other.notebook), other.link, None, here=False) for other in found), None)


def _named(other: Published) -> Neighbour:
    return Neighbour(_words(other), other.link, None, here=False)


def _of_campaign(other: Published, one: Published) -> Neighbour:
    return Neighbour(other.campaign or "All campaigns", other.link, None, here=other == one)


def _words(one: Published) -> str:
    return one.name or ("All tests" if one.of_test else "All specialties")


def _place(one: Published) -> tuple[int, str]:
    """Where a specialty or test stands in the published order, the total first."""
    tests = [test.code for test in parameters.diagnostics().tests]
    order = [ALL_TESTS, *tests] if one.of_test else [
        ALL_SPECIALTIES, *(function.code for function in parameters.specialties().treatment_functions)
    ]  # fmt: skip
    return (order.index(one.code) if one.code in order else len(order), one.code)


def _cell(one: Published, told: Overview | None) -> Cell | None:
    """How a list or test stands, for the two families that the landing page has figures of."""
    family, rows, code, build = {
        "forecast": ("rtt", told.cells if told else [], "treatment_function_code", list_cell),
        "diagnostics": ("dm01", told.tests if told else [], "diagnostic_test_code", diagnostic_cell),
    }.get(one.notebook, ("", [], "", list_cell))
    if told is None or not rows or (one.as_of and one.as_of != told.families.get(family, {}).get("as_of")):
        return None
    row: Row | None = next((row for row in rows if (row["provider_code"], row[code]) == (one.trust, one.code)), None)
    return build(row, one.link) if row else None
