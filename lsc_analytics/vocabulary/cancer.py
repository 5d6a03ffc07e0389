"""What a notebook may ask of cancer waiting times, which come out beside the figures that a report is of.

Where no file of them is loaded every verb gives an empty table, and the findings say so.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import cancer as cancer_model
from lsc_analytics.reference import SYSTEM
from lsc_analytics.tables import CANCER_AGAINST_PLAN, CANCER_POSITION, CANCER_STANDING, CANCER_TYPES
from lsc_analytics.vocabulary.loaded import latest_month, note, warehouse


@cache
def _cancer(release: str) -> pd.DataFrame:
    """Every figure of the trusts and of the system: read once in a process. `release` makes a new load seen."""
    figures = warehouse().cancer(provider_code=parameters.trust_codes())
    return cancer_model.system_figures(figures, parameters.trust_codes())


def _figures(as_of: str) -> pd.DataFrame:
    figures = _cancer(warehouse().release("cancer"))
    figures = figures[figures["month"] <= as_of]
    note(figures.dropna(subset=["file_sha256"]))
    return figures


def cancer(as_of: str = "") -> pd.DataFrame:
    """How many patients each trust and the system treated, and how many in time, month by month: `tables.CANCER_POSITION`.

    Args:
        as_of: Nothing later is looked at, YYYY-MM; the latest month loaded where empty.
    """
    month = latest_month("cancer", as_of)
    return cancer_model.position(_figures(month)) if month else CANCER_POSITION.empty()


def cancer_standing(as_of: str = "") -> pd.DataFrame:
    """Each trust and the system against the cancer standards that bind, in the last month up to one: `tables.CANCER_STANDING`."""
    month = latest_month("cancer", as_of)
    asked = parameters.standards().cancer
    return cancer_model.standing(cancer(month), asked, month) if month else CANCER_STANDING.empty()


def cancer_types(trust: str = SYSTEM, as_of: str = "", cancer_standard: str = "62_days") -> pd.DataFrame:
    """The types of cancer with most of a trust's breaches, most first: `tables.CANCER_TYPES`.

    Args:
        trust: Trust code, or LSC.
        as_of: The last month looked at; types are told of in fewer files than totals.
        cancer_standard: 28_days, 31_days or 62_days.
    """
    month = latest_month("cancer", as_of)
    return cancer_model.types(_figures(month), trust, month, cancer_standard) if month else CANCER_TYPES.empty()


def cancer_plan(as_of: str = "") -> pd.DataFrame:
    """Each trust's planned share in time and what it was: `tables.CANCER_AGAINST_PLAN`, no rows where none is planned."""
    planned = warehouse().plan(family="cancer", provider_code=parameters.trust_codes())
    note(planned)
    month = latest_month("cancer", as_of)
    return cancer_model.against_plan(cancer(as_of), planned, month) if len(planned) else CANCER_AGAINST_PLAN.empty()
