"""New versions of conclusions into the graph, each with its edges to shared things: one statement a shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from neo4j.spatial import WGS84Point

from graph.statement import Rows, Tx, run
from graph.versions import Version
from graph.write_pieces import see_all_made
from ontology.times import to_ms

_FIXED: Final = ("_version", "_content", "_sec", "_from", "_to")
_PLAIN: Final = "r[{at}]"
# The driver takes some hundred times as long over an instant or a point as over numbers.
_INSTANT: Final = "datetime({{epochMillis: r[{at}]}})"
_POINT: Final = "point({{longitude: r[{at}][0], latitude: r[{at}][1]}})"


class Shape(NamedTuple):
    """What several versions have in common, so that one statement makes them.

    Attributes:
        labels: of the node.
        columns: each property, with the Cypher that makes it from the row.
        links: relationship, the other end's label, and whether it comes from there.
    """

    labels: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str, bool], ...]


def write(tx: Tx, versions: Iterable[Version]) -> None:
    """Make nodes and edges; the other ends are there already."""
    shapes: dict[Shape, list[list[Any]]] = defaultdict(list)
    for version in versions:
        shape, row = _shaped(version)
        shapes[shape].append(row)
    for shape, rows in sorted(shapes.items()):
        ends = len(_FIXED) + len(shape.columns)
        rows.sort(key=itemgetter(slice(ends, None), 0))
        made = run(tx, cypher(shape), rows=Rows(rows)).consume().counters.relationships_created
        kinds = " and ".join(kind for kind, _, _ in shape.links)
        see_all_made(made, len(rows) * len(shape.links), kinds)


def _shaped(version: Version) -> tuple[Shape, list[Any]]:
    row: list[Any] = [version.id, version.content, [version.pair], [version.known_at], version.until]
    columns = []
    for name, value in version.properties.items():
        if isinstance(value, datetime) and value.microsecond % 1000 == 0:
            columns.append((name, _INSTANT))
            row.append(to_ms(value))
        elif isinstance(value, WGS84Point):
            columns.append((name, _POINT))
            row.append(list(value))
        else:
            columns.append((name, _PLAIN))
            row.append(value)
    links = tuple((edge.kind, edge.label, edge.incoming) for edge in version.links)
    row.extend(edge.key for edge in version.links)
    return Shape(version.labels, tuple(columns), links), row


@lru_cache(maxsize=256)
def cypher(shape: Shape) -> str:
    """The statement that makes versions of a shape from `$rows`."""
    whole = [(name, _PLAIN) for name in _FIXED] + list(shape.columns)
    properties = ", ".join(f"{name}: {how.format(at=at)}" for at, (name, how) in enumerate(whole))
    matches, edges = [], []
    for index, (kind, label, incoming) in enumerate(shape.links):
        found = f"(a{index}:{label} {{key: r[{len(whole) + index}]}})"
        matches.append(f"MATCH {found} USING INDEX SEEK a{index}:{label}(key)")
        edge = f"[:{kind} {{_sec: r[2], _from: r[3], _to: r[4]}}]"
        edges.append(f"(a{index})-{edge}->(n)" if incoming else f"(n)-{edge}->(a{index})")
    node = f"(n:{':'.join(shape.labels)} {{{properties}}})"
    return "\n".join(["UNWIND $rows AS r", *matches, "CREATE " + ", ".join([node, *edges])])
