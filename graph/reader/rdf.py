"""The graph as RDF: things of our kinds in their own form, and general statements as they came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Final

import numpy as np
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from graph.reader.errors import NamedGraphsError
from graph.reader.rdf_selection import Selection
from graph.reader.rdf_statements import statements
from graph.reader.rdf_things import things
from graph.reader.reader import Reader
from ontology import fixes, rdf, terms
from ontology.kind import Thing
from ontology.observed import TrackSegment

PREFIXES: Final = {
    "diurnal": terms.OURS,
    "geo": terms.GEO,
    "ies": terms.IES,
    "prov": terms.PROV,
    "rdf": terms.RDF,
    "rdfs": terms.RDFS,
    "sosa": terms.SOSA,
    "xsd": terms.XSD,
}
_LINES: Final = (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES)


def write(
    reader: Reader, selection: Selection, to: IO[bytes], form: RdfFormat, *, expand: bool = False
) -> None:
    """Write a selection as RDF, as it is read: memory does not grow with it.

    Things of our kinds are triples of the default graph. A format without named graphs takes the statements
    of one graph, if the selection names it.

    Args:
        reader: the graph.
        selection: the part of it.
        to: where to write.
        form: N-Quads, N-Triples, Turtle, TriG, JSON-LD or RDF/XML.
        expand: every fix of a track as an observation of its own.

    Raises:
        NamedGraphsError: there are named graphs, and the format has none; some may be written already.
        GraphAwayError: Neo4j does not answer.
        TooSlowError: a page took too long.
    """
    told = (_written(thing, expand=expand) for thing in things(reader, selection))
    said = _in_form(statements(reader, selection), form, selection) if selection.statements else iter(())
    if form in _LINES:
        for lines in told:
            to.write(lines)
        serialize(said, to, format=form)
        return
    whole: Iterator[Quad] = chain(chain.from_iterable(map(_quads, told)), said)
    serialize(whole, to, format=form, prefixes=None if form == RdfFormat.JSON_LD else PREFIXES)


def _written(thing: Thing, *, expand: bool) -> bytes:
    if not (expand and isinstance(thing, TrackSegment)):
        return rdf.write(thing)
    return fixes.expand(_in_order(thing))


def _in_order(segment: TrackSegment) -> TrackSegment:
    """The segment with its fixes in order of time and place, for an observation's name tells them apart."""
    order = np.lexsort((segment.lats, segment.lons, segment.times))
    columns = (segment.times, segment.lons, segment.lats, segment.speeds, segment.courses, segment.headings)
    head = (segment.key, segment.subject, segment.sensor, segment.source, segment.label, segment.hour)
    return TrackSegment(*head, *(None if column is None else column[order] for column in columns))  # type: ignore[arg-type]


def _quads(lines: bytes) -> Iterable[Quad]:
    return parse(lines, format=RdfFormat.N_TRIPLES)


def _in_form(said: Iterable[Quad], form: RdfFormat, selection: Selection) -> Iterator[Quad]:
    for quad in said:
        if form.supports_datasets or isinstance(quad.graph_name, DefaultGraph):
            yield quad
        elif selection.graph is not None:
            yield Quad(quad.subject, quad.predicate, quad.object)
        else:
            raise NamedGraphsError(
                f"the selection has named graphs, such as {quad.graph_name}, and {form.name} has none: "
                "choose trig, nquads or jsonld, or one graph with --graph"
            )
