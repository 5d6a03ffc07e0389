"""Reads the Chatbot's call records and the clinical reviews that follow, row by row of a patient, pseudonymised here.

Its errors name a row and a column and never repeat a value, since the value may be the very identifier that should not
be there. It counts nothing: `models.chatbot` does. The contract is docs/chatbot-contract.md.
"""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from lsc_analytics.ingest.opened import Layout, Opened
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import specialties, trust_codes
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.tables import CHATBOT_CALLS, CHATBOT_REVIEWS

CALLS_HEADER = [
    "data_kind", "campaign", "pathway_id", "provider_code", "treatment_function_code", "attempt_number", "channel",
    "attempted_on", "weeks_waiting", "contacted", "responded", "response", "also_worse",
]  # fmt: skip
REVIEWS_HEADER = ["data_kind", "campaign", "pathway_id", "reviewed_on", "decision"]

_CORRECT = "Correct it where the records are kept and export the file again."
_YES_NO = ("yes", "no")
_NHS_NUMBER = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
# A United Kingdom number, national or international: 0 or +44, an area digit that is in use, eight or nine more.
_PHONE = re.compile(r"(?<!\d)(?:\+44|0044|0)[ ()-]{0,2}[1-37-9](?:[ ()-]{0,2}\d){8,9}(?!\d)")


def read_calls(opened: Opened) -> Reading:
    """Read call records: one row an attempt to reach one patient.

    Returns:
        `chatbot_calls`, patient level: the file itself is not to be kept.

    Raises:
        RefusedFileError: There is no pseudonym key; a value is missing, of an unknown code, ill-formed or in the
            future, or looks like an NHS number or a telephone number; a response without having answered, an answer
            without having been reached, or an attempt told twice.
    """
    rows = _private(opened)
    for column in [name for name in CALLS_HEADER if name != "response"]:
        _refuse(opened, rows[column].isna(), column, "The value is missing.")
    demo = _is_demo(opened, rows)
    _one_of(opened, rows, "provider_code", trust_codes(), "The provider is none of organisations.yml.")
    functions = [function.code for function in specialties().treatment_functions if function.code != ALL_SPECIALTIES]
    _one_of(opened, rows, "treatment_function_code", functions, "The treatment function is none of specialties.yml.")
    _one_of(opened, rows, "channel", ("automated_call", "staff_call", "text"))
    for column in ("contacted", "responded", "also_worse"):
        _one_of(opened, rows, column, _YES_NO)
    _one_of(opened, rows[rows["response"].notna()], "response", ("remain", "leave", "worse"))
    attempt, weeks = _whole(opened, rows, "attempt_number", least=1), _whole(opened, rows, "weeks_waiting", least=0)
    _day(opened, rows, "attempted_on")
    contacted, responded, also_worse = (rows[c].eq("yes") for c in ("contacted", "responded", "also_worse"))
    _refuse(opened, responded & ~contacted, "responded", "The patient answered without having been reached.")
    _refuse(opened, rows["response"].notna() & ~responded, "response", "There is a response and no answer.")
    _refuse(opened, rows["response"].isna() & responded, "response", "The patient answered and the response is blank.")
    _refuse(
        opened,
        also_worse & rows["response"].ne("remain"),
        "also_worse",
        "Only a patient who remains can be worse as well; the response is not remain.",
    )
    calls = pd.DataFrame(
        {
            "campaign": rows["campaign"],
            "pathway_pseudonym": _pseudonyms(opened, rows),
            "provider_code": rows["provider_code"],
            "treatment_function_code": rows["treatment_function_code"],
            "attempt_number": attempt,
            "channel": rows["channel"],
            "attempted_on": rows["attempted_on"],
            "weeks_waiting": weeks,
            "contacted": contacted,
            "responded": responded,
            "response": rows["response"],
            "also_worse": also_worse,
        }
    )
    double = calls.duplicated(list(CHATBOT_CALLS.grain))
    _refuse(opened, double, "attempt_number", "The same attempt of the same campaign and pathway is told twice.")
    pathways = len(calls[["campaign", "pathway_pseudonym"]].drop_duplicates())
    return _reading(
        opened, CALLS, "call_records", calls, f"{len(calls):,} attempts for {pathways:,} pathways", demo=demo
    )


def read_reviews(opened: Opened) -> Reading:
    """Read clinical reviews: one row a patient whose answer a clinical team has looked at.

    Whether a review follows the answer it is of is for `models.chatbot`: calls and reviews come in separate files.

    Returns:
        `chatbot_reviews`, patient level.

    Raises:
        RefusedFileError: As `read_calls`; a pathway is reviewed twice in one campaign.
    """
    rows = _private(opened)
    for column in REVIEWS_HEADER:
        _refuse(opened, rows[column].isna(), column, "The value is missing.")
    demo = _is_demo(opened, rows)
    _one_of(opened, rows, "decision", ("removed", "kept", "expedited"))
    _day(opened, rows, "reviewed_on")
    reviews = pd.DataFrame(
        {
            "campaign": rows["campaign"],
            "pathway_pseudonym": _pseudonyms(opened, rows),
            "reviewed_on": rows["reviewed_on"],
            "decision": rows["decision"],
        }
    )
    double = reviews.duplicated(list(CHATBOT_REVIEWS.grain))
    _refuse(opened, double, "pathway_id", "The same pathway is reviewed twice in one campaign.")
    return _reading(opened, REVIEWS, "review_records", reviews, f"{len(reviews):,} reviews", demo=demo)


CALLS = Layout("Chatbot call records", lambda opened: opened.header == CALLS_HEADER, read_calls)
REVIEWS = Layout("Chatbot clinical reviews", lambda opened: opened.header == REVIEWS_HEADER, read_reviews)
LAYOUTS = (CALLS, REVIEWS)


def identifies(text: str) -> bool:
    """Whether a text holds what looks like an NHS number or a United Kingdom telephone number.

    An NHS number is ten digits whose last is the modulus 11 check of the first nine (NHS Data Dictionary): one in
    eleven of other ten-digit numbers passes for one, which is the price of never letting one in.

    >>> [identifies(text) for text in ("DEMO-P000123", "2022-11-30", "943 476 5919", "943 476 5918", "07700 900123")]
    [False, False, True, False, True]
    """
    for found in _NHS_NUMBER.findall(text):
        *digits, last = (int(digit) for digit in found if digit.isdigit())
        if 11 - sum((10 - place) * digit for place, digit in enumerate(digits)) % 11 == (last or 11):
            return True
    return bool(_PHONE.search(text))


def _private(opened: Opened) -> pd.DataFrame:
    """The rows, once there is a key to pseudonymise them with and nothing in them says who a patient is."""
    if opened.pseudonymise is None:
        raise opened.refused(
            "These are records of patients and there is no key to pseudonymise them with.",
            "Set LSC_PSEUDONYM_KEY_FILE to a key file outside the home (`openssl rand -hex 32 > FILE` makes one).",
        )
    rows = opened.rows()
    for column in rows:
        told = rows[column].map({text: identifies(text) for text in rows[column].dropna().unique()})
        _refuse(
            opened,
            told.eq(True),
            str(column),
            "The value looks like an NHS number or a telephone number.",
            "Export the file without identifiers: pathway_id is a local pathway number.",
        )
    return rows


def _refuse(opened: Opened, wrong: pd.Series, column: str, problem: str, remedy: str = _CORRECT) -> None:
    if wrong.any():
        raise opened.refused(problem, remedy, row=int(wrong[wrong].index[0]), column=column)


def _one_of(
    opened: Opened, rows: pd.DataFrame, column: str, codes: tuple[str, ...] | list[str], problem: str = ""
) -> None:
    _refuse(opened, ~rows[column].isin(codes), column, problem or f"The value is none of {', '.join(codes)}.")


def _whole(opened: Opened, rows: pd.DataFrame, column: str, *, least: int) -> pd.Series:
    number = pd.to_numeric(rows[column].where(rows[column].str.fullmatch(r"\d{1,4}")), errors="coerce")
    _refuse(opened, ~(number >= least), column, f"The value is not a whole number of {least} or more.")
    return number.astype("int64")


def _day(opened: Opened, rows: pd.DataFrame, column: str) -> None:
    written = rows[column].where(rows[column].str.fullmatch(r"\d{4}-\d{2}-\d{2}"))
    day = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")
    _refuse(opened, day.isna(), column, "The value is not a day written YYYY-MM-DD.")
    _refuse(opened, day.dt.date > dt.date.today(), column, "The day lies in the future.")


def _is_demo(opened: Opened, rows: pd.DataFrame) -> bool:
    _one_of(opened, rows, "data_kind", ("demo", "live"))
    _refuse(
        opened,
        rows["data_kind"].ne(rows["data_kind"].iloc[0]),
        "data_kind",
        "The file mixes demo and live records.",
        "Load them from separate files, into separate homes.",
    )
    return rows["data_kind"].iloc[0] == "demo"


def _pseudonyms(opened: Opened, rows: pd.DataFrame) -> pd.Series:
    assert opened.pseudonymise is not None  # `_private` has seen to it
    return rows["pathway_id"].map({each: opened.pseudonymise(each) for each in rows["pathway_id"].unique()})


def _reading(opened: Opened, layout: Layout, source: str, frame: pd.DataFrame, held: str, *, demo: bool) -> Reading:
    table = CHATBOT_CALLS if layout is CALLS else CHATBOT_REVIEWS
    return Reading(
        file=opened.name,
        layout=layout.name,
        family="chatbot",
        source=source,
        source_rank=1,
        frames={table.name: frame.reset_index(drop=True)},
        demo=demo,
        patient_level=True,
        note=f"{held}, pseudonymised; the file itself is not kept.",
    )
