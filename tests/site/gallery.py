"""Pictures of every kind of report, for docs/gallery.md: `make gallery`, on the demo's reports in LSC_HOME.

It is no test: whoever has changed how pages look makes them again, looks at them, and commits them. A picture is the first
screen of a report and a little more, in few colours, so that all of them stay small.
"""

from __future__ import annotations

import io
import shutil

import typer
from example_site import serving
from example_visit import FLAGS, Visit
from PIL import Image
from playwright.sync_api import sync_playwright

from lsc_analytics.parameters import project_root
from lsc_analytics.store.home import Home

FOLDER = project_root() / "docs" / "images" / "gallery"
WIDTH, HEIGHT, COLOURS = 1200, 1000, 64
PAGES = {
    "landing": "/",
    "system_overview": "/voila/render/system_overview/LSC/C_999.ipynb",
    "forecast": "/voila/render/forecast/RXN/C_110.ipynb",
    "what_if": "/voila/render/what_if/RXN/C_110.ipynb",
    "mutual_aid": "/voila/render/mutual_aid/LSC/C_999.ipynb",
    "diagnostics": "/voila/render/diagnostics/LSC/16.ipynb",
    "diagnostic_capacity": "/voila/render/diagnostic_capacity/LSC/C_999.ipynb",
    "chatbot": "/voila/render/chatbot/LSC/C_999.ipynb",
    "patient_tracking_list": "/voila/render/patient_tracking_list/LSC/C_999.ipynb",
    "inequality": "/voila/render/inequality/LSC/C_999.ipynb",
    "forecast_accuracy": "/voila/render/forecast_accuracy/LSC/C_999.ipynb",
    "data_quality": "/voila/render/data_quality/LSC/C_999.ipynb",
}


def main() -> None:
    """Open each page, take its picture, and say how large it is."""
    home = Home.current()
    if home.kind != "demo":
        raise SystemExit("Pictures are of demo data alone: set LSC_HOME to a home in which `lsc demo` has run.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serving(home, token="a-token-for-pictures") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, path in PAGES.items():
            visit = Visit(browser, site, WIDTH)
            page = visit.open(path)
            page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            visit.context.close()
            file = FOLDER / f"{name}.png"
            taken.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
            typer.echo(f"{file.relative_to(project_root())}: {file.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
