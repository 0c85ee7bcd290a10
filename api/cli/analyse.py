"""`diurnal analyse`: the analytics straight on a file of fixes, without any server."""

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.errors import InputError
from api.cli.fixes_file import FixesFile, read
from api.cli.output import AsJson, emit_json, emit_text, errors, note
from ontology.concluded import Finding
from ontology.times import from_ms, to_text

SHOWN_REJECTS = 5


def analyse(
    file: Annotated[str, typer.Argument(help="A file of fixes, plain or gzip; - is standard input.")],
    feed: Annotated[str, typer.Option(help="How the file is read: `diurnal feeds` lists the feeds.")] = "ais",
    limit: Annotated[int, typer.Option(min=0, help="Show at most so many findings.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Learn the routines in a file of fixes and print what departs from them. No server is needed.

    It is the same computation as on the stream, in one pass. Lines that cannot be read are counted, and the
    first few told on stderr. Example: `diurnal analyse examples/data/ny_harbor_2020_12_first_week.csv.gz`
    """
    from analytics.fold import conclude
    from ingest import registry
    from ingest.errors import FeedError

    try:
        chosen = registry.feed(feed)
    except FeedError as error:
        raise InputError(str(error)) from None
    with errors.status("reading ..."):
        given = read(chosen, file, context.settings())
    _tell_rejects(given)
    if not given.tracks:
        raise InputError(f"{file} has no fix that can be believed")
    with errors.status("analysing ..."):
        found = conclude(given.tracks, given.until)
    counts = {
        "fixes": found.fixes,
        "subjects": found.subjects,
        "stays": len(found.stays),
        "trips": len(found.trips),
        "gaps": len(found.gaps),
        "places": len(found.places),
        "routines": len(found.routines),
        "findings": len(found.findings),
        "rejected": len(given.rejects),
    }
    if as_json:
        emit_json({**counts, "until": from_ms(given.until), "found": found.findings[:limit]})
        return
    words = ", ".join(f"{value:,} {name}" for name, value in counts.items())
    emit_text(f"To {to_text(from_ms(given.until))}: {words}.\n")
    for finding in found.findings[:limit]:
        emit_text(_paragraph(finding, given.names))


def _paragraph(finding: Finding, names: Mapping[str, str]) -> str:
    who = finding.subject.removeprefix("urn:diurnal:subject:")
    name = names.get(finding.subject)
    title = f"{name} ({who})" if name else who
    explained = "; ".join(finding.alternatives)
    return (
        f"{title}: {finding.kind}, {finding.surprise:.1f} bits\n"
        f"  {finding.statement}\n"
        f"  What else could explain it: {explained}.\n"
    )


def _tell_rejects(given: FixesFile) -> None:
    for line, reject in given.rejects[:SHOWN_REJECTS]:
        note(f"line {line}: {reject.reason}")
    more = len(given.rejects) - SHOWN_REJECTS
    if more > 0:
        note(f"... and {more:,} more lines that cannot be believed")


COMMANDS: Final = (analyse,)
