"""Versions of conclusions into the graph: what stands is read, what the fold found is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, LiteralString

from graph import write_opened
from graph.statement import Rows, Tx, run
from graph.told import Told
from graph.versions import Changes, Citation, Standing, Version, cited, fold
from graph.write_pieces import see_all_made

_SHOWN: Final[LiteralString] = """
       n._version AS id, n.key AS key, n._content AS content, n._sec[0] AS pair, n._from[0] AS known_at,
       n._to AS until, about
"""
_STANDING: Final[LiteralString] = (
    """
UNWIND $keys AS about
MATCH (n:Conclusion {key: about}) USING INDEX SEEK n:Conclusion(key) WHERE n._to > $since
RETURN"""
    + _SHOWN
)
_CITING: Final[tuple[LiteralString, ...]] = tuple(
    f"""
UNWIND $keys AS about
MATCH (c:{label} {{key: about}}) USING INDEX SEEK c:{label}(key)
UNWIND [(c)<-[:{edge}]-(citing:Conclusion) | citing] AS n
WITH about, n WHERE n._to > $since
RETURN DISTINCT{_SHOWN}"""
    # A comprehension: while there are few such edges, the planner else looks at all of them for each key.
    for label, edge in (("Conclusion", "EVIDENCE"), ("_Awaited", "_AWAITS"))
)
# An edge between two versions that both end here ends with the first of them.
_CLOSE: Final[LiteralString] = """
UNWIND $rows AS r
MATCH (n:Conclusion {key: r.key}) USING INDEX SEEK n:Conclusion(key) WHERE n._version = r.id
SET n._to = r.until
WITH n, r MATCH (n)-[e]-() WHERE e._to > r.until
WITH e, min(r.until) AS first
SET e._to = first
"""
_CITE: Final[LiteralString] = """
UNWIND $rows AS r
MATCH (n:Conclusion {key: r.citing}) USING INDEX SEEK n:Conclusion(key) WHERE n._version = r.citing_version
MATCH (c:Conclusion {key: r.cited}) USING INDEX SEEK c:Conclusion(key) WHERE c._version = r.cited_version
CREATE (n)-[e:EVIDENCE]->(c) SET e._sec = [r.pair], e._from = [r.since], e._to = r.until
"""
_AWAIT: Final[LiteralString] = """
UNWIND $rows AS r
MATCH (n:Conclusion {key: r.citing}) USING INDEX SEEK n:Conclusion(key) WHERE n._version = r.version
MERGE (a:_Awaited {key: r.key})
CREATE (n)-[:_AWAITS]->(a)
"""


def write(tx: Tx, conclusions: Sequence[Told]) -> Changes:
    """Write conclusions, in their order; the shared things that they refer to are there already."""
    if not conclusions:
        return Changes()
    changes = fold(read_standing(tx, conclusions), conclusions)
    _close(tx, changes.closed.values())
    write_opened.write(tx, changes.opened)
    _cite(tx, changes.citations)
    _await(tx, changes.awaiting)
    return changes


def read_standing(tx: Tx, conclusions: Sequence[Told]) -> Standing:
    """What stands in the graph of what these conclusions are about, or rest on.

    What ended before any of them was known is as if it were not there.
    """
    about = {told.thing.key for told in conclusions}
    resting = {key for told in conclusions for key in cited(told)}
    since = min(told.known_at for told in conclusions)
    versions: dict[str, Version] = {}
    standing = Standing()
    for row in run(tx, _STANDING, keys=sorted(about | resting), since=since):
        _put(standing.versions, row, versions)
    for query in _CITING:
        for row in run(tx, query, keys=sorted(about), since=since):
            _put(standing.citing, row, versions)
    return standing


def _put(into: dict[str, dict[str, Version]], row: Any, versions: dict[str, Version]) -> None:  # noqa: ANN401
    fields = (row["id"], row["key"], row["content"], row["pair"], row["known_at"], row["until"])
    version = versions.setdefault(row["id"], Version(*fields))
    into.setdefault(row["about"], {})[version.id] = version


def _close(tx: Tx, versions: Iterable[Version]) -> None:
    rows = [{"key": version.key, "id": version.id, "until": version.until} for version in versions]
    if rows:
        run(tx, _CLOSE, rows=Rows(rows)).consume()


def _cite(tx: Tx, citations: Iterable[Citation]) -> None:
    rows = [
        {
            "citing": citation.citing.key,
            "citing_version": citation.citing.id,
            "cited": citation.cited.key,
            "cited_version": citation.cited.id,
            "pair": citation.citing.pair,
            "since": citation.since,
            "until": citation.until,
        }
        for citation in citations
    ]
    if rows:
        made = run(tx, _CITE, rows=Rows(rows)).consume().counters.relationships_created
        see_all_made(made, len(rows), "EVIDENCE")


def _await(tx: Tx, awaiting: Iterable[tuple[Version, str]]) -> None:
    """What a finding rests on may come after it: it is found again by this bookkeeping."""
    rows = [{"citing": version.key, "version": version.id, "key": key} for version, key in awaiting]
    if rows:
        rows.sort(key=lambda row: (row["key"], row["citing"], row["version"]))
        run(tx, _AWAIT, rows=Rows(rows)).consume()
