"""Taking files in: each ends as loaded, known but not used, or refused, and a refused file changes nothing stored.

It reads no format itself (`ingest` does) and computes no figure.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import multiprocessing
import shutil
import signal
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd
from filelock import FileLock, Timeout

from lsc_analytics import ingest
from lsc_analytics.errors import LscError, RefusedFileError
from lsc_analytics.ingest import aid_log
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.reference import cores, month_words
from lsc_analytics.store.home import READ_ONLY, Home, replacing, write_frame
from lsc_analytics.store.pseudonym import pseudonymiser
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import AID_ACTIONS, AID_LOG, FILES, INCOMING, PTL_PATHWAYS

Status = Literal["loaded", "known, not used", "already loaded", "refused"]
_FILES_WORTH_A_PROCESS = 6  # one takes a second to start
_LOOKED_AT = {".csv", ".gz", ".zip", ".xls", ".xlsx", ".xlsb"}  # what a folder is searched for


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    file: str
    status: Status
    says: str
    layout: str = ""
    checks: pd.DataFrame = field(default_factory=INCOMING["ingest_checks"].empty)


@dataclass(frozen=True)
class IntakeReport:
    """What became of every file, in the order they were taken."""

    outcomes: list[Outcome]
    dry_run: bool = False

    @property
    def refused(self) -> list[Outcome]:
        """Files that were refused: the exit code says so."""
        return [outcome for outcome in self.outcomes if outcome.status == "refused"]


def take(
    home: Home, paths: Iterable[Path], *, dry_run: bool = False, tell: Callable[[Outcome], None] = lambda outcome: None
) -> IntakeReport:
    """Take files and folders into a home, one file at a time.

    Each file is read, checked against itself and against what is stored, written as partitions, and then named in the
    register in one step; a crash between leaves partitions that nothing reads. One bad file never stops the rest. Of many
    files the next few are read by processes of their own while one is checked and written.

    Args:
        home: Where to keep them.
        paths: Files, or folders that are searched for csv, gz, zip, xls, xlsx and xlsb files.
        dry_run: Read and check, write nothing.
        tell: Called with each outcome as it comes.

    Returns:
        One outcome a file.

    Raises:
        LscError: Another ingest is writing to this home, or the pseudonym key is unusable.
    """
    pseudonymiser(home)  # an unusable key is said before anything is read
    outcomes = []
    if not dry_run:
        home.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.root / ".ingest.lock", timeout=5) if not dry_run else None
    try:
        if lock:
            lock.acquire()
    except Timeout as error:
        raise LscError("Another ingest is writing to this home.", "Wait until it has ended.") from error
    try:
        files = _files_below(paths)
        with _Readers(home, files) as readers:
            for path in files:
                outcomes.append(_take_one(home, path, readers, dry_run=dry_run))
                tell(outcomes[-1])
    finally:
        if lock:
            lock.release()
    return IntakeReport(outcomes, dry_run)


def _files_below(paths: Iterable[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        inside = [p for p in sorted(path.rglob("*")) if p.suffix.lower() in _LOOKED_AT] if path.is_dir() else [path]
        for each in inside:
            if path.is_dir() and (not each.is_file() or each.name.startswith((".", "~$"))):
                continue
            found.setdefault(each.absolute(), None)
    return list(found)


class _Readers:
    """Whatever reads the files: processes of their own, a few files ahead, or this one where there are few files or cores.

    No more wait to be taken than are being read, so that memory does not grow with the number of files. A process that is
    killed costs nothing but time: its file, and those after it, are read here.
    """

    def __init__(self, home: Home, paths: Sequence[Path]) -> None:
        self._home, self._rest = home, deque(paths)
        self._workers = min(cores(), len(paths) // _FILES_WORTH_A_PROCESS)
        self._pool: ProcessPoolExecutor | None = None
        self._asked: dict[Path, Future[Reading]] = {}
        self._digests: dict[Path, str] = {}

    def __enter__(self) -> _Readers:
        if self._workers > 1:
            # Started afresh: a fork of this process would inherit the locks of whatever threads it has.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, context, initializer=_without_interrupts)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def digest(self, path: Path) -> str:
        """Of the file's content."""
        if path not in self._digests:
            self._digests[path] = _sha256(path)
        return self._digests[path]

    def read(self, path: Path) -> Reading:
        """The file, read; raises what its reader raises. Files are asked for in order."""
        try:
            self._ask_ahead()
            if (asked := self._asked.pop(path, None)) is not None:
                return asked.result()
        except BrokenProcessPool:
            self._rest.clear()
            self._asked.clear()
        return _read(self._home, path)

    def _ask_ahead(self) -> None:
        known = {*Warehouse(self._home).files()["file_sha256"], *(self._digests[path] for path in self._asked)}
        while self._pool is not None and self._rest and len(self._asked) <= self._workers:
            path = self._rest.popleft()
            with contextlib.suppress(RefusedFileError):  # whoever takes it says why
                if (digest := self.digest(path)) not in known:
                    self._asked[path] = self._pool.submit(_read, self._home, path)
                    known.add(digest)


def _read(home: Home, path: Path) -> Reading:
    return ingest.read(path, pseudonymise=pseudonymiser(home))


def _without_interrupts() -> None:
    """Ctrl-C is the parent's to handle: it ends its readers, without a word of theirs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _take_one(home: Home, path: Path, readers: _Readers, *, dry_run: bool) -> Outcome:
    try:
        digest = readers.digest(path)
        warehouse = Warehouse(home)
        files = warehouse.files()
        if (known := files[files["file_sha256"] == digest]).shape[0]:
            before = known.iloc[0]
            if dry_run or before["rows"] == warehouse.rows_kept(digest):
                return Outcome(path.name, "already loaded", f"The same file as {before['file']}.", before["layout"])
            reading = _read(home, path)
            _write(warehouse, path, digest, reading)
            says = f"{_words(reading)} It was loaded before, and what was stored of it had been damaged."
            return Outcome(path.name, "loaded", says, reading.layout, reading.checks)
        reading = readers.read(path)
        _refuse_contradictions(warehouse, reading)
        demo = home.kind == "demo" if reading.demo is None else reading.demo
        kind: Literal["demo", "real"] = "demo" if demo else "real"
        if home.kind not in (None, kind) or not dry_run:
            home.become(kind, file=path.name)
        if not dry_run:
            _keep(warehouse, path, digest, reading)
    except LscError as error:
        return Outcome(path.name, "refused", str(error))
    except OSError as error:  # what was written of it stands in no register, and nothing reads it
        said = RefusedFileError(
            f"It could not be stored ({error.strerror or error}).",
            "Make room or allow it, and load it again.",
            file=path.name,
        )
        return Outcome(path.name, "refused", str(said))
    return Outcome(
        path.name, "loaded" if reading.used else "known, not used", _words(reading), reading.layout, reading.checks
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RefusedFileError(
            f"The file cannot be read ({error.strerror}).", "Check its name.", file=path.name
        ) from error


def _refuse_contradictions(warehouse: Warehouse, reading: Reading) -> None:
    for name, rows in reading.data().items():
        if name in ("providers", "chatbot_set_aside"):
            continue
        if name == PTL_PATHWAYS.name:
            _refuse_second_extract(warehouse, rows, reading.file)
            continue
        if name.startswith("chatbot"):
            _refuse_second_telling(warehouse, name, rows, reading.file)
            continue
        differing = warehouse.contradictions(name, rows, published=reading.published, revised=reading.revised)
        if len(differing):
            first = differing.iloc[0]
            where = ", ".join(str(first[column]) for column in INCOMING[name].grain if column != "source")
            more = f" and {len(differing) - 1} more figures" if len(differing) > 1 else ""
            raise RefusedFileError(
                f"It says {_said(first['offered'])} for {where} and {first['file']}, loaded before, says "
                f"{_said(first['stored'])}{more}; neither says that it is later or revised.",
                "If it is a revision, load the file under its published, revised name; if not, one of the two is damaged.",
                file=reading.file,
            )
        if name == AID_ACTIONS.name:
            _refuse_more_than_agreed(warehouse, rows, reading.file)


def _said(figure: float | None) -> str:
    """A figure as a refusal names it; published ones may be masked.

    >>> _said(42257.0), _said(float("nan"))
    ('42,257', 'no figure')
    """
    return "no figure" if pd.isna(figure) else f"{figure:,.10g}"


def _refuse_more_than_agreed(warehouse: Warehouse, rows: pd.DataFrame, file: str) -> None:
    """A delivery may be told in a later log than its agreement, so only what is loaded with it says whether it fits."""
    stored = warehouse.aid_log(move_id=sorted(rows["move_id"].unique()))
    both = pd.concat([rows, stored[stored.columns.intersection(rows.columns)]], ignore_index=True)
    both = both.drop_duplicates([*AID_LOG.grain]).reset_index(drop=True)  # the new log's word before the stored one's
    if (over := aid_log.overdelivered(both, unagreed=True)).any():
        first = both[over].iloc[0]
        raise RefusedFileError(
            f"With what is loaded, the move {first['move_id']} has delivered more pathways than were agreed "
            f"(by {first['logged_on']}).",
            "Log its agreement too, or correct the number, and load the file again.",
            file=file,
            column="pathways",
        )


def _refuse_second_telling(warehouse: Warehouse, name: str, rows: pd.DataFrame, file: str) -> None:
    grain = list(INCOMING[name].grain)
    stored = warehouse.chatbot_calls() if name == "chatbot_calls" else warehouse.chatbot_reviews()
    again = rows[grain].merge(stored[grain], on=grain)
    if len(again):
        raise RefusedFileError(
            f"{len(again):,} of its {len(rows):,} rows tell of attempts or reviews that are loaded already "
            f"(campaign {again.iloc[0]['campaign']}).",
            "Load each attempt and each review once; to correct a campaign, load it into a new home.",
            file=file,
        )


def _refuse_second_extract(warehouse: Warehouse, rows: pd.DataFrame, file: str) -> None:
    day = rows["extract_date"].iloc[0]
    if again := sorted(set(rows["provider_code"]) & warehouse.ptl_trusts(day)):
        raise RefusedFileError(
            f"The list of {', '.join(again)} on {day} is loaded already.",
            "Load each trust's list once a day; to correct one, load the day's lists into a new home.",
            file=file,
        )


def _write(warehouse: Warehouse, path: Path, digest: str, reading: Reading) -> None:
    for name, frame in reading.frames.items():
        write_frame(warehouse.partition(name, digest), frame, INCOMING[name], mode=READ_ONLY)
    if not reading.patient_level:
        with replacing(warehouse.home.raw / f"{digest}{''.join(path.suffixes[-2:])}", mode=READ_ONLY) as temporary:
            shutil.copyfile(path, temporary)


def _keep(warehouse: Warehouse, path: Path, digest: str, reading: Reading) -> None:
    _write(warehouse, path, digest, reading)
    months = reading.months()
    row = {
        "file_sha256": digest,
        "file": reading.file,
        "status": "loaded" if reading.used else "known, not used",
        "layout": reading.layout,
        "family": reading.family,
        "source": reading.source,
        "source_rank": reading.source_rank,
        "published": reading.published,
        "revised": reading.revised,
        "demo": warehouse.home.kind == "demo" if reading.demo is None else reading.demo,
        "first_month": months[0] if months else None,
        "last_month": months[-1] if months else None,
        "providers": len(reading.providers()),
        "rows": sum(len(frame) for frame in reading.data().values()),
        "taken_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    added = FILES.check(pd.DataFrame([row]))
    files = warehouse.files()
    warehouse.write_register(pd.concat([files, added], ignore_index=True) if len(files) else added)


def _words(reading: Reading) -> str:
    months = reading.months()
    said = []
    if months:
        said.append(month_words(months[0]) + (f" to {month_words(months[-1])}" if len(months) > 1 else ""))
    if providers := reading.providers():
        said.append(f"{len(providers):,} organisations")
    said.append(f"{sum(len(frame) for frame in reading.data().values()):,} rows")
    return ", ".join(said) + "." + (f" {reading.note}" if reading.note else "")
