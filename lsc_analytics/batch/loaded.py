"""What a batch finds loaded: the reports that can be made of it, and the forecasts they rest on. It runs no report."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from lsc_analytics import parameters, vocabulary
from lsc_analytics.batch.manifest import Stage
from lsc_analytics.batch.matrix import Available, Due
from lsc_analytics.batch.runner import run_tasks
from lsc_analytics.errors import LscError, NoDataError
from lsc_analytics.parameters import Runs
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS, SYSTEM, add_months, months_between
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.vocabulary import chatbot, diagnostic_capacity, diagnostics_ahead, forecasts
from lsc_analytics.vocabulary.loaded import used

# They say how a list is rated among all of them, which rests on every list's forecast.
_RATING = ("notebooks/forecast.ipynb", "notebooks/system_overview.ipynb")
# They say how forecasts have turned out, which rests on what every method said of every list.
_JUDGING = (*_RATING, "notebooks/forecast_accuracy.ipynb", "notebooks/mutual_aid.ipynb")
# It says what is most worth deciding, which rests on what every other report rests on.
_DECIDING = "notebooks/system_overview.ipynb"
_WHAT_IF = "notebooks/what_if.ipynb"
Cell = tuple[str, str, str]
Asked = tuple[str, int, str]
Task = tuple[Callable[..., None], tuple[str | int, ...]]


def available(home: Home, runs: Runs | None = None) -> dict[str, Available]:
    """What reports can be made of what is loaded, by family; a family without data is left out.

    A pair is there where somebody waits at the family's as-of month; for the Chatbot, where a campaign called anyone.
    Data that have no lists of their own, such as a plan, are there with no pair.

    Args:
        home: What is loaded.
        runs: What is to be made of it: how many patients answered takes seconds to count, and is counted where a line
            of it asks for so many.
    """
    warehouse, found = Warehouse(home), {}
    codes = {"rtt": "treatment_function_code", "dm01": "diagnostic_test_code"}
    for family, total in vocabulary.TOTALS.items():
        try:
            month = vocabulary.month_of(family)
        except NoDataError:
            continue
        view = warehouse.rtt if family == "rtt" else warehouse.dm01
        rows = view(month=month, measure=total, provider_code=parameters.trust_codes())
        pairs = rows.loc[rows["value"] > 0, ["provider_code", codes[family]]].itertuples(index=False, name=None)
        flowing = _flowing(warehouse, month) if family == "rtt" else frozenset()
        found[family] = Available(month, frozenset(pairs), warehouse.release(family), flowing)
    if campaigns := _campaigns(warehouse):
        called = frozenset[tuple[str, str]]().union(*campaigns.values())
        counted = runs is not None and any(one.answered for one in runs.reports)
        answered = chatbot.chatbot_answered() if counted else {}
        release = warehouse.release("chatbot")
        found["chatbot"] = Available("", called, release, answered=answered, campaigns=campaigns)
    if listed := warehouse.ptl_days():
        trusts = {(trust, ALL_SPECIALTIES) for trust in warehouse.ptl_trusts(listed[-1])}
        found["ptl"] = Available("", frozenset(trusts), warehouse.release("ptl"))
    if weeks := warehouse.wlmds_weeks():
        told = warehouse.wlmds(week_ending=weeks[-1], provider_code=parameters.trust_codes(), band="total")
        trusts = {(trust, ALL_SPECIALTIES) for trust in told["provider_code"]}
        found["wlmds"] = Available("", frozenset(trusts), warehouse.release("wlmds"))
    beside = {*warehouse.families()} - {*codes, "chatbot", "ptl", "wlmds"}
    return found | {family: Available("", frozenset(), warehouse.release(family)) for family in sorted(beside)}


def _campaigns(warehouse: Warehouse) -> dict[str, frozenset[tuple[str, str]]]:
    """The lists that each validation campaign called, campaigns in the order they began."""
    lists = ["provider_code", "treatment_function_code"]
    began = warehouse.chatbot_lists().sort_values(["attempted_on", "campaign"])
    return {
        str(name): frozenset(began.loc[began["campaign"] == name, lists].itertuples(index=False, name=None))
        for name in dict.fromkeys(began["campaign"])
    }


def _flowing(warehouse: Warehouse, month: str) -> frozenset[tuple[str, str]]:
    """The lists with clock starts in every month that it takes to forecast their flows, up to this one."""
    needed = parameters.models().forecast.history_months_needed
    months = months_between(add_months(month, 1 - needed), month)
    rows = warehouse.rtt(month=months, measure="clock_starts", provider_code=parameters.trust_codes())
    told = rows.groupby(["provider_code", "treatment_function_code"])["month"].nunique()
    return frozenset(told[told == needed].index)


def make_forecasts(
    home: Home,
    due: Sequence[Due],
    loaded: dict[str, Available],
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    stages: list[Stage] | None = None,
) -> list[str]:
    """Make and store the forecasts that these reports rest on, before any notebook runs, so that no two make the same one.

    First what every method says of every list of the system, since the contest judges them all, with DM01's tests and the
    counts of patient-level tables beside it; then the contest; then the forecasts that it leads, totals after the lists
    that they are the sums of; last what follows from them all: the record, diagnostic capacity, what-if settings, mutual
    aid, and the decisions that these come to.

    Args:
        home: Where the data are and the results go.
        due: The reports.
        loaded: What they can be made of.
        workers: Processes at a time; as many as cores unless given.
        executor: Who makes them instead, as in `runner.run`.
        stages: Is given where the time went.

    Returns:
        What could not be made and why, a sentence each: the report that rests on it tries again, and says in which cell
        it fails.
    """
    cells = forecasts_needed(due, loaded)
    asked = {one.notebook for one in due if not one.skipped}
    # Long tasks first, each in a process of its own: what is patient level, and what is learned from all lists at once.
    first: list[Task] = [(remember_tests, (month,)) for month in tests_needed(due)]
    first += [(task, ()) for family, (task, shown_in) in _OF_PATIENTS.items() if family in loaded and asked & shown_in]
    rest: list[Task] = []
    # Title, tasks, and how many of them are long and share no process.
    stages_ahead: list[tuple[str, list[Task], int]] = []
    last: list[Task] = []
    for month in sorted({month for _, _, month in cells} | {*records_needed(due)}):
        wanted = [cell[:2] for cell in cells if cell[2] == month]
        # Parts before the whole: a trust's total is the sum of its specialties, the system of its trusts.
        wanted.sort(key=lambda cell: (cell[0] == SYSTEM, cell[1] == ALL_SPECIALTIES))
        last.append((remember_record, (month,)))
        if not wanted and forecasts.contest_remembered(month):
            continue
        judged = list(dict.fromkeys([*forecasts.lists(month), *wanted]))
        first.insert(0, (remember_shared, (month,)))
        rest += [(remember_methods, (*cell, month)) for cell in judged]
        stages_ahead += [
            ("Contest", [(remember_contest, (month,))], 0),
            ("Forecasts", [(remember_forecast, (*cell, month)) for cell in wanted], 0),
        ]
    last += [(remember_diagnostic_capacity, (month,)) for month in _diagnostic_months(due)]
    last += [(remember_what_if, cell) for cell in what_if_needed(due)]
    last += [(remember_proposal, proposal) for proposal in proposals_needed(due)]
    # After the proposals, so that none is made twice.
    decided: list[Task] = [(remember_decisions, (month,)) for month in _deciding_months(due)]
    stages_ahead += [("What follows", last, len(last)), ("Decisions", decided, len(decided))]
    faults = []
    for title, tasks, alone in [("Methods", [*first, *rest], len(first)), *stages_ahead]:
        if not tasks:
            continue
        answers = run_tasks(
            tasks, title=title, alone=alone, workers=workers, home=home, executor=executor, stages=stages
        )  # fmt: skip
        said = zip(tasks, answers, strict=True)
        faults += [
            f"{title}, {' '.join([task[0].__name__.removeprefix('remember_'), *map(str, task[1])])}: {answer.error}"
            for task, answer in said
            if answer.error
        ]
    return faults


def proposals_needed(due: Sequence[Due]) -> list[Asked]:
    """The mutual aid proposals (as-of month, standard, date) that these reports select from and that are not remembered."""
    wanted: dict[Asked, None] = {}
    for one in due:
        if one.notebook == "notebooks/mutual_aid.ipynb" and not one.skipped:
            asked = one.parameters
            wanted[str(asked["as_of"]), int(asked["standard_weeks"]), str(asked["by"])] = None
    return [asked for asked in wanted if not vocabulary.aid_remembered(*asked)]


def what_if_needed(due: Sequence[Due]) -> list[Cell]:
    """The lists (trust, specialty, as-of month) whose settings these reports show; those played before answer at once."""
    asked = [one.parameters for one in due if one.notebook == _WHAT_IF and not one.skipped]
    return [(str(one["trust"]), str(one["specialty"]), str(one["as_of"])) for one in asked]


def _diagnostic_months(due: Sequence[Due]) -> list[str]:
    """The months of which these reports ask what diagnostic standards take."""
    asking = {"notebooks/diagnostics.ipynb", "notebooks/diagnostic_capacity.ipynb"}
    months = {str(one.parameters.get("as_of", "")) for one in due if one.notebook in asking and not one.skipped}
    return sorted(months)


def _deciding_months(due: Sequence[Due]) -> list[str]:
    """The months of which these reports say what is most worth deciding."""
    return sorted({str(one.parameters["as_of"]) for one in due if one.notebook == _DECIDING and not one.skipped})


def forecasts_needed(due: Sequence[Due], loaded: dict[str, Available]) -> list[Cell]:
    """The forecasts (trust, specialty, as-of month) that these reports rest on and that are not remembered yet."""
    wanted: dict[Cell, None] = {}
    for one in due:
        month = str(one.parameters.get("as_of", ""))
        if one.skipped:
            continue
        if one.notebook in _RATING:
            wanted.update(dict.fromkeys((trust, code, month) for trust, code in sorted(loaded["rtt"].pairs)))
        if one.notebook in (*_RATING, _WHAT_IF):
            wanted[str(one.parameters["trust"]), str(one.parameters["specialty"]), month] = None
    return [cell for cell in wanted if not vocabulary.forecast_remembered(*cell)]


def tests_needed(due: Sequence[Due]) -> list[str]:
    """The as-of months whose reports rest on forecasts of DM01's tests, or on their record, that are not remembered yet."""
    remembered = vocabulary.diagnostics_forecast_remembered, vocabulary.diagnostics_record_remembered
    return sorted(month for month in _diagnostic_months(due) if not all(found(month) for found in remembered))


def records_needed(due: Sequence[Due]) -> list[str]:
    """The as-of months whose reports rest on the record of forecasts, where it is not remembered yet."""
    months = {str(one.parameters.get("as_of", "")) for one in due if one.notebook in _JUDGING and not one.skipped}
    return sorted(month for month in months if month and not vocabulary.record_remembered(month))


def system_forecast(loaded: dict[str, Available]) -> bool:
    """Whether every list of the system has its forecast, so that the landing page can be written without making one."""
    return all(vocabulary.forecast_remembered(*pair, loaded["rtt"].as_of) for pair in loaded["rtt"].pairs)


def shared_by(due: Sequence[Due]) -> list[tuple[str, str, str]]:
    """What `read_ahead` should read for these reports: each family, trust and as-of month of theirs."""
    asked = [(family, one.parameters) for one in due for family in one.reads if family in vocabulary.TOTALS]
    told = {
        (family, str(given["trust"]), str(given["as_of"])) for family, given in asked if {"trust", "as_of"} <= {*given}
    }
    return sorted(told)


def read_ahead(lists: Sequence[tuple[str, str, str]]) -> None:
    """Read what the pages of these lists (family, trust, as-of month) share, in a process whose forks then make the pages.

    It asks no model anything. What it has read counts as read by none of them: each page's provenance names what that page asked for.
    """
    try:
        for family, trust, month in lists:
            with contextlib.suppress(LscError):  # a page that asks for the same says it
                if family == "rtt":
                    vocabulary.rtt_position(trust, ALL_SPECIALTIES, month)
                    vocabulary.cohort_bands(trust, ALL_SPECIALTIES, month)
                else:
                    vocabulary.diagnostics_bands(trust, ALL_TESTS, month)
                    vocabulary.diagnostics_completeness(trust, ALL_TESTS, month)
                    diagnostics_ahead.every_test(month)
    finally:
        used.clear()


def remember_ptl() -> None:
    """Count the patient tracking list, guard the counts and store what may be shown: a task for a worker."""
    vocabulary.ptl_published()


def remember_chatbot() -> None:
    """Count what validation found, guard the counts and store what may be shown: a task for a worker."""
    chatbot.remember_chatbot()


def remember_shared(as_of: str) -> None:
    """Make what the methods say that learn from all lists at once and store it: a task for a worker."""
    forecasts.shared_methods(as_of)


def remember_methods(trust: str, specialty: str, as_of: str) -> None:
    """Make what the other methods say of one list and store it: a task for a worker."""
    forecasts.methods(trust, specialty, as_of)


def remember_tests(as_of: str) -> None:
    """Forecast every DM01 test and judge what was said of them before, and store both: a task for a worker."""
    vocabulary.diagnostics_forecast(SYSTEM, ALL_TESTS, as_of)
    vocabulary.diagnostics_last_six(SYSTEM, ALL_TESTS, as_of)  # after what it judges has been kept


def remember_contest(as_of: str) -> None:
    """Judge the methods and store the choice: a task for a worker."""
    forecasts.contest(as_of)


def remember_forecast(trust: str, specialty: str, as_of: str) -> None:
    """Make one forecast and store it: a task for a worker."""
    forecasts.forecast(trust, specialty, as_of)


def remember_what_if(trust: str, specialty: str, as_of: str) -> None:
    """Play every setting of the what-if page and store it: a task for a worker."""
    vocabulary.what_if(trust, specialty, as_of)


def remember_proposal(as_of: str, standard_weeks: int, by: str) -> None:
    """Make a mutual aid proposal with all that explains it and store it: a task for a worker."""
    vocabulary.aid_summary(as_of, standard_weeks, by)


def remember_record(as_of: str) -> None:
    """Judge every forecast whose month is known, rate every list, and store both: a task for a worker."""
    vocabulary.accuracy_by_measure(SYSTEM, as_of)
    vocabulary.movers(as_of)


def remember_decisions(as_of: str) -> None:
    """Make whatever the decisions rest on that no other report has asked for, and store it: a task for a worker."""
    vocabulary.decisions(as_of)


def remember_diagnostic_capacity(as_of: str) -> None:
    """Tell what every diagnostic standard takes and store it: a task for a worker."""
    diagnostic_capacity.remember_diagnostic_capacity(as_of)


# What is patient level is counted and guarded once, before the notebooks that show it.
_OF_PATIENTS: dict[str, tuple[Callable[[], None], set[str]]] = {
    "ptl": (remember_ptl, {"notebooks/patient_tracking_list.ipynb", "notebooks/inequality.ipynb"}),
    "chatbot": (remember_chatbot, {"notebooks/chatbot.ipynb", _DECIDING}),
}
