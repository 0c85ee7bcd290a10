"""Whoever does more than read, in whatever words, is refused."""

# ruff: noqa: E501 - a query is read in one line

from __future__ import annotations

from typing import Any, Final

import pytest
from neo4j.exceptions import ClientError

from graph.reader.errors import RefusedError
from ontology.times import OPEN
from tests.graph.guard.stage import SECRET, Stage, rows

WRITES: Final = (
    "CREATE (n:Ship {key: 'x'})",
    "CREATE (n:Ship {key: 'x'}) RETURN n",
    "INSERT (n:Ship {key: 'x'})",
    "MERGE (n:Ship {key: 'x'})",
    "MERGE (n:Ship {key: 'x'}) ON CREATE SET n.a = 1 RETURN n",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) SET n += {name: 'x'} RETURN n",
    "MATCH (n) SET n:Ship",
    "MATCH (n) SET n[$k] = 1",
    "MATCH (n) REMOVE n.name",
    "MATCH (n) REMOVE n:Ship",
    "MATCH (n) DELETE n",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) NODETACH DELETE n",
    "MATCH ()-[r]->() DELETE r",
    "FOREACH (x IN [1] | CREATE (:Ship))",
    "MATCH (n) CALL (n) { SET n.name = 'x' }",
    "MATCH (n) CALL (n) { SET n.name = 'x' } IN TRANSACTIONS",
    "MATCH (n) CALL (n) { RETURN 1 AS one } IN TRANSACTIONS RETURN one",
    "MATCH (n) CALL (n) { RETURN 1 AS one } IN 4 CONCURRENT TRANSACTIONS OF 1 ROWS ON ERROR CONTINUE RETURN one",
    "CYPHER 5 MATCH (n) CALL { WITH n RETURN 1 AS one } IN TRANSACTIONS OF 1 ROW RETURN one",
    "RETURN COUNT { CREATE (n) RETURN n } AS c",
    "RETURN 1 AS x NEXT CREATE (:Ship)",
    "WHEN true THEN CREATE (:Ship) RETURN 1 AS x ELSE RETURN 2 AS x",
    "{ CREATE (:Ship) }",
    "RETURN 1 AS x UNION CREATE (:Ship) RETURN 1 AS x",
)
COMMANDS: Final = (
    "CREATE INDEX FOR (n:Ship) ON (n.x)",
    "CREATE TEXT INDEX FOR (n:Ship) ON (n.x)",
    "CREATE FULLTEXT INDEX x FOR (n:Ship) ON EACH [n.x]",
    "CREATE CONSTRAINT FOR (n:Ship) REQUIRE n.x IS UNIQUE",
    "DROP INDEX search",
    "DROP CONSTRAINT subject_key IF EXISTS",
    "CREATE USER eve SET PASSWORD 'password'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'",
    "DROP USER neo4j",
    "CREATE ROLE x",
    "GRANT ROLE admin TO neo4j",
    "CREATE DATABASE x",
    "DROP DATABASE neo4j",
    "START DATABASE neo4j",
    "STOP DATABASE neo4j",
    "CREATE ALIAS x FOR DATABASE neo4j",
    "ENABLE SERVER 'x'",
    "ALTER CURRENT GRAPH TYPE SET { (:X) }",
    *(
        f"SHOW {what}"
        for what in (
            "DATABASES", "INDEXES", "CONSTRAINTS", "PROCEDURES", "FUNCTIONS", "SETTINGS", "TRANSACTIONS", "USERS",
            "CURRENT USER", "ROLES", "PRIVILEGES", "SERVERS", "ALIASES", "DEFAULT DATABASE", "CURRENT GRAPH TYPE",
            "SUPPORTED PRIVILEGES",
        )
    ),
    "SHOW INDEXES YIELD name RETURN name",
    "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t YIELD message RETURN message",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM 'http://127.0.0.1/' AS line RETURN line",
    "CYPHER 5 USING PERIODIC COMMIT LOAD CSV FROM 'file:///x' AS line CREATE (:X)",
    "USE neo4j MATCH (n) RETURN n",
    "USE system SHOW USERS",
    "USE graph.byName('neo4j') MATCH (n) RETURN n",
    "CALL () { USE neo4j MATCH (n) RETURN n } RETURN n",
    "MATCH (n) SEARCH n IN (VECTOR INDEX x FOR [1, 2] LIMIT 1) RETURN n",
)  # fmt: skip
BEFORE: Final = (
    "EXPLAIN MATCH (n) RETURN n",
    "PROFILE MATCH (n) RETURN n",
    "explain match (n) return n",
    "  \n\tEXPLAIN MATCH (n) RETURN n",
    "/* a */ EXPLAIN /* b */ MATCH (n) RETURN n",
    "// a\nPROFILE // b\nMATCH (n) RETURN n",
    "CYPHER 25 EXPLAIN MATCH (n) RETURN n",
    "CYPHER EXPLAIN MATCH (n) RETURN n",
    "\\u0045XPLAIN MATCH (n) RETURN n",
    "CYPHER 5 \\u0050ROFILE MATCH (n) RETURN n",
    "CYPHER runtime=slotted MATCH (n) RETURN n",
    "CYPHER 25 planner=dp MATCH (n) RETURN n",
    "CYPHER 5 replan=force MATCH (n) RETURN n",
    "CYPHER debug=tostring MATCH (n) RETURN n",
    "CYPHER/**/5/**/runtime=interpreted RETURN 1",
    "CYPHER 4.4 RETURN 1",
    "CYPHER 5 CYPHER 25 RETURN 1",
    "RETURN 1 AS x; RETURN 2 AS x",
    "RETURN 1 AS x; MATCH (n) DETACH DELETE n",
    "CYPHER 25 RETURN 1 AS x;; RETURN 2 AS x",
    "MATCH (n) RETURN n; EXPLAIN RETURN 1",
)
PROCEDURES: Final = (
    "CALL db.labels()",
    "CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType",
    "CALL db.propertyKeys()",
    "CALL db.schema.visualization()",
    "CALL db.schema.nodeTypeProperties()",
    "CALL db.index.fulltext.queryNodes('search', '*') YIELD node, score RETURN node, score",
    "CALL db.index.fulltext.queryRelationships('x', '*')",
    "CALL db.index.vector.queryNodes('x', 1, [1.0])",
    "CALL db.stats.retrieve('GRAPH COUNTS')",
    "CALL db.stats.collect('QUERIES')",
    "CALL db.info()",
    "CALL db.ping()",
    "CALL db.clearQueryCaches()",
    "CALL db.createLabel('x')",
    "CALL dbms.components()",
    "CALL dbms.listConfig()",
    "CALL dbms.listConnections()",
    "CALL dbms.killConnections(['x'])",
    "CALL dbms.queryJmx('*:*')",
    "CALL dbms.showCurrentUser()",
    "CALL tx.getMetaData()",
    "CALL tx.setMetaData({a: 1})",
    "CALL apoc.cypher.run('RETURN 1', {})",
    "CALL internal.anything()",
    "CALL db . labels ( )",
    "CALL `db`.`labels`()",
    "CALL DB.LABELS()",
    "CYPHER 5 CALL d\\u0062.labels()",
    "CALL diurnal.read('MATCH (n) RETURN n', {}, {allowed: [1], moment: 0, rows: 9, bytes: 9999, memory: 999999})",
    "CALL `diurnal.read`('RETURN 1', {}, {})",
    "OPTIONAL CALL diurnal.read('RETURN 1', {}, {}) YIELD kind RETURN kind",
    "RETURN COLLECT { CALL db.labels() YIELD label RETURN label } AS l",
    "MATCH (n) CALL (n) { CALL db.labels() YIELD label RETURN label } RETURN label",
)
FUNCTIONS: Final = (
    "MATCH (n) RETURN id(n)",
    "MATCH (n) RETURN ID (n)",
    "MATCH (n) WHERE id(n) = 1 RETURN n",
    "MATCH (n) WHERE id(n) IN [1, 2] RETURN n",
    "CYPHER 5 MATCH (n) RETURN `id`(n)",
    "CYPHER 5 MATCH (n) RETURN \\u0069d(n)",
    "MATCH (n) RETURN elementId(n)",
    "MATCH (n) RETURN ELEMENTID(n)",
    "MATCH ()-[r]->() RETURN elementId(r)",
    "MATCH (n) WHERE elementId(n) = '4:x:1' RETURN n",
    "MATCH p = ()-->() RETURN [x IN nodes(p) | id(x)]",
    "RETURN timestamp()",
    "RETURN datetime()",
    "RETURN date()",
    "RETURN localtime()",
    "RETURN zoned_datetime()",
    "RETURN datetime.realtime()",
    "RETURN datetime.transaction()",
    "RETURN date.statement('UTC')",
    "RETURN datetime . realtime ( )",
    "RETURN `datetime.realtime`()",
    "RETURN datetime.truncate('day')",
    "RETURN file()",
    "RETURN linenumber()",
    "RETURN graph.names()",
    "RETURN graph.propertiesByName('neo4j')",
    "RETURN apoc.version()",
    "RETURN nosuchfunction(1)",
)
NESTED: Final = {
    "parentheses": "RETURN " + "(" * 9_000 + "1" + ")" * 9_000 + " AS x",
    "lists": "RETURN " + "[" * 9_000 + "1" + "]" * 9_000 + " AS x",
    "cases": "RETURN " + "CASE WHEN true THEN " * 500 + "1" + " END" * 500 + " AS x",
    "cases in texts": "RETURN " + "CASE WHEN true THEN 'END' + " * 300 + "1" + " END" * 300 + " AS x",
    "cases and properties": "RETURN " + "CASE WHEN n.end THEN " * 300 + "1" + " END" * 300 + " AS x",
    "cases with escapes": "CYPHER 5 RETURN "
    + "C\\u0041SE WHEN true THEN " * 300
    + "1"
    + " END" * 300
    + " AS x",
    **{
        f"cases behind a comment that ends with {name}": f"RETURN // a{end}"
        + "CASE WHEN true THEN " * 100
        + "1"
        + " END" * 100
        + " AS x"
        for name, end in (("a return", "\r"), ("a line", "\n"), ("both", "\r\n"))
    },
    "nots": "RETURN " + "NOT " * 4_900 + "true AS x",
    "sums": "RETURN 1" + "+1" * 9_900 + " AS x",
    "sub-queries": "RETURN " + "EXISTS { MATCH (n) WHERE " * 300 + "true" + " }" * 300 + " AS x",
    "long": "RETURN 1 AS x" + " " * 20_000,
    "names": "RETURN 1 AS " + "x" * 30_000,
}


@pytest.mark.parametrize("query", [*WRITES, *COMMANDS, *BEFORE, *PROCEDURES, *FUNCTIONS])
def test_whatever_does_more_than_read_is_refused(stage: Stage, query: str) -> None:
    for reader in (stage.weak, stage.strong):
        with pytest.raises(RefusedError) as refused:
            rows(reader, query, k="name")
        assert SECRET not in str(refused.value)


@pytest.mark.parametrize("query", NESTED.values(), ids=NESTED)
def test_what_is_nested_or_long_beyond_reason_is_refused(stage: Stage, query: str) -> None:
    with pytest.raises(RefusedError):
        stage.told(query)
    assert stage.told("RETURN 1 AS x") == [[1]]


GOOD: Final = {"allowed": [1], "moment": 1, "rows": 10, "bytes": 10_000, "memory": 10_000_000}


@pytest.mark.parametrize(
    "sight",
    [
        {},
        *({name: value for name, value in GOOD.items() if name != left} for left in GOOD),
        *({**GOOD, name: None} for name in GOOD),
        {**GOOD, "allowed": "1"},
        {**GOOD, "allowed": {"1": 1}},
        {**GOOD, "allowed": ["1"]},
        {**GOOD, "allowed": [1.0]},
        {**GOOD, "allowed": [None]},
        {**GOOD, "allowed": [[1]]},
        {**GOOD, "moment": "now"},
        {**GOOD, "moment": 1.5},
        {**GOOD, "rows": 0},
        {**GOOD, "rows": -1},
        {**GOOD, "bytes": "all"},
        {**GOOD, "memory": -5},
    ],
)
def test_a_sight_that_is_not_whole_shows_nothing(stage: Stage, sight: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="GuardException"):
        stage.call("MATCH (n) RETURN count(n)", {}, sight)


@pytest.mark.parametrize("sight", [None, 1, "x", [1]])
def test_what_is_no_sight_shows_nothing(stage: Stage, sight: Any) -> None:
    with pytest.raises(ClientError) as refused:
        stage.call("MATCH (n) RETURN count(n)", {}, sight)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("query", [None, 1, ["RETURN 1"], ""])
def test_what_is_no_query_is_refused(stage: Stage, query: Any) -> None:
    with pytest.raises(ClientError):
        stage.call(query, {}, GOOD)


def test_no_ids_or_nobodys_ids_or_before_all_moments_nothing_is_seen(stage: Stage) -> None:
    for sight in (
        {**GOOD, "allowed": []},
        {**GOOD, "allowed": [-1, 0, 2**63 - 1], "moment": OPEN - 1},
        {**GOOD, "moment": -(2**63)},
        {**GOOD, "allowed": sorted(stage.strong.sight.allowed), "moment": -1},
        {**GOOD, "allowed": sorted(stage.strong.sight.allowed), "moment": OPEN},
    ):
        assert stage.call("MATCH (n) RETURN count(n)", {}, sight) == [[0]]
        assert stage.call("MATCH ()-[r]->() RETURN count(r)", {}, sight) == [[0]]
        assert stage.call("RETURN EXISTS { MATCH (n:Classified) }", {}, sight) == [[False]]
