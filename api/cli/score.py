"""`diurnal score`: how well the analytics do on files whose truth is known. One sub-command a module."""

from typing import Final

import typer

from api.cli.score_anomalies import anomalies
from api.cli.score_meetings import meetings
from api.cli.score_stays import stays

GROUP: Final = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Score the analytics on files whose truth is known.",
)
# A sub-command is a function of a module of its own, `score_<name>.py`: add yours here, a line each.
GROUP.command()(stays)
GROUP.command()(meetings)
GROUP.command()(anomalies)
