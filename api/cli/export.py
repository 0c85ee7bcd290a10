"""`diurnal export rdf`: any part of the graph, as RDF."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Final

import typer

from api.answers.rdf_form import FORMATS, RdfForm
from api.cli import context
from api.cli.asked import asked
from api.cli.errors import InputError, UnknownSubjectError
from api.cli.look import resolve
from api.cli.output import note, stdout
from graph.reader import rdf
from graph.reader.errors import NamedGraphsError, NotKnownError
from graph.reader.rdf_selection import DEFAULT, Selection
from graph.reader.reader import Reader
from graph.reader.within import Interval
from ontology.errors import LabelError
from ontology.labels import canonical
from ontology.times import from_text
from runtime.interner import interned
from runtime.topics import Topics


class What(StrEnum):
    """What is exported."""

    RDF = "rdf"


DEFAULT_GRAPH: Final = "default"


def export(
    what: Annotated[  # noqa: ARG001 - the only one so far
        What, typer.Argument(help="rdf: things, tracks, conclusions and partners' statements.")
    ],
    form: Annotated[RdfForm, typer.Option("--format", "-f", help="How it is written.")] = RdfForm.NQUADS,
    subject: Annotated[
        str | None,
        typer.Option(help="One thing with what is its own: mmsi:367073680, a number, a name, or any IRI."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Ship, TrackSegment, Stay, Place, ...; Statement for partners' RDF.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="Only what came under this security label.")] = None,
    distribution: Annotated[str | None, typer.Option(help="Only what came of this distribution.")] = None,
    graph: Annotated[
        str | None, typer.Option(help="Only the named graph with this IRI; `default` for what is in none.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="From this instant on, such as 2020-12-01T00:00Z.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Up to this instant.")] = None,
    expand: Annotated[
        bool, typer.Option("--expand", help="Each fix of a track as an observation of its own.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to stdout.")
    ] = None,
) -> None:
    """Write any part of the graph as RDF: what was loaded comes out as it went in.

    Without options all that is current. Times are when things happened; for partners' statements, when they
    became known. It is written as it is read, so the graph may be larger than the memory. A format without
    named graphs (turtle, ntriples, rdfxml) takes the statements of one graph, chosen by --graph.

    Example: `diurnal export rdf --subject mmsi:367073680 -f turtle -o ship.ttl`
    """
    within = _interval(since, until)
    pairs = _pairs(label, distribution)
    given = {"subject": subject, "kind": kind, "label": label, "distribution": distribution, "graph": graph}
    times = {"since": since, "until": until, "expand": expand, "format": str(form)}
    with (
        asked("export rdf", given | times, streamed=True) as account,
        context.reader() as reader,
        _opened(output) as to,
    ):
        account.sees(reader.sight)
        try:
            chosen = Selection(
                subject=None if subject is None else _iri(reader, subject),
                kind=kind,
                graph=DEFAULT if graph == DEFAULT_GRAPH else graph,
                within=within,
            )
            rdf.write(_narrowed(reader, pairs), chosen, to, FORMATS[form], expand=expand)
        except (NamedGraphsError, NotKnownError) as error:
            raise InputError(str(error)) from None


def _narrowed(reader: Reader, pairs: frozenset[int] | None) -> Reader:
    """A reader of what is known in some ways only."""
    if pairs is None:
        return reader
    return replace(reader, sight=replace(reader.sight, allowed=reader.sight.allowed & pairs))


def _iri(reader: Reader, text: str) -> str:
    """A subject's IRI, or any other resource's as it stands."""
    try:
        return resolve(reader, text)
    except UnknownSubjectError:
        if ":" not in text:
            raise
        return text


def _interval(since: str | None, until: str | None) -> Interval:
    try:
        return Interval(_instant(since), _instant(until))
    except ValueError as error:
        raise InputError(str(error)) from None


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _pairs(label: str | None, distribution: str | None) -> frozenset[int] | None:
    """The ids of every pair with this label and distribution; None where neither is asked for."""
    if label is None and distribution is None:
        return None
    try:
        wanted = None if label is None else canonical(label)
    except LabelError as error:
        raise InputError(str(error)) from None
    settings, endpoints = context.settings(), context.endpoints()
    known = interned(endpoints.kafka_bootstrap, Topics(settings.topic_prefix, settings.topic_replicas))
    found = frozenset(
        number
        for number, pair in known.items()
        if wanted in (None, pair.label) and distribution in (None, pair.distribution)
    )
    if not found:
        note("nothing ever came under that label and of that distribution")
    return found


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[bytes]]:
    """Where to write; a file is there only once it is whole."""
    if output is None:
        with stdout() as to:
            yield to
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("wb") as to:
            yield to
        part.replace(output)
    except OSError as error:
        raise InputError(f"--output {output}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


COMMANDS: Final = (export,)
