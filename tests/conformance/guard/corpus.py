"""The queries that are asked of both databases: written ones, and generated ones."""

# ruff: noqa: E501 - a query is read in one line

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from neo4j.spatial import WGS84Point

from graph.reader.reader import Reader
from tests.conformance.guard.answers import Query
from tests.conformance.guard.world import at

_IN_ORDER: Final = "// in order"


def written() -> list[Query]:
    """Those of `corpus.cypher`: paragraphs, with comments before them."""
    text = Path(__file__).with_name("corpus.cypher").read_text()
    found = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.strip().splitlines()
        query = "\n".join(line for line in lines if not line.startswith("//"))
        found.append(Query(query, _IN_ORDER in lines))
    return found


def parameters(reader: Reader, view: str) -> dict[str, Any]:
    """Values for the queries, of what there is in a database: the best linked of each kind."""

    def best(label: str, many: int) -> list[str]:
        rows = reader.rows(
            f"MATCH (n:{label}) RETURN n.key AS key, COUNT {{ (n)--() }} AS c ORDER BY c DESC, key LIMIT $many",
            many=many,
        )
        return [row["key"] for row in rows] + ["nobody"] * (many - len(rows))

    ships, resources, place = best("Ship", 3), best("Resource", 2), best("Place", 1)[0]
    reached = reader.one(
        "MATCH (:Place {key: $place})<-[:FROM]-(:Trip)-[:TO]->(p:Place)"
        " RETURN p.key AS key, count(*) AS c ORDER BY c DESC, key LIMIT 1",
        place=place,
    )
    named = reader.one("MATCH (n:SubjectState) RETURN n.name AS n, count(*) AS c ORDER BY c DESC, n LIMIT 1")
    name = "nobody" if named is None else named["n"]
    return {
        "view": view,
        "ship": ships[0],
        "other": ships[1],
        "keys": [*ships, "nobody"],
        "place": place,
        "elsewhere": "nobody" if reached is None else reached["key"],
        "name": name,
        "word": name.split()[0].lower(),
        "iri": resources[0],
        "friend": resources[1],
        "finding": best("Finding", 1)[0],
        "since": at(20),
        "until": at(50),
        "label": "Ship",
        "labels": ["Aircraft", "Place"],
        "type": "STAYED",
        "prop": "name",
        "number": 1200.5,
        "here": WGS84Point((-74.0, 40.7)),
    }


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern, its variable of a node to ask about, and conditions that some but not all of it meet."""

    text: str
    of: str
    conditions: tuple[str, ...]
    number: str


_PATTERNS: Final = (
    _Pattern("(n:Subject)", "n", ("n:Ship", "n.key <> $ship", "n.kind IN ['Ship', 'Person']"), "size(n.key)"),
    _Pattern("(:Subject)-[:STAYED]->(n:Stay)", "n", ("n.fixes > 50", "n.start >= $since"), "n.fixes"),
    _Pattern("(n:Stay)-[:AT]->(:Place)", "n", ("n.inferred", "n.subject = $ship"), "n.radius_m"),
    _Pattern("(:Stay)-[:AT]->(n:Place)", "n", ("n.port IS NULL", "n.name CONTAINS 'A'"), "n.radius_m"),
    _Pattern(
        "(:Subject)-[:MADE_TRIP]->(n:Trip)", "n", ("n.distance_m > 1500", "n.fixes < 15"), "n.distance_m"
    ),
    _Pattern("(n:Trip)-[:FROM|TO]->()", "n", ("n.max_speed >= 6", "n.start < $until"), "n.max_speed"),
    _Pattern(
        "(n:Subject)-[:HAS_STATE]->(s)", "n", ("s.name STARTS WITH 'A'", "s.type_code > 40"), "s.length_m"
    ),
    _Pattern("(:Subject)-[:HAS_TRACK]->(n)", "n", ("n.hour >= $since", "n.speeds IS NOT NULL"), "n.fixes"),
    _Pattern("(n:Finding)-[:ABOUT]->(s)", "n", ("s:Ship", "n.days > 5"), "n.surprise"),
    _Pattern("(n)<-[:EVIDENCE]-(:Finding)", "n", ("n.fixes > 45", "n.subject <> $ship"), "n.fixes"),
    _Pattern("(n:Resource)-[r:STATEMENT]->()", "n", ("r.name = 'knows'", "n.key > $iri"), "size(r.name)"),
    _Pattern("()-[r:STATEMENT]->(n:Literal)", "n", ("n.number > 40", "r.name <> 'name'"), "n.number"),
    _Pattern(
        "(:Subject)-[:IDENTIFIED_BY]->(n)", "n", ("n.scheme = 'MMSI'", "n.value > '3670'"), "size(n.key)"
    ),
    _Pattern("(n:Routine)-[:AT]->(:Place)", "n", ("n.visits > 2", "n.subject <> $ship"), "n.visits"),
    _Pattern("(n:Resource)-[:STATEMENT*1..2]->(:Resource)", "n", ("n.key <> $iri",), "size(n.key)"),
    _Pattern("(n:Subject)-[:STAYED]->()-[:AT]->(p)", "n", ("p.name STARTS WITH 'A'", "n:Ship"), "p.lon"),
    _Pattern("(n:Subject)-[:IDENTIFIED_BY]-{2}(m:Subject)", "n", ("n.key < m.key", "m:Ship"), "size(m.key)"),
)

_Shape = Callable[[_Pattern, str, Random], str]


def _rows(p: _Pattern, where: str, _: Random) -> str:
    return f"MATCH {p.text}{where} RETURN {p.of}.key AS k, {p.number} AS v"


def _whole(p: _Pattern, where: str, _: Random) -> str:
    return f"MATCH {p.text}{where} RETURN DISTINCT {p.of} AS n"


def _aggregate(p: _Pattern, where: str, random: Random) -> str:
    how = random.choice(("sum", "avg", "min", "max", "stdev", "count", "collect"))
    return f"MATCH {p.text}{where} RETURN count(*) AS c, {how}({p.number}) AS v"


def _grouped(p: _Pattern, where: str, random: Random) -> str:
    by = random.choice((f"labels({p.of})", f"{p.of}.key", f"{p.number} > 20"))
    return f"MATCH {p.text}{where} RETURN {by} AS by, count(DISTINCT {p.of}) AS c"


def _ordered(p: _Pattern, where: str, random: Random) -> str:
    way = random.choice(("", " DESC"))
    return (
        f"MATCH {p.text}{where} WITH DISTINCT {p.of}.key AS k ORDER BY k{way} "
        f"SKIP {random.randrange(3)} LIMIT {random.randrange(2, 9)} RETURN collect(k) AS l"
    )


def _exists(p: _Pattern, where: str, random: Random) -> str:
    no = random.choice(("", "NOT "))
    return f"MATCH (n) WHERE {no}EXISTS {{ MATCH {p.text}{where} }} RETURN labels(n) AS l, count(*) AS c"


def _counted(p: _Pattern, where: str, _: Random) -> str:
    return f"MATCH ({p.of}:Subject|Stay|Place|Resource) RETURN {p.of}.key AS k, COUNT {{ MATCH {p.text}{where} }} AS c"


def _collected(p: _Pattern, where: str, _: Random) -> str:
    return f"RETURN COLLECT {{ MATCH {p.text}{where} RETURN {p.of}.key }} AS l"


def _called(p: _Pattern, where: str, random: Random) -> str:
    optional = random.choice(("", "OPTIONAL "))
    return (
        f"MATCH ({p.of}) WITH DISTINCT {p.of} {optional}CALL ({p.of}) {{ MATCH {p.text}{where} "
        f"RETURN count(*) AS c, max({p.number}) AS m }} RETURN labels({p.of}) AS l, sum(c) AS c, max(m) AS m"
    )


def _optional(p: _Pattern, where: str, _: Random) -> str:
    return (
        f"UNWIND ['x', 'y'] AS x OPTIONAL MATCH {p.text}{where} WITH x, {p.of} WHERE {p.of} IS NOT NULL "
        f"RETURN x, {p.of} {{.key, x: x}} AS m"
    )


def _united(p: _Pattern, where: str, random: Random) -> str:
    other = random.choice(_PATTERNS)
    every = random.choice(("", " ALL"))
    return f"MATCH {p.text}{where} RETURN {p.of}.key AS k UNION{every} MATCH {other.text} RETURN {other.of}.key AS k"


def _next(p: _Pattern, where: str, _: Random) -> str:
    return f"MATCH {p.text}{where} RETURN {p.of} NEXT LET k = {p.of}.key FILTER k IS NOT NULL RETURN k, count(*) AS c"


def _path(p: _Pattern, where: str, _: Random) -> str:
    return f"MATCH q = {p.text}{where} RETURN length(q) AS l, [x IN nodes(q) | x.key] AS n, q"


def _comprehended(p: _Pattern, where: str, _: Random) -> str:
    return (
        f"MATCH {p.text}{where} WITH DISTINCT {p.of} "
        f"RETURN {p.of}.key AS k, [({p.of})-[q]->(z) | type(q) + z.key] AS l, size(keys({p.of})) AS s"
    )


_SHAPES: Final[tuple[_Shape, ...]] = (
    _rows, _whole, _aggregate, _grouped, _ordered, _exists, _counted, _collected, _called, _optional, _united,
    _next, _path, _comprehended,
)  # fmt: skip


def generated(seed: int, many: int) -> Iterator[Query]:
    """So many queries: each shape of a question over each pattern in turn, with conditions by chance."""
    random = Random(seed)  # noqa: S311
    for number in range(many):
        pattern = _PATTERNS[number % len(_PATTERNS)]
        shape = _SHAPES[(number + number // len(_PATTERNS)) % len(_SHAPES)]
        conditions = random.sample(pattern.conditions, random.choice((0, 1, 1, len(pattern.conditions))))
        joined = random.choice((" AND ", " OR ")).join(conditions)
        yield Query(shape(pattern, f" WHERE {joined}" if joined else "", random))
