"""Ties between verdicts and findings into the graph, whichever of the two came first.

A batch with verdicts keeps every loader of conclusions out until it is committed: else a finding and a
verdict on it, written at once by two loaders, would miss each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, LiteralString

from graph.statement import Rows, Tx, run
from graph.told import Told
from graph.verdicts import About, Found, Given, Tie, ties
from graph.versions import Changes
from graph.write_pieces import see_all_made
from ontology import iri
from ontology.concluded import Finding
from ontology.verdict import Verdict

_ALONE: Final[LiteralString] = """
MATCH (o:_Offset) USING INDEX SEEK o:_Offset(topic, partition) WHERE o.topic > '' AND o.partition IS NOT NULL
WITH o ORDER BY o.topic, o.partition
SET o.locked = true
RETURN count(o)
"""
_GIVEN: Final[LiteralString] = """
UNWIND $subjects AS subject
MATCH (n:Verdict {subject: subject}) USING INDEX SEEK n:Verdict(subject)
RETURN n.key AS key, n.view AS view, n.subject AS subject, n.kind AS kind, n.finding AS finding,
       n.place AS place, n.timezone AS timezone, n.start AS start, n.end AS end, n.word AS word,
       n._sec[0] AS pair, n._from[0] AS known_at
"""
_FOUND: Final[LiteralString] = """
UNWIND $subjects AS subject
MATCH (s:Subject {key: subject}) USING INDEX SEEK s:Subject(key)
MATCH (s)<-[:ABOUT]-(n:Finding)
RETURN n.key AS key, n._version AS version, n.view AS view, n.subject AS subject, n.kind AS kind,
       n.place AS place, n.start AS start, n.end AS end, n._from[0] AS known_at, n._to AS until
"""
_TIED: Final[LiteralString] = """
UNWIND $verdicts AS key
MATCH (v:Verdict {key: key}) USING INDEX SEEK v:Verdict(key)
MATCH (v)-[e:ON|LOWERS]->(n:Finding)
RETURN type(e) AS kind, v.key AS verdict, n._version AS version, n.key AS finding, e._sec[0] AS pair,
       e._from[0] AS since, e._to AS until
"""
_CUT: Final[LiteralString] = """
UNWIND $keys AS key
MATCH (n:Finding {key: key}) USING INDEX SEEK n:Finding(key)
MATCH (n)<-[e:ON|LOWERS]-(:Verdict) WHERE e._to <= e._from[0]
DELETE e
"""
_UNTIE: Final[dict[str, LiteralString]] = {
    "ON": """
UNWIND $rows AS r
MATCH (v:Verdict {key: r.verdict}) USING INDEX SEEK v:Verdict(key)
MATCH (v)-[e:ON]->(n:Finding) WHERE n._version = r.version AND e._from = [r.since] DELETE e
""",
    "LOWERS": """
UNWIND $rows AS r
MATCH (v:Verdict {key: r.verdict}) USING INDEX SEEK v:Verdict(key)
MATCH (v)-[e:LOWERS]->(n:Finding) WHERE n._version = r.version AND e._from = [r.since] DELETE e
""",
}
_TIE: Final[dict[str, LiteralString]] = {
    "ON": """
UNWIND $rows AS r
MATCH (v:Verdict {key: r.verdict}) USING INDEX SEEK v:Verdict(key)
MATCH (n:Finding {key: r.finding}) USING INDEX SEEK n:Finding(key) WHERE n._version = r.version
CREATE (v)-[:ON {_sec: [r.pair], _from: [r.since], _to: r.until}]->(n)
""",
    "LOWERS": """
UNWIND $rows AS r
MATCH (v:Verdict {key: r.verdict}) USING INDEX SEEK v:Verdict(key)
MATCH (n:Finding {key: r.finding}) USING INDEX SEEK n:Finding(key) WHERE n._version = r.version
CREATE (v)-[:LOWERS {_sec: [r.pair], _from: [r.since], _to: r.until}]->(n)
""",
}


def alone(tx: Tx, conclusions: Iterable[Told]) -> None:
    """Before anything is written: if there are verdicts, wait for every loader, and let none go on."""
    if any(isinstance(told.thing, Verdict) for told in conclusions):
        run(tx, _ALONE).consume()


def write(tx: Tx, changes: Changes) -> None:
    """Tie what was just opened: verdicts to findings that there are, findings to verdicts that there are."""
    _cut(tx, changes)
    wanted = {Verdict.__name__, Finding.__name__}
    about = {each.properties["subject"] for each in changes.opened if not wanted.isdisjoint(each.labels)}
    given = [_given(row) for row in run(tx, _GIVEN, subjects=sorted(about))] if about else []
    if given:
        subjects = sorted({one.about.subject for one in given})
        tied = {_tie(row) for row in run(tx, _TIED, verdicts=sorted(one.key for one in given))}
        _settle(tx, tied, ties(given, [_found(row) for row in run(tx, _FOUND, subjects=subjects)]))


def _cut(tx: Tx, changes: Changes) -> None:
    """What ended before a verdict on it was known is no longer tied to that."""
    keys = {each.key for each in changes.closed.values() if each.key.startswith(iri.FINDING)}
    if keys:
        run(tx, _CUT, keys=sorted(keys)).consume()


def _settle(tx: Tx, tied: set[Tie], wanted: set[Tie]) -> None:
    for kind, statement in _UNTIE.items():
        if rows := _rows(kind, tied - wanted):
            run(tx, statement, rows=Rows(rows)).consume()
    for kind, statement in _TIE.items():
        if rows := _rows(kind, wanted - tied):
            made = run(tx, statement, rows=Rows(rows)).consume().counters.relationships_created
            see_all_made(made, len(rows), kind)


def _rows(kind: str, some: Iterable[Tie]) -> list[dict[str, Any]]:
    return [tie._asdict() for tie in sorted(some) if tie.kind == kind]


def _given(row: Any) -> Given:  # noqa: ANN401 - a row of the driver
    return Given(
        key=row["key"],
        about=_about(row),
        finding=row["finding"],
        place=row["place"],
        timezone=row["timezone"],
        start=row["start"].to_native(),
        end=row["end"].to_native(),
        word=row["word"],
        pair=row["pair"],
        known_at=row["known_at"],
    )


def _found(row: Any) -> Found:  # noqa: ANN401 - a row of the driver
    return Found(
        key=row["key"],
        version=row["version"],
        about=_about(row),
        place=row["place"],
        start=row["start"].to_native(),
        end=row["end"].to_native(),
        known_at=row["known_at"],
        until=row["until"],
    )


def _tie(row: Any) -> Tie:  # noqa: ANN401 - a row of the driver
    return Tie(**{name: row[name] for name in Tie._fields})


def _about(row: Any) -> About:  # noqa: ANN401 - a row of the driver
    return About(row["view"], row["subject"], row["kind"])
