"""Invented RTT full extracts in the published layout. It writes no figure that any trust ever reported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np

from lsc_analytics.ingest.demo import cohorts
from lsc_analytics.ingest.demo.cohorts import Plan, Shape
from lsc_analytics.parameters import Demo, organisations, specialty_name, trust_codes, trust_name
from lsc_analytics.reference import (
    ALL_SPECIALTIES,
    DEMO_MARK,
    LAST_RTT_BAND,
    MONTH_NAMES,
    NOT_ENGLISH_COMMISSIONED,
    add_months,
    month_end,
    months_between,
)

PARTS = {
    "Part_1A": "Completed Pathways For Admitted Patients",
    "Part_1B": "Completed Pathways For Non-Admitted Patients",
    "Part_2": "Incomplete Pathways",
    "Part_2A": "Incomplete Pathways with DTA",
    "Part_3": "New RTT Periods - All Patients",
}
HEADER = [
    "Period",
    "Provider Parent Org Code",
    "Provider Parent Name",
    "Provider Org Code",
    "Provider Org Name",
    "Commissioner Parent Org Code",
    "Commissioner Parent Name",
    "Commissioner Org Code",
    "Commissioner Org Name",
    "RTT Part Type",
    "RTT Part Description",
    "Treatment Function Code",
    "Treatment Function Name",
    *(f"Gt {week:02d} To {week + 1:02d} Weeks SUM 1" for week in range(LAST_RTT_BAND)),
    f"Gt {LAST_RTT_BAND} Weeks SUM 1",
    "Total",
    "Patients with unknown clock start date",
    "Total All",
]
# Of the seed: every kind of record draws apart from the others.
_LISTS_STREAM, _SPLITS_STREAM, _BOARDS_STREAM = 0, 1, 10
_NOT_ENGLISH = 4  # pathways a trust and part that no English commissioner pays for
_SHAPE = Shape(steady=0.016, urgent=0.09, urgent_weeks=2, late=0.5, late_weeks=6)


def lists(demo: Demo) -> list[tuple[str, str]]:
    """Trust and treatment function of every list, in the order of the simulation's rows."""
    return [(code, function) for code, trust in demo.rtt.trusts.items() for function in sorted(trust.lists)]


def simulate(demo: Demo, last_month: str | None = None) -> list[cohorts.Month]:
    """Every month of every list, to the last month of the demo data or beyond it.

    Stops are not yet divided into admitted and non-admitted; commissioners are those of England.
    """
    return list(cohorts.simulate(_plan(demo, last_month or demo.last_month), [demo.seed, _LISTS_STREAM]))


def extracts(demo: Demo) -> Iterator[tuple[str, str]]:
    """The text of a full extract for every month that is not missing, with its month."""
    for month in simulate(demo):
        if month.month != demo.rtt.missing_month:
            yield month.month, _extract(demo, month)


def by_band(extract: str, part: str) -> dict[tuple[str, str], np.ndarray]:
    """Pathways by trust and treatment function, an array a weekly band, of English commissioners together.

    Providers elsewhere are left out: a few of their lists are told, and nothing that is made of an extract is theirs.

    Args:
        extract: Text of a month's extract.
        part: Such as Part_2 for incomplete pathways.
    """
    provider, commissioner, kind, function = (
        HEADER.index(name)
        for name in ("Provider Org Code", "Commissioner Org Code", "RTT Part Type", "Treatment Function Code")
    )
    first = HEADER.index("Gt 00 To 01 Weeks SUM 1")
    found: dict[tuple[str, str], np.ndarray] = {}
    trusts = set(trust_codes())
    for row in csv.reader(io.StringIO(extract)):
        if (
            row[provider] in trusts
            and row[kind] == part
            and row[function] != ALL_SPECIALTIES
            and row[commissioner] != NOT_ENGLISH_COMMISSIONED
        ):
            bands = np.array([int(count or 0) for count in row[first : first + LAST_RTT_BAND + 1]])
            key = (row[provider], row[function])
            found[key] = found.get(key, 0) + bands
    return found


def name(month: str) -> str:
    """A full extract's name as NHS England gives it, marked as demo data, without the ending of its container.

    >>> name("2026-01")
    'DEMO-20260131-RTT-January-2026-full-extract.csv'
    """
    return f"DEMO-{month_end(month):%Y%m%d}-{_period(month)}-full-extract.csv"


def _period(month: str) -> str:
    return f"RTT-{MONTH_NAMES[int(month[5:]) - 1]}-{month[:4]}"


def _plan(demo: Demo, last_month: str) -> Plan:
    rtt, known = demo.rtt, lists(demo)
    months = months_between(add_months(demo.first_month, -1), last_month)
    calendar_month = [int(month[5:]) - 1 for month in months]
    size = np.array([rtt.trusts[trust].lists[code] for trust, code in known], dtype=float)
    starts = np.array([rtt.functions[code].starts / 100 * rtt.trusts[trust].pace for trust, code in known])
    joining = (size * starts / cohorts.WORKING_DAYS_A_MONTH)[:, None] * np.array(demo.starts_season)[calendar_month]
    aimed = size[:, None] * np.array([cohorts.course(rtt.trusts[trust].course, months) for trust, _ in known])
    common = cohorts.course(rtt.limit_weeks, months)
    limit = np.array([common + rtt.trusts[trust].limit_weeks for trust, _ in known])
    heading = known.index((rtt.breach.trust, rtt.breach.code))
    since = np.array(months) >= min(rtt.breach.limit_weeks)
    aimed[heading, since] = size[heading] * cohorts.course(rtt.breach.course, months)[since]
    limit[heading, since] = cohorts.course(rtt.breach.limit_weeks, months)[since]
    growing = np.diff(aimed, prepend=aimed[:, :1])
    source, target = (known.index((rtt.recode.trust, code)) for code in (rtt.recode.from_code, rtt.recode.to_code))
    move = cohorts.Move(rtt.recode.month, source, target, rtt.recode.percent / 100)
    recoded = np.array(months) >= move.month
    for rows in (joining, aimed, growing):
        rows[target, recoded] += rows[source, recoded] * move.share
        rows[source, recoded] *= 1 - move.share
    return Plan(
        months=months,
        band_starts=np.array([0, *range(8, 7 * LAST_RTT_BAND + 2, 7)]),  # closed above: day 7 is in the first band
        joining=joining,
        aimed=aimed,
        growing=growing,
        limit=limit + np.array(rtt.sprint_weeks)[calendar_month],
        removals=rtt.removals_percent / 100,
        shape=_SHAPE,
        capacity_season=demo.capacity_season,
        step_days=7,
        moves=[move],
    )


def _extract(demo: Demo, month: cohorts.Month) -> str:
    """One month as the csv text of a full extract: a row a provider, commissioner, part and treatment function."""
    known = lists(demo)
    random = np.random.default_rng([demo.seed, _SPLITS_STREAM, int(month.month.replace("-", ""))])
    shares = [demo.rtt.functions[code] for _, code in known]
    weeks = np.arange(LAST_RTT_BAND + 1)
    # Few are admitted or decided upon in their first weeks; longer waits make up for them.
    to_admit = _chance([share.admitted for share in shares], np.minimum(0.6 + weeks / 20, 1.2))
    decided = _chance([share.decision_to_admit for share in shares], np.minimum(0.7 + weeks / 20, 1.15))
    admitted = random.binomial(month.seen, to_admit)
    rows = [",".join(HEADER)]
    boards = np.random.default_rng([demo.seed, _BOARDS_STREAM, int(month.month.replace("-", ""))])
    other = demo.rtt.other_board
    for trust, told in demo.rtt.trusts.items():
        of = [i for i, (code, _) in enumerate(known) if code == trust]
        codes = sorted(told.commissioners)
        weights = np.array([told.commissioners[code] for code in codes])
        weights /= weights.sum()
        incomplete = random.multinomial(month.waiting[of], weights)
        counts = {
            "Part_1A": random.multinomial(admitted[of], weights),
            "Part_1B": random.multinomial((month.seen - admitted)[of], weights),
            "Part_2": incomplete,
            "Part_2A": random.binomial(incomplete, decided[of][:, :, None]),
            "Part_3": random.multinomial(month.joined[of], weights)[:, None, :],
        }
        functions, payers = [known[i][1] for i in of], [_commissioner(demo, code) for code in codes]
        # Those of no board of ours are taken out of each commissioner's counts, those decided upon out of both alike.
        taken = {part: boards.binomial(counts[part], other.percent / 100) for part in ("Part_2", "Part_1A", "Part_1B")}
        taken["Part_2A"] = boards.hypergeometric(counts["Part_2A"], incomplete - counts["Part_2A"], taken["Part_2"])
        ours = {part: values - taken.get(part, 0) for part, values in counts.items()}
        theirs = {part: values.sum(axis=2, keepdims=True) for part, values in taken.items()}
        rows += _rows(month.month, _provider(trust, trust_name(trust)), functions, payers, ours)
        rows += _rows(
            month.month, _provider(trust, trust_name(trust)), functions, [["", "", other.code, other.name]], theirs
        )
        few = {part: counts[part][:, :, :1].shape for part in ("Part_1B", "Part_2", "Part_3")}
        abroad = {part: random.poisson(_NOT_ENGLISH / np.prod(shape), shape) for part, shape in few.items()}
        not_english = [["", "", NOT_ENGLISH_COMMISSIONED, "#N/A"]]
        rows += _rows(month.month, _provider(trust, trust_name(trust)), functions, not_english, abroad)
    if month.month == demo.last_month:
        rows += _elsewhere(demo, month, boards)
    return "\n".join(rows) + "\n"


def _elsewhere(demo: Demo, month: cohorts.Month, random: np.random.Generator) -> list[str]:
    """Lists of the board's own patients at other providers: as the trusts' lists of the function are by weekly band."""
    of_function = np.array([function for _, function in lists(demo)])
    payers = sorted(demo.rtt.commissioners)
    rows = []
    for code, told in demo.rtt.elsewhere.items():
        functions = sorted(told.lists)
        bands = np.array([month.waiting[of_function == function].sum(axis=0) for function in functions], dtype=float)
        counts = np.array(
            [
                random.multinomial(told.lists[function], band / band.sum())
                for function, band in zip(functions, bands, strict=True)
            ]
        )
        split = random.multinomial(counts, np.full(len(payers), 1 / len(payers)))
        payer_rows = [_commissioner(demo, payer) for payer in payers]
        rows += _rows(month.month, _provider(code, told.name, told.board), functions, payer_rows, {"Part_2": split})
    return rows


def _chance(percent: list[float], by_week: np.ndarray) -> np.ndarray:
    return np.clip(np.array(percent)[:, None] / 100 * by_week, 0, 1)


def _commissioner(demo: Demo, code: str) -> list[str]:
    parent = organisations()
    return [parent.icb_code, _board(parent.system_name), code, demo.rtt.commissioners[code]]


def _board(system: str) -> str:
    return f"NHS {system} Integrated Care Board".upper()


def _provider(code: str, name: str, board: str = "") -> list[str]:
    """Parent code, parent name, code and name of a provider; of the system's own board unless another is named."""
    parent = organisations()
    ours = board in ("", parent.icb_code)
    # Another board's name is nobody's business here: the code tells it apart.
    called = [parent.icb_code, _board(parent.system_name)] if ours else [board, f"{board} {DEMO_MARK}"]
    return [*called, code, f"{name.upper()} {DEMO_MARK}"]


def _rows(
    month: str,
    provider: list[str],
    functions: list[str],
    commissioners: list[list[str]],
    counts: dict[str, np.ndarray],
) -> list[str]:
    """The rows of one provider, with the total row C_999 of each commissioner and part.

    Args:
        month: YYYY-MM.
        provider: Parent code, parent name, code and name.
        functions: Treatment function codes, one a first-axis entry of the counts.
        commissioners: Parent code, parent name, code and name, one a last-axis entry of the counts.
        counts: By part, pathways by treatment function, weekly band and commissioner; one band for Part_3.

    Returns:
        csv rows; combinations without a pathway have none, as in the published files.
    """
    codes = [*functions, ALL_SPECIALTIES]
    called = [specialty_name(code) for code in codes]
    rows = []
    for which, commissioner in enumerate(commissioners):
        for part, description in PARTS.items():
            if part not in counts:
                continue
            of_functions = counts[part][:, :, which]
            for code, title, bands in zip(codes, called, [*of_functions, of_functions.sum(axis=0)], strict=True):
                if total := int(bands.sum()):
                    zero = "0" if code == ALL_SPECIALTIES else ""
                    by_week = [str(count) if count else zero for count in bands.tolist()]
                    banded = by_week if part != "Part_3" else [""] * (LAST_RTT_BAND + 1)
                    completed = str(total) if part in ("Part_1A", "Part_1B") else ""
                    key = [_period(month), *provider, *commissioner, part, description, code, title]
                    rows.append(",".join([*key, *banded, completed, "", str(total)]))
    return rows
