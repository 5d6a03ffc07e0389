"""What a notebook may ask of the data themselves: files, checks, gaps, jumps."""

from __future__ import annotations

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import quality
from lsc_analytics.vocabulary.loaded import TOTALS, note, warehouse


def data_files() -> pd.DataFrame:
    """Every file taken: `tables.FILES`."""
    files = warehouse().files()
    note(files)
    return files


def data_checks() -> pd.DataFrame:
    """Every reconciliation made while files were read: `tables.INGEST_CHECKS` with the file's name, most differing first."""
    return warehouse().checks().sort_values("differing", ascending=False, kind="stable", ignore_index=True)


def data_gaps(family: str) -> pd.DataFrame:
    """The months loaded and missing, trust by trust: `tables.DATA_GAPS`. `family` is rtt or dm01."""
    view = warehouse().rtt if family == "rtt" else warehouse().dm01
    trusts = parameters.trust_codes()
    return quality.gaps(view(measure=TOTALS[family], provider_code=trusts), TOTALS[family], trusts)


def data_jumps() -> pd.DataFrame:
    """Lists that step in one month as a recode does: `tables.DATA_JUMPS`."""
    return quality.jumps(warehouse().rtt(measure="total_incomplete", provider_code=parameters.trust_codes()))


def not_english() -> pd.DataFrame:
    """Pathways commissioned outside England, kept apart: `tables.NOT_ENGLISH`."""
    return quality.not_english(warehouse().rtt(scope="nonc", provider_code=parameters.trust_codes()))
