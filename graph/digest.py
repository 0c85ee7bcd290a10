"""Two digests of the graph: of all that it holds, and of what is current whatever the batches were.

A digest is a sum of hashes, so that nothing has to be sorted; rows stream from Neo4j. `full` is the same for
two projections of one log. `current` is the same for two runs over the same raw records that cut their
batches differently: it leaves out times of knowledge, versions and what is superseded, takes the pieces of a
segment as one, and of shared things only those that something current refers to. Loaders must be idle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, LiteralString

from neo4j import READ_ACCESS, Driver, NotificationMinimumSeverity, Session

from graph.canonical import MODULUS, hashed, shown, summed, without
from graph.pieces import COLUMNS, Fix
from graph.refusals import explained
from ontology.times import OPEN

Row = Mapping[str, Any]
"""A row of the driver's answer."""

_NODES: Final[LiteralString] = """
MATCH (n) WHERE NOT n:TrackSegment AND none(label IN labels(n) WHERE label STARTS WITH '_')
RETURN labels(n) AS labels, properties(n) AS said,
       n:Source OR EXISTS { (n)-[e]-() WHERE e._to = $open } AS wanted
"""
_SEGMENTS: Final[LiteralString] = """
MATCH (n:TrackSegment) WHERE n.segment IS NOT NULL
RETURN n.segment AS segment, properties(n) AS said ORDER BY segment
"""
_EDGES: Final[LiteralString] = """
MATCH (a)-[e]->(b) WHERE NOT type(e) STARTS WITH '_'
RETURN type(e) AS kind, a.key AS a, a._version AS a_version, b.key AS b, b._version AS b_version,
       b.segment AS segment, properties(e) AS said
"""
_SHARED: Final = frozenset({"Subject", "Identifier", "Place", "Source"})
_HISTORY: Final = ("_from", "_to", "_content", "_version")
_PIECE: Final = ("segment", "subject", "sensor", "source", "label", "hour")


@dataclass(slots=True)
class Part:
    """The digests of one kind of node or relationship, as numbers, and how many there are."""

    count: int = 0
    full: int = 0
    current: int = 0


@dataclass(frozen=True, slots=True)
class Digests:
    """Digests of the graph, in 64 hex digits each.

    Attributes:
        full: of every node and relationship with all properties.
        current: of what is current.
        nodes: how many nodes there are.
        relationships: how many relationships there are.
        parts: the same by label (of a node's labels, sorted and joined by ":") and by relationship type.
    """

    full: str
    current: str
    nodes: int
    relationships: int
    parts: dict[str, Part] = field(default_factory=dict)

    def differences(self, other: Digests) -> list[str]:
        """Which parts differ, in words, for whoever looks for the cause."""
        found = []
        for name in sorted(self.parts.keys() | other.parts.keys()):
            mine, theirs = self.parts.get(name, Part()), other.parts.get(name, Part())
            which = [word for word in ("full", "current") if getattr(mine, word) != getattr(theirs, word)]
            if which or mine.count != theirs.count:
                found.append(
                    f"{name}: {mine.count} and {theirs.count}, {' and '.join(which) or 'counts'} differ"
                )
        return found


def digest(driver: Driver, database: str = "neo4j") -> Digests:
    """The digests of the graph.

    Raises:
        GraphUnavailableError: Neo4j does not answer.
    """
    parts: dict[str, Part] = {}
    with (
        explained(),
        driver.session(
            database=database,
            default_access_mode=READ_ACCESS,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        ) as session,
    ):
        _add(parts, _nodes(session))
        _add(parts, _segments(session))
        nodes = sum(part.count for part in parts.values())
        _add(parts, _edges(session))
    return Digests(
        shown(summed(part.full for part in parts.values())),
        shown(summed(part.current for part in parts.values())),
        nodes,
        sum(part.count for part in parts.values()) - nodes,
        parts,
    )


Hashes = tuple[str, int, int, int]
"""A part's name, how many nodes or relationships, and what to add to `full` and to `current`."""


def _add(parts: dict[str, Part], rows: Iterable[Hashes]) -> None:
    for name, count, full, current in rows:
        part = parts.setdefault(name, Part())
        part.count += count
        part.full = (part.full + full) % MODULUS
        part.current = (part.current + current) % MODULUS


def _nodes(session: Session) -> Iterator[Hashes]:
    for row in session.run(_NODES, open=OPEN):
        labels, said = sorted(row["labels"]), row["said"]
        yield ":".join(labels), 1, hashed(labels, said), _current_node(labels, said, row["wanted"])


def _current_node(labels: list[str], said: Row, wanted: bool) -> int:
    if said["_to"] != OPEN:
        return 0
    if _SHARED.isdisjoint(labels):
        return hashed(labels, without(said, *_HISTORY))
    return hashed(labels, without(said, *_HISTORY, "_sec")) if wanted else 0


def _segments(session: Session) -> Iterator[Hashes]:
    rows = session.run(_SEGMENTS)
    for segment, pieces in groupby(rows, key=lambda row: row["segment"]):
        told = [row["said"] for row in pieces]
        full = summed(hashed(["TrackSegment"], said) for said in told)
        common = {name: told[0][name] for name in _PIECE}
        yield "TrackSegment", len(told), full, hashed(segment, common, _fixes(told))


def _fixes(pieces: Iterable[Row]) -> list[tuple[int, list[list[Any]]]]:
    """By pair, the fixes of a segment's pieces, each once, by time."""
    known: dict[int, dict[Fix, list[Any]]] = {}
    for piece in pieces:
        columns = [piece.get(name) or [None] * piece["fixes"] for name in COLUMNS]
        rows = [[_number(value) for value in row] for row in zip(*columns, strict=True)]
        for pair in piece["_sec"]:
            fixes = known.setdefault(pair, {})
            for row in rows:
                fix = (row[0], row[1], row[2])
                fixes[fix] = min(row, fixes.get(fix, row), key=repr)
    return [(pair, [fixes[fix] for fix in sorted(fixes)]) for pair, fixes in sorted(known.items())]


def _number(value: Any) -> Any:  # noqa: ANN401 - a value of an array
    return None if value != value else value


def _edges(session: Session) -> Iterator[Hashes]:
    tracks: set[int] = set()
    for row in session.run(_EDGES):
        said, kind = row["said"], row["kind"]
        full = hashed(kind, row["a"], row["a_version"], row["b"], row["b_version"], said)
        if said["_to"] != OPEN:
            current: set[int] = set()
        elif row["segment"]:
            current = {hashed(kind, row["a"], row["segment"], pair) for pair in said["_sec"]} - tracks
            tracks |= current
        else:
            # Between two nodes there may be many statements, each with a key of its own.
            which = [said["key"]] if "key" in said else []
            current = {hashed(kind, row["a"], row["b"], *which, said["_sec"])}
        yield kind, 1, full, summed(current)
