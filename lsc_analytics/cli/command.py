"""The `lsc` command itself, without its verbs, and how they speak."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    help="Waiting times for the Lancashire and South Cumbria Provider Collaborative: load published files, run the "
    "reports, serve them. LSC_HOME says where everything is kept (reports/local of the checkout unless set).",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Port = Annotated[int, typer.Option(help="Port to serve on.", min=0, max=65535)]


def say(text: str, *, error: bool = False) -> None:
    """One line of the command's voice."""
    typer.echo(text, err=error)
