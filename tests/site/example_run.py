"""What the site's tests are made of: charts, executed notebooks, a run as the batch leaves one. It starts nothing."""

from __future__ import annotations

import altair as alt
import nbformat
import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lsc_analytics import parameters
from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch.manifest import Report
from lsc_analytics.models import spc
from lsc_analytics.reporting import charts
from lsc_analytics.reporting.charts import renderer
from lsc_analytics.reporting.words import table_html
from lsc_analytics.store.home import Home, write_text
from lsc_analytics.tables import DM01_POSITION, SYSTEM_CELLS

AWKWARD = "system_overview/LSC/C_999"
NOTEBOOKS = ("forecast/RXN/C_110", "forecast/RTX/C_101", "diagnostics/RTX/1", AWKWARD)
OUTLOOKS = ("unlikely", "possible", "unlikely", "likely", "unlikely", "breaching", "unlikely", "not forecast")


def chart_output(chart: alt.TopLevelMixin) -> NotebookNode:
    """What a notebook keeps of a chart that is its cell's last word."""
    renderer.enable()
    data, metadata = chart._repr_mimebundle_()
    return new_output("execute_result", data=data, metadata=metadata, execution_count=1)


def two_charts() -> list[alt.TopLevelMixin]:
    """A line with a forecast band, and bars of a text by two kinds."""
    months = [f"{2024 + step // 12}-{step % 12 + 1:02d}" for step in range(30)]
    past = pd.DataFrame({"month": months, "pathways": [42000 + 300 * (step % 7) for step in range(30)]})
    band = past.tail(6).assign(lower=lambda frame: frame["pathways"] - 900, upper=lambda frame: frame["pathways"] + 900)
    line = alt.Chart(past).mark_line().encode(
        x=alt.X("month:T", title=None),
        y=alt.Y("pathways:Q", title="Incomplete pathways", scale=alt.Scale(zero=False)),
        tooltip=[alt.Tooltip("month:T", title="Month", format="%B %Y"), alt.Tooltip("pathways:Q", title="Pathways")],
    )  # fmt: skip
    area = (
        alt.Chart(band)
        .mark_area(opacity=0.3)
        .encode(x="month:T", y=alt.Y("lower:Q", title="Incomplete pathways"), y2="upper:Q")
    )
    shares = pd.DataFrame({
        "trust": ["Blackpool", "East Lancashire", "Lancashire Teaching", "Morecambe Bay"] * 2,
        "share": [57.2, 63.7, 53.2, 67.4, 42.8, 36.3, 46.8, 32.6],
        "wait": ["Within 18 weeks"] * 4 + ["Over 18 weeks"] * 4,
    })  # fmt: skip
    bars = alt.Chart(shares).mark_bar().encode(
        y=alt.Y("trust:N", title=None), x=alt.X("share:Q", title="Share of the list, percent"), color=alt.Color("wait:N", title=None),
        tooltip=["trust:N", "wait:N", "share:Q"],
    )  # fmt: skip
    return [
        alt.layer(area, line).properties(
            title="The list is expected to fall to 41,500 by July 2026", description="Line chart of the list by month"
        ),
        bars.properties(
            title="Morecambe Bay sees the largest share in time", description="Bar chart of shares by trust"
        ),
    ]


def awkward_charts() -> list[alt.TopLevelMixin]:
    """A control chart, whose icons stand for no data; words after a bar; long labels under a long legend, some of them
    without a word.
    """
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    history = pd.DataFrame({"month": months, "share": [70.0, 72.0] * 6})
    points = spc.xmr(spc.measured(history, "share", series="Within six weeks, MRI", improves="up", unit="percent", target=99))  # fmt: skip
    lists = pd.DataFrame({
        "list": [f"{name}, Lancashire Teaching" for name in ("Trauma and Orthopaedics", "Non-obstetric ultrasound", "Gynaecology")],
        "points": [-3.0, 0.5, 1.5], "reading": ["Worse off beyond chance and rounding", "Not so, or not beyond them", "Not so, or not beyond them"],
        "note": ["", "*", ""],
    })  # fmt: skip
    dots = alt.Chart(lists[["note", "list", "points", "reading"]]).mark_point().encode(
        y=alt.Y("list:N", title=None), x=alt.X("points:Q", title="Percentage points within 18 weeks from the whole list's share"),
        color=alt.Color("reading:N", title=None, legend=alt.Legend(columns=2)), tooltip=["note:N"],
    )  # fmt: skip
    bars = alt.Chart(lists.assign(points=[100, 70, 20], word=["", "the list is not growing", ""])).encode(
        y=alt.Y("list:N", title=None), x="points:Q"
    )
    ends = bars.mark_bar() + bars.mark_text(align="left", dx=6).encode(text="word:N")
    return [
        charts.control_chart(points, spc.summary(points), "share"),
        ends.properties(title="What stands after a bar", description="Bar chart of lists", height={"step": 24}),
        dots.properties(title="Who waits longer", description="Dot chart of lists", height={"step": 24}),
    ]


def long_table() -> NotebookNode:
    """What a notebook keeps of a table of more columns than a sheet and more rows than a window."""
    rows = [{f"measured_in_week_{column}": 12_345 + row * column for column in range(12)} for row in range(45)]
    data = {"text/html": table_html(pd.DataFrame(rows), "Every week"), "text/plain": "x"}
    return new_code_cell("lsc.table(weeks)", outputs=[new_output("display_data", data=data)], id="weeks")


def executed(
    title: str, charts: list[alt.TopLevelMixin], *, code: str = "list_of(trust)", folded: bool = False
) -> NotebookNode:
    """A notebook as Papermill leaves it: words, charts, a finding, a table; its last part folded, if that is asked."""
    shown = [new_code_cell(code, outputs=[chart_output(chart)]) for chart in charts]
    frame = pd.DataFrame({"month": ["2026-01"], "total_incomplete": [42257], "within_18_weeks_percent": [57.15]})
    table = new_output(
        "display_data", data={"text/html": table_html(frame, "Where the list stands"), "text/plain": "x"}
    )
    finding = new_output("display_data", data={"text/markdown": "**42,257** pathways were waiting.", "text/plain": "x"})
    cells = [
        new_markdown_cell(f"# {title}\n\nWhere the list stands, and where it is going."),
        new_code_cell('trust = "RXN"  # Trust code', metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Where is the list going?"),
        *shown[:1],
        new_code_cell("lsc.show(finding)", outputs=[finding]),
        new_markdown_cell("## How do the trusts compare?", metadata={"tags": ["folded"]} if folded else {}),
        *shown[1:],
        new_code_cell("lsc.table(frame)", outputs=[table]),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells, metadata={"title": title, "papermill": {"parameters": {}}})


def named(address: str) -> dict[str, str]:
    """The parameters of the report at an address."""
    notebook, trust, code = address.split("/")
    return {"trust": trust, ("test" if notebook == "diagnostics" else "specialty"): code, "as_of": "2026-01"}


def publish(
    home: Home,
    pages: dict[str, str],
    *,
    status: manifests.Status = "done",
    parameters: dict[str, dict[str, str]] | None = None,
) -> manifests.Manifest:
    """A finished run with these pages, by address; some with more parameters than their address names."""
    run = manifests.begin(home, code_version="c", data_release="d")
    for address, html in pages.items():
        path = home.runs / run.run_id / f"{address}.html"
        write_text(path, html)
        write_text(path.with_suffix(".ipynb"), nbformat.writes(new_notebook()))
        files = {"output": path.with_suffix(".ipynb"), "rendered": path}
        names = {name: file.relative_to(home.root).as_posix() for name, file in files.items()}
        digests = {name: manifests.sha256(file) for name, file in files.items()}
        manifests.note(
            home, run, Report(f"notebooks/{address.split('/')[0]}.ipynb", named(address) | (parameters or {}).get(address, {}), **names, status=status, error=None, seconds=1.0, sources=[], address=address, sha256=digests)
        )  # fmt: skip
    manifests.end(home, run)
    return run


def cells() -> pd.DataFrame:
    """Invented positions of every trust and specialty but a few."""
    rows = []
    for column, trust in enumerate(parameters.trust_codes()):
        for row, function in enumerate(parameters.specialties().treatment_functions):
            if (row * 3 + column) % 7 == 5 and function.code not in ("C_110", "C_101", "C_999"):
                continue
            size = 40 if function.code == "C_999" else 1
            outlook = "breaching" if size == 40 and column == 2 else OUTLOOKS[(row * 5 + column * 3) % len(OUTLOOKS)]
            known = outlook != "not forecast"
            rows.append({
                "month": "2026-01", "provider_code": trust, "treatment_function_code": function.code,
                "total_incomplete": 1007 * size + 31 * row, "within_18_weeks_percent": 52.5 + (row * 7 + column * 11) % 30,
                "over_52_weeks": 23 * size + row, "over_65_weeks": 3 if outlook == "breaching" else 0,
                "target_month": "2026-07" if known else None, "forecast_over_65": float(row % 6 * 4) if known else None,
                "forecast_lower_80": 1.0 if known else None, "forecast_upper_80": float(row % 6 * 9) if known else None,
                "probability_any": 0.4 if known else None, "method": "flows_and_identity" if known else None, "outlook": outlook,
            })  # fmt: skip
    return SYSTEM_CELLS.check(pd.DataFrame(rows))


def diagnostics() -> pd.DataFrame:
    """Invented diagnostic positions."""
    rows = [
        dict.fromkeys(DM01_POSITION.names) | {
            "month": "2026-01", "provider_code": trust, "diagnostic_test_code": test.code, "total_waiting": 900,
            "waiting_6_plus": 45, "within_6_weeks_percent": 100.0 - (row * 3 + column * 5) % 37 * 0.9,
        }
        for column, trust in enumerate(parameters.trust_codes())
        for row, test in enumerate(parameters.diagnostics().tests)
        if (row + column) % 6
    ]  # fmt: skip
    return DM01_POSITION.check(pd.DataFrame(rows))
