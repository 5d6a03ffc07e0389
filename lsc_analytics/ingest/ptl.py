"""Reads trusts' extracts of their patient tracking lists, a row an open pathway, checked and pseudonymised here.

Its errors name a row and a column and never repeat a value, since the value may be the very identifier that should not
be there. It orders and counts nothing: `models.ptl` does. The contract is docs/ptl-contract.md.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from lsc_analytics import parameters
from lsc_analytics.ingest.chatbot import identifies
from lsc_analytics.ingest.opened import Layout, Opened, Pseudonymise, open_file
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import PtlColumn, PtlMapping
from lsc_analytics.parameters.ptl import NEEDED
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.tables import PTL_PATHWAYS

HEADER: list[PtlColumn] = [
    "data_kind", "extract_date", "pathway_id", "referral_id", "provider_code", "treatment_function_code",
    "clock_start_date", "priority_code", "procedure_code", "first_seen_date", "decision_to_admit_date", "booked_date",
    "waiting_for", "last_validated_date", "site_code", "deprivation_decile", "age_band", "sex", "ethnic_category",
    "rurality",
]  # fmt: skip
WAITING_FOR = ("first_appointment", "test", "treatment", "validation")
_OURS = PtlMapping(title="the contract's own columns", header=list(HEADER), columns={name: name for name in HEADER})
_DATES: tuple[PtlColumn, ...] = (
    "extract_date", "clock_start_date", "first_seen_date", "decision_to_admit_date", "booked_date", "last_validated_date",
)  # fmt: skip
_OF_THE_FILE: tuple[PtlColumn, ...] = ("data_kind", "extract_date")
_NOT_AHEAD: tuple[PtlColumn, ...] = ("first_seen_date", "decision_to_admit_date", "last_validated_date")
_AFTER_START: dict[PtlColumn, str] = {
    "first_seen_date": "The patient was seen",
    "decision_to_admit_date": "Admission was decided upon",
    "booked_date": "The booking is",
}
_FORMS: dict[PtlColumn, tuple[str, str]] = {
    "procedure_code": (r"[A-Z]\d{2}(\.?\d)?", "The value is no OPCS-4 code."),
    "site_code": (r"[A-Z0-9]{3,9}", "The value is no site code."),
}
_CORRECT = "Correct it where the list is kept and export the file again."
_DAY_IN_NAME = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
_MANY_DIGITS = r"\d(?:[ ()-]{0,3}\d){8}"  # what can hold an NHS number or a telephone number; few texts do


@dataclass(frozen=True)
class _Values:
    """One column: its different words, and which of them each row holds, -1 where blank."""

    header: str
    words: list[str]
    codes: np.ndarray

    def rows(self, wanted: list[bool]) -> np.ndarray:
        """Which rows hold a word that is wanted, word by word; a blank is not."""
        return np.array([*wanted, False], dtype=bool)[self.codes]

    @property
    def blank(self) -> np.ndarray:
        return self.codes < 0

    def becoming(self, words: list[str]) -> _Values:
        """The same rows with every word written another way."""
        apart = list(dict.fromkeys(words))
        if len(apart) == len(words):
            return _Values(self.header, words, self.codes)
        at = {word: number for number, word in enumerate(apart)}  # two of their words are one of ours
        return _Values(self.header, apart, np.array([*(at[word] for word in words), -1])[self.codes])

    def text(self) -> pa.Array:
        return pa.array(self.words, pa.string()).take(pa.array(self.codes, pa.int32(), mask=self.blank))

    def days(self) -> np.ndarray:
        """Days written YYYY-MM-DD as dates, NaT where blank."""
        return np.array([*self.words, "NaT"], dtype="datetime64[D]")[self.codes]


def read_extract(opened: Opened) -> Reading:
    """Read one extract: one row an open pathway on the day of the extract.

    Returns:
        `ptl_pathways`, patient level: the file itself is not to be kept.

    Raises:
        RefusedFileError: There is no pseudonym key; a value looks like an NHS number or a telephone number, is missing,
            of an unknown trust, specialty or code, or no day; a clock starts in the future, somebody was seen before
            the clock started, or a pathway is told twice.
    """
    if opened.pseudonymise is None:
        raise opened.refused(
            "These are records of patients and there is no key to pseudonymise them with.",
            "Set LSC_PSEUDONYM_KEY_FILE to a key file outside the home (`openssl rand -hex 32 > FILE` makes one).",
        )
    mapping = _mapping_of(opened)
    assert mapping is not None  # `_recognise` has seen to it
    checked = _Checked(opened, mapping)
    checked.refuse_identifiers()
    columns = checked.ours()
    checked.refuse_nonsense(columns)
    frame = _pathways(opened, columns)
    demo = columns["data_kind"].words[0] == "demo"
    return Reading(
        file=opened.name,
        layout=PTL.name,
        family="ptl",
        source="ptl_extract",
        source_rank=1,
        frames={PTL_PATHWAYS.name: frame},
        published=columns["extract_date"].words[0],
        demo=demo,
        patient_level=True,
        note=f"The list of {columns['extract_date'].words[0]}, pseudonymised; the file itself is not kept.",
    )


def _mapping_of(opened: Opened) -> PtlMapping | None:
    known = (_OURS, *parameters.ptl_mappings())
    return next((mapping for mapping in known if mapping.header == opened.header), None)


def _recognise(opened: Opened) -> bool:
    return opened.kind == "csv" and _mapping_of(opened) is not None


PTL = Layout("patient tracking list", _recognise, read_extract)
LAYOUTS = (PTL,)


def codes_of() -> dict[PtlColumn, tuple[set[str], str]]:
    """What may stand in each column that holds codes, and what is wrong with anything else."""
    told, functions = parameters.ptl(), parameters.specialties().treatment_functions
    return {
        "data_kind": ({"demo", "live"}, "The value is neither demo nor live."),
        "provider_code": (set(parameters.trust_codes()), "The provider is no trust of organisations.yml."),
        "treatment_function_code": (
            {function.code for function in functions} - {ALL_SPECIALTIES},
            "The treatment function is none of specialties.yml.",
        ),
        "priority_code": (set(told.priority_codes), "The clinical priority is none of ptl.yml."),
        "waiting_for": (set(WAITING_FOR), f"The value is none of {', '.join(WAITING_FOR)}."),
        "deprivation_decile": ({str(decile) for decile in range(1, 11)}, "The decile is no number from 1 to 10."),
        "age_band": (set(told.age_bands), "The age band is none of ptl.yml."),
        "sex": (set(told.sexes), "The code is none of ptl.yml."),
        "ethnic_category": ({code for group in told.ethnic_groups.values() for code in group}, "The code is none of ptl.yml."),
        "rurality": (set(told.rurality), "The code is none of ptl.yml."),
    }  # fmt: skip


class _Checked:
    """The columns of one file, and the refusals that name a row of it."""

    def __init__(self, opened: Opened, mapping: PtlMapping) -> None:
        self._opened, self._mapping = opened, mapping
        table, self._rows = _read(opened)
        self._size = table.num_rows
        self._texts = {name: pc.utf8_trim_whitespace(table[name].combine_chunks()) for name in table.column_names}

    def refuse_identifiers(self) -> None:
        """No column, read or not, may hold what looks like an NHS number or a telephone number."""
        for header, text in self._texts.items():
            suspect = np.flatnonzero(pc.match_substring_regex(text, _MANY_DIGITS).to_numpy(zero_copy_only=False))
            wrong = np.zeros(self._size, dtype=bool)
            wrong[suspect] = [identifies(text[int(row)].as_py()) for row in suspect]
            self._refuse(
                wrong,
                header,
                "The value looks like an NHS number or a telephone number.",
                "Export the file without identifiers: pathway_id is a local pathway number.",
            )

    def ours(self) -> dict[PtlColumn, _Values]:
        """Our columns, whichever way the file says them: its own words turned into ours, every day YYYY-MM-DD."""
        mapping, columns = self._mapping, {}
        for name in HEADER:
            if name in mapping.columns:
                header = mapping.columns[name]
                said = _values(header, self._texts[header])
                theirs = mapping.values.get(name, {})
                columns[name] = said.becoming([theirs.get(word, word) for word in said.words])
            else:
                constant = mapping.constants.get(name) or (self._day_in_name() if name == "extract_date" else None)
                codes = np.full(self._size, 0 if constant else -1)
                columns[name] = _Values(name, [constant] if constant else [], codes)
        for name in (*NEEDED, "extract_date"):
            self._refuse(columns[name].blank, columns[name].header, "The value is missing.")
        for name in _DATES:
            turned = [_iso(word, mapping.dates) for word in columns[name].words]
            wrong = columns[name].rows([not day for day in turned])
            self._refuse(wrong, columns[name].header, f"The value is not a day written {mapping.dates}.")
            columns[name] = columns[name].becoming(turned)
        return columns

    def _day_in_name(self) -> str | None:
        day = _DAY_IN_NAME.search(self._opened.name)
        return day[0] if day and self._mapping.dates == "YYYY-MM-DD" else _other_way(day[0]) if day else None

    def refuse_nonsense(self, columns: dict[PtlColumn, _Values]) -> None:
        """Unknown codes, days in an order that cannot be, and pathways told twice."""
        for name, (codes, problem) in codes_of().items():
            wrong = columns[name].rows([word not in codes for word in columns[name].words])
            self._refuse(wrong, columns[name].header, problem)
        for name, (form, problem) in _FORMS.items():
            wrong = columns[name].rows([not re.fullmatch(form, word) for word in columns[name].words])
            self._refuse(wrong, columns[name].header, problem)
        for name in _OF_THE_FILE:
            several = columns[name].codes != columns[name].codes[0]
            self._refuse(several, columns[name].header, "The file mixes several.", "Load them from separate files.")
        self._refuse_days(columns)
        pathway = columns["provider_code"].codes.astype("int64") * self._size + columns["pathway_id"].codes
        twice = pd.Series(pathway).duplicated().to_numpy()
        self._refuse(twice, columns["pathway_id"].header, "The pathway is in the file already, in a row above.")

    def _refuse_days(self, columns: dict[PtlColumn, _Values]) -> None:
        days = {name: columns[name].days() for name in _DATES}
        extract, start = days["extract_date"], days["clock_start_date"]
        self._refuse(
            extract > np.datetime64(dt.date.today()), columns["extract_date"].header, "The day is in the future."
        )
        self._refuse(
            start > extract, columns["clock_start_date"].header, "The clock starts after the day of the extract."
        )
        for name, said in _AFTER_START.items():
            self._refuse(days[name] < start, columns[name].header, f"{said} before the clock started.")
        for name in _NOT_AHEAD:
            self._refuse(days[name] > extract, columns[name].header, "The day is after the day of the extract.")

    def _refuse(self, wrong: np.ndarray, column: str, problem: str, remedy: str = _CORRECT) -> None:
        if wrong.any():
            raise self._opened.refused(problem, remedy, row=int(self._rows[wrong.argmax()]), column=column)


def _read(opened: Opened) -> tuple[pa.Table, np.ndarray]:
    """Every row as text, with the row of the file that it stands in."""
    opened.refuse_double_headers()
    skipped: list[pacsv.InvalidRow] = []

    def odd(row: pacsv.InvalidRow) -> str:
        skipped.append(row)
        return "skip"

    with opened.plain_csv() as path:
        try:
            table = pacsv.read_csv(
                path,
                pacsv.ReadOptions(use_threads=False, block_size=1 << 24, skip_rows=1, column_names=opened.header),
                pacsv.ParseOptions(invalid_row_handler=odd, ignore_empty_lines=False),
                pacsv.ConvertOptions(column_types=dict.fromkeys(opened.header, pa.string()), strings_can_be_null=False),
            )
        except pa.ArrowInvalid as error:  # whose words may repeat a row
            raise opened.refused("A row of the file cannot be read.") from error
    for row in skipped:
        raise opened.wrong_width(row.number, row.actual_columns)
    rows, blank = np.arange(2, 2 + table.num_rows), np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if blank.any():
            blank &= pc.equal(column, "").to_numpy()
    if blank.any():
        table, rows = table.filter(pa.array(~blank)), rows[~blank]
    if not table.num_rows:
        raise opened.no_rows()
    return table, rows


def _values(header: str, text: pa.Array) -> _Values:
    coded = text.dictionary_encode()
    words, codes = coded.dictionary.to_pylist(), coded.indices.to_numpy()
    if "" in words:
        codes = np.where(codes == words.index(""), -1, codes)
    return _Values(header, words, codes)


def _iso(word: str, dates: str) -> str:
    """A day written YYYY-MM-DD; nothing where it is none.

    >>> _iso("31/01/2026", "DD/MM/YYYY"), _iso("2026-02-31", "YYYY-MM-DD")
    ('2026-01-31', '')
    """
    if not word:
        return "NaT"
    written = word if dates == "YYYY-MM-DD" else _other_way(word)
    try:
        return written if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written) and dt.date.fromisoformat(written) else ""
    except ValueError:
        return ""


def _other_way(day: str) -> str:
    """31/01/2026 as 2026-01-31, and the other way round."""
    return "-".join(day.split("/")[::-1]) if "/" in day else "/".join(day.split("-")[::-1])


def _pathways(opened: Opened, columns: dict[PtlColumn, _Values]) -> pd.DataFrame:
    """The rows under pseudonyms: keyed by trust, so that no two trusts' local numbers can meet."""
    trusts = columns["provider_code"]
    named = {
        "pathway_pseudonym": _pseudonyms(opened, trusts, columns["pathway_id"]),
        "referral_pseudonym": _pseudonyms(opened, trusts, columns["referral_id"]),
        "deprivation_decile": columns["deprivation_decile"].text().cast(pa.int64()),
    }
    arrays = [named[name] if name in named else columns[name].text() for name in PTL_PATHWAYS.names]  # type: ignore[index]
    return PTL_PATHWAYS.frame(pa.table(arrays, schema=PTL_PATHWAYS.schema))


def _pseudonyms(opened: Opened, trusts: _Values, identifiers: _Values) -> pa.Array:
    pseudonymise = opened.pseudonymise
    assert pseudonymise is not None  # `read_extract` has seen to it
    words, codes, blank = identifiers.words, identifiers.codes, identifiers.blank
    if len(trusts.words) == 1:
        hashed = identifiers.becoming([pseudonymise(pathway_key(trusts.words[0], word)) for word in words])
        return hashed.text()
    told = zip(trusts.codes.tolist(), codes.tolist(), blank.tolist(), strict=True)
    return pa.array(
        [None if none else pseudonymise(pathway_key(trusts.words[trust], words[at])) for trust, at, none in told],
        pa.string(),
    )


def pathway_key(provider: str, pathway_id: str) -> str:
    """What is hashed for a pathway: a trust that holds the key and its own list can find its own rows again."""
    return f"{provider}/{pathway_id}"


def references(path: Path, pseudonymise: Pseudonymise) -> dict[str, str]:
    """A trust's own extract as pathway reference: local pathway number, for the trust itself to resolve references with.

    Raises:
        RefusedFileError: The extract has no known header, or would not be taken in.
    """
    opened = open_file(path, pseudonymise=pseudonymise)
    mapping = _mapping_of(opened)
    if mapping is None:
        raise opened.refused("The header belongs to no patient tracking list.", _CORRECT, row=1)
    columns = _Checked(opened, mapping).ours()
    trusts, numbers = columns["provider_code"], columns["pathway_id"]
    rows = zip(trusts.text().to_pylist(), numbers.text().to_pylist(), strict=True)
    return {f"{trust}-{pseudonymise(pathway_key(trust, number))}": number for trust, number in rows}
