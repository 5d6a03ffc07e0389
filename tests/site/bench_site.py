"""How fast reports open, and how many readers at once: `make bench`, on the reports of LSC_HOME.

With `--stock` the same notebook is also served by Voilà as it comes, which executes it for every reader. It is no test: the
figures depend on the machine and on what else it does, so they are printed with its load and recorded in
docs/publishing.md by whoever measured.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import typer
from example_site import Site, free_port, serving
from example_visit import FLAGS
from playwright.sync_api import sync_playwright
from tornado.httpclient import AsyncHTTPClient

from lsc_analytics.parameters import project_root
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.store.home import Home

TOKEN = "a-token-for-measuring"
# The moment the first chart is drawn, and the last of those in the first two screens (the first may have none), of those that
# the page opens with, and of all, with those that are folded away; in milliseconds from the click, without the delay of
# asking for it from outside.
WATCH_OURS = """
new MutationObserver(() => {
  const all = [...document.querySelectorAll("[data-chart]")];
  if (document.readyState === "loading" || !all.length) return;
  const left = all.filter((one) => one.dataset.chart !== "drawn");
  if (left.length < all.length) window.firstChart ??= performance.now();
  const seen = left.filter((one) => !one.closest("details.more:not([open])"));
  if (!seen.some((one) => one.getBoundingClientRect().top + scrollY < 2 * innerHeight)) window.lastNear ??= performance.now();
  if (!seen.length) window.lastSeen ??= performance.now();
  if (!left.length) window.lastChart ??= performance.now();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-chart"] });
"""
# Voilà's page takes longer to settle: the last moment at which a chart appeared, once as many are there as are wanted.
WATCH_STOCK = """
setInterval(() => {
  if (document.querySelectorAll(".vega-embed svg, .vega-embed canvas").length >= WANTED) window.lastChart ??= performance.now();
}, 20);
"""


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--address", default="forecast/RXN/C_110", help="report to open")
    asked.add_argument("--opens", type=int, default=9)
    asked.add_argument("--stock", action="store_true", help="compare with Voilà executing the notebook for each reader")
    told = asked.parse_args()
    home = Home.current()
    typer.echo(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {time.strftime('%d %B %Y')}")
    sizes(home)
    with serving(home, token=TOKEN) as site:
        path = f"/voila/render/{told.address}.ipynb?token={TOKEN}"
        typer.echo(opened("rendered pages", site.address + path, told.opens, WATCH_OURS))
        typer.echo(together("rendered pages", site, path, 20))
        typer.echo(together("rendered pages", site, path, 200))
    if told.stock:
        drawn = Catalogue(home).find(told.address).page.read_text(encoding="utf-8").count("data-chart")
        with stock(told.address.partition("/")[0]) as site:
            watch = WATCH_STOCK.replace("WANTED", str(drawn))
            typer.echo(opened("stock Voilà", site.address + f"/?token={TOKEN}", 3, watch))
            typer.echo(together("stock Voilà", site, f"/?token={TOKEN}", 20))


def sizes(home: Home) -> None:
    """Bytes of every page, and how many of them travel."""
    pages = [one.page.read_bytes() for one in Catalogue(home).reports()]
    plain, packed = sorted(map(len, pages)), sorted(len(gzip.compress(page, 6)) for page in pages)
    typer.echo(
        f"{len(pages)} pages: median {statistics.median(plain) / 1000:.0f} KB, largest {plain[-1] / 1000:.0f} KB; "
        f"compressed median {statistics.median(packed) / 1000:.0f} KB, largest {packed[-1] / 1000:.0f} KB"
    )


def opened(what: str, address: str, times: int, watch: str) -> str:
    """From the click to the last chart, each time with a browser cache that is empty: near the top, without a fold, of all."""
    moments: dict[str, list[float]] = {"firstChart": [], "lastNear": [], "lastSeen": [], "lastChart": []}
    spent = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for _ in range(times):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.add_init_script(watch)
            before = _browsing()
            page.goto(address, timeout=300_000)
            while not (
                last := page.evaluate("window.lastChart")
            ):  # the site's policy allows no waiting inside the page
                page.wait_for_timeout(200)
            for name, found in moments.items():
                found.append((page.evaluate(f"window.{name}") or last) / 1000)
            spent.append(_browsing() - before)
            context.close()
        browser.close()
    said = [f"{statistics.median(found):.2f} s ({min(found):.2f} to {max(found):.2f})" for found in moments.values()]
    return (
        f"{what}: from the click, empty cache, n={times}, medians: first chart {said[0]}, last of the first two screens "
        f"{said[1]}, last that the page opens with {said[2]}, last of all {said[3]}; {statistics.median(spent):.1f} s of the browser's CPU"
    )


def _browsing() -> float:
    """Seconds of CPU that the browser has taken so far, all its processes."""
    return sum(
        _cost(process)
        for process in psutil.Process().children()
        if "node" in process.name() or "playwright" in process.name()
    )


def together(what: str, site: Site, path: str, readers: int) -> str:
    """Readers who all ask at the same moment: until the last byte of each, and what it cost the server."""
    server = psutil.Process(site.process)
    before = _cost(server)
    took, most = asyncio.run(_ask(site.address + path, readers, server))
    after = _cost(server)
    at = sorted(took)
    return (
        f"{what}: {readers} at once: median {statistics.median(at):.2f} s, p95 {at[int(0.95 * len(at)) - 1]:.2f} s, last {at[-1]:.2f} s; "
        f"{after - before:.1f} s of CPU, {most / 1e6:.0f} MB (PSS) with {len(server.children(recursive=True))} kernels"
    )


async def _ask(address: str, readers: int, server: psutil.Process) -> tuple[list[float], int]:
    client = AsyncHTTPClient(force_instance=True, max_clients=readers)
    most = _memory(server)

    async def read() -> float:
        began = time.monotonic()
        answer = await client.fetch(
            address, connect_timeout=600, request_timeout=600, headers={"Accept-Encoding": "gzip"}
        )
        assert len(answer.body) > 10_000
        return time.monotonic() - began

    asking = asyncio.gather(*(read() for _ in range(readers)))
    while not asking.done():
        await asyncio.sleep(0.25)
        most = max(most, _memory(server))
    return await asking, most


def _processes(server: psutil.Process) -> list[psutil.Process]:
    return [server, *server.children(recursive=True)]


def _memory(server: psutil.Process) -> int:
    found = 0
    for process in _processes(server):
        with contextlib.suppress(psutil.Error):
            found += process.memory_full_info().pss
    return found


def _cost(server: psutil.Process) -> float:
    found = 0.0
    for process in _processes(server):
        with contextlib.suppress(psutil.Error):
            found += sum(process.cpu_times()[:2])
    return found


@contextlib.contextmanager
def stock(notebook: str) -> Iterator[Site]:
    """Voilà as it comes, executing one notebook for every reader."""
    port = free_port()
    path = project_root() / "notebooks" / f"{notebook}.ipynb"
    settings = [f"--port={port}", "--no-browser", f"--Voila.token={TOKEN}", "--Voila.log_level=ERROR"]
    environment = os.environ | {"PYTHONPATH": str(project_root()), "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen([Path(sys.executable), "-m", "voila", str(path), *settings], env=environment)
    try:
        for _ in range(1200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Site(f"http://127.0.0.1:{port}", TOKEN, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


if __name__ == "__main__":
    main()
