"""`diurnal report`: a period of the graph as one self-contained HTML page."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.asked import asked
from api.cli.errors import InputError
from api.cli.output import AsJson, emit_json, emit_text, errors
from api.report.build import build, default_period
from api.report.render import render
from api.report.store import ReportStore
from graph.reader.reader import Reader
from graph.reader.within import Box
from ontology.times import from_text


def report(
    start: Annotated[
        str | None, typer.Option(help="Start, such as 2020-12-01T00:00Z; else a week back.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="End; else the last fix known.")] = None,
    bbox: Annotated[
        str | None, typer.Option(help="WEST,SOUTH,EAST,NORTH in degrees; else everywhere.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also write the page to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a report: what stands out, every finding with map and evidence, coverage, method.

    The same graph and period give the same bytes. Prints where the page is.
    """
    home = context.settings().home
    area = _box(bbox) if bbox else None
    given = {"start": start, "end": end, "bbox": bbox}
    with (
        asked("report", given) as account,
        context.reader() as reader,
        errors.status("reading the graph ..."),
    ):
        account.sees(reader.sight)
        account.rows = 1
        path = write_report(reader, home / "reports", _instant(start), _instant(end), area)
    if output is not None:
        path = _copied(path, output)
    if as_json:
        emit_json({"report": str(path), "bytes": path.stat().st_size})
    else:
        emit_text(str(path))


def write_report(
    reader: Reader,
    folder: Path,
    start: datetime | None = None,
    end: datetime | None = None,
    area: Box | None = None,
    area_name: str = "",
) -> Path:
    """Makes a report of a period and keeps it; returns its file.

    Raises:
        InputError: the period ends before it begins, or the graph holds nothing.
    """
    try:
        within = default_period(reader, start=start, end=end)
    except ValueError as error:
        raise InputError(str(error)) from None
    stored = ReportStore(folder).put(
        render(build(reader, within, area=area, area_name=area_name)), reader.sight
    )
    return folder / f"{stored.id}.html"


def _copied(path: Path, output: Path) -> Path:
    try:
        output.write_bytes(path.read_bytes())
    except OSError as error:
        raise InputError(f"--output {output}: {error.strerror}; the report is in {path}") from error
    return output


def _instant(text: str | None) -> datetime | None:
    try:
        return from_text(text) if text else None
    except ValueError as error:
        raise InputError(str(error)) from None


def _box(text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        return Box(west, south, east, north)
    except ValueError as error:
        raise InputError(f"--bbox {text}: {error}; write WEST,SOUTH,EAST,NORTH") from None


COMMANDS: Final = (report,)
