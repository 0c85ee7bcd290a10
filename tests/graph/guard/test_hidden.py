"""Whatever is asked, nothing is told of what the asker may not know."""

# ruff: noqa: E501 - a query is read in one line

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

import pytest
from neo4j.exceptions import ClientError
from neo4j.graph import Node

from graph.reader.errors import RefusedError
from graph.reader.reader import Reader
from ontology.times import OPEN, to_ms
from tests.conformance.guard.world import at
from tests.graph.guard.stage import MAGIC, OURS, SECRET, Stage, rows

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
