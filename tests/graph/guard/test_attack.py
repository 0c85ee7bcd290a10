"""Whoever attacks the guard is refused, or told nothing that they may not know."""

# ruff: noqa: E501 - a query is read in one line

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from neo4j import Driver
from neo4j.exceptions import ClientError
from neo4j.graph import Node

from graph import schema
from graph.digest import digest
from graph.reader.errors import RefusedError, TooSlowError
from graph.reader.reader import Reader
from ontology.times import OPEN, to_ms
from tests.conformance.guard import store
from tests.conformance.guard.askers import Asker
from tests.conformance.guard.world import at, world

SECRET: Final = "XANADU"
"""The name of a state that the weak may not see, and of which nothing may be told."""
OURS: Final = ("_sec", "_from", "_to", "_content", "_version")
DEFAULT: Final = "DEFAULT_TEMPORAL_ARGUMENT"
"""Neo4j's word for an argument left out, which then reads the clock."""
MAGIC: Final[dict[str, Any]] = {"zone": {"timezone": "UTC"}, "default": DEFAULT}


@dataclass(frozen=True)
class Stage:
    """A graph of which the weak may see a part, and the strong more."""

    driver: Driver
    weak: Reader
    strong: Reader

    def told(self, cypher: str, **parameters: Any) -> list[list[Any]]:
        """Rows that the weak are told."""
        return rows(self.weak, cypher, **parameters)

    def call(self, query: Any, parameters: Any, sight: Any) -> list[Any]:
        """The procedure itself, asked by somebody who goes round the reader."""
        asked = {"q": query, "p": parameters, "s": sight}
        found = self.driver.execute_query("CALL diurnal.read($q, $p, $s) YIELD kind, values", asked)
        return [record["values"] for record in found.records if record["kind"] == "row"]


def rows(reader: Reader, cypher: str, seconds: float = 20.0, **parameters: Any) -> list[list[Any]]:
    return [values for kind, values in reader.parts(cypher, parameters, seconds) if kind == "row"]


@pytest.fixture(scope="module")
def stage(neo4j: Driver) -> Iterator[Stage]:
    schema.ensure(neo4j)
    store.load(neo4j, world(0, subjects=6))
    neo4j.execute_query(
        "MATCH (l:Literal) WITH l LIMIT 1 MATCH (s:Subject) "
        "WITH collect(s)[0] AS s, l "
        "CREATE (s)-[:HAS_STATE {_sec: [1], _from: [0], _to: $open}]->"
        "(x:SubjectState:Classified {key: 'hidden', name: $name, classified: 7, _sec: [1], _from: [0], _to: $open})"
        "-[:SECRETLY {_sec: [1], _from: [0], _to: $open}]->(l)",
        open=OPEN,
        name=SECRET,
    )
    store.settle(neo4j)
    weak = Reader(neo4j, "neo4j", Asker("anyone", "low", "now").sight())
    strong = Reader(neo4j, "neo4j", Asker("chief", "full", "now").sight())
    before = digest(neo4j)
    yield Stage(neo4j, weak, strong)
    assert digest(neo4j) == before, "an attack has written"
    store.empty(neo4j)


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


HIDDEN: Final = (
    "MATCH (n:{0}) RETURN count(n) AS c",
    "MATCH (n:{0}) RETURN n",
    "MATCH (n) WHERE n.{1} = 7 RETURN n.key",
    "MATCH (n) WHERE n.{1} IS NOT NULL RETURN n.key",
    "MATCH ()-[r:{2}]-() RETURN count(r) AS c",
    "MATCH (n:{0}) USING INDEX n:{0}({1}) WHERE n.{1} = 7 RETURN n",
    "MATCH (n:{0}) USING SCAN n:{0} RETURN n",
    "MATCH (n) RETURN n:{0} AS is, count(*) AS c",
    "MATCH (n:Literal) RETURN COUNT {{ (n)<-[:{2}]-() }} AS c, count(*) AS n",
    "MATCH (n:Subject)-[*..2]-(m:{0}) RETURN m",
    "MATCH (n:$('{0}')) RETURN n",
    "MATCH ()-[r:$('{2}')]->() RETURN r",
    "MATCH (n) WHERE '{0}' IN labels(n) RETURN n",
    "MATCH (n) WHERE '{1}' IN keys(n) RETURN n",
    "MATCH (n) UNWIND keys(n) AS k WITH k WHERE k = '{1}' RETURN k",
    "MATCH (n) UNWIND labels(n) AS k WITH k WHERE k = '{0}' RETURN k",
    "MATCH ()-[r]->() WITH type(r) AS t WHERE t = '{2}' RETURN t",
    "MATCH (a)-[r]->(b) WHERE endNode(r):{0} RETURN r",
    "RETURN EXISTS {{ MATCH (n:{0}) }} AS e",
    "MATCH p = SHORTEST 1 (a:Subject)-[:HAS_STATE|{2}]-+(b:Literal) RETURN p",
    "MATCH (n) RETURN max(n.{1}) AS m, sum(n.{1}) AS s, percentileCont(n.{1}, 0.5) AS p",
    "OPTIONAL MATCH (n:{0}) RETURN n",
    "MATCH (n:SubjectState) WHERE n.{1} / 0 = 1 RETURN n",
    "MATCH (n:{0}) RETURN 1 / 0 AS x",
    "MATCH (n:{0}) RETURN toInteger(n.name + n) AS x",
    "CYPHER 5 MATCH (n:{0}) RETURN size(n.{1}) AS x",
)
"""With the names of a label, a property and a type: of such as are hidden, and of such as there are none."""


@pytest.mark.parametrize("query", HIDDEN)
def test_what_is_hidden_is_like_what_there_is_not(stage: Stage, query: str) -> None:
    def outcome(*names: str) -> tuple[object, ...]:
        asked = {"q": query.format(*names), "p": {}, "s": stage.weak.sight.told()}
        with stage.driver.session(notifications_min_severity="INFORMATION") as session:
            try:
                found = session.run("CALL diurnal.read($q, $p, $s) YIELD kind, values", asked)
                told = [record["values"] for record in found if record["kind"] == "row"]
                statuses = [str(status) for status in found.consume().gql_status_objects]
            except ClientError as error:
                return (error.code, re.sub("|".join(names), "…", error.message or ""))
        return (told, statuses)

    assert outcome("Classified", "classified", "SECRETLY") == outcome("Nonesuches", "nonesuches", "NEITHER_")


@pytest.mark.parametrize("word", [SECRET, SECRET.lower(), SECRET[:3], "xan", "hidden"])
def test_full_text_finds_nothing_hidden(stage: Stage, word: str) -> None:
    assert stage.told("CALL diurnal.search($w) YIELD node RETURN node", w=word) == []


@pytest.mark.parametrize(
    "words",
    [
        "*",
        "?",
        "xanad~",
        "name:XANADU",
        "/x.*/",
        "[a TO z]",
        "x* OR *",
        '"',
        "\\",
        "+ -",
        "_sec:1",
        "",
        " ",
        "\x00",
        "*:*",
    ],
)
def test_full_text_takes_words_only(stage: Stage, words: str) -> None:
    found = stage.told("CALL diurnal.search($w) YIELD node RETURN node.name, node.key", w=words)
    assert SECRET not in str(found)
    for name, _ in found:
        assert re.search(r"\b(x|a|z|or|name|sec|1)", str(name), re.IGNORECASE)


@pytest.mark.parametrize("name", OURS)
def test_properties_of_our_own_are_nobodys(stage: Stage, name: str) -> None:
    for reader in (stage.weak, stage.strong):
        for said in (f"n.{name}", f"n['{name}']", "n[$k]", f"n {{.{name}}}.{name}", f"properties(n).{name}"):
            for pattern in ("(n)", "()-[n]->()"):
                assert rows(reader, f"MATCH {pattern} RETURN DISTINCT {said} AS x", k=name) == [[None]]
        for where in (
            f"n.{name} IS NOT NULL", f"n.{name} > 0", f"'{name}' IN keys(n)", f"n.{name} = $v", "n[$k] IS NOT NULL",
            f"size(n.{name}) > 0", f"n.{name}[0] > 0", f"any(x IN n.{name} WHERE x > 0)",
            f"valueType(n.{name}) <> 'NULL'", f"n.{name} IS :: ANY NOT NULL",
        ):  # fmt: skip
            for pattern in ("(n)", "()-[n]->()"):
                assert rows(reader, f"MATCH {pattern} WHERE {where} RETURN count(n)", k=name, v=[1]) == [[0]]
        assert rows(reader, f"MATCH (n {{{name}: $v}}) RETURN count(n)", v=OPEN) == [[0]]
        assert rows(reader, f"MATCH (n) RETURN min(n.{name}), max(n.{name}), count(n.{name})") == [
            [None, None, 0]
        ]
        for whole in ("properties(n)", "n", "keys(n)", "n {.*}", "collect(n {.*})"):
            assert name not in str(rows(reader, f"MATCH (n) RETURN {whole} AS x"))
        plain = rows(reader, "MATCH (n:Stay) RETURN n.key")
        assert rows(reader, f"MATCH (n:Stay) RETURN n.key ORDER BY n.{name} DESC") == plain
        assert rows(reader, f"MATCH (n:Stay) RETURN n.key ORDER BY n.{name}") == plain


def test_nodes_of_our_own_are_nobodys(stage: Stage) -> None:
    for label in ("_Offset", "_Awaited", "_Rebuild"):
        assert stage.told(f"MATCH (n:{label}) RETURN count(n)") == [[0]]
    assert stage.told("MATCH ()-[r:_AWAITS]-() RETURN count(r)") == [[0]]


_ODD: Final = (
    "toInteger(x)", "toFloat(x)", "toBoolean(x)", "size(x)", "abs(x)", "x[0]", "[1, 2][x]", "{a: 1}[x]", "x.y", "-x",
    "1 + x", "1 - x", "x * 2", "toUpper(x)", "split(x, 'a')", "range(0, x)", "startNode(x)", "labels(x)", "type(x)",
    "keys(x)", "properties(x)", "nodes(x)", "length(x)", "substring('abc', x)", "date(x)", "date({year: x})",
    "date.truncate(x, date('2020-01-01'))", "duration(x)", "duration.between(x, x)", "point({x: x, y: 1})", "x || 'a'",
    "isEmpty(x)", "normalize(x)", "char_length(x)", "x {.*}", "EXISTS { (x)-->() }", "sum(x)", "avg(x)", "reverse(x)",
    "percentileCont(x, 0.5)", "CASE WHEN x THEN 1 END", "NOT x", "round(x)", "replace('a', 'a', x)", "left('abc', x)",
    "toIntegerList(x)", "vector.similarity.cosine(x, [1.0])", "datetime.fromEpoch(x, 0)", "tail(x)", "haversin(x)",
)  # fmt: skip


@pytest.mark.parametrize("said", _ODD)
def test_no_error_names_an_id(stage: Stage, said: str) -> None:
    """Those of the store have gaps, and gaps tell; nor does a text that is made of a node hold one."""
    ids = r"\(\d|\[\d+\]|id=\d|#\d|\d+:[0-9a-f]{8}-"
    for value in ("n", "r", "p", "{a: [n, r]}"):
        for odd in (value, f"[{value}, 1][toInteger($zero)]"):
            text = f"MATCH p = (n)-[r]->() WITH n, r, p LIMIT 1 UNWIND [{odd}] AS x RETURN {said} AS y"
            told = refusal = ""
            try:
                told = str(stage.told(text, zero=0))
            except RefusedError as refused:
                refusal = str(refused).split("(line")[0].split('"CYPHER')[0]
            assert not re.search(ids, refusal), refusal
            assert SECRET not in told + refusal


def test_texts_of_nodes_hold_no_ids(stage: Stage) -> None:
    found = stage.told(
        "MATCH p = (n)-[r]->() RETURN toString(n), toString(r), toString(p), toString({a: n}), toStringList([n, p])"
    )
    assert found
    assert not re.search(r"\d", str([re.sub("IDENTIFIED_BY|WGS84", "", str(row)) for row in found]))


def test_numbers_of_entities_are_those_of_the_answer(stage: Stage) -> None:
    [[nodes, along]] = stage.told(
        "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN collect(DISTINCT n), collect(r)"
    )
    assert {node["id"] for node in nodes} <= set(range(len(nodes) + 2 * len(along)))
    assert sorted({one["id"] for one in along}) == list(range(len(along)))


def test_no_entity_leaves_the_sight(stage: Stage) -> None:
    """As a node of the driver's it would carry the store's id, and all of its properties."""

    def flat(value: Any) -> Iterator[Any]:
        yield value
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from flat(part)

    found = stage.told("MATCH p = (n)-[r]->(m) RETURN n, r, p, [n, {a: m}], {b: [r, p]}, collect(n)")
    assert not [part for part in flat(found) if isinstance(part, Node)]


@pytest.mark.parametrize("text", ["datetime($zone)", "date($default)", "localtime($default)", "localdatetime($zone)",
    "time($zone)", "datetime.truncate('day', $default)", "date.truncate('day', $default)", "datetime({timezone: 'UTC'})",
    "date({timezone: 'UTC'})", "datetime($default)", "zoned_datetime($default)", "local_time($zone)"])  # fmt: skip
def test_the_clock_stands_at_the_moment(stage: Stage, text: str) -> None:
    moment = at(30)
    sight = replace(stage.weak.sight, moment=to_ms(moment))
    query = f"CALL diurnal.search('a') YIELD node WITH count(node) AS c RETURN {text} AS x, c"
    [[found, _]] = rows(Reader(stage.driver, "neo4j", sight), query, **MAGIC)
    [[wanted]] = stage.told(
        f"RETURN {text.split('(', maxsplit=1)[0]}({_moment_of(text)}) AS x", moment=moment
    )
    assert found == wanted
    first, second = (stage.told(f"RETURN {text} AS x", **MAGIC) for _ in range(2))
    assert first == second


def _moment_of(text: str) -> str:
    return "'day', $moment" if "truncate" in text else "$moment"


PARAMETERS: Final[dict[str, Any]] = {
    "an entity's map": {"~": "node", "id": 0, "labels": ["Ship"], "properties": {}},
    "ours": {"_sec": [1], "_from": [0], "_to": OPEN},
    "nested": [[[[[[{"~": {"~": "map"}}]]]]]],
    "odd": ["\x00", "💥", -(2**63), 1e308, float("inf"), b"\x00\x01", None, True],
    "cypher": "'}) RETURN 1 UNION MATCH (n) RETURN n //",
    "an id": "4:00000000-0000-0000-0000-000000000000:1",
    "a regular expression": "(a+)+$",
}


@pytest.mark.parametrize("value", PARAMETERS.values(), ids=PARAMETERS)
def test_parameters_are_values_and_no_more(stage: Stage, value: Any) -> None:
    [[found]] = stage.told("RETURN $x AS x", x=value)
    wrapped = {"~": "map", "value": value} if isinstance(value, dict) and "~" in value else value
    if value != PARAMETERS["nested"]:
        assert found == wrapped
    assert stage.told("MATCH (n) WHERE n = $x OR n.key = $x OR $x = n._sec RETURN count(n)", x=value) == [[0]]


@pytest.mark.parametrize("label", ["Ship) RETURN 1 //", "Ship`", "", "\x00", ["Ship", "x`y"], "_Offset"])
def test_labels_from_parameters_are_names_and_no_more(stage: Stage, label: Any) -> None:
    for query in ("MATCH (n:$($l)) RETURN count(n)", "MATCH ()-[r:$any($l)]->() RETURN count(r)"):
        try:
            found = stage.told(query, l=label)
        except RefusedError as refused:
            found = [[str(refused)]]
        assert found == [[0]] or SECRET not in str(found)


def test_more_rows_than_may_be_are_cut_and_it_says_so(stage: Stage) -> None:
    few = Reader(stage.driver, "neo4j", replace(stage.weak.sight, rows=3))
    kinds = [kind for kind, _ in few.parts("UNWIND range(1, 100) AS x RETURN x", {})]
    assert kinds == ["columns", "row", "row", "row", "cut"]
    with pytest.raises(RefusedError, match="more than 3 rows"):
        few.rows("UNWIND range(1, 100) AS x RETURN x")


@pytest.mark.parametrize(
    "query",
    [
        "UNWIND range(1, 100000) AS x RETURN x, 'something of a text'",
        "RETURN range(1, 200000000) AS x",
        "RETURN {a: [range(1, 200000000)]} AS x",
        "RETURN [i IN range(1, 100) | range(1, 30000)] AS x",
        "RETURN reduce(s = 'abcdefgh', x IN range(1, 18) | s + s) AS x",
        "MATCH (n), (m) RETURN n, m",
    ],
)
def test_a_larger_answer_than_may_be_is_refused(stage: Stage, query: str) -> None:
    small = Reader(stage.driver, "neo4j", replace(stage.weak.sight, bytes=1_000_000))
    with pytest.raises(RefusedError, match="larger than"):
        rows(small, query)


def test_more_memory_than_may_be_is_refused(stage: Stage) -> None:
    small = Reader(stage.driver, "neo4j", replace(stage.weak.sight, memory=20_000_000))
    for query in (
        "UNWIND range(1, 10000000) AS x RETURN count(DISTINCT x)",
        "UNWIND range(1, 10000000) AS x WITH x ORDER BY -x RETURN count(x)",
        "UNWIND range(1, 10000000) AS x RETURN x",
    ):
        with pytest.raises(RefusedError, match="memory"):
            rows(small, query)


@pytest.mark.parametrize(
    "query",
    [
        "RETURN size([x IN range(1, 300000000) | x]) AS x",
        "RETURN size(reduce(s = 'abcdefgh', x IN range(1, 29) | s + s)) AS x",
    ],
)
def test_what_no_heap_can_hold_ends_the_query_and_not_the_server(stage: Stage, query: str) -> None:
    with pytest.raises(RefusedError, match="memory"):
        stage.told(query)
    assert stage.told("RETURN 1 AS x") == [[1]]
    stage.driver.execute_query("CREATE (n:_Written) DELETE n")


@pytest.mark.parametrize(
    "query",
    [
        "UNWIND range(1, 1000000) AS x UNWIND range(1, 1000000) AS y WITH x, y WHERE x + y < 0 RETURN count(*)",
        "MATCH (a), (b), (c), (d) WHERE a.key + b.key + c.key = d.key RETURN count(*)",
        "MATCH p = (a)-[*]-(b) RETURN count(p)",
        "MATCH p = (a)-[:STATEMENT]-+(b) RETURN count(*)",
    ],
)
def test_an_endless_query_ends(stage: Stage, query: str) -> None:
    with pytest.raises(TooSlowError):
        rows(stage.weak, query, seconds=1.0)


def test_what_the_strong_asked_is_not_the_weaks(stage: Stage) -> None:
    """Plans are kept by the query's text, and the same text is asked by everybody."""
    queries = (
        "MATCH (n:Stay) RETURN count(n)",
        "MATCH (n) RETURN count(n)",
        "MATCH ()-[r:STAYED]->() RETURN count(r)",
        "MATCH (n:Subject) RETURN sum(COUNT { (n)--() })",
        "MATCH (n:SubjectState) WHERE n.name STARTS WITH 'A' RETURN count(n)",
        "CALL diurnal.search('ada') YIELD node RETURN count(node)",
        "MATCH (a:Subject)-[:STAYED]->()-[:AT]->(p) RETURN count(DISTINCT p), count(*)",
    )
    early = Reader(stage.driver, "neo4j", replace(stage.strong.sight, moment=to_ms(at(30))))
    nobody = Reader(stage.driver, "neo4j", replace(stage.strong.sight, allowed=frozenset()))
    readers = [stage.strong, stage.weak, early, nobody]
    wanted = [[rows(reader, query) for query in queries] for reader in readers]
    assert len({str(each) for each in wanted}) == len(readers)

    def ask(number: int) -> bool:
        reader, query = number % len(readers), (number // len(readers)) % len(queries)
        return rows(readers[reader], queries[query]) == wanted[reader][query]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(20 * len(readers) * len(queries))))


def test_an_explicit_transaction_sees_no_more_after_it(stage: Stage) -> None:
    """The sight ends with the call, and begins anew with the next, whatever came of the one before."""
    weak, strong = stage.weak.sight.told(), stage.strong.sight.told()
    call = "CALL diurnal.read('MATCH (n) RETURN count(n)', {}, $s) YIELD kind, values"

    def count(sight: dict[str, Any]) -> Any:
        return [record["values"] for record in tx.run(call, s=sight) if record["kind"] == "row"]

    with stage.driver.session() as session, session.begin_transaction() as tx:
        seen = [count(sight) for sight in (weak, strong, weak)]
        clock = tx.run("RETURN datetime().year AS y").single(strict=True)["y"]
    assert seen[0] == seen[2] != seen[1]
    assert 2026 <= clock < 9999


def test_readers_own_maps_are_no_entities(stage: Stage) -> None:
    [[forged]] = stage.told("RETURN {`~`: 'node', labels: ['Ship'], properties: {key: 'x'}} AS x")
    assert forged["~"] == "map"
