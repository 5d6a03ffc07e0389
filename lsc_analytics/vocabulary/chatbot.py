"""What a notebook may ask of validation campaigns, after disclosure control."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError
from lsc_analytics.models import chatbot as chatbot_model
from lsc_analytics.models import futures, rtt, scenarios
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, add_months, months_between
from lsc_analytics.store.disclosure import as_numbers
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.tables import (
    CHATBOT_COUNTS_PUBLISHED,
    CHATBOT_COVERAGE,
    CHATBOT_DUE,
    CHATBOT_EQUITY,
    CHATBOT_EVALUATION,
    CHATBOT_NET,
    CHATBOT_SAFETY,
    CHATBOT_SPREAD,
    CHATBOT_STEPS,
    CHATBOT_VALUE,
    RTT_BAND_VIEW,
    RTT_SCENARIOS,
    Table,
)
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse
from lsc_analytics.vocabulary.rtt import aid_log, waiting_list
from lsc_analytics.vocabulary.spc import control_points, series_of

_EVALUATED = [
    "total_incomplete", "within_18_weeks", "over_52_weeks", "clock_starts", "admitted_stops", "non_admitted_stops"
]  # fmt: skip


def chatbot_outcomes(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What validation found, as it may be shown, a row a campaign: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.select(chatbot_every_outcome(), trust, specialty)


def chatbot_shares(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What share of whom each campaign reached, answered, and said what: see `models.chatbot.shares`."""
    return chatbot_model.shares(chatbot_outcomes(trust, specialty))


def chatbot_denominators(
    trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES, *, latest: bool = False
) -> pd.DataFrame:
    """The same answers of four denominators side by side, of every campaign or of the latest: `tables.CHATBOT_DENOMINATORS`."""
    every = chatbot_model.denominators(chatbot_shares(trust, specialty))
    return every[every["campaign"] == _last_campaign(every)].reset_index(drop=True) if latest else every


def chatbot_breakdown(trust: str = SYSTEM) -> pd.DataFrame:
    """The trusts beneath the system, or the specialties beneath a trust: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.breakdown(chatbot_every_outcome(), trust)


def chatbot_published_before() -> pd.DataFrame:
    """These records beside what the collaborative has published of each campaign, with its source."""
    system = chatbot_model.select(chatbot_every_outcome(), SYSTEM)
    return chatbot_model.beside_published(system, parameters.chatbot_published())


def chatbot_safety(trust: str = SYSTEM) -> pd.DataFrame:
    """Who still waits for a clinical review, for how long, and what went wrong: `tables.CHATBOT_SAFETY`.

    A row a campaign of a trust; of the system, a row a campaign and trust and one for all of them.
    """
    every = chatbot_every_safety()
    return every if trust == SYSTEM else chatbot_model.select(every, trust)


def chatbot_waiting(trust: str = SYSTEM) -> pd.DataFrame:
    """The rows of `chatbot_safety` with anybody awaiting a review."""
    rows = chatbot_safety(trust)
    return rows[rows["worse_awaiting"].ne("0") | rows["leave_awaiting"].ne("0")].reset_index(drop=True)


def chatbot_every_safety() -> pd.DataFrame:
    """Every campaign and trust: `tables.CHATBOT_SAFETY`."""
    release, limits = _release(), parameters.models().chatbot
    return _results().get(
        CHATBOT_SAFETY, release, {}, lambda: chatbot_model.safety(chatbot_counts(), _pathways(release), limits)
    )


def chatbot_steps() -> pd.DataFrame:
    """Whether anybody is lost between two steps of a campaign: `tables.CHATBOT_STEPS`."""
    release, stored = _release(), warehouse()
    return _results().get(
        CHATBOT_STEPS,
        release,
        {},
        lambda: chatbot_model.steps(
            chatbot_counts(),
            _pathways(release),
            stored.chatbot_calls(),
            stored.chatbot_reviews(),
            stored.chatbot_set_aside(),
        ),
    )


def chatbot_steps_to_show() -> pd.DataFrame:
    """The latest campaign's steps, and of the others those that do not balance: `tables.CHATBOT_STEPS`."""
    return chatbot_model.steps_to_show(chatbot_steps())


def chatbot_equity() -> pd.DataFrame:
    """How groups of patients answered, all trusts together: `tables.CHATBOT_EQUITY`."""
    release = _release()
    return _results().get(
        CHATBOT_EQUITY, release, {}, lambda: chatbot_model.equity(chatbot_counts(), _pathways(release))
    )


def chatbot_spread(trust: str = SYSTEM) -> pd.DataFrame:
    """Which specialties differ from their campaign by more than chance: `tables.CHATBOT_SPREAD`, of one trust or of all."""
    every = _results().get(CHATBOT_SPREAD, _release(), {}, lambda: chatbot_model.spread(chatbot_counts()))
    return every if trust == SYSTEM else every[every["provider_code"] == trust].reset_index(drop=True)


def chatbot_control() -> pd.DataFrame:
    """How many answered, want to leave and are worse, month by month, all trusts together: `tables.SPC_POINTS`."""
    history = chatbot_model.months(chatbot_counts())
    told = (
        ("responded_percent", "Answered, of those reached", "up"),
        ("leave_percent", "Want to leave, of those who answered", "neither"),
        ("worse_percent", "Worse, of those who answered", "down"),
    )
    return control_points(
        *(
            series_of("chatbot", SYSTEM, ALL_SPECIALTIES, history, measure, words, improves=improves, unit="percent")
            for measure, words, improves in told
        )
    )


def chatbot_progress() -> pd.DataFrame:
    """Each campaign against what was planned: `tables.CHATBOT_PROGRESS`."""
    system = chatbot_model.select(chatbot_every_outcome(), SYSTEM)
    return chatbot_model.progress(system, parameters.validation_programme().plans)


def chatbot_value(trust: str = SYSTEM) -> pd.DataFrame:
    """What each campaign released, at what price: `tables.CHATBOT_VALUE`, of a trust, or of all and each of them."""

    def make() -> pd.DataFrame:
        left = {code: _left_a_month(code) for code in parameters.trust_codes()} | {"ALL": _left_a_month(SYSTEM)}
        return chatbot_model.value(chatbot_counts(), left, parameters.validation_programme())

    every = _beside_lists(CHATBOT_VALUE, make)
    return every if trust == SYSTEM else chatbot_model.select(every, trust)


def chatbot_effect(trust: str = SYSTEM) -> pd.DataFrame:
    """What a validation drive would do to the list ahead, as assumed, as last measured, and net: `tables.RTT_SCENARIOS`.

    Returns:
        No rows where no lists, flows or bands are loaded.
    """
    programme = parameters.validation_programme()
    try:
        month = month_of("rtt")
    except NoDataError:
        return RTT_SCENARIOS.empty()

    def make() -> pd.DataFrame:
        ahead = futures.expect(waiting_list(trust, ALL_SPECIALTIES, month), month, parameters.models().forecast)
        if ahead is None:
            return RTT_SCENARIOS.empty()
        known, counts = parameters.scenarios(), chatbot_counts()
        base = known["validation_drive"]
        months = max(len(ahead.months) - 3, 0)  # from the drive's first months to the end
        measured = chatbot_model.measured_drive(
            base, counts, _last_campaign(counts), _left_a_month(trust), programme, months
        )
        played = {"as_now": known["as_now"], "validation_drive": base, **measured}
        return scenarios.compare(ahead, played, parameters.capacity(), "as_now")

    return _beside_lists(RTT_SCENARIOS, make, trust=trust, as_of=month)


def chatbot_due(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """Who to contact next, by trust, specialty and wait: the first twelve of `tables.CHATBOT_DUE`.

    Their ranks are among all groups of the system.
    """

    def make() -> pd.DataFrame:
        bands, counts = _bands(), chatbot_counts()
        if bands.empty:
            return CHATBOT_DUE.empty()
        return chatbot_model.due(bands, chatbot_spread(), counts, _last_campaign(counts))

    every = _beside_lists(CHATBOT_DUE, make)
    mine = every if trust == SYSTEM else every[every["provider_code"] == trust]
    if specialty != ALL_SPECIALTIES:
        mine = mine[mine["treatment_function_code"] == specialty]
    return mine.head(12).reset_index(drop=True)


def chatbot_evaluation() -> pd.DataFrame:
    """Each campaign's lists beside the nearest unvalidated ones, before and after: `tables.CHATBOT_EVALUATION`.

    A campaign without published lists of its time, or without unvalidated lists, has no rows.
    """
    try:
        latest = month_of("rtt")
    except NoDataError:
        return CHATBOT_EVALUATION.empty()

    def make() -> pd.DataFrame:
        found, counts, stored = [], chatbot_counts(), warehouse()
        for campaign in dict.fromkeys(counts["campaign"]):
            months = chatbot_model.span(counts, campaign)
            if months is None:
                continue
            first, last = add_months(months[0], -1 - chatbot_model.MONTHS_BEFORE), min(months[1], latest)
            figures = stored.rtt(measure=_EVALUATED, month=months_between(first, last))
            if len(figures):
                position, flows = rtt.position(figures), rtt.flows(figures)
                found.append(chatbot_model.evaluate(counts, campaign, position, flows, latest))
        told = [one for one in found if len(one)]
        return pd.concat(told, ignore_index=True) if told else CHATBOT_EVALUATION.empty()

    return _beside_lists(CHATBOT_EVALUATION, make)


def chatbot_net(trust: str = SYSTEM) -> pd.DataFrame:
    """The lists as published beside what they would be at most without the latest campaign's removals: `tables.CHATBOT_NET`."""
    try:
        latest = month_of("rtt")
    except NoDataError:
        return CHATBOT_NET.empty()

    def make() -> pd.DataFrame:
        counts, lists = chatbot_counts(), []
        for code in (SYSTEM, *parameters.trust_codes()):
            try:
                lists.append(rtt.position(waiting_list(code, ALL_SPECIALTIES, latest).figures))
            except NoDataError:  # a trust without a list has no row
                continue
        if not lists:
            return CHATBOT_NET.empty()
        position = pd.concat(lists, ignore_index=True)
        return chatbot_model.net_of_validation(counts, position, _last_campaign(counts), latest)

    every = _beside_lists(CHATBOT_NET, make)
    return every if trust == SYSTEM else every[every["provider_code"] == trust].reset_index(drop=True)


def chatbot_coverage(trust: str = SYSTEM) -> pd.DataFrame:
    """How much of each list has answered within the re-validation cycle: `tables.CHATBOT_COVERAGE`."""
    release = _release()

    def make() -> pd.DataFrame:
        bands = _bands()
        if bands.empty:
            return CHATBOT_COVERAGE.empty()
        day = pd.Period(bands["month"].iloc[0]).end_time.normalize()
        return chatbot_model.coverage(_pathways(release), bands, day, parameters.validation_programme().cycle_weeks)

    every = _beside_lists(CHATBOT_COVERAGE, make)
    return every if trust == SYSTEM else every[every["provider_code"] == trust].reset_index(drop=True)


def remember_chatbot() -> None:
    """Make and store all that reports of campaigns share, so that a page does not make it."""
    for shared in (
        chatbot_every_safety, chatbot_steps, chatbot_equity, chatbot_value, chatbot_net, chatbot_due, chatbot_coverage,
        chatbot_evaluation,
    ):  # fmt: skip
        shared()


def chatbot_answered() -> dict[tuple[str, str], float]:
    """How many patients answered in a trust's specialty (trust, specialty), in the campaign in which most did.

    Counts as they are shown: a list whose counts are all hidden is not there, so that which reports exist tells nobody more
    than their pages do.
    """
    every = chatbot_every_outcome()
    lists = every[every["treatment_function_code"] != ALL_SPECIALTIES]
    counted = lists.assign(answered=as_numbers(lists["responded"])).dropna(subset=["answered"])
    most = counted.sort_values("answered").drop_duplicates(["provider_code", "treatment_function_code"], keep="last")
    return {
        (str(row["provider_code"]), str(row["treatment_function_code"])): float(row["answered"])
        for row in most.to_dict("records")
    }


def chatbot_every_outcome() -> pd.DataFrame:
    """Every campaign, trust and specialty after disclosure control: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.outcomes(chatbot_counts())


def chatbot_counts() -> pd.DataFrame:
    """All that is counted, after disclosure control: the exact counts leave here in no other form.

    What was loaded by each earlier day was shown too, so each day's counts are guarded together with those before.
    """
    return _guarded(_release(), tuple(warehouse().chatbot_days()), parameters.digest())


@cache
def _guarded(release: str, days: tuple[str, ...], of_parameters: str) -> pd.DataFrame:
    """The counts that may be shown, read once in a process; `release` and `of_parameters` make a change seen."""

    def make() -> pd.DataFrame:
        before = None
        for day in days[:-1]:
            exact = chatbot_model.counts(_counted(day))
            before = exact, chatbot_model.publish(exact, before)
        return chatbot_model.publish(chatbot_model.counts(_pathways(release)), before)

    return _results().get(CHATBOT_COUNTS_PUBLISHED, release, {"taken": list(days)}, make)


def _release() -> str:
    """What is loaded of the Chatbot's records, noted as read."""
    stored = warehouse()
    if "chatbot" not in stored.families():
        raise NoDataError("No Chatbot call records are loaded.", "Load them with `lsc ingest`.")
    files = stored.files()
    note(files[files["family"] == "chatbot"])
    return stored.release("chatbot")


@cache
def _pathways(release: str) -> pd.DataFrame:
    """Every pathway of every campaign, patient level: made once in a process, never stored or shown."""
    return _counted()


def _counted(by: str = "") -> pd.DataFrame:
    """Every pathway of what was loaded by a day."""
    stored = warehouse()
    return chatbot_model.pathways(stored.chatbot_calls(by), stored.chatbot_reviews(by), parameters.models().chatbot)


def _beside_lists(table: Table, make: Callable[[], pd.DataFrame], **asked: str) -> pd.DataFrame:
    """What was made of the counts and of published lists, remembered; both are noted as read, made now or before."""
    try:
        month = month_of("rtt")
    except NoDataError:
        pass
    else:
        note(_lists_read(warehouse().release("rtt"), month), aid_log())
    return _results().get(table, warehouse().release("rtt"), {"chatbot": _release()} | asked, make)


@cache
def _lists_read(release: str, month: str) -> pd.DataFrame:
    """The files behind the trusts' whole lists and the month's bands: looked up once in a process."""
    whole = {"provider_code": parameters.trust_codes(), "treatment_function_code": ALL_SPECIALTIES}
    figures, bands = warehouse().rtt(**whole), warehouse().rtt_bands(**whole, part="incomplete", month=month)
    return pd.concat([figures[["file_sha256"]], bands[["file_sha256"]]]).drop_duplicates()


def _bands() -> pd.DataFrame:
    """The trusts' lists by weekly band in the latest month; no rows where none are loaded."""
    try:
        month = month_of("rtt")
    except NoDataError:
        return RTT_BAND_VIEW.empty()
    bands = warehouse().rtt_bands(provider_code=parameters.trust_codes(), part="incomplete", month=month)
    note(bands)
    return bands


def _left_a_month(trust: str) -> float:
    """Share of the list that leaves unreported in a month, mean of the last twelve; 0 where no flows are loaded."""
    try:
        moved = rtt.flows(waiting_list(trust, ALL_SPECIALTIES, month_of("rtt")).figures).tail(12)
    except NoDataError:
        return 0.0
    share = (moved["net_removals"] / moved["opening"]).mean()
    return max(float(share), 0.0) if pd.notna(share) else 0.0


def _last_campaign(counts: pd.DataFrame) -> str:
    """The campaign that began last."""
    return str(counts["campaign"].iloc[-1])


def _results() -> Results:
    return Results(Home.current())
