"""The operational tier: exact lists, a row a pathway, for those who book, review or call one trust's own patients.

They go to private files that their caller names, never into a report. What anyone may read is `published`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from lsc_analytics import parameters, vocabulary
from lsc_analytics.errors import LscError, NoDataError, ParameterError
from lsc_analytics.ingest import chatbot as chatbot_reader
from lsc_analytics.ingest import ptl as ptl_reader
from lsc_analytics.models import chatbot, ptl
from lsc_analytics.store.home import Home, replacing
from lsc_analytics.store.pseudonym import KEY_VARIABLE, pseudonymiser
from lsc_analytics.store.warehouse import Warehouse

WHO_MAY_SEE_IT = (
    "It holds exact counts and pathway references, for those who book this trust's patients and nobody else: keep it on "
    "this server, and publish none of it."
)
WHO_MAY_SEE_THEM = (
    "They hold exact counts and pathway references, for those who review or call this trust's patients and nobody else: keep "
    "them on this server, and publish none of them."
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula


def at_risk(home: Home, trust: str, as_of: str = "", standard: int | None = None, by: str = "") -> pd.DataFrame:
    """Which of one trust's pathways will be over a standard at a date unless their clocks stop: `tables.PTL_AT_RISK`.

    Args:
        home: Where the lists are.
        trust: The trust; rows of no other are among them.
        as_of: The day counted, YYYY-MM-DD; the latest with a list where empty.
        standard: Weeks; the first of `ptl.yml` unless given.
        by: The date, YYYY-MM-DD; that of `ptl.yml` where empty.

    Raises:
        ParameterError: The trust is not one of ours, or a day is none.
        NoDataError: No list is loaded.
    """
    _known(trust)
    rule, day = parameters.ptl(), vocabulary.ptl_day(as_of)
    try:
        date = dt.date.fromisoformat(by) if by else ptl.at_risk_by(day, rule)
    except ValueError as error:
        raise ParameterError(f"{by!r} is no date.", "Write it as 2026-03-31.", parameter="--by") from error
    found = ptl.at_risk(vocabulary.ptl_list(Warehouse(home), day), day, standard or rule.standards_weeks[0], date)
    mine = found[found["provider_code"] == trust].reset_index(drop=True)
    return mine.assign(pathway_reference=trust + "-" + mine["pathway_reference"])


def validation(home: Home, trust: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Who of one trust awaits a clinical review after worse or leave, and whom should it call next?

    Args:
        home: Where the records are.
        trust: The trust; rows of no other are among them.

    Returns:
        `tables.CHATBOT_REVIEW_LIST`; `tables.CHATBOT_CALL_LIST`; and how many rows that say worse or leave were set aside
        when the trust's files, or files that do not say whose they are, were loaded: they are in neither list.

    Raises:
        ParameterError: The trust is not one of ours.
        NoDataError: No call records are loaded.
    """
    _known(trust)
    stored, limits = Warehouse(home), parameters.models().chatbot
    if "chatbot" not in stored.families():
        raise NoDataError("No Chatbot call records are loaded.", "Load them with `lsc ingest`.")
    calls, reviews, aside = stored.chatbot_calls(), stored.chatbot_reviews(), stored.chatbot_set_aside()
    pathways = chatbot.pathways(calls, reviews, limits)
    mine, day = pathways[pathways["provider_code"] == trust], chatbot.last_day(calls, reviews)
    by_hand = aside["for_review"] & (aside["provider_code"].isna() | aside["provider_code"].eq(trust).fillna(False))
    cycle = parameters.validation_programme().cycle_weeks
    return chatbot.review_list(mine, limits), chatbot.call_list(mine, calls, day, cycle), int(by_hand.sum())


def resolved(home: Home, found: pd.DataFrame, own_list: Path) -> pd.DataFrame:
    """The same rows with the trust's local pathway numbers, which only its own extract can give.

    Args:
        home: Where the rows are from.
        found: With a column `pathway_reference`.
        own_list: The trust's extract of its patient tracking list, or its file of calls or reviews.

    Raises:
        LscError: There is no key.
        RefusedFileError: The extract cannot be read.
    """
    pseudonymise = pseudonymiser(home)
    if pseudonymise is None:
        raise LscError("There is no key to resolve references with.", "Name the key file.", parameter=KEY_VARIABLE)
    reader = chatbot_reader if {"why", "said"} & set(found) else ptl_reader
    numbers = reader.references(own_list, pseudonymise)
    return found.assign(pathway_id=found["pathway_reference"].map(numbers))


def _known(trust: str) -> None:
    if trust not in parameters.trust_codes():
        raise ParameterError(
            f"{trust!r} is no trust of the system.", f"Name one of {', '.join(parameters.trust_codes())}.", parameter="--trust"
        )  # fmt: skip


def write_private(home: Home, frame: pd.DataFrame, output: Path, option: str = "--output") -> None:
    """Write a csv that its owner alone may read, and that no spreadsheet takes a formula from.

    Raises:
        ParameterError: The file would lie in the home, whose pages are published, or is no csv.
    """
    if output.suffix != ".csv":
        raise ParameterError(f"{output.name} is no csv.", "Name a .csv file.", parameter=option)
    if output.absolute().is_relative_to(home.root):
        raise ParameterError(
            f"{output.name} would lie in the home, whose pages are published.", "Name a file elsewhere.", parameter=option
        )  # fmt: skip
    safe = frame.copy()
    for name in safe.select_dtypes(include=["object", "string"]):
        texts = safe[name].astype("str")
        safe[name] = texts.where(~texts.str.startswith(_FORMULA).fillna(False), "'" + texts)
    with replacing(output, mode=0o600) as temporary:
        safe.to_csv(temporary, index=False)
