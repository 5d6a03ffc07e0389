"""Invented demographics workbooks of the Waiting List Minimum Data Set in the published layout, rounded and masked alike.

Each trust's list of the last month's RTT extract is told apart by patient group; England is made of them and of one row that
stands for every other acute trust. It writes no figure that any trust ever reported.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from openpyxl import Workbook

from lsc_analytics.ingest.demo import rtt
from lsc_analytics.parameters import Demo, organisations, specialty_name, trust_name
from lsc_analytics.reference import DEMO_MARK, month_words

_STREAM = 9  # of the seed: every kind of record draws apart from the others
_ELSEWHERE = {"region": ("YZZ", "EVERY OTHER REGION"), "icb": ("QZZ", "EVERY OTHER ICB"), "trust": ("ZZZ", "EVERY OTHER ACUTE TRUST")}  # fmt: skip
_REGION = ("Y62", "NORTH WEST")
_DAYS_TO_PUBLICATION = 18
_BANDS = ["Total Waiting List", "Up to 18 weeks", "Over 18 and up to 52 weeks", "Over 52 weeks", "Unknown Clock Start Date"]  # fmt: skip
_SHARES = ["% within 18 weeks*", "% > 52 weeks*"]
_FOOTNOTE = "* The main source for '% within 18 weeks' and '% > 52 weeks' is the monthly statistics; these figures are invented."
Cells = list[int | float | str]


def name(demo: Demo) -> str:
    """A workbook's name as NHS England gives it, marked as demo data.

    >>> from lsc_analytics.parameters import demo
    >>> name(demo())
    'DEMO-WLMDS-Demographics-Summary-to-25-January-2026.xlsx'
    """
    return f"DEMO-WLMDS-Demographics-Summary-to-{_day(demo.wlmds.week_ending).replace(' ', '-')}.xlsx"


def workbook(demo: Demo, extract: str) -> Workbook:
    """The workbook of one week.

    Args:
        demo: What is invented.
        extract: Text of the last month's RTT full extract; pathways of English commissioners are counted.
    """
    trusts = list(demo.rtt.trusts)
    told = rtt.by_band(extract, "Part_2")
    functions = sorted({function for _, function in told})
    waiting = np.zeros((len(trusts) + 1, len(functions), 3), dtype=int)
    for (trust, function), bands in told.items():
        edges = np.array([bands[:18].sum(), bands[18:52].sum(), bands[52:].sum()])
        waiting[trusts.index(trust), functions.index(function)] = edges
    waiting[-1] = waiting[:-1].sum(axis=0) * demo.wlmds.elsewhere
    book = Workbook(write_only=True)
    for what in demo.wlmds.groups:
        counts = _groups(demo, what, waiting)
        _sheet(book, f"Provider-{what.title()}", demo, what, *_providers(trusts, counts.sum(axis=1)))
    for what in demo.wlmds.groups:
        counts = _groups(demo, what, waiting)
        keys = [["Treatment Function Name"], *([specialty_name(code)] for code in functions)]
        _sheet(book, f"Treatment-Function-{what.title()}", demo, what, keys, counts.sum(axis=0))
    issues = book.create_sheet("Submission-DQ")
    for line in [*_title(demo, "Data Quality information"), ["Organisation Code", "Organisation Name", "Issue"]]:
        issues.append([None, *line])
    return book


def _groups(demo: Demo, what: str, waiting: np.ndarray) -> np.ndarray:
    """Pathways by trust, treatment function, group and band; the last trust is everybody else."""
    random = np.random.default_rng([demo.seed, _STREAM, list(demo.wlmds.groups).index(what)])
    groups = demo.wlmds.groups[what].values()
    percent, longer = (np.array([getattr(one, each) for one in groups]) for each in ("percent", "longer"))
    left_out = demo.wlmds.left_out_percent.get(what, 0.0)
    found = np.zeros((*waiting.shape[:2], len(percent), waiting.shape[2]), dtype=int)
    for trust, lists in enumerate(waiting):
        more = longer * (demo.wlmds.elsewhere_longer if trust == len(waiting) - 1 else 1)
        for band, weight in enumerate((0, 1, 2)):
            likely = percent * (1 + weight * more)
            share = np.append(likely * (100 - left_out) / likely.sum(), left_out) / 100
            found[trust, :, :, band] = random.multinomial(lists[:, band], share / share.sum())[:, :-1]
    return found


def _providers(trusts: list[str], counts: np.ndarray) -> tuple[list[list[str]], np.ndarray]:
    """The heading and names of every organisation's row, and pathways by row, group and band."""
    system, elsewhere, everyone = counts[:-1].sum(axis=0), counts[-1], counts.sum(axis=0)
    known = organisations()
    nobody = np.zeros_like(everyone)
    rows: list[tuple[str, str, str, np.ndarray]] = [
        ("ENG", "ENGLAND", "ALL", everyone),
        ("ENG", "ENGLAND", "NHS ACUTE", everyone),
        ("ENG", "ENGLAND", "INDEPENDENT SECTOR", nobody),
        ("ENG", "ENGLAND", "OTHER", nobody),
        (*_REGION, "REGION", system),
        (*_ELSEWHERE["region"], "REGION", elsewhere),
        (known.icb_code, f"{known.system_name} ICB".upper(), "INTEGRATED CARE BOARD", system),
        (*_ELSEWHERE["icb"], "INTEGRATED CARE BOARD", elsewhere),
        *((code, trust_name(code).upper(), "ACUTE TRUST", counts[place]) for place, code in enumerate(trusts)),
        (*_ELSEWHERE["trust"], "ACUTE TRUST", elsewhere),
    ]
    heading = ["Organisation Code", "Organisation Name", "Organisation Type"]
    return [heading, *([code, f"{called} {DEMO_MARK}", kind] for code, called, kind, _ in rows)], np.array(
        [figures for *_, figures in rows]
    )


def _sheet(book: Workbook, title: str, demo: Demo, what: str, keys: list[list[str]], counts: np.ndarray) -> None:
    """One sheet: the title block, the two rows of its heading, a row an organisation or function, and a footnote."""
    sheet = book.create_sheet(title)
    above: list[str | None] = [*keys[0]]
    for group in demo.wlmds.groups[what]:
        above += [f"Incomplete Pathways - {group}", *[None] * (len(_BANDS) + len(_SHARES) - 1)]
    below = [*[None] * len(keys[0]), *[*_BANDS, *_SHARES] * len(demo.wlmds.groups[what])]
    rows = [[*key, *(cell for bands in row for cell in _published(bands))] for key, row in zip(keys[1:], counts, strict=True)]  # fmt: skip
    title_block = _title(demo, f"by {title.replace('-', ' ').lower()}")
    lines: list[list] = [*title_block, above, below, *rows, [], [_FOOTNOTE]]
    for line in lines:
        sheet.append([None, *line] if line else [])


def _published(bands: np.ndarray) -> Cells:
    """One group's seven cells: total, three bands, nobody of unknown start, two shares; 1 to 7 as *, others to 5.

    >>> _published(np.array([20, 18, 3]))
    [40, 20, 20, '*', 0, 0.5, '']
    """
    exact = [int(bands.sum()), *(int(count) for count in bands), 0]
    shown: list[int | str] = ["*" if 1 <= count <= 7 else 5 * round(count / 5) for count in exact]
    total, within, over = shown[0], shown[1], shown[3]
    shares = [
        part / total if isinstance(part, int) and isinstance(total, int) and total else "" for part in (within, over)
    ]
    return [*shown, *shares]


def _title(demo: Demo, summary: str) -> list[list[str]]:
    """Rows 1 to 12 of every sheet."""
    week = demo.wlmds.week_ending
    return [
        [],
        ["Title:", "Referral to Treatment (RTT) Waiting Times"],
        ["Summary:", f"Referral to Treatment (RTT) waiting times from the Waiting List Minimum Data Set, {summary}"],
        [],
        ["Period:", f"Week ending {_day(week)}"],
        ["Source:", "Generated demo data in the layout of the Waiting List Minimum Data Set"],
        ["Basis:", "Provider"],
        ["Published:", _day(week + dt.timedelta(days=_DAYS_TO_PUBLICATION))],
        ["Status:", "Demo data"],
        ["Contact:", "Nobody: these figures are invented"],
        [],
        [],
    ]


def _day(day: dt.date) -> str:
    return f"{day.day} {month_words(f'{day:%Y-%m}')}"
