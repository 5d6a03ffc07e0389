"""An invented provider extract of cancer waiting times in the published layout, both views of the same patients in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from openpyxl import Workbook

from lsc_analytics.ingest.cancer import EVERY_MODALITY, EVERY_TYPE, HEADER, STANDARDS
from lsc_analytics.ingest.demo.cohorts import course
from lsc_analytics.parameters import Demo
from lsc_analytics.parameters.demo_data import CancerStandardName
from lsc_analytics.reference import DEMO_MARK, MONTH_NAMES, months_between

_STREAM = 8  # of the seed: every kind of record draws apart from the others
_SHEET = f"CWT CRS Extract {DEMO_MARK}"
_URGENT = "URGENT SUSPECTED CANCER"
_ROW = ["month", "standard", "provider", "route", "modality", "type"]


def name(demo: Demo) -> str:
    """The extract's name as NHS England gives it, marked as demo data."""
    ends = [
        f"{MONTH_NAMES[int(month[5:]) - 1][:3]}-{month[:4]}" for month in (demo.cancer.first_month, demo.last_month)
    ]
    return f"DEMO-CWT-CRS-{'-to-'.join(ends)}-Data-Extract-Provider.xlsx"


def extract(demo: Demo) -> Workbook:
    """Every month from the first on: each patient once by type of cancer, and once more by modality of treatment."""
    counted = pd.concat([*_treated(demo), *_told(demo)]).groupby(_ROW, as_index=False)[["treated", "within"]].sum()
    published = {ours: theirs for theirs, ours in STANDARDS.items()}
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_SHEET)
    sheet.append(HEADER)
    for row in counted.to_dict("records"):
        year, month = int(row["month"][:4]), int(row["month"][5:])
        begins = year - (month < 4)
        sheet.append([
            dt.date(year, month, 1), f"{begins}/{(begins + 1) % 100:02d}", MONTH_NAMES[month - 1][:3].upper(),
            published[row["standard"]], row["provider"], row["route"], row["modality"] or None, row["type"],
            row["treated"], row["within"], row["treated"] - row["within"],
        ])  # fmt: skip
    return workbook


def _treated(demo: Demo) -> Iterator[pd.DataFrame]:
    """The patients of 31 and 62 days, twice: whole, or the half of one shared with another trust."""
    cancer = demo.cancer
    for trust, standard, month, share, random in _cells(demo, ("31_days", "62_days")):
        shared = cancer.shared_percent / 100 if standard == "62_days" else 0.0
        many = round(random.poisson(cancer.trusts[trust].patients[standard]) / (1 - shared / 2))
        worth = np.where(random.random(many) < shared, 0.5, 1.0)
        types = _drawn(random, cancer.types, many)
        odds = np.array([cancer.late.get(each, 1.0) for each in cancer.types])[types]
        late = random.random(many) < np.clip((1 - share) * odds / odds.mean(), 0, 0.95)
        routes = cancer.routes if standard == "62_days" else cancer.stages
        who = pd.DataFrame(
            {
                "route": np.array([*routes], dtype=object)[_drawn(random, routes, many)],
                "modality": np.array([*cancer.modalities], dtype=object)[_drawn(random, cancer.modalities, many)],
                "type": np.array([*cancer.types], dtype=object)[types],
                "treated": worth,
                "within": worth * ~late,
            }
        ).assign(month=month, standard=standard, provider=trust)
        yield who.assign(modality=EVERY_MODALITY)
        yield who.assign(type=EVERY_TYPE)


def _told(demo: Demo) -> Iterator[pd.DataFrame]:
    """Those of 28 days, counted by route and suspected type: the return has no modality of them."""
    shares = {(_URGENT, suspected): share for suspected, share in demo.cancer.suspected.items()}
    for route, types in demo.cancer.other_routes.items():
        shares |= {(route, suspected): share for suspected, share in types.items()}
    pairs = pd.DataFrame([*shares], columns=["route", "type"]).assign(modality="", standard="28_days")
    chances = np.array([*shares.values()]) / sum(shares.values())
    for trust, standard, month, share, random in _cells(demo, ("28_days",)):
        told = random.multinomial(random.poisson(demo.cancer.trusts[trust].patients[standard]), chances)
        counts = pairs.assign(month=month, provider=trust, treated=told, within=random.binomial(told, share))
        yield counts[told > 0]


def _cells(
    demo: Demo, standards: tuple[CancerStandardName, ...]
) -> Iterator[tuple[str, CancerStandardName, str, float, np.random.Generator]]:
    """Trust, standard, month, share in time and its own random numbers, so that an added month changes no other."""
    months = months_between(demo.cancer.first_month, demo.last_month)
    for place, (trust, told) in enumerate(demo.cancer.trusts.items()):
        for standard in standards:
            shares = course(told.within_percent[standard], months) / 100
            for month, share in zip(months, shares, strict=True):
                seed = [demo.seed, _STREAM, place, int(standard[:2]), int(month.replace("-", ""))]
                yield trust, standard, month, float(share), np.random.default_rng(seed)


def _drawn(random: np.random.Generator, shares: Mapping[str, float], many: int) -> np.ndarray:
    """Places in a list of shares, drawn as often as each says."""
    return random.choice(len(shares), many, p=np.array([*shares.values()]) / sum(shares.values()))
