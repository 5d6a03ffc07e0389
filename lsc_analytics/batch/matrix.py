"""Which reports are due: `runs/*.yml` multiplied out over what is loaded, every parameter filled in and checked.

An unknown or ill-typed parameter is refused here, before anything runs; Papermill itself would only log it. It reads
notebooks, and neither runs them nor opens the store.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsc_analytics import parameters
from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters import ReportFamily, Runs
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS, SYSTEM

Scalar = str | int | float | bool
_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float, int), "bool": (bool,)}
_NOTHING = {
    "rtt": "No RTT data are loaded.",
    "dm01": "No DM01 data are loaded.",
    "wlmds": "No demographics workbook of the Waiting List Minimum Data Set is loaded.",
    "chatbot": "No Chatbot call records are loaded.",
    "ptl": "No patient tracking list is loaded.",
    "any": "Nothing is loaded.",
}


@dataclass(frozen=True)
class Available:
    """What is loaded of one family.

    Attributes:
        as_of: Its last month, YYYY-MM; empty for all families together, where a notebook's default stands.
        pairs: (trust, specialty or test) with somebody waiting at that month, without sums over trusts. None of data
            that only come beside those of a report, such as a plan.
        release: Digest of its data: another release makes its reports due again.
        flowing: Those of the pairs whose flows are loaded for as many months as it takes to play a list ahead.
        answered: How many patients answered, of the pairs of a Chatbot whose counts are shown.
        campaigns: By validation campaign, in the order they began, the pairs that it called.
    """

    as_of: str
    pairs: frozenset[tuple[str, str]]
    release: str
    flowing: frozenset[tuple[str, str]] = frozenset()
    answered: Mapping[tuple[str, str], float] = field(default_factory=dict)
    campaigns: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def asked(self, family: ReportFamily, campaign: str = "") -> frozenset[tuple[str, str]]:
        """Those of the pairs that a line of the runs file takes, of one campaign where it names any."""
        if family.flows:
            return self.flowing
        pairs = self.campaigns[campaign] if campaign else self.pairs
        if family.answered:
            return frozenset(pair for pair in pairs if self.answered.get(pair, 0) >= family.answered)
        return pairs


@dataclass(frozen=True)
class Due:
    """One report to make, or, where `skipped` says why, one family of them that cannot be made.

    Attributes:
        notebook: As `notebooks/forecast.ipynb`.
        address: As `forecast/RXN/C_110`, or `chatbot/LSC/C_999-SPRING_2025` of one campaign.
        parameters: Every parameter of the notebook.
        release: Digest of the data it reads.
        skipped: Why it is not made; empty where it is.
        reads: Families of the data it may read, which `release` is the digest of; empty for whatever is loaded.
    """

    notebook: str
    address: str
    parameters: dict[str, Scalar]
    release: str
    skipped: str = ""
    reads: tuple[str, ...] = ()


def plan(
    runs: Runs,
    available: Mapping[str, Available],
    *,
    only: Mapping[str, str] | None = None,
    notebooks: Path | None = None,
) -> list[Due]:
    """Every report that a batch is to make, in the order of its families.

    A specialty or test is due where the data have it. `every` stands for what a trust has; a code that is named is left
    out where it is known and the trust does not have it. The system (LSC) has what any of its trusts has, and a total
    (C_999, all tests 16, a network's tests) can be asked for wherever there is something to add up.

    Args:
        runs: What `runs/*.yml` says.
        available: What is loaded, by family; a family without data is left out.
        only: Keep reports with these values: `notebook` or any parameter.
        notebooks: Folder of the notebooks; the checkout's unless given.

    Returns:
        One Due a report, and one for each notebook of a family without data.

    Raises:
        ParameterError: A notebook, a code or a parameter is unknown or ill-typed, or `only` matches nothing.
    """
    folder = notebooks or parameters.project_root() / "notebooks"
    due: dict[str, Due] = {}
    for family in runs.reports:
        for one in _family(family, available, folder):
            if due.setdefault(one.address, one).parameters != one.parameters:
                said = f"Two lines of the runs file make {one.address}, with different parameters."
                raise ParameterError(said, "Keep one, or put them in two runs files.", file=one.notebook)
    return _only(list(due.values()), only or {})


def _family(family: ReportFamily, available: Mapping[str, Available], folder: Path) -> list[Due]:
    notebook = f"notebooks/{family.notebook}.ipynb"
    taken = _notebook_parameters(folder / f"{family.notebook}.ipynb", notebook)
    axis = "test" if family.test is not None else "specialty"
    given = (family.test if family.test is not None else family.specialty) or []
    data = _merged(available) if family.family == "any" else available.get(family.family)
    reads = () if family.family == "any" else (family.family, *family.also)
    release = _release({name: available[name] for name in reads or available if name in available})
    _check_codes(family, axis, given, data)
    for name, wanted in (("trust", family.trust), (axis, given), ("campaign", family.campaign or [])):
        if name not in taken and (wanted == "every" or len(wanted) > 1):
            raise ParameterError(
                "The notebook has no such parameter, so its reports would all be the same.",
                f"Add it to the parameters cell, or name one {name}.",
                file=notebook,
                parameter=name,
            )
    as_of = data.as_of if data else ""
    fixed = _complete(notebook, taken, {"as_of": as_of} if as_of and "as_of" in taken else {}, family.parameters)
    if data is None:
        reason = f"{_NOTHING[family.family]} Load some with `lsc ingest`."
        return [Due(notebook, family.notebook, {}, "", reason)]
    due = []
    for campaign in _campaigns(family, data):
        pairs, of_one = data.asked(family, campaign), {"campaign": campaign} if campaign else {}
        for trust in parameters.trust_codes() if family.trust == "every" else family.trust:
            for code in _codes(trust, axis, given, pairs):
                chosen = {name: value for name, value in (("trust", trust), (axis, code)) if name in taken}
                values = _complete(notebook, taken, fixed, chosen, of_one)
                address = f"{family.notebook}/{trust}/{code}{_suffix(campaign)}"
                due.append(Due(notebook, address, values, release, reads=reads))
    if due:
        return due
    reason = f"Nothing that is asked for is in the data{data.as_of and f' of {data.as_of}'}."
    if family.flows:
        reason += " It takes clock starts of thirteen months: load the monthly RTT full extracts with `lsc ingest`."
    if family.answered:
        reason += f" It takes {family.answered} patients who answered in one campaign."
    return [Due(notebook, family.notebook, {}, "", reason)]


def _campaigns(family: ReportFamily, data: Available) -> list[str]:
    """The campaigns that a line makes reports of, those that are loaded; an empty name stands for all in one report."""
    if family.campaign is None:
        return [""]
    wanted = data.campaigns if family.campaign == "every" else family.campaign
    return [name for name in data.campaigns if name in wanted]


def _suffix(campaign: str) -> str:
    """What a campaign's name adds to an address: capitals, digits and underscores.

    >>> _suffix("2022/23 to December 2022"), _suffix("")
    ('-2022_23_TO_DECEMBER_2022', '')
    """
    return f"-{re.sub('[^A-Z0-9]+', '_', campaign.upper()).strip('_')}" if campaign else ""


def _codes(trust: str, axis: str, given: list[str] | str, pairs: frozenset[tuple[str, str]]) -> list[str]:
    """The codes that a trust has among those asked for, in published order."""
    trusts = set(parameters.trust_codes()) if trust == SYSTEM else {trust}
    present = {code for held_by, code in pairs if held_by in trusts}
    if given == "every":
        order = _known(axis)
        return sorted(present, key=lambda code: (order.index(code) if code in order else len(order), code))
    parts = {code: set(parameters.ids_of_tests(code)) if axis == "test" else {code} for code in given}
    return [code for code in given if parts[code] & present or (code == ALL_SPECIALTIES and present)]


def _known(axis: str) -> list[str]:
    if axis == "test":
        return [*(test.code for test in parameters.diagnostics().tests), *parameters.NETWORKS, ALL_TESTS]
    return [function.code for function in parameters.specialties().treatment_functions]


def _check_codes(family: ReportFamily, axis: str, given: list[str] | str, data: Available | None) -> None:
    """A misspelt code must not pass for one that nobody offers."""
    pairs = data.pairs if data else frozenset()
    known: dict[str, tuple[list[str] | str, set[str]]] = {
        "trust": (family.trust, {SYSTEM, *parameters.trust_codes(), *(trust for trust, _ in pairs)}),
        axis: (given, {*_known(axis), *(code for _, code in pairs)}),
    }
    for name, (wanted, codes) in known.items():
        for code in [] if wanted == "every" else wanted:
            if code not in codes:
                remedy = "See parameters/organisations.yml, specialties.yml and diagnostics.yml."
                raise ParameterError(f"{code!r} is not known (for {family.notebook}).", remedy, parameter=name)


def _merged(available: Mapping[str, Available]) -> Available | None:
    """All families together, for a report that reads whatever is loaded: each source keeps its own last month."""
    pairs = frozenset[tuple[str, str]]().union(*(one.pairs for one in available.values()))
    return Available("", pairs, _release(available)) if pairs else None


def _release(available: Mapping[str, Available]) -> str:
    """One digest of several families' data: that of one alone is its own."""
    if len(available) == 1:
        return next(iter(available.values())).release
    releases = ",".join(f"{name}={available[name].release}" for name in sorted(available))
    return hashlib.sha256(releases.encode()).hexdigest()[:16]


def _notebook_parameters(path: Path, notebook: str) -> dict[str, tuple[tuple[type, ...], Scalar]]:
    """What a notebook's parameters cell takes: for each name the types it may have, and its default.

    Papermill's own reading of it would import all of Papermill, a fifth of a run in which nothing has changed.
    """
    if not path.is_file():
        raise ParameterError("There is no such notebook.", "Correct its name in the runs file.", file=notebook)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise ParameterError("The file is no notebook, or damaged.", "Restore it.", file=notebook) from error
    given = next((cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", [])), "")
    try:
        lines = ast.parse("".join(given)).body
    except SyntaxError as error:
        said = f"The parameters cell is not Python ({error.msg}, line {error.lineno})."
        raise ParameterError(said, 'Write each as `trust: str = "RXN"`.', file=notebook) from error
    taken = {}
    for line in lines:
        if not isinstance(line, ast.AnnAssign | ast.Assign) or line.value is None:
            continue
        name = ast.unparse(line.target if isinstance(line, ast.AnnAssign) else line.targets[0])
        try:
            default = ast.literal_eval(line.value)
        except ValueError:
            default = None
        named = ast.unparse(line.annotation) if isinstance(line, ast.AnnAssign) else type(default).__name__
        types = _TYPES.get(named)
        if types is None or not _is(default, types):
            said = "The default in the parameters cell is not a plain text, number or yes-no of the type it names."
            raise ParameterError(said, 'Write it like `trust: str = "RXN"`.', file=notebook, parameter=name)
        taken[name] = (types, default)
    return taken


def _complete(
    notebook: str,
    taken: Mapping[str, tuple[tuple[type, ...], Scalar]],
    *given: Mapping[str, Scalar],
) -> dict[str, Scalar]:
    """Every parameter of a notebook: its default, or what was given last."""
    values = {name: default for name, (_, default) in taken.items()}
    for name, value in ((name, value) for some in given for name, value in some.items()):
        if name not in taken:
            raise ParameterError(
                "The notebook has no such parameter.", f"It takes {', '.join(taken)}.", file=notebook, parameter=name
            )
        types = taken[name][0]
        if not _is(value, types):
            said = f"{value!r} is not of the type {types[0].__name__} that the notebook wants."
            raise ParameterError(said, "Correct it in the runs file.", file=notebook, parameter=name)
        values[name] = value
    return values


def _is(value: Any, types: tuple[type, ...]) -> bool:
    """Whether a value has one of these types; True is no number here, though Python counts it as one."""
    return isinstance(value, types) and (isinstance(value, bool) == (bool in types))


def _only(due: list[Due], only: Mapping[str, str]) -> list[Due]:
    for name, wanted in only.items():
        read: Callable[[Due], str | None] = _value(name)
        found = {value for one in due if (value := read(one)) is not None}
        if not found:
            names = sorted({name for one in due for name in one.parameters})
            raise ParameterError(
                "No report has such a parameter.", f"Use notebook, {', '.join(names)}.", parameter=name
            )
        if wanted not in found:
            some = ", ".join(sorted(found)[:30])
            raise ParameterError(f"No report has the value {wanted!r}.", f"There are {some}.", parameter=name)
        due = [one for one in due if read(one) == wanted]
    return due


def _value(name: str) -> Callable[[Due], str | None]:
    """How to read what `only` names: the notebook's name, or a parameter."""
    if name == "notebook":
        return lambda due: due.address.partition("/")[0]
    return lambda due: str(due.parameters[name]) if name in due.parameters else None
