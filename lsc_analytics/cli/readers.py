"""Commands for readers: the site, and tables, forecasts and packs to take out for their own tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsc_analytics.cli.command import Port, app, say
from lsc_analytics.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@app.command()
def serve(
    port: Port = 8866,
    token: Annotated[
        str | None, typer.Option(help="Who knows it may read; one is made and printed if not given.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="A file that holds the token: other users of the machine cannot see it there.")
    ] = None,
    ip: Annotated[str, typer.Option(help="Address to listen on; loopback unless given.")] = "127.0.0.1",
    name_header: Annotated[
        str, typer.Option(help="Header in which a proxy that signs readers on sends each one's name, beside the token.")
    ] = "",
    access_log: Annotated[
        str, typer.Option(help="File for one line a request: who read what; - for standard error.")
    ] = "",
) -> None:
    """Serve the rendered reports with Voilà. Readers can execute nothing and read nothing that is not published."""
    from lsc_analytics.site.server import serve as serve_site
    from lsc_analytics.store.home import Home

    if token_file is not None:
        try:
            token = token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ParameterError(
                f"The token's file cannot be read ({error.strerror}).", "Name one.", parameter="--token-file"
            ) from error
    serve_site(Home.current(), port=port, token=token, ip=ip, name_header=name_header, access_log=access_log)


@app.command()
def tables() -> None:
    """List the tables that can be taken out, with their columns."""
    from lsc_analytics.published import TABLES

    for published in TABLES.values():
        say(f"{published.table.name}: {published.table.about}")
        for column in published.table.columns:
            say(f"  {column.name:<28} {column.type!s:<8} {column.about}")


@app.command()
def table(
    name: Annotated[str, typer.Argument(help="As `lsc tables` lists it.")],
    output: Annotated[Path | None, typer.Option(help="A .csv or .parquet file; printed as csv unless given.")] = None,
) -> None:
    """Take a table out for your own tools, as csv or parquet. Patient-level tables come suppressed."""
    from lsc_analytics.published import take_out
    from lsc_analytics.reporting.spreadsheet import for_spreadsheet
    from lsc_analytics.store.home import Home

    if output is not None:
        _tabular(output)
    frame = take_out(Home.current(), name)
    if output is None:
        for_spreadsheet(frame).to_csv(sys.stdout, index=False)
    else:
        _write_table(frame, output)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")] = Path(),
    as_of: Annotated[
        str, typer.Option("--as-of", help="Month YYYY-MM of the RTT figures; the latest unless given.")
    ] = "",
) -> None:
    """Write the board pack: PowerPoint with charts that can be edited, Excel with the tables behind them, PDF."""
    from lsc_analytics.board_pack import export as write

    for path in write(folder, as_of):
        say(f"Written: {path}")


def _tabular(output: Path, option: str = "--output") -> None:
    if output.suffix not in (".csv", ".parquet"):
        raise ParameterError(
            f"{output.name} is neither csv nor parquet.", "Name a .csv or .parquet file.", parameter=option
        )


def _write_table(frame: pd.DataFrame, output: Path) -> None:
    from lsc_analytics.reporting.spreadsheet import for_spreadsheet
    from lsc_analytics.store.home import replacing

    with replacing(output) as temporary:
        if output.suffix == ".csv":
            for_spreadsheet(frame).to_csv(temporary, index=False)
        else:
            frame.to_parquet(temporary, index=False)
    say(f"{len(frame):,} rows are in {output}.")


forecasts = typer.Typer(
    help="Forecast any providers that are loaded, as a table for your own tools.", no_args_is_help=True
)
app.add_typer(forecasts, name="forecast")
AsOf = Annotated[str, typer.Option(help="Last month seen, YYYY-MM; nothing later is used.", show_default=False)]
Horizon = Annotated[int, typer.Option(help="Months ahead.", min=1, max=12)]
Providers = Annotated[str, typer.Option(help="all, or organisation codes such as RXL,RXN.")]
Output = Annotated[Path, typer.Option(help="A .csv or .parquet file.", show_default=False)]


@forecasts.command("rtt")
def forecast_rtt(as_of: AsOf, output: Output, horizon: Horizon = 6, providers: Providers = "all") -> None:
    """Waiting lists: the list, within 18 weeks, over 52, 65 and 78 weeks, by provider and treatment function."""
    _forecast("rtt", as_of, horizon, providers, output)


@forecasts.command("dm01")
def forecast_dm01(as_of: AsOf, output: Output, horizon: Horizon = 6, providers: Providers = "all") -> None:
    """Diagnostics: waiting, six weeks or more, thirteen weeks or more, tests done, by provider and test."""
    _forecast("dm01", as_of, horizon, providers, output)


def _forecast(family: Literal["rtt", "dm01"], as_of: str, horizon: int, providers: str, output: Path) -> None:
    from lsc_analytics.predictions import predict
    from lsc_analytics.store.home import Home

    _tabular(output)
    codes = None if providers == "all" else [code.strip() for code in providers.split(",") if code.strip()]
    _write_table(predict(Home.current(), family, as_of, horizon, codes), output)


@app.command()
def accuracy(
    output: Annotated[Path, typer.Option(help="A .md file.")] = Path("docs/accuracy.md"),
) -> None:
    """Judge every forecasting method on months it had not seen, at every origin loaded, against the last value. Half an hour."""
    from lsc_analytics.accuracy import study
    from lsc_analytics.store.home import Home, write_text

    write_text(output, study(Home.current(), say))
    say(f"The results are in {output}.")


@app.command("mutual-aid")
def mutual_aid(
    as_of: AsOf,
    by: Annotated[str, typer.Option(help="Month at whose end the standard is to be met, YYYY-MM.")],
    moves: Annotated[Path, typer.Option(help="Where the proposed moves go: .csv or .parquet.")],
    assurance: Annotated[Path, typer.Option(help="Where both ledgers of every list go: .csv or .parquet.")],
    standard: Annotated[int, typer.Option(help="Weeks: 18, 52, 65 or 78.")] = 65,
    scope: Annotated[
        str,
        typer.Option(
            help="system, or system_with_independent: independent sites receive too. commissioner (the ICB's own pathways "
            "anywhere) is told by `lsc table rtt_commissioned`."
        ),
    ] = "system",
) -> None:
    """Which pathways should move between the system's trusts, and what that does to every list. It moves nobody."""
    from lsc_analytics.aid import mutual_aid_for
    from lsc_analytics.reference import month_words
    from lsc_analytics.store.home import Home

    _tabular(moves, "--moves")
    _tabular(assurance, "--assurance")
    told = mutual_aid_for(Home.current(), as_of, by, standard, scope)
    _write_table(told.moves_file(), moves)
    _write_table(told.assurance, assurance)
    found = told.summary.iloc[0]
    if len(told.moves):
        say(
            f"{told.moves['pathways'].sum():,} pathways in {len(told.moves)} moves: {found['breaches_without']:,.0f} expected over "
            f"{standard} weeks at the end of {month_words(by)} become {found['breaches_with']:,.0f}; no plan does better than "
            f"{found['breaches_bound']:,.0f}."
        )
    if found["says"]:
        say(found["says"])
    if (told.moves["move_type"] == "team").any():
        say("Some are seen by a team of the receiver's at their own site: mutual_aid.yml lets teams travel.")
    if told.offers["assumed"].any():
        say("What trusts offer that have sent no capacity file is assumed, as mutual_aid.yml says.")


@app.command()
def ptl(
    trust: Annotated[str, typer.Option(help="The trust whose pathways these are, such as RXN.", show_default=False)],
    role: Annotated[Literal["operational"], typer.Option(help="Who asks: those who book this trust's patients.")],
    output: Annotated[Path, typer.Option(help="A private .csv file, outside the home.", show_default=False)],
    as_of: Annotated[str, typer.Option(help="Day counted, YYYY-MM-DD; the latest list's unless given.")] = "",
    standard: Annotated[int | None, typer.Option(help="Weeks; the first of ptl.yml unless given.", min=1)] = None,
    by: Annotated[str, typer.Option(help="Date, YYYY-MM-DD; that of ptl.yml unless given.")] = "",
    own_list: Annotated[Path | None, typer.Option(help="The trust's own extract: adds its local numbers.")] = None,
) -> None:
    """Which of a trust's own pathways will be over a standard at a date: exact, for those who book them. Never published."""
    from lsc_analytics import operational
    from lsc_analytics.store.home import Home

    home = Home.current()
    found = operational.at_risk(home, trust, as_of, standard, by)
    if own_list is not None:
        found = operational.resolved(home, found, own_list)
    operational.write_private(home, found, output)
    unbooked = int((found["booking"] == "unbooked").sum())
    say(
        f"{len(found):,} pathways at risk, {unbooked:,} of them unbooked, are in {output}. {operational.WHO_MAY_SEE_IT}"
    )


@app.command()
def chatbot(
    trust: Annotated[str, typer.Option(help="The trust whose patients these are, such as RXN.", show_default=False)],
    role: Annotated[Literal["operational"], typer.Option(help="Who asks: those who review or call these patients.")],
    reviews: Annotated[
        Path, typer.Option(help="Private .csv outside the home: who awaits a review.", show_default=False)
    ],
    to_call: Annotated[
        Path, typer.Option(help="Private .csv outside the home: whom to call next.", show_default=False)
    ],
    own_calls: Annotated[
        Path | None, typer.Option(help="The trust's own call records: adds its local numbers.")
    ] = None,
) -> None:
    """Who of a trust said worse or leave and awaits a clinical review, and whom to call next: exact. Never published."""
    from lsc_analytics import operational
    from lsc_analytics.store.home import Home

    home = Home.current()
    due, call, by_hand = operational.validation(home, trust)
    if own_calls is not None:
        due, call = (operational.resolved(home, found, own_calls) for found in (due, call))
    operational.write_private(home, due, reviews, "--reviews")
    operational.write_private(home, call, to_call, "--to-call")
    worse, late = int((due["said"] == "worse").sum()), int(due["past_limit"].sum())
    say(
        f"{len(due):,} patients await a clinical review, {worse:,} of them worse and {late:,} past the limit: {reviews}. "
        f"{len(call):,} are to be called next: {to_call}. Compare both with today's list first. {operational.WHO_MAY_SEE_THEM}"
    )
    if by_hand:
        say(
            f"{by_hand:,} rows that say worse or leave were set aside when they were loaded and are in neither: look by hand."
        )
