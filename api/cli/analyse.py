"""`diurnal analyse`: the analytics straight on a file of fixes, without any server."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from api.cli import context
from api.cli.errors import InputError
from api.cli.findings import paragraph
from api.cli.fixes_file import FixesFile, read
from api.cli.life import MINUTE
from api.cli.met import meeting_text
from api.cli.output import AsJson, emit_json, emit_text, errors, note
from ontology.concluded import Finding
from ontology.times import from_ms

SHOWN_REJECTS = 5


def analyse(
    file: Annotated[str, typer.Argument(help="A file of fixes, plain or gzip; - is standard input.")],
    feed: Annotated[str, typer.Option(help="How the file is read: `diurnal feeds` lists the feeds.")] = "ais",
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", "-o", metavar="NAME=VALUE", help="How it is read: `diurnal feeds FEED` lists them."
        ),
    ] = None,
    domain: Annotated[
        str, typer.Option(help="Whose thresholds: harbour (ships), people (stays by change points).")
    ] = "harbour",
    limit: Annotated[
        int, typer.Option(min=0, help="Show at most so many findings, and so many meetings.")
    ] = 50,
    as_json: AsJson = False,
) -> None:
    """Learn the routines in a file of fixes and print what departs from them. No server is needed.

    It is the same computation as on the stream, in one pass. Lines that cannot be read are counted, and the
    first few told on stderr. Example: `diurnal analyse examples/data/ny_harbor_2020_12_first_week.csv.gz`
    """
    from analytics.analyse import analyse as conclude
    from analytics.domains import DOMAINS
    from ingest import options, registry
    from ingest.errors import FeedError

    if domain not in DOMAINS:
        raise InputError(f"--domain {domain}: there is none of that name; there are {', '.join(DOMAINS)}")
    try:
        chosen = registry.feed(feed).configured(options.parse(option or ()))
    except FeedError as error:
        raise InputError(str(error)) from None
    with errors.status("reading ..."):
        given = read(chosen, file, context.settings())
    _tell_rejects(given)
    with errors.status("analysing ..."):
        found = conclude(given.subjects, given.times, given.lons, given.lats, parameters=DOMAINS[domain])
    counts = {
        "fixes": found.fixes,
        "subjects": found.subjects,
        "stays": len(found.stays),
        "trips": len(found.trips),
        "gaps": len(found.gaps),
        "places": len(found.places),
        "routines": len(found.routines),
        "meetings": len(found.meetings),
        "findings": len(found.findings),
        "rejected": len(given.rejects),
    }
    until, shown = from_ms(found.closed_until), found.findings[:limit]
    if as_json:
        met = [asdict(each) for each in found.meetings[:limit]]
        told = [_with_name(each, given.names) for each in shown]
        emit_json({**counts, "until": until, "found": told, "met": met})
        return
    words = ", ".join(f"{value:,} {name}" for name, value in counts.items())
    emit_text(f"To {until:{MINUTE}} UTC: {words}.\n")
    emit_text("\n\n".join(paragraph(each, given.names.get(each.subject)) for each in shown))
    if len(shown) < len(found.findings):
        note(f"the first {len(shown)} of {len(found.findings)}; more with --limit")
    if found.meetings[:limit]:
        emit_text("\n" + "\n".join(meeting_text(each, given.names) for each in found.meetings[:limit]))


def _with_name(finding: Finding, names: Mapping[str, str]) -> dict[str, Any]:
    return asdict(finding) | {"subject_name": names.get(finding.subject)}


def _tell_rejects(given: FixesFile) -> None:
    for line, reject in given.rejects[:SHOWN_REJECTS]:
        note(f"line {line}: {reject.reason}")
    more = len(given.rejects) - SHOWN_REJECTS
    if more > 0:
        note(f"... and {more:,} more lines that cannot be believed")


COMMANDS: Final = (analyse,)
