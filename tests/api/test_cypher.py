"""Free questions over HTTP: every form of an answer, typed values both ways, limits, and who goes away."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import httpx
import polars as pl
import pytest
from fastapi import FastAPI
from neo4j import Driver

from api.answers.form import Form, chosen
from api.app import create_app
from api.errors import BadParameterError
from graph.ask import Limits, ask, end, new_mark
from graph.reader.errors import RefusedError, TooSlowError
from graph.reader.reader import Reader
from runtime.servers import Endpoints
from runtime.settings import Settings

ENDLESS = "UNWIND range(1, 1000000000) AS x UNWIND range(1, 1000000) AS y RETURN count(*) AS n"
ARROW = "application/vnd.apache.arrow.stream"

TYPED: dict[str, Any] = {
    "null": None,
    "true": True,
    "text": 'a "quoted" text, ünïcode',
    "seven": 7,
    "safe": 2**53,
    "big": {"$type": "integer", "value": "9007199254740993"},
    "least": {"$type": "integer", "value": "-9223372036854775807"},
    "tenth": 0.1,
    "whole": 1.0,
    "nan": {"$type": "float", "value": "NaN"},
    "infinity": {"$type": "float", "value": "-Infinity"},
    "instant": {"$type": "datetime", "value": "2020-12-05T12:00:00.123456789-05:00"},
    "utc": {"$type": "datetime", "value": "2020-12-05T12:00:00+00:00"},
    "local": {"$type": "localdatetime", "value": "2020-12-05T12:00:00.5"},
    "day": {"$type": "date", "value": "2020-12-05"},
    "time": {"$type": "time", "value": "12:30:00+01:00"},
    "localtime": {"$type": "localtime", "value": "12:30:00.001"},
    "duration": {"$type": "duration", "value": "P1Y2M3DT4.5S"},
    "point": {"$type": "point", "srid": 4326, "type": "Point", "coordinates": [-74.0, 40.7]},
    "high": {"$type": "point", "srid": 9157, "type": "Point", "coordinates": [1.0, 2.0, 3.0]},
    "bytes": {"$type": "bytes", "value": "AAEC/w=="},
    "list": [1, "two", None, [{"$type": "date", "value": "2020-12-05"}]],
    "map": {"a": {"b": [1, {"$type": "integer", "value": "9007199254740993"}]}},
    "odd": {"$type": "map", "value": {"$type": "x", "~": "node"}},
    "guarded": {"~": "node", "id": 5},
}
"""Values as JSON, each of which comes back as it went in."""


def asked(client: httpx.Client, query: str, form: str = "json", **parameters: Any) -> httpx.Response:
    body = {"query": query, "parameters": parameters}
    return client.post("/v1/cypher", params={"format": form}, json=body)


def rows(client: httpx.Client, query: str, **parameters: Any) -> Any:
    answer = asked(client, query, **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def problem(answer: httpx.Response) -> tuple[int, str, str]:
    said = answer.json()
    return answer.status_code, said["type"].removeprefix("urn:diurnal:problem:"), said["detail"]


def test_every_type_comes_back_as_it_went_in(client: httpx.Client) -> None:
    answer = asked(client, "RETURN " + ", ".join(f"${name} AS {name}" for name in TYPED), **TYPED)
    said = answer.json()
    assert dict(zip(said["columns"], said["rows"][0], strict=True)) == TYPED
    assert said["complete"] is True
    assert isinstance(said["rows"][0][list(TYPED).index("whole")], float)


def test_types_are_those_of_cypher(client: httpx.Client) -> None:
    kinds = ("big", "nan", "instant", "local", "day", "time", "localtime", "duration", "point", "odd")
    query = "RETURN " + ", ".join(f"valueType(${name}) AS {name}" for name in kinds)
    [found] = rows(client, query, **{name: TYPED[name] for name in kinds})
    assert [kind.removesuffix(" NOT NULL") for kind in found] == [
        "INTEGER", "FLOAT", "ZONED DATETIME", "LOCAL DATETIME", "DATE", "ZONED TIME", "LOCAL TIME",
        "DURATION", "POINT", "MAP",
    ]  # fmt: skip


def test_what_cypher_makes_is_typed(client: httpx.Client) -> None:
    query = """
        RETURN 0.0 / 0.0 AS nan, datetime({year: 2020, month: 7, timezone: 'America/New_York'}) AS zoned,
               duration.between(date('2020-01-01'), date('2020-03-05')) AS span
    """
    [[nan, zoned, span]] = rows(client, query)
    assert nan == {"$type": "float", "value": "NaN"}
    assert zoned == {"$type": "datetime", "value": "2020-07-01T00:00:00-04:00", "zone": "America/New_York"}
    assert span == {"$type": "duration", "value": "P2M4D"}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"$type": "datetime", "value": "2020-12-05T12:00"}, "no time zone"),
        ({"$type": "localdatetime", "value": "2020-12-05T12:00Z"}, "has a time zone"),
        ({"$type": "date", "value": "the fifth"}, "no date"),
        ({"$type": "date", "value": 5}, "no date"),
        ({"$type": "duration", "value": "an hour"}, "no duration"),
        ({"$type": "bytes", "value": "?"}, "no bytes"),
        ({"$type": "point", "coordinates": [1, 2, 3]}, "coordinates"),
        ({"$type": "point", "coordinates": ["NaN", 2]}, "coordinates"),
        ({"$type": "point"}, "'coordinates' is missing"),
        ({"$type": "node", "id": 1}, "no type of a parameter"),
        ({"$type": ["date"], "value": "2020-12-05"}, "no type of a parameter"),
        ({"$type": "integer"}, "'value' is missing"),
        (2**63, "64 bits"),
        ("\ud800", "surrogates"),
        (json.loads("[" * 40 + "]" * 40), "deep"),
    ],
)
def test_a_parameter_that_is_none_of_its_type_is_told(client: httpx.Client, value: Any, says: str) -> None:
    body = json.dumps({"query": "RETURN $x AS x", "parameters": {"x": [value]}})
    answer = client.post("/v1/cypher", content=body, headers={"Content-Type": "application/json"})
    status, kind, detail = problem(answer)
    assert (status, kind) == (422, "invalid-request")
    assert "parameters.x" in detail
    assert says in detail


def test_nodes_relationships_and_paths_are_objects(client: httpx.Client, harbour: Any) -> None:
    query = "MATCH p = (s {key: $key})-[r:IDENTIFIED_BY]->(i {scheme: 'IMO'}) RETURN s, r, p"
    [[ship, claims, path]] = rows(client, query, key=harbour.FERRY)
    assert ship == {
        "$type": "node",
        "id": 0,
        "labels": ["Ship", "Subject"],
        "properties": {"key": harbour.FERRY, "kind": "Ship"},
    }
    assert (claims["$type"], claims["type"], claims["start"], claims["end"]) == (
        "relationship", "IDENTIFIED_BY", 0, 1,
    )  # fmt: skip
    assert path["$type"] == "path"
    assert path["nodes"][0] == ship
    assert path["relationships"] == [claims]


def test_ndjson_is_a_line_a_row(client: httpx.Client) -> None:
    answer = asked(client, "UNWIND [1, 2] AS x RETURN x, date('2020-12-05') AS day", "ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    day = {"$type": "date", "value": "2020-12-05"}
    assert [json.loads(line) for line in answer.text.splitlines()] == [
        {"x": 1, "day": day},
        {"x": 2, "day": day},
    ]


def test_csv_is_a_cell_a_value(client: httpx.Client) -> None:
    query = (
        "RETURN 1 AS n, 'a,\"b\"\n' AS t, null AS none, true AS b, date('2020-12-05') AS day, [1, 2] AS list"
    )
    answer = asked(client, query, "csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.text, newline=""))) == [
        ["n", "t", "none", "b", "day", "list"],
        ["1", 'a,"b"\n', "", "true", "2020-12-05", "[1,2]"],
    ]


def test_arrow_is_a_typed_table(client: httpx.Client) -> None:
    query = """
        UNWIND range(1, 3) AS n
        RETURN n, CASE n WHEN 2 THEN null ELSE n / 2.0 END AS half, 'no. ' + n AS text, n > 1 AS more,
               datetime({epochMillis: 1600000000000 + n}) AS at, date({year: 2020, month: n}) AS day,
               point({longitude: n, latitude: 1}) AS here, [n, n] AS pair,
               CASE n WHEN 1 THEN 'x' ELSE n END AS mixed, null AS nothing, {n: n} AS map,
               duration({hours: n}) AS lasts, $bytes AS bytes
    """
    answer = asked(client, query, "arrow", bytes={"$type": "bytes", "value": "AAE="})
    assert answer.headers["content-type"] == ARROW
    table = pl.read_ipc_stream(answer.content)
    assert dict(table.schema) == {
        "n": pl.Int64, "half": pl.Float64, "text": pl.String, "more": pl.Boolean,
        "at": pl.Datetime("us", "UTC"), "day": pl.Date,
        "here": pl.Struct({"lon": pl.Float64, "lat": pl.Float64}), "pair": pl.List(pl.Int64),
        "mixed": pl.String, "nothing": pl.Null, "map": pl.String, "lasts": pl.String, "bytes": pl.Binary,
    }  # fmt: skip
    assert table["half"].to_list() == [0.5, None, 1.5]
    assert table["at"].dt.epoch("ms").to_list() == [1600000000001, 1600000000002, 1600000000003]
    assert table["mixed"].to_list() == ['"x"', "2", "3"]
    assert table["here"].to_list()[1] == {"lon": 2.0, "lat": 1.0}
    assert table["lasts"].to_list() == ["PT1H", "PT2H", "PT3H"]


def test_columns_of_more_than_one_type(client: httpx.Client) -> None:
    query = """
        UNWIND [0, 1] AS n
        RETURN [1, 0.5, null] AS numbers, [[1, 2], null][n] AS maybe, [true] AS truths,
               [[1], ['a']][n] AS odd, [1, 0.5][n] AS number,
               [localdatetime('2020-12-05T12:00'), null][n] AS local,
               [datetime('2020-12-05T12:00+01:00'), localdatetime('2020-12-05T12:00')][n] AS both,
               point({longitude: 1, latitude: 2, height: 3}) AS high, point({x: 1, y: 2}) AS flat,
               time('12:00Z') AS time, [] AS empty
    """
    table = pl.read_ipc_stream(asked(client, query, "arrow").content)
    assert dict(table.schema) == {
        "numbers": pl.List(pl.Float64), "maybe": pl.List(pl.Int64), "truths": pl.List(pl.Boolean),
        "odd": pl.String, "number": pl.Float64, "local": pl.Datetime("us"), "both": pl.String,
        "high": pl.String, "flat": pl.String, "time": pl.String, "empty": pl.String,
    }  # fmt: skip
    assert table["numbers"].to_list() == [[1.0, 0.5, None]] * 2
    assert table["maybe"].to_list() == [[1, 2], None]
    assert table["local"].to_list() == [datetime(2020, 12, 5, 12), None]  # noqa: DTZ001 - it has none
    assert json.loads(table["high"][0])["coordinates"] == [1, 2, 3]


def test_a_year_that_nobody_can_write_is_refused(client: httpx.Client) -> None:
    for form in ("json", "arrow"):
        status, kind, detail = problem(asked(client, "RETURN datetime({year: 12345}) AS then", form))
        assert (status, kind) == (422, "query-refused")
        assert "9999" in detail


def test_an_empty_table_has_its_columns(client: httpx.Client) -> None:
    answer = asked(client, "MATCH (n:Nowhere) RETURN n.a AS a, n.b AS b", "arrow")
    assert pl.read_ipc_stream(answer.content).columns == ["a", "b"]


def test_a_graph_has_each_node_and_edge_once(client: httpx.Client, harbour: Any) -> None:
    query = """
        MATCH p = (s:Subject {key: $key})-[:STAYED]->(y:Stay)-[:AT]->(place:Place)
        RETURN p, s, {deep: [place, {deeper: y}]} AS map, 5 AS number
    """
    drawn = asked(client, query, "graph", key=harbour.FERRY).json()
    stays = rows(client, "MATCH (:Subject {key: $key})-[:STAYED]->(y) RETURN y.key", key=harbour.FERRY)
    places = rows(
        client,
        "MATCH (:Subject {key: $key})-[:STAYED]->()-[:AT]->(p) RETURN DISTINCT p.key",
        key=harbour.FERRY,
    )
    assert len(stays) > 3
    assert len(drawn["nodes"]) == 1 + len(stays) + len(places)
    assert len(drawn["edges"]) == 2 * len(stays)
    ids = [node["id"] for node in drawn["nodes"]]
    assert len(set(ids)) == len(ids)
    assert {edge["source"] for edge in drawn["edges"]} | {edge["target"] for edge in drawn["edges"]} == set(
        ids
    )
    assert {edge["type"] for edge in drawn["edges"]} == {"STAYED", "AT"}
    assert drawn["complete"] is True


def test_a_graph_of_edges_alone_has_their_ends(client: httpx.Client, harbour: Any) -> None:
    drawn = asked(client, "MATCH (:Subject {key: $key})-[r:STAYED]->() RETURN r", "graph", key=harbour.FERRY)
    nodes = drawn.json()["nodes"]
    assert len(nodes) > 3
    assert all(node["labels"] == [] and node["properties"] == {} for node in nodes)


def test_what_is_cut_says_so(client: httpx.Client) -> None:
    answer = asked(client, "UNWIND range(1, 100001) AS x RETURN x")
    assert (answer.headers["Diurnal-Complete"], answer.headers["Diurnal-Rows"]) == ("false", "100000")
    said = answer.json()
    assert (len(said["rows"]), said["complete"]) == (100_000, False)
    whole = asked(client, "UNWIND range(1, 100000) AS x RETURN x", "ndjson")
    assert (whole.headers["Diurnal-Complete"], whole.text.count("\n")) == ("true", 100_000)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("CREATE (n) RETURN n", "reading"),
        ("MATCH (n) RETUR n", "Invalid input"),
        ("RETURN $nowhere", "nowhere"),
        ("EXPLAIN MATCH (n) RETURN n", "CYPHER"),
        ("RETURN datetime()", "clock"),
        ("UNWIND range(1, 200) AS x RETURN range(1, 100000) AS many", "larger than"),
    ],
)
def test_what_is_refused_says_why(client: httpx.Client, query: str, says: str) -> None:
    status, kind, detail = problem(asked(client, query))
    assert (status, kind) == (422, "query-refused")
    assert says in detail


def test_what_takes_too_long_is_told(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.cypher.ask", partial(ask, limits=Limits(seconds=1.0)))
    answer = asked(client, ENDLESS)
    assert problem(answer)[:2] == (503, "too-slow")
    assert answer.headers["Retry-After"]


def test_a_graph_that_is_away_is_told(
    api_settings: Settings,
    endpoints: Endpoints,
    serve: Callable[[FastAPI], AbstractContextManager[str]],
    client: httpx.Client,
) -> None:
    away = replace(endpoints, neo4j_uri="bolt://127.0.0.1:1")
    with serve(create_app(api_settings, away)) as address:
        answer = httpx.post(
            f"{address}/v1/cypher", headers=client.headers, json={"query": "RETURN 1 AS one"}, timeout=60
        )
    assert problem(answer)[:2] == (503, "graph-away")


@pytest.mark.parametrize(
    ("params", "headers", "body"),
    [
        ({"format": "xml"}, {}, {"query": "RETURN 1 AS one"}),
        ({"limit": "5"}, {}, {"query": "RETURN 1 AS one"}),
        ({}, {"Accept": "image/png"}, {"query": "RETURN 1 AS one"}),
        ({}, {}, {"query": ""}),
        ({}, {}, {"query": "RETURN 1 AS one", "params": {}}),
    ],
)
def test_what_is_asked_wrongly_is_told(client: httpx.Client, params: Any, headers: Any, body: Any) -> None:
    answer = client.post("/v1/cypher", params=params, headers=headers, json=body)
    assert problem(answer)[:2] == (422, "invalid-request")


def test_as_of_a_moment_before_anything_was_known(client: httpx.Client) -> None:
    body = {"query": "MATCH (n) RETURN count(n) AS n"}
    assert client.post("/v1/cypher", json=body).json()["rows"][0][0] > 100
    before = client.post("/v1/cypher", json=body, params={"as_of": "1969-12-31T00:00Z"})
    assert before.json()["rows"] == [[0]]


def running(driver: Driver) -> list[str]:
    found = driver.execute_query(
        "SHOW TRANSACTIONS YIELD metaData WHERE metaData.asked IS NOT NULL RETURN metaData.asked AS mark"
    )
    return [row["mark"] for row in found.records]


def until(condition: Any, seconds: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def test_who_goes_away_ends_the_question(client: httpx.Client, filled: Driver) -> None:
    assert running(filled) == []
    with (
        httpx.Client(base_url=client.base_url, headers=client.headers, timeout=2.0) as impatient,
        pytest.raises(httpx.ReadTimeout),
    ):
        impatient.post("/v1/cypher", json={"query": ENDLESS})
    assert until(lambda: running(filled) == [], 2.0) < 2.0
    assert rows(client, "RETURN 1 AS one") == [[1]]


def test_a_question_runs_under_its_mark_until_it_is_ended(reader: Reader) -> None:
    mark, failed = new_mark(), []

    def endless() -> None:
        try:
            ask(reader, ENDLESS, mark=mark)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
            failed.append(error)

    thread = threading.Thread(target=endless)
    thread.start()
    until(lambda: running(reader.driver) == [mark], 10)
    end(reader, new_mark())
    assert running(reader.driver) == [mark]
    end(reader, mark)
    thread.join(2.0)
    assert not thread.is_alive()
    assert len(failed) == 1


def test_limits_of_time_rows_and_bytes(reader: Reader) -> None:
    with pytest.raises(TooSlowError, match="1 s"):
        ask(reader, ENDLESS, limits=Limits(seconds=1.0))
    answer = ask(reader, "UNWIND range(1, 10) AS x RETURN x", limits=Limits(rows=3))
    assert list(answer) == [[1], [2], [3]]
    assert (answer.count, answer.complete) == (3, False)
    with pytest.raises(RefusedError, match="larger than 1000 bytes"):
        ask(reader, "RETURN range(1, 1000) AS x", limits=Limits(bytes=1000))
    assert list(ask(reader, "RETURN $view AS view")) == [[reader.sight.view]]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, Form.JSON),
        ("*/*", Form.JSON),
        ("application/*", Form.JSON),
        ("text/*;q=0.1, image/png", Form.CSV),
        (f"application/json;q=0.5, {ARROW}", Form.ARROW),
        ("application/x-ndjson, */*;q=0.1", Form.NDJSON),
        ("application/vnd.diurnal.graph+json", Form.GRAPH),
    ],
)
def test_the_form_is_what_is_accepted_most(accept: str | None, form: Form) -> None:
    assert chosen(None, accept) == form
    assert chosen(Form.CSV, accept) == Form.CSV


@pytest.mark.parametrize("accept", ["application/json;q=0", "image/png", "application/json;q=x", "[a-z]*/*"])
def test_what_is_accepted_and_not_there_is_told(accept: str) -> None:
    with pytest.raises(BadParameterError, match="no such form"):
        chosen(None, accept)
