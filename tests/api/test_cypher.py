"""Free questions over HTTP: what Neo4j makes of typed values, what is refused and why, and limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import polars as pl
import pytest
from fastapi import FastAPI

from api.answers.form import MEDIA_TYPES, Form
from api.app import create_app
from graph.ask import ANALYSTS, Limits, ask
from runtime.servers import Endpoints
from runtime.settings import Settings
from tests.api.answers.typed_values import TYPED
from tests.api.asking import ENDLESS, asked, problem, rows

ODD: Any = {
    "odd": {"$type": "map", "value": {"$type": "x", "~": "node"}},
    "guarded": {"~": "node", "id": 5},
}
"""Maps that look like something else."""


def test_every_type_comes_back_as_it_went_in(client: httpx.Client) -> None:
    given = TYPED | ODD
    said = asked(client, "RETURN " + ", ".join(f"${name} AS {name}" for name in given), **given).json()
    assert dict(zip(said["columns"], said["rows"][0], strict=True)) == given
    assert said["complete"] is True
    assert isinstance(said["rows"][0][list(given).index("whole")], float)


def test_types_are_those_of_cypher(client: httpx.Client) -> None:
    kinds = ("big", "nan", "instant", "local", "day", "time", "localtime", "duration", "point", "odd")
    query = "RETURN " + ", ".join(f"valueType(${name}) AS {name}" for name in kinds)
    [found] = rows(client, query, **{name: (TYPED | ODD)[name] for name in kinds})
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


@pytest.mark.parametrize("value", [2**63, "\ud800", {"$type": "date", "value": "the fifth"}])
def test_a_parameter_that_is_none_of_its_type_is_told(client: httpx.Client, value: Any) -> None:
    body = json.dumps({"query": "RETURN $x AS x", "parameters": {"x": [value]}})
    answer = client.post("/v1/cypher", content=body, headers={"Content-Type": "application/json"})
    status, kind, detail = problem(answer)
    assert (status, kind) == (422, "invalid-request")
    assert detail.startswith("parameters.x: ")


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


def test_each_form_has_its_media_type(client: httpx.Client) -> None:
    answers = {form: asked(client, "RETURN 1 AS n, date('2020-12-05') AS day", form) for form in Form}
    assert {form: answer.headers["content-type"] for form, answer in answers.items()} == MEDIA_TYPES
    assert answers[Form.CSV].text == "n,day\r\n1,2020-12-05\r\n"
    assert answers[Form.NDJSON].text.count("\n") == 1
    by_header = client.post("/v1/cypher", json={"query": "RETURN 1 AS n"}, headers={"Accept": "text/csv"})
    assert by_header.text == "n\r\n1\r\n"


def test_arrow_has_the_types_of_what_neo4j_sends(client: httpx.Client) -> None:
    query = """
        UNWIND range(1, 3) AS n
        RETURN n, CASE n WHEN 2 THEN null ELSE n / 2.0 END AS half, 'no. ' + n AS text, n > 1 AS more,
               datetime({epochMillis: 1600000000000 + n}) AS at, localdatetime('2020-12-05T12:00') AS local,
               date({year: 2020, month: n}) AS day, point({longitude: n, latitude: 1}) AS here,
               [n, n] AS pair, point({x: n, y: 1}) AS flat, time('12:00Z') AS time,
               {n: n} AS map, duration({hours: n}) AS lasts, $bytes AS bytes
    """
    answer = asked(client, query, "arrow", bytes={"$type": "bytes", "value": "AAE="})
    table = pl.read_ipc_stream(answer.content)
    assert dict(table.schema) == {
        "n": pl.Int64, "half": pl.Float64, "text": pl.String, "more": pl.Boolean,
        "at": pl.Datetime("us", "UTC"), "local": pl.Datetime("us"), "day": pl.Date,
        "here": pl.Struct({"lon": pl.Float64, "lat": pl.Float64}), "pair": pl.List(pl.Int64),
        "flat": pl.String, "time": pl.String, "map": pl.String, "lasts": pl.String, "bytes": pl.Binary,
    }  # fmt: skip
    assert table["at"].dt.epoch("ms").to_list() == [1600000000001, 1600000000002, 1600000000003]


def test_a_year_that_nobody_can_write_is_refused(client: httpx.Client) -> None:
    for form in ("json", "arrow"):
        status, kind, detail = problem(asked(client, "RETURN datetime({year: 12345}) AS then", form))
        assert (status, kind) == (422, "query-refused")
        assert "9999" in detail


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


def test_what_is_cut_says_so(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ANALYSTS.rows == 100_000
    monkeypatch.setattr("api.routes.cypher.ask", partial(ask, limits=Limits(rows=1000)))
    answer = asked(client, "UNWIND range(1, 1001) AS x RETURN x")
    assert (answer.headers["Diurnal-Complete"], answer.headers["Diurnal-Rows"]) == ("false", "1000")
    said = answer.json()
    assert (len(said["rows"]), said["complete"]) == (1000, False)
    whole = asked(client, "UNWIND range(1, 1000) AS x RETURN x", "ndjson")
    assert (whole.headers["Diurnal-Complete"], whole.text.count("\n")) == ("true", 1000)


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
