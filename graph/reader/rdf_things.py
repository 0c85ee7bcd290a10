"""Things of our kinds out of the graph: built again from their nodes and edges, over what `describe` says."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, Final, cast, get_args, get_origin

import numpy as np

from graph.reader.rdf_selection import Selection
from graph.reader.reader import Reader, Row
from graph.reader.within import Interval
from graph.rows import LINKS_SAID
from ontology.concluded import Place, Routine
from ontology.kind import Described, Link, Thing, describe
from ontology.literals import optional
from ontology.observed import Identifier, Sighting, Subject, SubjectState, TrackSegment

PAGE: Final = 1_000
"""Things of one question, so that none takes long, whatever the size of the graph."""
_SEGMENTS: Final = 200

_TIMED: Final = "n.start <= $until AND (n.end IS NULL OR n.end >= $since)"
_TIMES: Final[dict[type[Thing], str]] = {
    Identifier: "true",
    Subject: "($class IS NULL OR $class IN labels(n))",
    SubjectState: "n.start <= $until AND n.start >= datetime.truncate('day', $since)",
    TrackSegment: "n.hour >= $since_hour AND n.hour <= $until",
    Sighting: "n.time <= $until AND n.time >= $since",
    Place: "true",
    Routine: "true",
}
_ARRAYS: Final = ("times", "lons", "lats", "speeds", "courses", "headings")


def things(reader: Reader, selection: Selection) -> Iterator[Thing]:
    """The things of a selection, kind by kind, each kind by key; a segment comes in its pieces.

    Raises:
        GraphAwayError: Neo4j does not answer.
        TooSlowError: a page took too long.
    """
    for kind in selection.kinds:
        before = None
        for row in _rows(reader, selection, kind):
            if kind is SubjectState and row["said"]["key"] == before:
                continue  # known in another way, since a later start
            before = row["said"]["key"]
            if kind is TrackSegment:
                yield from _segment(row["said"], selection.within)
            elif (thing := _thing(kind, row)) is not None:
                yield thing


def _rows(reader: Reader, selection: Selection, kind: type[Thing]) -> Iterator[Row]:
    given = selection.parameters()
    if selection.subject is not None:
        yield from reader.stream(cast("Any", _about(kind)), **given)
        return
    some = _SEGMENTS if kind is TrackSegment else PAGE
    after: str | None = ""
    while after is not None:
        before, after = after, None
        for row in reader.stream(cast("Any", _page(kind)), after=before, some=some, **given):
            after = row["said"]["key"]
            yield row


def _page(kind: type[Thing]) -> str:
    return (
        f"MATCH (n:{_label(kind)}) WHERE n.key > $after AND {_wanted(kind)} "
        f"WITH n ORDER BY {_order(kind)} LIMIT $some {_told(kind)}"
    )


def _about(kind: type[Thing]) -> str:
    """What has the key, and what belongs to the subject with that key."""
    label = _label(kind)
    if kind is Place:
        way = "-[:STAYED|MADE_TRIP|HAS_ROUTINE]->()-[:AT|FROM|TO]->"
    elif kind is Identifier:
        way = "-[:IDENTIFIED_BY]->"
    else:
        links = [f.link for f in describe(kind) if f.link and f.link.target == "Subject"]
        way = _arrow(links[0], reverse=True) if links else ""
    both = f"MATCH (n:{label} {{key: $subject}}) RETURN n"
    if way:
        both += f" UNION MATCH (:Subject {{key: $subject}}){way}(n:{label}) RETURN n"
    wanted = f"WITH DISTINCT n WHERE {_wanted(kind)} WITH n ORDER BY {_order(kind)}"
    return f"CALL () {{ {both} }} {wanted} {_told(kind)}"


def _arrow(link: Link, *, reverse: bool = False, name: str = "") -> str:
    """The relationship of a link, written from the thing, or from the other end."""
    outgoing = link.incoming if reverse else not link.incoming
    edge = f"-[{name}:{link.relationship}]-"
    return f"{edge}>" if outgoing else f"<{edge}"


def _label(kind: type[Thing]) -> str:
    return kind.__name__


def _wanted(kind: type[Thing]) -> str:
    """In time, of the view, and more than a stub that something refers to."""
    told = [f"n.{field.name} IS NOT NULL" for field in _literals(kind) if not optional(field.hint)]
    view = ["($view IS NULL OR n.view = $view)"] if any(f.name == "view" for f in describe(kind)) else []
    return " AND ".join([*told, *view, _TIMES.get(kind, _TIMED)])


def _told(kind: type[Thing]) -> str:
    links = ", ".join(
        f"{field.name}: {_ends(field.link)}"
        for field in describe(kind)
        if field.link and field.name not in LINKS_SAID[kind] and kind is not TrackSegment
    )
    return f"RETURN properties(n) AS said, {{{links}}} AS links ORDER BY {_order(kind)}"


def _order(kind: type[Thing]) -> str:
    """A state is a node for each way in which it is known: the one with the earliest start comes first."""
    return "n.key, n.start" if kind is SubjectState else "n.key"


def _ends(link: Link) -> str:
    return f"[(n){_arrow(link)}(m:{link.target}) | m.key]"


def _literals(kind: type[Thing]) -> list[Described]:
    skipped = {*_ARRAYS[3:]} if kind is TrackSegment else set()
    return [field for field in describe(kind) if field.link is None and field.name not in skipped]


def _thing(kind: type[Thing], row: Row) -> Thing | None:
    values: dict[str, Any] = {}
    for field in describe(kind):
        if field.link is None:
            values[field.name] = _plain(field.hint, row["said"].get(field.name))
            continue
        held = row["said"] if field.name in LINKS_SAID[kind] else row["links"]
        said = held.get(field.name) or ()
        ends = [said] if isinstance(said, str) else sorted(set(said))
        if get_origin(field.hint) is tuple:
            values[field.name] = tuple(ends)
        elif ends or optional(field.hint):
            values[field.name] = ends[0] if ends else None
        else:
            return None  # who told it may tell it, but not of whom
    return kind(key=row["said"]["key"], **values)


def _plain(hint: Any, value: Any) -> Any:  # noqa: ANN401 - a type hint, and what it describes
    if get_origin(hint) is tuple:
        return tuple(value)
    wanted = [part for part in (get_args(hint) or (hint,)) if part is not NoneType]
    return float(value) if wanted == [float] and value is not None else value


def _segment(said: Row, within: Interval) -> Iterator[TrackSegment]:
    """A piece, less the fixes outside the interval."""
    times = np.asarray(said["times"], np.int64)
    bounds = within.parameters()
    kept = np.flatnonzero((times >= bounds["since_ms"]) & (times <= bounds["until_ms"]))
    if kept.size:
        columns: dict[str, Any] = {
            name: None if (told := said.get(name)) is None else np.asarray(told, np.float64)[kept]
            for name in _ARRAYS[1:]
        }
        head = {name: said[name] for name in ("subject", "sensor", "source", "label", "hour")}
        yield TrackSegment(key=said["segment"], times=times[kept], **head, **columns)
