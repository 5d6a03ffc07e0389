"""Reads what providers offer for mutual aid: clock stops by specialty and month. The contract is docs/aid-capacity-contract.md.

It judges no offer: `models.mutual_aid` uses no more than the 10% figure.
"""

from __future__ import annotations

import re

import pandas as pd

from lsc_analytics.ingest.opened import Layout, Opened, first_row
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import independent_codes, organisations, specialties, trust_codes
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.tables import AID_CAPACITY_VALUES

MEASURES = ["aid_clock_stops_p50", "aid_clock_stops_p10"]
HEADER = ["provider_code", "treatment_function_code", "month", *MEASURES]
_WITH_KIND = ["data_kind", *HEADER]
_CORRECT = "Correct it in the capacity file and load it again."
_DAY = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = r"20\d{2}-(0[1-9]|1[0-2])"


def read_offers(opened: Opened) -> Reading:
    """Read offers: one row a provider, specialty and month.

    A day written in the file's name (capacity-2026-04-30.csv) is taken for the day of the offer: where two files say
    something else of the same provider, specialty and month, the later one is read. A file without the column `data_kind`
    is of the kind of the home that it is loaded into.

    Returns:
        `aid_capacity_values`, two rows a row of the file.

    Raises:
        RefusedFileError: A value is missing, of a provider or specialty that is not known, of no month, text or negative;
            a provider takes no part in mutual aid; the 10% figure is above the middle one; the same offer is made twice;
            demo and live offers are mixed.
    """
    rows = opened.rows()
    for column in opened.header:
        _refuse(opened, rows, rows[column].isna(), column, "The value is missing")
    demo = _kind(opened, rows)
    outside = [provider.code for provider in organisations().outside_mutual_aid]
    no_part = rows["provider_code"].isin(outside)
    _refuse(opened, rows, no_part, "provider_code", "Reported, but outside mutual aid (organisations.yml), is")
    known = rows["provider_code"].isin([*trust_codes(), *independent_codes()])
    said = "No trust or independent site of organisations.yml is"
    _refuse(opened, rows, ~known, "provider_code", said)
    functions = [function.code for function in specialties().treatment_functions]
    lists = rows["treatment_function_code"]
    _refuse(
        opened, rows, ~lists.isin(functions), "treatment_function_code", "No treatment function of specialties.yml is"
    )
    whole = "Name the specialty: clock stops of one cannot be used for another, so there is no offer of"
    _refuse(opened, rows, lists.eq(ALL_SPECIALTIES), "treatment_function_code", whole)
    month = rows["month"].str.fullmatch(_MONTH).astype(bool)
    _refuse(opened, rows, ~month, "month", "The month is not written YYYY-MM:")
    values = opened.numbers(rows, MEASURES, whole=False)
    for measure in MEASURES:
        _refuse(opened, rows, values[measure].isna(), measure, "The value is missing:")
    above = values["aid_clock_stops_p10"] > values["aid_clock_stops_p50"]
    more = "Nine in ten chances to be at least so many cannot be above the middle figure:"
    _refuse(opened, rows, above, "aid_clock_stops_p10", more)
    twice = rows.duplicated(["provider_code", "treatment_function_code", "month"])
    _refuse(opened, rows, twice, "month", "The same provider's specialty has two offers in one month, the second in")
    offers = rows[["month", "provider_code", "treatment_function_code"]].join(values)
    long = offers.melt(
        id_vars=["month", "provider_code", "treatment_function_code"], var_name="measure", value_name="clock_stops"
    )
    day = _DAY.search(opened.name)
    return Reading(
        file=opened.name,
        layout=OFFERS.name,
        family="mutual_aid",
        source="aid_capacity",
        source_rank=1,
        frames={AID_CAPACITY_VALUES.name: long.assign(source="aid_capacity")},
        published=day[0] if day else None,
        revised="revis" in opened.name.lower(),
        demo=demo,
    )


OFFERS = Layout("mutual aid capacity", lambda opened: opened.header in (HEADER, _WITH_KIND), read_offers)
LAYOUTS = (OFFERS,)


def _kind(opened: Opened, rows: pd.DataFrame) -> bool | None:
    """Whether the file says that it is demo data; None where it says nothing."""
    if "data_kind" not in opened.header:
        return None
    _refuse(opened, rows, ~rows["data_kind"].isin(["demo", "live"]), "data_kind", "Neither demo nor live is")
    mixed = rows["data_kind"].ne(rows["data_kind"].iloc[0])
    _refuse(opened, rows, mixed, "data_kind", "The file mixes demo and live offers, with")
    return bool(rows["data_kind"].iloc[0] == "demo")


def _refuse(opened: Opened, rows: pd.DataFrame, wrong: pd.Series, column: str, problem: str) -> None:
    if wrong.any():
        row = first_row(wrong)
        found = rows[column].fillna("").loc[row]
        said = f"{problem} {found!r}" if found else problem
        raise opened.refused(f"{said.rstrip(':')}.", _CORRECT, row=row, column=column)
