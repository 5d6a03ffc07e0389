"""Opens one file of any kind that readers take (csv, .gz, .zip, workbook) by its content, never by its ending.

It gives rows whose index is the row of the file, so that every refusal can name its place. It knows no layout.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import python_calamine as calamine

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.reading import Reading, plain_name
from lsc_analytics.ingest.title_block import TitleBlock, read_title_block
from lsc_analytics.ingest.unpack import DAMAGE, stream, write_utf8

Pseudonymise = Callable[[str], str]

DEMO_MARK = "(DEMO DATA)"  # ends every provider's name in generated files
DOWNLOAD_AGAIN = "Download or export it again and load the whole file."
CORRECT_IT = "Correct it and load the file again."
_HEADER_BYTES = 1 << 16
_HEADER_SEARCH_ROWS = 40  # published workbooks carry their header on row 14


@dataclass(frozen=True)
class Layout:
    """One published or local layout: how its content is told, and how it is read.

    A reader module offers `LAYOUTS`, a tuple of these; `layouts.py` asks them in turn.

    Attributes:
        name: What a file of it is called in reports, such as "DM01 provider workbook".
        recognise: Whether an opened file has this layout, judged by header, sheet names or title cells alone.
        read: Reads it, raising `RefusedFileError` for anything damaged.
    """

    name: str
    recognise: Callable[[Opened], bool]
    read: Callable[[Opened], Reading]


@dataclass(frozen=True)
class Opened:
    """One file, opened as far as it takes to tell its layout.

    Attributes:
        path: Where it lies.
        name: Its name without folder, for sentences.
        kind: csv (also inside .gz or .zip) or workbook.
        header: First row of a csv, stripped; empty for a workbook.
        sheets: Sheet names of a workbook in order; empty for a csv.
        member: Name of the csv inside a zip.
        pseudonymise: Turns a patient identifier into its pseudonym, where the caller has the key.
    """

    path: Path
    name: str
    kind: Literal["csv", "workbook"]
    header: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    member: str | None = None
    pseudonymise: Pseudonymise | None = None
    _workbook: Any = None
    _read: dict[str, list[list[Any]]] = field(default_factory=dict)

    def refused(
        self, problem: str, remedy: str = DOWNLOAD_AGAIN, *, row: int | None = None, column: str | None = None
    ) -> RefusedFileError:
        """The error that refuses this file, to be raised by the caller."""
        return RefusedFileError(problem, remedy, file=self.name, row=row, column=column)

    def has(self, column: str) -> bool:
        """Whether a csv's header holds a column."""
        return column in self.header

    @contextmanager
    def plain_csv(self) -> Iterator[Path]:
        """The csv unpacked and in UTF-8, as a path that lives for the block.

        Raises:
            RefusedFileError: The archive breaks off or fails its checksum, or zero bytes show a half-written file.
        """
        with tempfile.TemporaryDirectory(prefix="lsc-ingest-") as folder:
            target = Path(folder) / "plain.csv"
            try:
                with stream(self.path, self.member) as source:
                    write_utf8(source, target)
            except DAMAGE as error:
                if (
                    getattr(error, "errno", None) is not None
                ):  # the machine's word, of a full disk: not the file's fault
                    raise
                raise self.refused(f"The file breaks off or is damaged inside ({error}).") from error
            except ValueError as error:
                raise self.refused(str(error)) from error
            yield target

    def refuse_where(self, rows: pd.DataFrame, wrong: pd.Series, column: str, problem: str) -> None:
        """Refuse the file if a row is wrong, naming the first such row, the column and what stands there.

        Args:
            rows: As `rows` gives them.
            wrong: True where a row is wrong.
            column: Where the fault lies.
            problem: What is wrong, a sentence without its stop that the value found is put at the end of.

        Raises:
            RefusedFileError: A row is wrong.
        """
        if wrong.any():
            row = first_row(wrong)
            found = rows[column].fillna("").loc[row]
            said = f"{problem} {found!r}" if found else problem
            raise self.refused(f"{said.rstrip(':')}.", CORRECT_IT, row=row, column=column)

    def refuse_unknown(self, rows: pd.DataFrame, column: str, codes: list[str], what: str = "") -> None:
        """Refuse the file if a row has none of these codes in a column; `what` says in words what they are codes of.

        Raises:
            RefusedFileError: A row has another code.
        """
        known = ", ".join(codes) if len(codes) < 8 else f"{codes[0]}, {codes[1]} and so on"
        wrong = ~rows[column].isin(codes)
        if wrong.any():
            row = first_row(wrong)
            named = f"no {what} ({known})" if what else f"neither {' nor '.join(codes)}"
            raise self.refused(f"{rows.at[row, column]!r} is {named}.", CORRECT_IT, row=row, column=column)

    def refuse_twice(self, rows: pd.DataFrame, key: list[str]) -> None:
        """Refuse the file if it tells of the same series twice.

        Args:
            rows: Rows whose index is the row of the file.
            key: The columns that name a series; the scope is not repeated in the sentence.

        Raises:
            RefusedFileError: It does; names the second row.
        """
        if (double := rows.duplicated(key)).any():
            row = first_row(double)
            said = ", ".join(str(rows.at[row, column]) for column in key if column != "scope" and rows.at[row, column])
            raise self.refused(f"The file tells twice of {said}.", row=row)

    def rows(self) -> pd.DataFrame:
        """Every row of a csv as text.

        Returns:
            One row a data row, columns as in `header`, values stripped strings or NaN where empty, index "row" as a
            spreadsheet counts (the header is row 1).

        Raises:
            RefusedFileError: A row has too few or too many values, a quote is never closed, or there are no rows.
        """
        self.refuse_double_headers()
        with self.plain_csv() as path, path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, strict=True)
            found, places = [], []
            try:
                next(reader)
                for row in reader:
                    if len(row) != len(self.header) and row:
                        raise self.wrong_width(reader.line_num, len(row))
                    if any(row):
                        found.append(row)
                        places.append(reader.line_num)
            except csv.Error as error:
                raise self.refused(f"The row cannot be read ({error}).", row=reader.line_num) from error
        if not found:
            raise self.no_rows()
        frame = pd.DataFrame(found, columns=self.header, index=pd.Index(places, name="row"), dtype="str")
        return frame.apply(lambda values: values.str.strip().replace("", float("nan")))

    def refuse_double_headers(self) -> None:
        """Refuse a header that names two columns alike.

        Raises:
            RefusedFileError: It does.
        """
        named = [name for name in self.header if name]
        if double := next((name for name in named if named.count(name) > 1), None):
            raise self.refused(f"The header names {double!r} twice.", "Give every column one name.", row=1)

    def not_a_count(self, value: object, *, row: int | None, column: str, whole: bool = True) -> RefusedFileError:
        """The refusal of a value where a count, or any number, is due."""
        return self.refused(
            f"{value!r} is not a {'whole ' * whole}number of zero or more.",
            "Correct it at its source and export the file again.",
            row=row,
            column=column,
        )

    def wrong_width(self, row: int | None, found: int | None = None) -> RefusedFileError:
        """The refusal of a row that has not as many values as the header."""
        held = "another number of" if found is None else f"{found}"
        return self.refused(
            f"The row has {held} values and the header {len(self.header)}: the file was cut short or half written.",
            row=row,
        )

    def no_rows(self) -> RefusedFileError:
        """The refusal of a file that holds a header and nothing else."""
        return self.refused("The file holds a header and no rows.")

    def sheet(self, name: str) -> list[list[Any]]:
        """Every row of one sheet from its first row on: strings ('' where empty), floats, dates."""
        if name not in self._read:
            try:
                self._read[name] = self._workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            except (calamine.CalamineError, zipfile.BadZipFile, OSError) as error:
                raise self.refused(f"The sheet {name!r} is damaged ({error}).") from error
        return self._read[name]

    def sheet_table(self, name: str, columns: Iterable[str]) -> pd.DataFrame:
        """The table of one sheet, whose header lies below a title block.

        Args:
            name: Sheet.
            columns: Headers that must be there; the header row is the first that holds the first of them.

        Returns:
            One row a non-blank row below the header, every headed column, NaN where blank or "-", index "row" as the
            spreadsheet counts.

        Raises:
            RefusedFileError: The sheet or a header is missing, or there are no rows.
        """
        needed = list(columns)
        if name not in self.sheets:
            held = ", ".join(map(repr, self.sheets))
            raise self.refused(f"The workbook has no sheet {name!r}; it has {held}.", "Load the workbook as published.")
        rows = self.sheet(name)
        headers = [[_headed(value) for value in row] for row in rows[:_HEADER_SEARCH_ROWS]]
        at = next((i for i, row in enumerate(headers) if needed[0] in row), None)
        if at is None:
            raise self.refused(
                f"The sheet {name!r} has no header row with {needed[0]!r} in its first {_HEADER_SEARCH_ROWS} rows.",
                "Load the workbook as published.",
            )
        header = headers[at]
        if missing := [column for column in needed if column not in header]:
            said = ", ".join(map(repr, missing[:5]))
            raise self.refused(
                f"The header of the sheet {name!r} lacks {said}.", "Load the workbook as published.", row=at + 1
            )
        keep = [i for i, column in enumerate(header) if column and column not in header[:i]]
        body = [(i, row) for i, row in enumerate(rows[at + 1 :], start=at + 2) if any(v != "" for v in row)]
        if not body:
            raise self.refused(f"The sheet {name!r} holds a header and no rows.", row=at + 1)
        return pd.DataFrame(
            [[_cell(row[i]) for i in keep] for _, row in body],
            columns=[header[i] for i in keep],
            index=pd.Index([i for i, _ in body], name="row"),
            dtype=object,
        )

    def title_block(self, sheet: str) -> TitleBlock:
        """What a published workbook says of itself in the cells above its table.

        Raises:
            RefusedFileError: No cell beside "Period:" names a month.
        """
        rows = self.sheet(sheet)[:_HEADER_SEARCH_ROWS]
        try:
            return read_title_block(rows, self.name)
        except ValueError as error:
            problem = f"The sheet {sheet!r} does not say its month: {error}."
            raise self.refused(problem, "Load the workbook as published.") from error

    def is_demo(self, names: pd.Series) -> bool:
        """Whether every provider's name is marked as demo data.

        Raises:
            RefusedFileError: Some names are marked and others are not.
        """
        marked = names.str.endswith(DEMO_MARK)
        if marked.any() and not marked.all():
            raise self.refused(
                f"{int(marked.sum()):,} providers are marked {DEMO_MARK} and {int((~marked).sum()):,} are not.",
                "Load demo data and published data from separate files into separate homes.",
            )
        return bool(marked.all())

    def numbers(self, frame: pd.DataFrame, columns: Iterable[str], *, whole: bool = True) -> pd.DataFrame:
        """Columns of text or cells as numbers; a blank or "-" stays unknown.

        Args:
            frame: Rows as `rows` or `sheet_table` gives them, index the row of the file.
            columns: Columns to turn.
            whole: They are counts: whole and not negative.

        Returns:
            The named columns only, Int64 where whole, else float64.

        Raises:
            RefusedFileError: A value is no number, negative or, for counts, not whole; names its row and column.
        """
        columns = list(columns)
        cells = frame[columns].to_numpy(dtype=object, copy=True)
        told = frame[columns].notna().to_numpy(dtype=bool) & (cells != "-")
        # All columns at once: a workbook has dozens, and pandas takes as long for one.
        cells[~told] = None
        number = np.asarray(pd.to_numeric(cells.ravel(), errors="coerce"), dtype="float64").reshape(cells.shape)
        unknown = np.isnan(number)
        wrong = (unknown & told) | (number < 0) | np.isinf(number)
        if whole:
            wrong |= ~unknown & (number % 1 != 0)
        if wrong.any():
            place = int(wrong.any(axis=0).argmax())
            row = first_row(pd.Series(wrong[:, place], index=frame.index))
            raise self.not_a_count(frame.at[row, columns[place]], row=row, column=str(columns[place]), whole=whole)
        turned = pd.DataFrame(number, columns=columns, index=frame.index)
        return turned.astype("Int64") if whole else turned

    def halves(self, frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
        """Columns as counts of patients whom two providers may share, a half each; a blank or "-" stays unknown.

        Args:
            frame: Rows as `rows` or `sheet_table` gives them.
            columns: Columns to turn.

        Returns:
            The named columns only, float64.

        Raises:
            RefusedFileError: A value is no number, negative, or neither whole nor ending in .5; names its row and column.
        """
        turned = self.numbers(frame, columns, whole=False)
        for column in turned:
            if (odd := (2 * turned[column].fillna(0)) % 1 != 0).any():
                row = first_row(odd)
                raise self.refused(
                    f"{float(turned[column][row]):g} is no count of patients: two trusts at most share one, so it is whole or ends in .5.",
                    CORRECT_IT,
                    row=row,
                    column=str(column),
                )  # fmt: skip
        return turned


def first_row(mask: pd.Series) -> int:
    """The row of the file where a mask over its rows is first true.

    >>> first_row(pd.Series([False, True, True], index=[2, 3, 4]))
    3
    """
    return int(np.asarray(mask.index)[mask.to_numpy(dtype=bool, na_value=False).argmax()])


def open_file(path: Path, *, pseudonymise: Pseudonymise | None = None) -> Opened:
    """Open a file as far as it takes to tell its layout.

    Raises:
        RefusedFileError: It cannot be read, is empty, is damaged, or is no csv or workbook.
    """
    name = plain_name(path)

    def refused(problem: str, remedy: str = DOWNLOAD_AGAIN) -> RefusedFileError:
        return RefusedFileError(problem, remedy, file=name)

    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise refused(
            f"The file cannot be opened ({error.strerror}).", "Check its name and who may read it."
        ) from error
    if not start.strip(b"\0\r\n\t "):
        raise refused("The file is empty.")
    member = None
    if start.startswith(b"PK"):
        try:
            with zipfile.ZipFile(path) as archive:
                members = [m for m in archive.namelist() if not m.startswith("__MACOSX/")]
        except zipfile.BadZipFile as error:
            raise refused(f"The zip file or workbook is cut short or damaged ({error}).") from error
        if "[Content_Types].xml" in members:
            return _workbook(path, name, refused)
        csvs = [m for m in members if m.lower().endswith(".csv")]
        if len(csvs) != 1:
            raise refused(
                f"The zip file holds {len(csvs)} csv files; it must hold one.", "Unpack it and load each csv."
            )
        member = csvs[0]
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(path, name, refused)
    elif re.match(rb"\s*<", start.removeprefix(codecs.BOM_UTF8)):
        raise refused("This is a web page or XML, not a data file.", "Download the file that the page links to.")
    try:
        with stream(path, member) as source:
            first = source.read(_HEADER_BYTES)
    except DAMAGE as error:
        raise refused(f"The file is cut short or damaged ({error}).") from error
    if not first.strip():
        raise refused("The file is empty.")
    if b"\0" in first:
        raise refused("This is neither a csv nor a workbook.", "Load the csv, zip or workbook as published.")
    try:
        text = first.decode("utf-8-sig")
    except UnicodeDecodeError:  # another encoding, or a character cut in two by the end of what was read
        text = first.decode("cp1252", errors="replace").removeprefix("ï»¿")
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    return Opened(path, name, "csv", [h.strip() for h in header], [], member, pseudonymise)


def _workbook(path: Path, name: str, refused: Callable[[str], RefusedFileError]) -> Opened:
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(path))
    except (calamine.CalamineError, zipfile.BadZipFile, OSError) as error:
        raise refused(f"The workbook is damaged ({error}).") from error
    return Opened(path, name, "workbook", sheets=workbook.sheet_names, _workbook=workbook)


def _headed(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).strip()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
        return float("nan") if value in ("", "-") else value
    return value
