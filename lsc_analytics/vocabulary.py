"""The notebooks' verbs: ask the store for a table, or compute it and remember it; show it; say where it came from.

A verb takes codes and a month, never a path or a frame of somebody else's. An empty `as_of` is the latest month loaded.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import chatbot as chatbot_model
from lsc_analytics.models import diagnostics as diagnostics_model
from lsc_analytics.models import forecast as forecast_model
from lsc_analytics.models import quality, rtt
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS, PROVENANCE, SYSTEM, month_words
from lsc_analytics.reporting import charts as charts  # a notebook's lsc.charts
from lsc_analytics.reporting import findings, words
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results, code_version
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import CHATBOT_OUTCOMES_PUBLISHED, DM01_POSITION, RTT_FORECAST, RTT_TRACK_RECORD, Table

say = findings
TOTALS = {"rtt": "total_incomplete", "dm01": "total_waiting"}
_used: set[str] = set()  # digest of every file behind what this process has been told


def _warehouse() -> Warehouse:
    return Warehouse(Home.current())


def month_of(family: str, wanted: str = "") -> str:
    """The month that reports of a family speak of: the one wanted, or the latest that every trust has.

    Raises:
        NoDataError: Nothing of the family is loaded.
        ParameterError: The month wanted is not loaded.
    """
    months = _months(family, _warehouse().release(family))
    if not months:
        raise NoDataError(
            f"No {family.upper()} figures of the system's trusts are loaded.", "Load them with `lsc ingest`."
        )
    if wanted and wanted not in months:
        raise ParameterError(
            f"{wanted} is not loaded.", f"Loaded are {months[0]} to {months[-1]}.", parameter="as_of"
        )  # fmt: skip
    return wanted or months[-1]


@cache
def _months(family: str, release: str) -> list[str]:
    view = _warehouse().rtt if family == "rtt" else _warehouse().dm01
    figures = view(measure=TOTALS[family], provider_code=parameters.trust_codes())
    by_month = figures.groupby("month")["provider_code"].nunique()
    return sorted(by_month.index[by_month == by_month.max()]) if len(by_month) else []


@cache
def _rtt(release: str, trust: str, specialty: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A list's figures and bands, and its trust's total row: read once in a process. `release` makes a new load seen."""
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    functions = [specialty, ALL_SPECIALTIES]
    figures = _warehouse().rtt(provider_code=trusts, treatment_function_code=functions)
    bands = _warehouse().rtt_bands(provider_code=trusts, treatment_function_code=functions, part="incomplete")
    if trust == SYSTEM:
        return rtt.system_figures(figures, trusts), rtt.system_bands(bands, trusts)
    return figures, bands


def _list(trust: str, specialty: str, month: str) -> forecast_model.WaitingList:
    figures, bands = _rtt(_warehouse().release("rtt"), trust, specialty)
    ours = bands["treatment_function_code"]
    found = forecast_model.WaitingList(
        trust,
        specialty,
        figures[figures["treatment_function_code"] == specialty],
        bands[ours == specialty],
        bands[ours == ALL_SPECIALTIES],
    ).until(month)
    if found.figures.empty:
        raise NoDataError(
            f"No list of {parameters.specialty_name(specialty)} at {parameters.trust_name(trust)} is loaded up to {month}."
        )
    _note(found.figures, found.bands)
    return found


def _note(*frames: pd.DataFrame) -> None:
    """Remember the files behind these figures, for `provenance`."""
    for frame in frames:
        _used.update(frame["file_sha256"].unique())


def rtt_position(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """Where a list stands, and stood in every month before: `tables.RTT_POSITION`, the last row the month reported."""
    month = month_of("rtt", as_of)
    return rtt.position(_list(trust, specialty, month).figures)


def rtt_trusts(specialty: str, as_of: str = "") -> pd.DataFrame:
    """Every trust's position in one specialty, month by month: `tables.RTT_POSITION`."""
    month = month_of("rtt", as_of)
    figures = _warehouse().rtt(provider_code=parameters.trust_codes(), treatment_function_code=specialty)
    figures = figures[figures["month"] <= month]
    _note(figures)
    return rtt.position(figures)


def rtt_bands(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """The list by weekly band in the month reported, or the latest before it that has bands."""
    bands = _list(trust, specialty, month_of("rtt", as_of)).bands
    return bands[bands["month"] == bands["month"].max()] if len(bands) else bands


def rtt_flows(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """What joined and left the list each month: `tables.RTT_FLOWS`; no rows where flows are not loaded."""
    return rtt.flows(_list(trust, specialty, month_of("rtt", as_of)).figures)


def rtt_standards() -> list[parameters.Standard]:
    """The waiting-time standards for referral to treatment."""
    return [standard for standard in parameters.standards().standards if standard.family == "rtt"]


def forecast(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """The forecast of a list, every method: `tables.RTT_FORECAST`. Remembered, so asked twice it answers at once."""
    month = month_of("rtt", as_of)
    waiting, settings = _list(trust, specialty, month), parameters.models().forecast
    return _remembered(
        RTT_FORECAST,
        waiting,
        month,
        lambda: forecast_model.forecast(waiting, month, settings, track_record(trust, specialty, month)),
    )


def track_record(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """What each method said of months now known, from what was known before them: `tables.RTT_TRACK_RECORD`."""
    month = month_of("rtt", as_of)
    waiting, settings = _list(trust, specialty, month), parameters.models().forecast
    return _remembered(RTT_TRACK_RECORD, waiting, month, lambda: forecast_model.track_record(waiting, month, settings))


def forecast_remembered(trust: str, specialty: str, as_of: str) -> bool:
    """Whether this forecast has been made before, from the same data, parameters and code."""
    settings = _settings(trust, specialty, month_of("rtt", as_of))
    return Results(Home.current()).path(RTT_FORECAST, _warehouse().release("rtt"), settings).exists()


def _settings(trust: str, specialty: str, month: str) -> dict[str, str]:
    return {"trust": trust, "specialty": specialty, "as_of": month}


def _remembered(
    promise: Table, waiting: forecast_model.WaitingList, month: str, make: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    settings = _settings(waiting.provider_code, waiting.treatment_function_code, month)
    return Results(Home.current()).get(promise, _warehouse().release("rtt"), settings, make)


def system_cells(as_of: str = "") -> pd.DataFrame:
    """Every trust and specialty with anyone waiting, where it stands and its outlook: `tables.SYSTEM_CELLS`."""
    month = month_of("rtt", as_of)
    figures = _warehouse().rtt(provider_code=parameters.trust_codes(), month=month)
    _note(figures)
    positions = rtt.position(figures)
    waiting = positions[positions["total_incomplete"] > 0]
    cells = zip(waiting["provider_code"], waiting["treatment_function_code"], strict=True)
    return rtt.system_cells(positions, pd.concat([forecast(*cell, month) for cell in cells], ignore_index=True))


@cache
def _dm01(release: str, trust: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    return _warehouse().dm01(provider_code=trusts), _warehouse().dm01_bands(provider_code=trusts)


def diagnostics(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """Where a test's list stands, and stood in every month before: `tables.DM01_POSITION`. Test 16 is all tests."""
    month = month_of("dm01", as_of)
    figures = _dm01(_warehouse().release("dm01"), trust)[0]
    _note(figures if test == ALL_TESTS else figures[figures["diagnostic_test_code"] == test])
    return diagnostics_model.history(figures, trust, test, month)


def diagnostics_bands(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """How long the people on a test's list have waited in the month reported: `tables.DM01_WAITS`."""
    month = month_of("dm01", as_of)
    return diagnostics_model.waits(_dm01(_warehouse().release("dm01"), trust)[1], trust, test, month)


def diagnostics_trend(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """Whether the test's list is getting better or worse: see `models.diagnostics.trend`."""
    return diagnostics_model.trend(diagnostics(trust, test, as_of))


def diagnostics_standards(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """The test against each six-week standard: see `models.diagnostics.against_standards`."""
    standards = [standard for standard in parameters.standards().standards if standard.family == "dm01"]
    return diagnostics_model.against_standards(diagnostics(trust, test, as_of), standards)


def diagnostics_cells(as_of: str = "") -> pd.DataFrame:
    """Every trust and test with anyone waiting in the month reported: `tables.DM01_POSITION`, empty without DM01."""
    if "dm01" not in _warehouse().families():
        return DM01_POSITION.empty()
    month = month_of("dm01", as_of)
    figures = _warehouse().dm01(provider_code=parameters.trust_codes(), month=month)
    _note(figures)
    cells = diagnostics_model.position(figures)
    return cells[cells["total_waiting"] > 0].reset_index(drop=True)


def chatbot_outcomes(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What validation found, as it may be shown, a row a campaign: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.select(chatbot_every_outcome(), trust, specialty)


def chatbot_shares(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What share of whom each campaign reached, answered, and said what: see `models.chatbot.shares`."""
    return chatbot_model.shares(chatbot_outcomes(trust, specialty))


def chatbot_breakdown(trust: str = SYSTEM) -> pd.DataFrame:
    """The trusts beneath the system, or the specialties beneath a trust: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.breakdown(chatbot_every_outcome(), trust)


def chatbot_published_before() -> pd.DataFrame:
    """These records beside what the collaborative has published of each campaign, with its source."""
    system = chatbot_model.select(chatbot_every_outcome(), SYSTEM)
    return chatbot_model.beside_published(system, parameters.chatbot_published())


def chatbot_every_outcome() -> pd.DataFrame:
    """Every campaign, trust and specialty after disclosure control: the exact counts leave here in no other form."""
    release, warehouse = _warehouse().release("chatbot"), _warehouse()
    if "chatbot" not in warehouse.families():
        raise NoDataError("No Chatbot call records are loaded.", "Load them with `lsc ingest`.")
    files = warehouse.files()
    _note(files[files["family"] == "chatbot"])
    limit = parameters.models().chatbot.review_limit_days

    def make() -> pd.DataFrame:
        exact = chatbot_model.outcomes(
            warehouse.chatbot_calls(), warehouse.chatbot_reviews(), review_limit_days=limit
        )  # fmt: skip
        return chatbot_model.published(exact)

    return Results(Home.current()).get(CHATBOT_OUTCOMES_PUBLISHED, release, {}, make)


def data_files() -> pd.DataFrame:
    """Every file taken: `tables.FILES`."""
    files = _warehouse().files()
    _note(files)
    return files


def data_checks() -> pd.DataFrame:
    """Every reconciliation made while files were read."""
    return _warehouse().checks()


def data_gaps(family: str) -> pd.DataFrame:
    """The months loaded and missing, trust by trust: `tables.DATA_GAPS`. `family` is rtt or dm01."""
    view = _warehouse().rtt if family == "rtt" else _warehouse().dm01
    trusts = parameters.trust_codes()
    return quality.gaps(view(measure=TOTALS[family], provider_code=trusts), TOTALS[family], trusts)


def data_jumps() -> pd.DataFrame:
    """Lists that step in one month as a recode does: `tables.DATA_JUMPS`."""
    return quality.jumps(_warehouse().rtt(measure="total_incomplete", provider_code=parameters.trust_codes()))


def not_english() -> pd.DataFrame:
    """Pathways commissioned outside England, kept apart: `tables.NOT_ENGLISH`."""
    return quality.not_english(_warehouse().rtt(scope="nonc", provider_code=parameters.trust_codes()))


def show(sentences: str | list[str]) -> Any:
    """A finding, or a list of them, as words on the page."""
    from IPython.display import Markdown

    return Markdown(sentences if isinstance(sentences, str) else "\n".join(f"- {sentence}" for sentence in sentences))


def table(frame: pd.DataFrame, caption: str, columns: list[str] | None = None) -> Any:
    """A frame, or some of its columns, as a table: a caption, codes as names, numbers as readers write them."""
    from IPython.display import HTML

    return HTML(words.table_html(frame[columns] if columns else frame, caption))


def heading(family: str, trust: str, *, specialty: str = "", test: str = "", as_of: str = "") -> Any:
    """What this report is of, which month it speaks of, and whether its data are demo data."""
    from IPython.display import Markdown

    subject = parameters.specialty_name(specialty, short=True) if specialty else parameters.test_name(test, short=True)
    month = "" if family == "chatbot" else month_of(family, as_of)
    when = f" {family.upper()} figures of {month_words(month)}." if month else ""
    demo = " **Demo data: generated, of no real patient.**" if Home.current().kind == "demo" else ""
    return Markdown(f"**{subject}, {parameters.trust_name(trust)}.**{when}{demo}")


def provenance(**asked: Any) -> Any:
    """Where every figure above came from: files, parameters, code, so that anyone can make the page again.

    The batch reads the same facts from this output into the run's manifest.

    Args:
        **asked: The notebook's parameters.
    """
    files = _warehouse().files()
    used = files[files["file_sha256"].isin(_used)].sort_values(["file", "file_sha256"])
    sources = used[["file", "file_sha256"]].rename(columns={"file_sha256": "sha256"}).to_dict("records")
    release = _warehouse().release()
    said = ", ".join(f"{name} = {value!r}" for name, value in asked.items())
    body = (
        f"<details><summary>Where these figures come from: {words.count(len(sources))} files</summary>"
        f"<p>Parameters: {html.escape(said or 'none')}. Code {code_version()}, data release {release}.</p>"
        f"{words.table_html(pd.DataFrame(sources, columns=['file', 'sha256']), 'Files read')}</details>"
    )
    data = {"sources": sources, "parameters": asked, "code_version": code_version(), "data_release": release}
    return _Bundle({"text/html": body, PROVENANCE: data, "text/plain": f"{len(sources)} files"})


class _Bundle:
    """Something shown under several MIME types at once."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self._data
