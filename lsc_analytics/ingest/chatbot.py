"""Reads the Chatbot's call records and the clinical reviews that follow, row by row of a patient, pseudonymised here.

Its errors name a row and a column and never repeat a value, since the value may be the very identifier that should not
be there. A row that contradicts itself is set aside with its reason and counted; a file with many such rows is refused.
It counts nothing else: `models.chatbot` does. The contract is docs/chatbot-contract.md.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd

from lsc_analytics.ingest.opened import Layout, Opened, Pseudonymise, open_file
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import models, specialties, trust_codes
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.tables import CHATBOT_CALLS, CHATBOT_REVIEWS, CHATBOT_SET_ASIDE

CALLS_HEADER = [
    "data_kind", "campaign", "pathway_id", "provider_code", "treatment_function_code", "attempt_number", "channel",
    "attempted_on", "weeks_waiting", "contacted", "responded", "response", "also_worse",
]  # fmt: skip
CALLS_OPTIONAL = [
    "purpose", "attempted_at", "completed", "exclusion", "priority", "age_band", "sex", "deprivation_decile",
    "ethnic_category", "language", "rurality", "note",
]  # fmt: skip
REVIEWS_HEADER = ["data_kind", "campaign", "pathway_id", "reviewed_on", "decision"]
REVIEWS_OPTIONAL = ["reviewed_at", "removed_on", "rereferred_on", "note"]
AGE_BANDS = ("0-17", "18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+")
ETHNIC_CATEGORIES = (*"ABCDEFGHJKLMNPRSZ", "99")  # NHS Data Dictionary, ETHNIC CATEGORY
_CODES = {  # of columns that may be left out or blank
    "purpose": ("validation", "keep_in_touch"),
    "exclusion": ("child", "dementia", "other_clinical"),
    "priority": ("routine", "urgent", "two_week_wait", "P2", "P3", "P4", "P5", "P6"),
    "age_band": AGE_BANDS,
    "sex": ("female", "male", "other", "not_known"),
    "deprivation_decile": tuple(str(decile) for decile in range(1, 11)),
    "ethnic_category": ETHNIC_CATEGORIES,
    "rurality": ("urban", "rural"),
    "completed": ("yes", "no"),
}
_PATTERNS = {  # of the others
    "language": (r"[A-Za-z][A-Za-z ()'-]{1,39}", "The value is not the name of a language."),
    "attempted_at": (r"([01]\d|2[0-3]):[0-5]\d", "The value is not a time written HH:MM."),
    "reviewed_at": (r"([01]\d|2[0-3]):[0-5]\d", "The value is not a time written HH:MM."),
}
_CHANNELS = ("automated_call", "staff_call", "text", "letter", "portal")
_ANSWERS = ("remain", "leave", "worse")

_CORRECT = "Correct it where the records are kept and export the file again."
_YES_NO = ("yes", "no")
_BETWEEN = r"[\s.\-/()]"  # what stands between the digits of a written number
_NHS_NUMBER = re.compile(rf"(?<!\d)\d{{3}}{_BETWEEN}{{0,2}}\d{{3}}{_BETWEEN}{{0,2}}\d{{4}}(?!\d)")
# A United Kingdom number, national or international: 0 or +44, an area digit that is in use, eight or nine more.
_PHONE = re.compile(rf"(?<!\d)(?:\+44|0044|0){_BETWEEN}{{0,2}}[1-37-9](?:{_BETWEEN}{{0,2}}\d){{8,9}}(?!\d)")


def read_calls(opened: Opened) -> Reading:
    """Read call records: one row an attempt to reach one patient.

    Returns:
        `chatbot_calls`, patient level: the file itself is not to be kept; `chatbot_set_aside`, a row a record that
        contradicts itself or cannot be read, where `models.yml` allows so many.

    Raises:
        RefusedFileError: There is no pseudonym key; a value looks like an NHS number or a telephone number; demo and
            live records are mixed; or too many rows have a value missing, unknown, ill-formed or in the future, a
            response without an answer, an answer without contact, both leave and remain, or an attempt told twice.
    """
    rows = _private(opened)
    sieve = _Sieve(opened, rows)
    untried = rows["attempt_number"].eq("0")
    for column in [name for name in CALLS_HEADER if name not in ("response", "channel")]:
        sieve.out(rows[column].isna(), column, "The value is missing.")
    sieve.out(rows["channel"].isna() & ~untried, "channel", "The value is missing.")
    demo = sieve.is_demo()
    sieve.one_of("provider_code", trust_codes(), "The provider is none of organisations.yml.")
    functions = [function.code for function in specialties().treatment_functions if function.code != ALL_SPECIALTIES]
    sieve.one_of("treatment_function_code", functions, "The treatment function is none of specialties.yml.")
    sieve.one_of("channel", _CHANNELS, where=~untried)
    for column in ("contacted", "responded", "also_worse"):
        sieve.one_of(column, _YES_NO)
    response = rows["response"]
    both = response.str.contains("leave", na=False) & response.str.contains("remain|stay", na=False)
    sieve.out(both, "response", "The patient wants both to leave and to remain.")
    sieve.one_of("response", _ANSWERS, where=response.notna())
    sieve.known_where_given()
    attempt, weeks = sieve.whole("attempt_number", least=0), sieve.whole("weeks_waiting", least=0)
    sieve.day("attempted_on")
    contacted, responded, also_worse = (rows[c].eq("yes") for c in ("contacted", "responded", "also_worse"))
    sieve.out(
        untried & (rows["channel"].notna() | contacted | responded),
        "attempt_number",
        "Nobody has tried to reach this pathway, by its attempt number, and there is a channel or contact.",
    )
    sieve.out(responded & ~contacted, "responded", "The patient answered without having been reached.")
    sieve.out(response.notna() & ~responded, "response", "There is a response and no answer.")
    sieve.out(response.isna() & responded, "response", "The patient answered and the response is blank.")
    sieve.out(
        also_worse & response.ne("remain"),
        "also_worse",
        "Only a patient who remains can be worse as well; the response is not remain.",
    )
    completed = rows["completed"].eq("yes") if "completed" in rows else responded
    sieve.out(completed & ~responded, "completed", "Every question was gone through and there is no answer.")
    sieve.told_once(["campaign", "pathway_id", "attempt_number"], "attempt_number", "attempt")
    purpose = sieve.given("purpose").fillna("validation")
    mixed = purpose.groupby(rows["campaign"]).transform("nunique").gt(1)
    sieve.out(mixed, "purpose", "The campaign has rows of validation and of keeping in touch.")
    frame = pd.DataFrame(
        {
            "campaign": rows["campaign"],
            "purpose": purpose,
            "pathway_pseudonym": _pseudonyms(opened, rows),
            "provider_code": rows["provider_code"],
            "treatment_function_code": rows["treatment_function_code"],
            "weeks_waiting": weeks,
            **{name: sieve.given(name) for name in ("priority", "age_band", "sex")},
            "deprivation_decile": pd.to_numeric(sieve.given("deprivation_decile"), errors="coerce").astype("Int64"),
            **{name: sieve.given(name) for name in ("ethnic_category", "language", "rurality", "exclusion")},
            "attempt_number": attempt,
            "channel": rows["channel"],
            "attempted_on": rows["attempted_on"],
            "attempted_at": sieve.given("attempted_at"),
            "contacted": contacted,
            "responded": responded,
            "completed": completed,
            "response": response,
            "also_worse": also_worse,
        }
    )
    needs_a_look = response.str.contains("leave|worse", na=False) | also_worse
    calls, aside = sieve.settle(frame, "calls", needs_a_look)
    pathways = len(calls[["campaign", "pathway_pseudonym"]].drop_duplicates())
    held = f"{len(calls):,} attempts for {pathways:,} pathways"
    return _reading(opened, CALLS, "call_records", {CHATBOT_CALLS.name: calls}, aside, held, demo=demo)


def read_reviews(opened: Opened) -> Reading:
    """Read clinical reviews: one row a patient whose answer a clinical team has looked at.

    Whether a review follows the answer it is of is for `models.chatbot`: calls and reviews come in separate files.
    Without a column `removed_on`, a decision to remove is taken for the removal itself.

    Returns:
        `chatbot_reviews`, patient level, and `chatbot_set_aside` as `read_calls`.

    Raises:
        RefusedFileError: As `read_calls`; a pathway is reviewed twice in one campaign, removed without a decision to
            remove or before its review, or referred again without removal.
    """
    rows = _private(opened)
    sieve = _Sieve(opened, rows)
    for column in REVIEWS_HEADER:
        sieve.out(rows[column].isna(), column, "The value is missing.")
    demo = sieve.is_demo()
    sieve.one_of("decision", ("removed", "kept", "expedited"))
    sieve.day("reviewed_on")
    sieve.known_where_given()
    for column in ("removed_on", "rereferred_on"):
        if column in rows:
            sieve.day(column, where=rows[column].notna())
    decided = rows["decision"].eq("removed")
    removed = rows["removed_on"] if "removed_on" in rows else rows["reviewed_on"].where(decided)
    again = sieve.given("rereferred_on")
    sieve.out(removed.notna() & ~decided, "removed_on", "The pathway left the list and the review did not agree to it.")
    sieve.out((removed < rows["reviewed_on"]).fillna(False), "removed_on", "The removal is dated before the review.")
    sieve.out(again.notna() & removed.isna(), "rereferred_on", "Referred again, and there is no removal.")
    sieve.out((again < removed).fillna(False), "rereferred_on", "Referred again before the removal.")
    sieve.told_once(["campaign", "pathway_id"], "pathway_id", "review")
    frame = pd.DataFrame(
        {
            "campaign": rows["campaign"],
            "pathway_pseudonym": _pseudonyms(opened, rows),
            "reviewed_on": rows["reviewed_on"],
            "reviewed_at": sieve.given("reviewed_at"),
            "decision": rows["decision"],
            "removed_on": removed,
            "rereferred_on": again,
        }
    )
    reviews, aside = sieve.settle(frame, "reviews", pd.Series(False, index=rows.index))
    held = f"{len(reviews):,} reviews"
    return _reading(opened, REVIEWS, "review_records", {CHATBOT_REVIEWS.name: reviews}, aside, held, demo=demo)


def references(path: Path, pseudonymise: Pseudonymise) -> dict[str, str]:
    """A trust's own file of calls or reviews as pathway reference: local pathway number, for the trust itself.

    Raises:
        RefusedFileError: Its header is of neither, or it names somebody.
    """
    opened = open_file(path, pseudonymise=pseudonymise)
    if not any(_has(layout, opened.header) for layout in _HEADERS):
        raise opened.refused(
            "The header is neither of call records nor of reviews.", "Name the trust's own file.", row=1
        )
    return {pseudonymise(number): number for number in _private(opened)["pathway_id"].dropna().unique()}


def header_of(layout: str, found: list[str]) -> list[str]:
    """The header that a file of a layout has: what is needed, and what of the rest it names.

    >>> header_of(REVIEWS.name, ["campaign", "removed_on", "surname"])[-2:]
    ['decision', 'removed_on']
    """
    needed, optional = _HEADERS[layout]
    return [*needed, *(name for name in optional if name in found)]


def _has(layout: str, header: list[str]) -> bool:
    needed, optional = _HEADERS[layout]
    return set(needed) <= set(header) <= {*needed, *optional}


_HEADERS = {
    "Chatbot call records": (CALLS_HEADER, CALLS_OPTIONAL),
    "Chatbot clinical reviews": (REVIEWS_HEADER, REVIEWS_OPTIONAL),
}
CALLS = Layout("Chatbot call records", lambda opened: _has("Chatbot call records", opened.header), read_calls)
REVIEWS = Layout(
    "Chatbot clinical reviews", lambda opened: _has("Chatbot clinical reviews", opened.header), read_reviews
)
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
        if (wrong := told.eq(True)).any():
            raise opened.refused(
                "The value looks like an NHS number or a telephone number.",
                "Export the file without identifiers: pathway_id is a local pathway number.",
                row=int(wrong[wrong].index[0]),
                column=str(column),
            )
    return rows


class _Sieve:
    """Which rows of one file cannot be counted, each with the first thing that is wrong with it."""

    def __init__(self, opened: Opened, rows: pd.DataFrame) -> None:
        self.opened, self.rows = opened, rows
        self._found: list[pd.DataFrame] = []
        self._out = pd.Series(False, index=rows.index)

    def out(self, wrong: pd.Series, column: str, problem: str) -> None:
        """Set aside the rows where this is wrong, unless they are already."""
        fresh = wrong.astype(bool) & ~self._out
        if fresh.any():
            self._found.append(pd.DataFrame({"row": fresh[fresh].index, "column": column, "reason": problem}))
            self._out |= fresh

    def given(self, column: str) -> pd.Series:
        """A column that may be left out: empty where it is."""
        return self.rows[column] if column in self.rows else pd.Series(None, index=self.rows.index, dtype="str")

    def one_of(
        self, column: str, codes: tuple[str, ...] | list[str], problem: str = "", where: pd.Series | None = None
    ) -> None:
        """Every value is one of these codes."""
        wrong = ~self.rows[column].isin(codes)
        self.out(
            wrong if where is None else wrong & where, column, problem or f"The value is none of {', '.join(codes)}."
        )

    def known_where_given(self) -> None:
        """Columns that may be left out hold known codes, or nothing."""
        for column in [name for name in _CODES if name in self.rows]:
            self.one_of(column, _CODES[column], where=self.rows[column].notna())
        for column, (pattern, problem) in _PATTERNS.items():
            if column in self.rows:
                given = self.rows[column]
                self.out(given.notna() & ~given.str.fullmatch(pattern, na=False), column, problem)

    def whole(self, column: str, *, least: int) -> pd.Series:
        """A column as whole numbers; what is none is set aside and counts as nought until then."""
        written = self.rows[column].where(self.rows[column].str.fullmatch(r"[0-9]{1,4}"))
        number = pd.to_numeric(written, errors="coerce")
        self.out(~(number >= least), column, f"The value is not a whole number of {least} or more.")
        return number.fillna(0).astype("int64")

    def day(self, column: str, where: pd.Series | None = None) -> None:
        """Every value is a day that has come."""
        asked = pd.Series(True, index=self.rows.index) if where is None else where
        written = self.rows[column].where(self.rows[column].str.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"))
        day = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")
        self.out(day.isna() & asked, column, "The value is not a day written YYYY-MM-DD.")
        self.out((day > pd.Timestamp(dt.date.today())) & asked, column, "The day lies in the future.")

    def told_once(self, key: list[str], column: str, what: str) -> None:
        """What is told twice alike counts once; what is told twice and differs counts not at all."""
        kept = self.rows[~self._out]
        alike = kept.duplicated()
        self.out(alike.reindex(self.rows.index, fill_value=False), column, f"The same {what} is told twice.")
        differing = kept[~alike].duplicated(key, keep=False)
        self.out(
            differing.reindex(self.rows.index, fill_value=False), column, f"The same {what} is told twice, differently."
        )

    def is_demo(self) -> bool:
        """Whether these are demo records.

        Raises:
            RefusedFileError: Some are and some are not.
        """
        self.one_of("data_kind", ("demo", "live"))
        kinds = self.rows.loc[~self._out, "data_kind"]
        if (other := kinds.ne(kinds.iloc[0]) if len(kinds) else kinds.astype(bool)).any():
            raise self.opened.refused(
                "The file mixes demo and live records.",
                "Load them from separate files, into separate homes.",
                row=int(other[other].index[0]),
                column="data_kind",
            )
        return bool(len(kinds)) and kinds.iloc[0] == "demo"

    def settle(self, frame: pd.DataFrame, records: str, for_review: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows that can be counted, and those set aside: `tables.CHATBOT_SET_ASIDE`.

        Raises:
            RefusedFileError: More are set aside than `models.yml` allows: the export itself is at fault.
        """
        if not self._found:
            return frame.reset_index(drop=True), CHATBOT_SET_ASIDE.empty()
        aside = pd.concat(self._found, ignore_index=True).sort_values("row", ignore_index=True)
        allowed = models().chatbot.set_aside_percent
        if 100 * len(aside) > allowed * len(self.rows):
            first = aside.iloc[0]
            more = f" {len(aside):,} of its {len(self.rows):,} rows have a fault." if len(aside) > 1 else ""
            raise self.opened.refused(first["reason"] + more, _CORRECT, row=int(first["row"]), column=first["column"])
        where = self.rows.loc[aside["row"]]
        known = where["provider_code"].isin(trust_codes()) if "provider_code" in where else None
        told = aside.assign(
            records=records,
            campaign=where["campaign"].to_numpy(),
            provider_code=None if known is None else where["provider_code"].where(known).to_numpy(),
            for_review=for_review.loc[aside["row"]].to_numpy(),
        )
        return frame[~self._out].reset_index(drop=True), CHATBOT_SET_ASIDE.check(told)


def _pseudonyms(opened: Opened, rows: pd.DataFrame) -> pd.Series:
    assert opened.pseudonymise is not None  # `_private` has seen to it
    return rows["pathway_id"].map({each: opened.pseudonymise(each) for each in rows["pathway_id"].dropna().unique()})


def _reading(
    opened: Opened,
    layout: Layout,
    source: str,
    frames: dict[str, pd.DataFrame],
    aside: pd.DataFrame,
    held: str,
    *,
    demo: bool,
) -> Reading:
    if len(aside):
        frames = {**frames, CHATBOT_SET_ASIDE.name: aside}
    return Reading(
        file=opened.name,
        layout=layout.name,
        family="chatbot",
        source=source,
        source_rank=1,
        frames=frames,
        demo=demo,
        patient_level=True,
        note=f"{held}, pseudonymised; the file itself is not kept.{_set_aside(aside)}",
    )


def _set_aside(aside: pd.DataFrame) -> str:
    """How many rows were set aside, why and where: rows are numbers of the file, not of a patient."""
    if aside.empty:
        return ""
    said = [
        f"{len(rows):,} in column {column} ({str(reason).rstrip('.')}; row{'s' if len(rows) > 1 else ''} "
        f"{', '.join(str(row) for row in rows['row'].head(5))}{' and on' if len(rows) > 5 else ''})"
        for (column, reason), rows in aside.groupby(["column", "reason"], sort=False)
    ]
    urgent = int(aside["for_review"].sum())
    look = f" {urgent:,} of them say leave or worse: look at those by hand." if urgent else ""
    return f" Set aside, not counted: {'; '.join(said)}.{look}"
