"""Invented patient tracking lists of the last month: as many pathways in every list and weekly band as its RTT extract.

Nobody in them exists: identifiers are running numbers, and all that the extract does not say is drawn at random.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from lsc_analytics.ingest import ptl as contract
from lsc_analytics.ingest.demo import rtt
from lsc_analytics.parameters import Demo, PtlColumn, PtlMapping, ptl, ptl_mappings
from lsc_analytics.reference import LAST_RTT_BAND, month_end

_STREAM = 6  # of the seed: every kind of record draws apart from the others
_OPEN_BAND_WEEKS = 12  # over 104 weeks, waits are spread over so many more
_URGENT = {"treatment": ["P2", "P3", "P4"], "before": ["urgent", "routine"]}
_SHARES = {"treatment": [0.12, 0.33, 0.55], "before": [0.10, 0.90]}
_AGES = [0.08, 0.09, 0.14, 0.20, 0.27, 0.22]
_LONGEST_TO_SEE_WEEKS = 30  # by then most have had their first appointment
_ETHNIC = {"A": 0.80, "B": 0.01, "C": 0.03, "F": 0.01, "G": 0.01, "H": 0.02, "J": 0.05, "L": 0.01, "M": 0.005, "N": 0.005, "S": 0.01, "Z": 0.03, "99": 0.01}  # fmt: skip


def extracts(demo: Demo, extract: str) -> Iterator[tuple[str, bytes]]:
    """Each trust's list on the last day of the last month, as the name and the bytes of a csv file.

    Args:
        demo: What is invented.
        extract: Text of that month's RTT full extract; its NONC pathways are left out, as of every provider's figures.
    """
    day = month_end(demo.last_month)
    waiting, decided = rtt.by_band(extract, "Part_2"), rtt.by_band(extract, "Part_2A")
    for number, trust in enumerate(demo.rtt.trusts):
        functions = sorted(code for held_by, code in waiting if held_by == trust)
        counts = np.array([waiting[trust, code] for code in functions])
        to_admit = np.array([decided.get((trust, code), np.zeros_like(counts[0])) for code in functions])
        random = np.random.default_rng([demo.seed, _STREAM, number])
        columns = _pathways(demo, trust, functions, counts, to_admit, day, random)
        yield f"DEMO-PTL-{trust}-{day}.csv.gz", _written(columns, _mapping(trust))


def _pathways(
    demo: Demo, trust: str, functions: list[str], counts: np.ndarray, to_admit: np.ndarray, day: dt.date,
    random: np.random.Generator,
) -> dict[PtlColumn, pa.Array]:  # fmt: skip
    cells = counts.ravel()
    size = int(cells.sum())
    cell = np.repeat(np.arange(cells.size), cells)
    place = np.arange(size) - np.repeat(np.cumsum(cells) - cells, cells)
    function, band = cell // counts.shape[1], cell % counts.shape[1]
    admitted = place < to_admit.ravel()[cell]

    days = _days_waited(band, day, random)
    end = np.datetime64(day)
    start = end - days
    chance = np.where(admitted, 1.0, 0.85 * np.minimum(days / 7 / _LONGEST_TO_SEE_WEEKS, 1))
    seen = random.random(size) < chance
    seen_after = np.minimum(
        (0.3 + 0.6 * random.random(size)) * np.minimum(days, 7 * _LONGEST_TO_SEE_WEEKS), days
    ).astype(int)
    decided_after = (seen_after + random.random(size) * (days - seen_after)).astype(int)
    waits_for = np.where(admitted, 2, np.where(~seen, 0, np.where(random.random(size) < 0.45, 1, 3)))
    waits_for = np.where((waits_for == 3) & (random.random(size) < 0.7), 2, waits_for)
    likely = demo.ptl.booked_percent / 100 * np.clip(0.4 + days / 7 / 40, 0.4, 1.8)
    booked = random.random(size) < likely
    booking = end + 1 + random.integers(0, 7 * demo.ptl.booked_weeks, size)
    rule = ptl()
    due = days > 7 * rule.validate_after_weeks
    fresh = random.random(size) < demo.ptl.validated_percent / 100
    ago = np.where(fresh, random.integers(0, 7 * rule.validate_every_weeks, size), random.integers(84, 200, size))
    validated = due & (ago < days)
    # The most deprived wait a little longer: what the equity tables are to find.
    tilt = 1 + 0.25 * np.clip(days / 7 / 52, 0, 1)
    decile = 1 + np.floor(10 * random.random(size) ** (tilt * demo.ptl.first_decile_percent / 10 * 0.75)).astype(int)
    procedures, codes = _procedures(demo, functions, function, admitted, random)
    numbers = pa.array(random.permutation(size) + 1).cast(pa.string())
    priority = np.where(
        admitted, _drawn(_SHARES["treatment"], size, random), 3 + _drawn(_SHARES["before"], size, random)
    )
    ethnic = list(_ETHNIC)
    rural = 0.15 + 0.2 * (trust == "RTX")
    return {
        "data_kind": _said(["demo"], np.zeros(size, dtype=int)),
        "extract_date": _said([day.isoformat()], np.zeros(size, dtype=int)),
        "pathway_id": pa.compute.binary_join_element_wise(f"DEMO-{trust}", numbers, "-"),
        "referral_id": pa.compute.binary_join_element_wise(f"DEMO-{trust}-R", numbers, "-"),
        "provider_code": _said([trust], np.zeros(size, dtype=int)),
        "treatment_function_code": _said(functions, function),
        "clock_start_date": _days(start),
        "priority_code": _said([*_URGENT["treatment"], *_URGENT["before"]], priority),
        "procedure_code": _said(codes, procedures),
        "first_seen_date": _days(start + seen_after, seen),
        "decision_to_admit_date": _days(start + decided_after, admitted),
        "booked_date": _days(booking, booked),
        "waiting_for": _said(list(contract.WAITING_FOR), waits_for),
        "last_validated_date": _days(end - ago, validated),
        "site_code": _said([f"{trust}01", f"{trust}02"], (random.random(size) < 0.3).astype(int)),
        "deprivation_decile": _said([str(one) for one in range(1, 11)], np.minimum(decile, 10) - 1),
        "age_band": _said(rule.age_bands, _drawn(_AGES, size, random)),
        "sex": _said(["F", "M"], (random.random(size) < 0.45).astype(int)),
        "ethnic_category": _said(ethnic, _drawn(list(_ETHNIC.values()), size, random)),
        "rurality": _said(list(rule.rurality), _drawn([1 - rural, 0.6 * rural, 0.4 * rural], size, random)),
    }


def _days_waited(band: np.ndarray, day: dt.date, random: np.random.Generator) -> np.ndarray:
    """Whole days waited inside each weekly band, closed above, by clocks that started on Monday to Friday."""
    working = np.array([ago for ago in range(1, 8) if (day - dt.timedelta(days=ago)).weekday() < 5])
    later = random.integers(0, _OPEN_BAND_WEEKS, len(band)) * (band == LAST_RTT_BAND)
    return 7 * (band + later) + working[random.integers(0, len(working), len(band))]


def _procedures(
    demo: Demo, functions: list[str], function: np.ndarray, admitted: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, list[str]]:
    """Which procedure each admitted pathway is for, -1 where none is said; and the procedures' codes."""
    codes = sorted({code for told in demo.ptl.procedures.values() for code in told})
    shares = np.zeros((len(functions), len(codes)))
    for row, name in enumerate(functions):
        for code, percent in demo.ptl.procedures.get(name, {}).items():
            shares[row, codes.index(code)] = percent / 100
    upto = np.cumsum(shares, axis=1) * 2  # of all pathways; those decided upon are about half of them
    drawn = (random.random(len(function))[:, None] >= upto[function]).sum(axis=1)
    return np.where(admitted & (drawn < len(codes)), drawn, -1), codes


def _drawn(shares: list[float], size: int, random: np.random.Generator) -> np.ndarray:
    upto = np.cumsum(shares) / np.sum(shares)
    return np.minimum(np.searchsorted(upto, random.random(size), side="right"), len(shares) - 1)


def _said(words: list[str], codes: np.ndarray) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(codes, pa.int32(), mask=codes < 0))


def _days(days: np.ndarray, there: np.ndarray | None = None) -> pa.Array:
    return pa.array(days.astype("datetime64[D]"), pa.date32(), mask=None if there is None else ~there)


def _mapping(trust: str) -> PtlMapping | None:
    return next(
        (mapping for mapping in ptl_mappings() if mapping.constants == {"data_kind": "demo", "provider_code": trust}),
        None,
    )


def _written(columns: dict[PtlColumn, pa.Array], mapping: PtlMapping | None) -> bytes:
    """The csv's bytes in the contract's columns, or in those of a trust's own mapping."""
    if mapping is None:
        table = pa.table({name: array.cast(pa.string()) for name, array in columns.items()})
    else:
        ours = {header: name for name, header in mapping.columns.items()}
        told = {}
        for header in mapping.header:
            name = ours[header]
            array = columns[name]
            if pa.types.is_date(array.type):
                array = (
                    pa.compute.strftime(array, "%d/%m/%Y") if mapping.dates == "DD/MM/YYYY" else array.cast(pa.string())
                )
            if name in mapping.values:
                theirs = {word: said for said, word in mapping.values[name].items()}
                coded = array.dictionary_encode()
                words = [theirs.get(word, word) for word in coded.dictionary.to_pylist()]
                array = pa.array(words, pa.string()).take(coded.indices)
            told[header] = array
        table = pa.table(told)
    out = io.BytesIO()
    pacsv.write_csv(table, out, pacsv.WriteOptions(quoting_style="none"))
    return out.getvalue()
