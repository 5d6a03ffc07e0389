"""What is loaded: the register of files, and the views that models read, one figure a key, chosen by source.

It takes nothing in (`intake` does) and knows nothing of forecasts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lsc_analytics.store.home import Home, read_frame, replacing, write_frame
from lsc_analytics.tables import (
    AID_CAPACITY,
    AID_LOG,
    CANCER,
    CHATBOT_CALLS,
    CHATBOT_REVIEWS,
    CHATBOT_SET_ASIDE,
    DIAGNOSTIC_CAPACITY,
    DM01,
    DM01_BAND_VIEW,
    FILES,
    INCOMING,
    INGEST_CHECKS,
    PLAN,
    PROVIDERS,
    PTL_PATHWAYS,
    RTT,
    RTT_BAND_VIEW,
    WLMDS,
    Table,
)
from lsc_analytics.tables.database import connection

# Which figure a model reads where several files report it. Publication decides between versions of one source, and the
# digest settles what nothing else can, so that the order in which files were loaded never matters.
_BEST_FIRST = "source_rank, source, coalesce(published, '') desc, revised desc, file_sha256"
_LOADED = "loaded"
_MOST_ROWS = 20_000_000  # of all files together: beyond, a view in one file would take longer to make than it saves
_ROWS_TOGETHER = 16_384  # a list's rows lie together, and a reader skips the groups without them

# A pathway that was handed over is no removal: forecasts of flows rest on the action log.
READ_TOO = {"rtt": ("action_log",)}


@lru_cache(maxsize=4)
def _register_as_of(path: Path, written: int, inode: int) -> pd.DataFrame:
    """The register as last replaced: a report asks for it some twenty times."""
    return read_frame(path, FILES)


@lru_cache(maxsize=64)
def _release_as_of(path: Path, written: int, inode: int, family: str | None) -> str:
    files = _register_as_of(path, written, inode)
    of_family = files["family"].isin([family, *READ_TOO.get(family or "", ())])
    mine = files[(files["status"] == _LOADED) & (of_family | (family is None))]
    return hashlib.sha256("\n".join(sorted(mine["file_sha256"])).encode()).hexdigest()[:12]


class Warehouse:
    """The tables of one home, read only.

    Every view takes the same filters: `scope` where it has one (`provider` unless told otherwise), and lists of codes,
    measures or parts; None takes all.
    """

    def __init__(self, home: Home) -> None:
        self.home = home

    @property
    def _register(self) -> Path:
        return self.home.tables / "files.parquet"

    def files(self) -> pd.DataFrame:
        """Every file taken, oldest first."""
        stamp = self._stamp()
        return _register_as_of(self._register, *stamp).copy() if stamp else FILES.empty()

    def _stamp(self) -> tuple[int, int] | None:
        """What tells one register from the one that replaces it; None before the first."""
        try:
            told = self._register.stat()
        except FileNotFoundError:
            return None
        return told.st_mtime_ns, told.st_ino

    def write_register(self, files: pd.DataFrame) -> None:
        """Replace the register: the one step by which a file becomes part of the store."""
        write_frame(self._register, files, FILES)

    def partition(self, table: str, sha256: str) -> Path:
        """Where one file's rows of one table are kept."""
        return self.home.tables / table / f"{sha256}.parquet"

    def rows_kept(self, sha256: str) -> int | None:
        """How many rows are kept of one file, its own checks left out; None where a partition of it cannot be read."""
        paths = [path for path in self.home.tables.glob(f"*/{sha256}.parquet") if path.parent.name != "ingest_checks"]
        try:
            return sum(pq.read_metadata(path).num_rows for path in paths)
        except (OSError, pa.ArrowInvalid):
            return None

    def loaded(self, table: str, by: str = "") -> list[Path]:
        """The partitions of a table that the register names, in register order; of files taken by a day, if one is named."""
        files = self.files()
        counted = (files["status"] == _LOADED) & ((files["taken_at"].str[:10] <= by) | (not by))
        digests = files.loc[counted, "file_sha256"]
        return [path for digest in digests if (path := self.partition(table, digest)).exists()]

    def release(self, family: str | None = None) -> str:
        """A short digest of what is loaded, of one family or of all: the data part of every result's key.

        The same files give the same release, in whatever order they were loaded. A home that lacks a family has the
        release of no files. That of RTT covers the action log too, whose transfers are no removals.
        """
        stamp = self._stamp()
        return _release_as_of(self._register, *stamp, family) if stamp else hashlib.sha256(b"").hexdigest()[:12]

    def families(self) -> list[str]:
        """Report families with data loaded."""
        files = self.files()
        return sorted(set(files.loc[files["status"] == _LOADED, "family"]))

    def rtt(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """RTT figures (see `tables.RTT`). Filters: scope, provider_code, treatment_function_code, measure, month."""
        return self._view("rtt_observations", RTT, filters)

    def rtt_bands(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """RTT pathways by weekly band (see `tables.RTT_BAND_VIEW`). Filters as for `rtt`, and part."""
        return self._view("rtt_bands", RTT_BAND_VIEW, filters)

    def dm01(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """DM01 figures (see `tables.DM01`). Filters: scope, provider_code, diagnostic_test_code, measure, month."""
        return self._view("dm01_observations", DM01, filters)

    def dm01_bands(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """DM01 waits by weekly band (see `tables.DM01_BAND_VIEW`)."""
        return self._view("dm01_bands", DM01_BAND_VIEW, filters)

    def cancer(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """Cancer waiting times (see `tables.CANCER`). Filters: month, provider_code, cancer_standard, route and so on."""
        return self._view("cancer_observations", CANCER, filters)

    def wlmds(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """Published lists by patient group (see `tables.WLMDS`). Filters: scope, week_ending, provider_code, characteristic and so on."""
        return self._view("wlmds_counts", WLMDS, filters)

    def wlmds_weeks(self) -> list[str]:
        """Week ends of which published lists by patient group are loaded, in order."""
        weeks = {
            week
            for path in self.loaded("wlmds_counts")
            for week in pq.read_table(path, columns=["week_ending"])[0].unique().to_pylist()
        }
        return sorted(weeks)

    def plan(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """Planned figures (see `tables.PLAN`). Filters: month, provider_code, list_code, family, measure."""
        return self._view("plan_values", PLAN, filters)

    def diagnostic_capacity(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """What sites can do of each test (see `tables.DIAGNOSTIC_CAPACITY`). Filters: provider_code, measure and so on."""
        return self._view("diagnostic_capacity_values", DIAGNOSTIC_CAPACITY, filters)

    def aid_capacity(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """Clock stops offered for mutual aid (see `tables.AID_CAPACITY`). Filters: month, provider_code, treatment_function_code, measure."""
        return self._view("aid_capacity_values", AID_CAPACITY, filters)

    def aid_log(self, **filters: Iterable[str] | str | None) -> pd.DataFrame:
        """The action log of mutual aid (see `tables.AID_LOG`). Filters: move_id, stage, logged_on, month."""
        return self._view("aid_actions", AID_LOG, filters)

    def chatbot_days(self) -> list[str]:
        """Days (UTC) on which records of validation were taken, in order."""
        files = self.files()
        mine = (files["family"] == "chatbot") & (files["status"] == _LOADED)
        return sorted(set(files.loc[mine, "taken_at"].str[:10]))

    def chatbot_calls(self, by: str = "") -> pd.DataFrame:
        """Every validation attempt, pseudonymised; of files taken by a day, if one is named."""
        return self._all("chatbot_calls", CHATBOT_CALLS, by=by)

    def chatbot_lists(self) -> pd.DataFrame:
        """Each campaign, trust and specialty with a validation attempt, and the first of them (`attempted_on`), in order of these."""
        columns = ["campaign", "provider_code", "treatment_function_code", "attempted_on"]
        parts = [pq.read_table(path, columns=columns, use_threads=False) for path in self.loaded("chatbot_calls")]
        if not parts:
            return CHATBOT_CALLS.empty()[columns]
        first = pa.concat_tables(parts).group_by(columns[:3]).aggregate([("attempted_on", "min")])
        return first.rename_columns(columns).sort_by([(column, "ascending") for column in columns]).to_pandas()

    def chatbot_reviews(self, by: str = "") -> pd.DataFrame:
        """Every clinical review of a validation answer, pseudonymised; of files taken by a day, if one is named."""
        return self._all("chatbot_reviews", CHATBOT_REVIEWS, by=by)

    def chatbot_set_aside(self) -> pd.DataFrame:
        """Every row of a file of records that could not be counted, with its reason."""
        return self._all("chatbot_set_aside", CHATBOT_SET_ASIDE)

    def ptl(self, as_of: str, freshest_days: int) -> pd.DataFrame:
        """Every trust's last patient tracking list up to a day, pseudonymised: `tables.PTL_PATHWAYS`.

        Args:
            as_of: The day, YYYY-MM-DD.
            freshest_days: A list so many days old, or older, no longer stands for its trust.
        """
        oldest = (dt.date.fromisoformat(as_of) - dt.timedelta(days=freshest_days)).isoformat()
        files = self._ptl_files()
        fresh = files.loc[(files["published"] <= as_of) & (files["published"] > oldest), "file_sha256"]
        frames = [read_frame(self.partition(PTL_PATHWAYS.name, digest), PTL_PATHWAYS) for digest in fresh]
        if not frames:
            return PTL_PATHWAYS.empty()
        rows = pd.concat(frames, ignore_index=True)
        if rows["extract_date"].nunique() > 1:
            last = rows.groupby("provider_code")["extract_date"].transform("max")
            rows = rows[rows["extract_date"] == last].reset_index(drop=True)
        return rows

    def ptl_days(self) -> list[str]:
        """Days of which a patient tracking list is loaded, in order."""
        return sorted(set(self._ptl_files()["published"]))

    def ptl_trusts(self, day: str) -> set[str]:
        """Trusts whose list of that very day is loaded."""
        files = self._ptl_files()
        paths = [
            self.partition(PTL_PATHWAYS.name, digest) for digest in files.loc[files["published"] == day, "file_sha256"]
        ]
        return {
            code for path in paths for code in pq.read_table(path, columns=["provider_code"])[0].unique().to_pylist()
        }

    def _ptl_files(self) -> pd.DataFrame:
        files = self.files()
        return files[(files["family"] == "ptl") & (files["status"] == _LOADED)]

    def providers(self) -> pd.DataFrame:
        """Names of providers, from the file taken last that names them."""
        rows = self._all("providers", PROVIDERS, check=False)
        return PROVIDERS.check(rows.drop_duplicates("provider_code", keep="last").reset_index(drop=True))

    def checks(self) -> pd.DataFrame:
        """Reconciliations made while files were read: `tables.INGEST_CHECKS` with the file's name before."""
        names = self.files().set_index("file_sha256")["file"]
        frames = [
            read_frame(path, INGEST_CHECKS).assign(file=names[path.stem]) for path in self.loaded("ingest_checks")
        ]
        columns = ["file", *INGEST_CHECKS.names]
        return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)

    def _all(self, table: str, promise: Table, *, check: bool = True, by: str = "") -> pd.DataFrame:
        frames = [read_frame(path, promise) for path in self.loaded(table, by)]
        if not frames:
            return promise.empty()
        rows = pd.concat(frames, ignore_index=True)
        return promise.check(rows) if check else rows

    def _view(self, table: str, promise: Table, filters: dict[str, Any]) -> pd.DataFrame:
        wanted = ({"scope": "provider"} if "scope" in promise.grain else {}) | filters
        if unknown := set(wanted) - set(promise.grain):
            raise TypeError(f"{table} is not filtered by {', '.join(sorted(unknown))}")
        asked = {
            column: [codes] if isinstance(codes, str) else list(codes)
            for column, codes in wanted.items()
            if codes is not None
        }
        if not all(asked.values()):  # none of no codes
            return promise.empty()
        whole = self._whole(table, promise)
        if whole is None:
            paths = self.loaded(table)
            return promise.frame(self._chosen(promise, paths, asked)) if paths else promise.empty()
        conditions = [(column, "in", codes) for column, codes in asked.items()]
        found = pq.read_table(whole, filters=conditions or None, use_threads=False)
        return promise.frame(found.sort_by([(column, "ascending") for column in promise.grain]))

    def _whole(self, table: str, promise: Table) -> Path | None:
        """The whole view in one file, by provider and code, so that a list is read in a few milliseconds.

        It is made at the first question after a load, and made again if it is deleted. None where nothing is loaded, where
        it would be too large to be worth it, or where the home cannot be written to.
        """
        told = f"{self.release()} {promise.names} {_BEST_FIRST}"
        path = self.home.results / "views" / f"{table}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.parquet"
        if path.exists():
            return path
        files, paths = self.files(), self.loaded(table)
        if not paths or files.loc[files["status"] == _LOADED, "rows"].sum() > _MOST_ROWS:
            return None
        rows = self._chosen(promise, paths, {})
        try:
            with replacing(path) as temporary:
                order = sorted(promise.grain, key=lambda column: not column.endswith("_code"))
                pq.write_table(
                    rows.sort_by([(column, "ascending") for column in order]), temporary, row_group_size=_ROWS_TOGETHER
                )
        except OSError:
            return None
        for older in path.parent.glob(f"{table}-*.parquet"):
            if older != path:
                older.unlink(missing_ok=True)
        return path

    def _chosen(self, promise: Table, paths: list[Path], asked: Mapping[str, list[str]]) -> pa.Table:
        """Of each key's figures the best source's, in the order of the key."""
        conditions = ["true", *(f"{column} in (select unnest(?))" for column in asked)]
        key = ", ".join(promise.grain)
        query = f"""
            select {", ".join(promise.names)} from (
                select figures.*, register.source_rank, register.published, register.revised, register.file_sha256
                from (
                    select *, regexp_extract(filename, '([0-9a-f]{{64}})[.]parquet$', 1) as digest
                    from read_parquet(?, filename = true)
                    where {" and ".join(conditions)}
                ) as figures
                join register on register.file_sha256 = figures.digest
            )
            qualify row_number() over (partition by {key} order by {_BEST_FIRST}) = 1
            order by {key}
        """
        return self._ask(query, [[str(path) for path in paths], *asked.values()])

    def contradictions(self, table: str, rows: pd.DataFrame, *, published: str | None, revised: bool) -> pd.DataFrame:
        """Where a new file gives another figure than a stored one of the same source, and neither says it is later.

        A file that states a later publication date, or that it is a revision, replaces the earlier figure in the views;
        one that states neither cannot be told from a damaged copy.

        Args:
            table: Name of an incoming table.
            rows: Its rows in the new file.
            published: The new file's publication date.
            revised: Whether the new file says it is a revision.

        Returns:
            The grain of each contradicted figure, with `stored`, `offered` and `file`; at most 100 rows.
        """
        promise = INCOMING[table]
        value = promise.names[-1]
        files = self.files()
        rivals = files[
            files["source"].isin(set(rows["source"]))
            & (files["first_month"] <= rows["month"].max())
            & (files["last_month"] >= rows["month"].min())
            & (files["published"].fillna("") == (published or ""))
            & (files["revised"] == revised)
        ]
        paths = [path for digest in rivals["file_sha256"] if (path := self.partition(table, digest)).exists()]
        if not paths:
            return pd.DataFrame()
        same = " and ".join(f"stored.{column} = offered.{column}" for column in promise.grain)
        grain = ", ".join(f"offered.{column}" for column in promise.grain)
        query = f"""
            select {grain}, stored.{value} as stored, offered.{value} as offered, register.file
            from (
                select *, regexp_extract(filename, '([0-9a-f]{{64}})[.]parquet$', 1) as digest
                from read_parquet(?, filename = true)
            ) as stored
            join register on register.file_sha256 = stored.digest
            join offered on {same}
            where stored.{value} is distinct from offered.{value}
            order by all limit 100
        """
        return self._ask(query, [[str(path) for path in paths]], offered=rows).to_pandas()

    def _ask(self, query: str, values: list[Any], **frames: pd.DataFrame) -> Any:
        with connection(threads=1) as asked:
            asked.register("register", pa.Table.from_pandas(self.files(), preserve_index=False))
            for name, frame in frames.items():
                asked.register(name, pa.Table.from_pandas(frame, preserve_index=False))
            return asked.sql(query, params=values).to_arrow_table()
