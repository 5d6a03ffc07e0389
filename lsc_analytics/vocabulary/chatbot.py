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
from lsc_analytics.vocabulary.rtt import aid_log, every_list, waiting_list
from lsc_analytics.vocabulary.spc import control_points, series_of

_EVALUATED = [
    "total_incomplete", "within_18_weeks", "over_52_weeks", "clock_starts", "admitted_stops", "non_admitted_stops"
]  # fmt: skip


def chatbot_outcomes(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES, campaign: str = "") -> pd.DataFrame:
    """What validation found, as it may be shown, a row a campaign: `tables.CHATBOT_OUTCOMES_PUBLISHED`.

    Args:
        trust: Trust code, or LSC for all trusts.
        specialty: Treatment function, or C_999 for all.
        campaign: Name of one campaign, here and in every verb that takes one; empty for all of them.
    """
    return chatbot_model.select(chatbot_every_outcome(), trust, specialty, campaign)


def chatbot_shares(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES, campaign: str = "") -> pd.DataFrame:
    """What share of whom each campaign reached, answered, and said what: see `models.chatbot.shares`."""
    return chatbot_model.shares(chatbot_outcomes(trust, specialty, campaign))


def chatbot_denominators(shares: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same answers of four denominators side by side, of the latest campaign and of those before it.

    Args:
        shares: What `chatbot_shares` tells of one report.

    Returns:
        `tables.CHATBOT_DENOMINATORS` twice; the second without rows where there is one campaign.
    """
    every = chatbot_model.denominators(shares)
    last = every["campaign"] == _last_campaign(every)
    return every[last].reset_index(drop=True), every[~last].reset_index(drop=True)


def chatbot_breakdown(trust: str = SYSTEM, campaign: str = "") -> pd.DataFrame:
    """The trusts beneath the system, or the specialties beneath a trust: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.of_campaign(chatbot_model.breakdown(chatbot_every_outcome(), trust), campaign)


def chatbot_published_before(campaign: str = "") -> pd.DataFrame:
    """These records beside what the collaborative has published of each campaign, with its source: `tables.CHATBOT_BESIDE`."""
    system = chatbot_model.select(chatbot_every_outcome(), SYSTEM, campaign=campaign)
    figures = [one for one in parameters.chatbot_published() if campaign in ("", one.campaign)]
    return chatbot_model.beside_published(system, figures)


def chatbot_safety(trust: str = SYSTEM, campaign: str = "") -> pd.DataFrame:
    """Who still waits for a clinical review, for how long, and what went wrong: `tables.CHATBOT_SAFETY`.

    A row a campaign of a trust; of the system, a row a campaign and trust and one for all of them.
    """
    every = chatbot_model.of_campaign(chatbot_every_safety(), campaign)
    return every if trust == SYSTEM else chatbot_model.select(every, trust)


def chatbot_waiting(trust: str = SYSTEM, campaign: str = "") -> pd.DataFrame:
    """The rows of `chatbot_safety` with anybody awaiting a review."""
    rows = chatbot_safety(trust, campaign)
    return rows[rows["worse_awaiting"].ne("0") | rows["leave_awaiting"].ne("0")].reset_index(drop=True)


def chatbot_every_safety() -> pd.DataFrame:
    """Every campaign and trust: `tables.CHATBOT_SAFETY`."""
    release, limits = _release(), parameters.models().chatbot
    return _results().get(
        CHATBOT_SAFETY, release, {}, lambda: chatbot_model.safety(chatbot_counts(), _pathways(release), limits)
    )


def chatbot_steps(campaign: str = "") -> pd.DataFrame:
    """Whether anybody is lost between two steps of a campaign: `tables.CHATBOT_STEPS`."""
    release, stored = _release(), warehouse()
    every = _results().get(
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
    return chatbot_model.of_campaign(every, campaign)


def chatbot_steps_to_show(campaign: str = "") -> pd.DataFrame:
    """The latest campaign's steps, and of the others those that do not balance: `tables.CHATBOT_STEPS`."""
    return chatbot_model.steps_to_show(chatbot_steps(campaign))


def chatbot_equity(campaign: str = "") -> pd.DataFrame:
    """How groups of patients answered, all trusts together: `tables.CHATBOT_EQUITY`."""
    release = _release()
    every = _results().get(
        CHATBOT_EQUITY, release, {}, lambda: chatbot_model.equity(chatbot_counts(), _pathways(release))
    )
    return chatbot_model.of_campaign(every, campaign)


def chatbot_spread(trust: str = SYSTEM, campaign: str = "") -> pd.DataFrame:
    """Which specialties differ from their campaign by more than chance: `tables.CHATBOT_SPREAD`, of one trust or of all."""
    every = _results().get(CHATBOT_SPREAD, _release(), {}, lambda: chatbot_model.spread(chatbot_counts()))
    mine = every if trust == SYSTEM else every[every["provider_code"] == trust].reset_index(drop=True)
    return chatbot_model.of_campaign(mine, campaign)


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


def chatbot_progress(campaign: str = "") -> pd.DataFrame:
    """Each campaign against what was planned: `tables.CHATBOT_PROGRESS`."""
    system = chatbot_model.select(chatbot_every_outcome(), SYSTEM, campaign=campaign)
    return chatbot_model.progress(system, parameters.validation_programme().plans)


def chatbot_value(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES, campaign: str = "") -> pd.DataFrame:
    """What each campaign released, at what price: `tables.CHATBOT_VALUE`, of a list; of the system, of each trust as well."""

    def make() -> pd.DataFrame:
        return chatbot_model.value(chatbot_counts(), _left_a_month(), parameters.validation_programme())

    every = _beside_lists(CHATBOT_VALUE, make)
    return chatbot_model.of_campaign(_of_list(every, trust, specialty), campaign)


def chatbot_effect(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES, campaign: str = "") -> pd.DataFrame:
    """What a validation drive would do to the list ahead, as assumed, as measured, and net: `tables.RTT_SCENARIOS`.

    Measured in the campaign, or in the latest where none is named: of the list itself, or of the smallest whole around it
    whose counts are shown.

    Returns:
        No rows where no lists, flows or bands are loaded.
    """
    programme = parameters.validation_programme()
    try:
        month = month_of("rtt")
    except NoDataError:
        return RTT_SCENARIOS.empty()

    def make() -> pd.DataFrame:
        try:
            here = waiting_list(trust, specialty, month)
        except NoDataError:
            return RTT_SCENARIOS.empty()
        ahead = futures.expect(here, month, parameters.models().forecast)
        if ahead is None:
            return RTT_SCENARIOS.empty()
        known, counts = parameters.scenarios(), chatbot_counts()
        base = known["validation_drive"]
        months = max(len(ahead.months) - 3, 0)  # from the drive's first months to the end
        left = _share_left(rtt.flows(here.figures)).get((_provider(trust), specialty), 0.0)
        measured = chatbot_model.measured_drive(
            base, counts, campaign or _last_campaign(counts), left, programme, months, trust=trust, specialty=specialty
        )
        played = {"as_now": known["as_now"], "validation_drive": base, **measured}
        return scenarios.compare(ahead, played, parameters.capacity(), "as_now")

    return _beside_lists(RTT_SCENARIOS, make, trust=trust, specialty=specialty, campaign=campaign, as_of=month)


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


def chatbot_evaluation(campaign: str = "") -> pd.DataFrame:
    """Each campaign's lists beside the nearest unvalidated ones, before and after: `tables.CHATBOT_EVALUATION`.

    A campaign without published lists of its time, or without unvalidated lists, has no rows.
    """
    try:
        latest = month_of("rtt")
    except NoDataError:
        return CHATBOT_EVALUATION.empty()

    def make() -> pd.DataFrame:
        found, counts, stored = [], chatbot_counts(), warehouse()
        for name in dict.fromkeys(counts["campaign"]):
            months = chatbot_model.span(counts, name)
            if months is None:
                continue
            first, last = add_months(months[0], -1 - chatbot_model.MONTHS_BEFORE), min(months[1], latest)
            figures = stored.rtt(measure=_EVALUATED, month=months_between(first, last))
            if len(figures):
                position, flows = rtt.position(figures), rtt.flows(figures)
                found.append(chatbot_model.evaluate(counts, name, position, flows, latest))
        told = [one for one in found if len(one)]
        return pd.concat(told, ignore_index=True) if told else CHATBOT_EVALUATION.empty()

    return chatbot_model.of_campaign(_beside_lists(CHATBOT_EVALUATION, make), campaign)


def chatbot_net(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES, campaign: str = "") -> pd.DataFrame:
    """A list as published beside what it would be at most without one campaign's removals: `tables.CHATBOT_NET`.

    Of the latest campaign unless one is named; of the system, of each trust as well.
    """
    try:
        latest = month_of("rtt")
    except NoDataError:
        return CHATBOT_NET.empty()

    def make() -> pd.DataFrame:
        counts = chatbot_counts()
        figures = every_list(latest)
        position = rtt.position(figures[figures["measure"].isin(_EVALUATED)])
        names = dict.fromkeys(counts["campaign"])
        found = [chatbot_model.net_of_validation(counts, position, name, latest) for name in names]
        told = [one for one in found if len(one)]
        return pd.concat(told, ignore_index=True) if told else CHATBOT_NET.empty()

    every = _beside_lists(CHATBOT_NET, make)
    name = campaign or _last_campaign(chatbot_counts())
    return chatbot_model.of_campaign(_of_list(every, trust, specialty), name)


def chatbot_coverage(trust: str = SYSTEM) -> pd.DataFrame:
    """How much of each list has answered within the re-validation cycle: `tables.CHATBOT_COVERAGE`."""

    def make() -> pd.DataFrame:
        bands = _bands()
        if bands.empty:
            return CHATBOT_COVERAGE.empty()
        return chatbot_model.coverage(chatbot_counts(), bands, parameters.validation_programme().cycle_weeks)

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
        before, weeks = None, parameters.validation_programme().cycle_weeks
        for day in days[:-1]:
            exact = chatbot_model.counts(_counted(day), weeks)
            before = exact, chatbot_model.publish(exact, before)
        return chatbot_model.publish(chatbot_model.counts(_pathways(release), weeks), before)

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


def _left_a_month() -> dict[tuple[str, str], float]:
    """Share of every list that leaves unreported in a month, as in `_share_left`; nothing where no lists are loaded."""
    try:
        figures = every_list(month_of("rtt"))
    except NoDataError:
        return {}
    return _share_left(rtt.flows(figures[figures["measure"].isin(_EVALUATED)]))


def _share_left(flows: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Share of each list (trust, or ALL, and specialty) that leaves unreported in a month: mean of the last twelve, 0 or more."""
    lately = flows.sort_values("month").groupby(["provider_code", "treatment_function_code"]).tail(12)
    monthly = lately.assign(share=lately["net_removals"].astype(float) / lately["opening"].astype(float))
    mean = monthly.groupby(["provider_code", "treatment_function_code"])["share"].mean().fillna(0.0).clip(lower=0)
    return {
        (_provider(str(row["provider_code"])), str(row["treatment_function_code"])): float(row["share"])
        for row in mean.reset_index().to_dict("records")
    }


def _of_list(every: pd.DataFrame, trust: str, specialty: str) -> pd.DataFrame:
    """The rows of a trust's specialty; of the system, those of all trusts together and of each."""
    here = every["treatment_function_code"] == specialty
    if trust != SYSTEM:
        here &= every["provider_code"] == trust
    return every[here].reset_index(drop=True)


def _provider(trust: str) -> str:
    """The trust as Chatbot tables name it."""
    return chatbot_model.ALL_PROVIDERS if trust == SYSTEM else trust


def _last_campaign(counts: pd.DataFrame) -> str:
    """The campaign that began last."""
    return str(counts["campaign"].iloc[-1])


def _results() -> Results:
    return Results(Home.current())
