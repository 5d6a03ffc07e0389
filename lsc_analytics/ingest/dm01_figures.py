"""What both DM01 layouts share: test names to Diagnostic IDs, figures against the totals that hold them, long tables.

It reads no files: `dm01` hands it rows with a column a measure, a column a weekly band (named by the week it begins).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from lsc_analytics.ingest import reconcile
from lsc_analytics.ingest.opened import Opened
from lsc_analytics.ingest.wide import long_bands, long_measures
from lsc_analytics.parameters import diagnostics
from lsc_analytics.reference import ALL_TESTS, LAST_DM01_BAND
from lsc_analytics.tables import DM01_MEASURES, INGEST_CHECKS

WEEKS = list(range(LAST_DM01_BAND + 1))
FIGURES: list[str | int] = [*DM01_MEASURES, *WEEKS]
SERIES = ["scope", "month", "provider_code", "diagnostic_test_code"]
_BANDS_OF = {"total_waiting": 0, "waiting_6_plus": 6, "waiting_13_plus": LAST_DM01_BAND}


def diagnostic_ids(opened: Opened, labels: pd.Series, identifiers: pd.Series | None = None) -> pd.Series:
    """Diagnostic IDs of test names, old or new, in capitals or not; 16 for the total.

    Args:
        opened: The file, for the refusal.
        labels: Names of tests, index the row of the file.
        identifiers: Diagnostic IDs as numbers, where the file has them too: they must agree with the names.

    Raises:
        RefusedFileError: A name is no DM01 test's, or its ID is another test's.
    """
    by_label = {
        _plain(label): test.code
        for test in diagnostics().tests
        for label in (test.name, test.short_name, *test.also_published_as)
    } | {"total": ALL_TESTS}
    codes = labels.map({label: by_label.get(_plain(label)) for label in labels.dropna().unique()})
    if (unknown := codes.isna()).any():
        row = first_row(unknown)
        raise opened.refused(
            f"{labels[row]!r} is not the name of a DM01 test.",
            "If NHS England renamed a test, add the name to also_published_as in parameters/diagnostics.yml.",
            row=row,
            column=str(labels.name),
        )
    if identifiers is not None and (wrong := identifiers.astype("string").ne(codes).fillna(True)).any():
        row = first_row(wrong)
        raise opened.refused(
            f"Diagnostic ID {identifiers[row]} does not belong to {labels[row]!r}, whose ID is {codes[row]}.",
            row=row,
            column=str(identifiers.name),
        )
    return codes


def first_row(wrong: pd.Series) -> int:
    """The first row of the file that is marked."""
    return int(wrong[wrong].index[0])


def band_checks(opened: Opened, tests: pd.DataFrame) -> list[pd.DataFrame]:
    """The bands of each test against the totals that should hold them; a row without bands has nothing to compare."""
    banded = tests[tests[WEEKS].notna().any(axis=1)]
    checks = []
    for measure, first in _BANDS_OF.items():
        banded = banded.assign(added=banded[WEEKS[first:]].sum(axis=1))
        checks.append(
            reconcile.check(
                opened,
                f"bands against {DM01_MEASURES[measure].lower()}",
                banded,
                (banded["added"] - banded[measure]).astype("float64").fillna(np.inf),
                banded[measure],
                _band_sentence(measure, first),
                exact=True,
            )
        )
    return checks


def same(
    opened: Opened, name: str, stated: pd.DataFrame, parts: pd.DataFrame, key: str | list[str], words: str
) -> pd.DataFrame:
    """Rows that state totals against the rows that add up to them, in every figure.

    Args:
        opened: The file, for the refusal.
        name: What is compared.
        stated: The rows that state totals; one without parts must be zero throughout.
        parts: The rows that add up to them.
        key: What joins the two.
        words: How the sum is introduced in the refusal, such as "its tests add up to".

    Returns:
        `tables.INGEST_CHECKS`, one row, or none where no totals are stated.

    Raises:
        RefusedFileError: A total differs from its sum, or parts have no total where others have one.
    """
    key = [key] if isinstance(key, str) else key
    added = parts.groupby(key)[FIGURES].sum()
    totals = pd.Index(stated[key[0]]) if len(key) == 1 else pd.MultiIndex.from_frame(stated[key])
    if len(stated) and len(without := added.index.difference(totals)):
        raise opened.refused(f"{_said(without[0])} has tests and no total row ({name}).")
    sums = added.reindex(totals).fillna(0).set_axis(stated.index)
    differs = (stated[FIGURES].fillna(0) - sums).abs().astype("float64")
    rows, worst = np.arange(len(stated)), differs.to_numpy().argmax(axis=1)
    compared = stated.assign(
        figure=[FIGURES[place] for place in worst],
        says=stated[FIGURES].to_numpy()[rows, worst],
        added=sums.to_numpy()[rows, worst],
    )

    def sentence(row: pd.Series) -> str:
        figure = row["figure"]
        what = f"the band from {figure} weeks" if isinstance(figure, int) else DM01_MEASURES[figure].lower()
        who = _said(tuple(row[column] for column in key))
        return (
            f"{who} says {_count(row['says'])} for {what}, and {words} {_count(row['added'])}: "
            "rows are missing or changed."
        )

    return reconcile.check(opened, name, compared, differs.max(axis=1), stated["total_waiting"], sentence, exact=True)


def frames(
    tests: pd.DataFrame, source: str, checks: list[pd.DataFrame], names: pd.Series, parents: pd.Series | None = None
) -> dict[str, pd.DataFrame]:
    """The frames of a `Reading`: a blank has no row, and a band of nobody has none.

    Args:
        tests: One row a series.
        source: Name of the source.
        checks: Reconciliations made.
        names: Provider names, index the provider codes, one or more rows a provider.
        parents: Codes of the organisations above them, index as `names`, where the file says.
    """
    keys = tests[SERIES].assign(source=source)
    above = None if parents is None else parents.array
    providers = pd.DataFrame({"provider_code": names.index, "provider_name": names.array, "parent_code": above})
    return {
        "dm01_observations": long_measures(keys, {measure: tests[measure] for measure in DM01_MEASURES}),
        "dm01_bands": long_bands(keys, tests[WEEKS].to_numpy("float64", na_value=np.nan), "waiting"),
        "providers": providers.drop_duplicates("provider_code"),
        "ingest_checks": pd.concat(checks, ignore_index=True)[INGEST_CHECKS.names],
    }


def _plain(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", label.casefold()).strip()


def _band_sentence(measure: str, first: int) -> Callable[[pd.Series], str]:
    bands = f"The bands from {first} weeks on" if first else "The bands"
    return lambda row: (
        f"{bands} of {row['provider_code']}, test {row['diagnostic_test_code']}, add up to {_count(row['added'])} "
        f"and {DM01_MEASURES[measure].lower()} says {_count(row[measure])}."
    )


def _count(value: int | None) -> str:
    return "nothing" if pd.isna(value) else f"{value:,}"


def _said(key: object) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)
