"""Do the parameter files name only what there is? A sentence for each name that nothing else knows; it mends nothing.

A misspelt name in a file that is otherwise in order would pass unnoticed: a rule would rate nothing, a rebase start no
limits anew, or a report end in an error long after the batch began.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_args

from lsc_analytics import parameters
from lsc_analytics.errors import ParameterError
from lsc_analytics.ingest import ptl, tidy
from lsc_analytics.ingest.reading import Family
from lsc_analytics.parameters import Provider, PtlMapping, Runs, SourceMapping, Standard, Trust
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS, SYSTEM
from lsc_analytics.vocabulary.spc import CHARTED

Named = tuple[str, str, str]  # where in the file, the name that stands there, and what it should be one of


def unknown_names() -> list[str]:
    """Every name in the parameter files that no registry, table or layout knows: file, place, name and remedy.

    A file that cannot be read names nothing here (`parameters.faults_of_files` says what is wrong with it), and where a
    registry cannot be read, whatever is looked up in it passes.

    >>> unknown_names()
    []
    """
    known = {kind: found for kind, find in _KNOWN.items() if (found := _read(find)) is not None}
    told = []
    for file, names in _NAMED.items():
        for place, name, kind in _read(names) or []:
            if kind in known and name not in known[kind]:
                told.append(_sentence(file, place, name, kind, known[kind]))
    return [*told, *_of_mappings(known), *_of_runs()]


def _read(find: Callable[..., Any], *of: Any) -> Any:
    """What a file says; None where it is not in order, which is said elsewhere."""
    try:
        found = find(*of)
        return list(found) if isinstance(found, Iterator) else found
    except ParameterError:
        return None


def _sentence(file: str, place: str, name: str, kind: str, known: Collection[str]) -> str:
    what, where = _WORDS[kind]
    near = difflib.get_close_matches(name, sorted(known), n=1)
    remedy = f"Write {near[0]}, or" if near else "Correct it, or"
    return str(ParameterError(f"{name!r} is no {what}.", f"{remedy} see {where}.", file=file, parameter=place))


def _standards(of: Callable[[Standard], bool]) -> set[str]:
    return {standard.id for standard in parameters.standards().standards if of(standard)}


def _providers() -> set[str]:
    told = parameters.organisations()
    every: list[Trust | Provider] = [*told.trusts, *told.independents, *told.outside_mutual_aid]
    return {one.code for one in every}


def _specialties() -> set[str]:
    return {function.code for function in parameters.specialties().treatment_functions}


def _tests() -> set[str]:
    return {test.code for test in parameters.diagnostics().tests}


_KNOWN: dict[str, Callable[[], set[str]]] = {
    "trust": lambda: {*parameters.trust_codes()},
    "trust_or_system": lambda: {SYSTEM, *parameters.trust_codes()},
    "provider": _providers,
    "specialty": lambda: _specialties() - {ALL_SPECIALTIES},
    "test": _tests,
    "rtt_list": _specialties,
    "dm01_list": lambda: {*_tests(), *parameters.NETWORKS, ALL_TESTS},
    "chatbot_list": lambda: {ALL_SPECIALTIES},
    "rtt_standard": lambda: _standards(lambda one: one.family == "rtt" and one.rule != "share_within_at_least"),
    "dm01_standard": lambda: _standards(
        lambda one: (one.family, one.weeks, one.rule) == ("dm01", 6, "share_within_at_least")
    ),
    "data": lambda: {*get_args(Family)},
    **{f"{family}_measure": partial(set, ("all", *told)) for family, told in CHARTED.items()},
}
_WORDS = {
    "trust": ("trust of the system", "organisations.yml"),
    "trust_or_system": (f"trust of the system, nor the system ({SYSTEM})", "organisations.yml"),
    "provider": ("provider that is known", "organisations.yml"),
    "specialty": ("treatment function", "specialties.yml"),
    "test": ("DM01 test", "diagnostics.yml"),
    "rtt_list": ("treatment function", "specialties.yml"),
    "dm01_list": ("DM01 test, network of tests or all of them (16)", "diagnostics.yml"),
    "chatbot_list": ("list whose calls are charted", f"docs/method-spc.md: all specialties, {ALL_SPECIALTIES}"),
    "rtt_standard": ("RTT standard of pathways over so many weeks", "standards.yml"),
    "dm01_standard": ("standard of the share within six weeks for a test", "standards.yml"),
    "data": ("family of data that can be loaded", f"these: {', '.join(get_args(Family))}"),
    **{
        f"{family}_measure": (f"measure of {family} that is charted", f"these: all, {', '.join(told)}")
        for family, told in CHARTED.items()
    },
}


def _in_risk() -> Iterator[Named]:
    for at, rule in enumerate(parameters.risk().rules):
        yield f"rules.{at}.standard", rule.standard, "rtt_standard"


def _in_organisations() -> Iterator[Named]:
    for at, journey in enumerate(parameters.organisations().journeys):
        for end in journey.between:
            yield f"journeys.{at}.between", end, "provider"


def _in_capacity() -> Iterator[Named]:
    for code in parameters.capacity().specialties:
        yield "specialties", code, "specialty"


def _in_diagnostic_capacity() -> Iterator[Named]:
    told = parameters.diagnostic_capacity()
    for at, standard in enumerate(told.standards):
        yield f"standards.{at}", standard, "dm01_standard"
    yield "told_at", told.told_at, "dm01_standard"


def _in_diagnostic_coupling() -> Iterator[Named]:
    for at, pair in enumerate(parameters.diagnostic_coupling().pairs):
        yield f"pairs.{at}.specialty", pair.specialty, "specialty"
        yield f"pairs.{at}.test", pair.test, "test"


def _in_spc() -> Iterator[Named]:
    for at, one in enumerate(parameters.spc().rebases):
        yield f"rebases.{at}.trust", one.trust, "trust_or_system"
        yield f"rebases.{at}.list_code", one.list_code, f"{one.family}_list"
        yield f"rebases.{at}.measure", one.measure, f"{one.family}_measure"


def _in_validation_programme() -> Iterator[Named]:
    for at, tier in enumerate(parameters.validation_programme().tiers):
        yield f"tiers.{at}.trust", tier.trust, "trust"


def _in_demo() -> Iterator[Named]:
    told = parameters.demo()
    for code in told.rtt.functions:
        yield "rtt.functions", code, "specialty"
    for trust in (*told.rtt.trusts, *told.dm01.trusts):
        yield "trusts", trust, "trust"
    for code in told.dm01.tests:
        yield "dm01.tests", code, "test"


_NAMED: dict[str, Callable[[], Iterator[Named]]] = {
    "organisations.yml": _in_organisations,
    "capacity.yml": _in_capacity,
    "diagnostic_capacity.yml": _in_diagnostic_capacity,
    "diagnostic_coupling.yml": _in_diagnostic_coupling,
    "risk.yml": _in_risk,
    "spc.yml": _in_spc,
    "validation_programme.yml": _in_validation_programme,
    "demo.yml": _in_demo,
}


def _of_mappings(known: dict[str, set[str]]) -> Iterator[str]:
    """What the mappings of tidy histories and of patient tracking lists turn a file's words into."""
    codes = {"treatment_function_code": "rtt_list", "diagnostic_test_code": "test"}
    for path, source in _files("sources/*.yml", SourceMapping):
        try:
            tidy.check_mapping(source)
        except ParameterError as error:
            yield str(ParameterError(error.problem, error.remedy, file=path, parameter=error.parameter))
            continue
        for place, column, ours in _turned(source):
            kind = codes.get(column, "")
            if kind in known and ours not in known[kind]:
                yield _sentence(path, place, ours, kind, known[kind])
    listed = _read(ptl.codes_of) or {}
    for path, mapping in _files("ptl/*.yml", PtlMapping):
        for place, column, ours in _turned(mapping):
            may, problem = listed.get(column, (None, ""))
            if may is not None and ours not in may:
                yield str(ParameterError(f"{ours!r}: {problem}", "Correct it.", file=path, parameter=place))


def _turned(mapping: SourceMapping | PtlMapping) -> Iterator[Named]:
    """Where, of which of our columns, and what stands in it."""
    for column, ours in mapping.constants.items():
        yield f"constants.{column}", column, ours
    for column, values in mapping.values.items():
        for theirs, ours in values.items():
            yield f"values.{column}.{theirs}", column, ours


def _of_runs() -> Iterator[str]:
    """The families of data that a line of a runs file reads besides its own; its codes are checked where they are planned."""
    known = {*get_args(Family)}
    for path, runs in _files("runs/*.yml", Runs):
        for at, line in enumerate(runs.reports):
            for name in line.also:
                if name not in known:
                    yield _sentence(path, f"reports.{at}.also", name, "data", known)


def _files(pattern: str, model: type) -> Iterator[tuple[str, Any]]:
    root: Path = parameters.folder()
    for path in sorted(root.glob(pattern)):
        if (found := _read(parameters.read, path, model)) is not None:
            yield path.relative_to(root).as_posix(), found
