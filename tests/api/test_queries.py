"""Saved queries and RDF over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from fastapi import FastAPI
from pyoxigraph import RdfFormat, parse

from api.account import Account
from api.app import create_app
from graph.ask import Limits, together
from graph.queries import shelf
from graph.queries.errors import QueriesError
from runtime.servers import Endpoints
from runtime.settings import Settings
from tests.api.asking import problem

OWN = """
    title: How many ships
    description: Counts them.
    cypher: MATCH (s:Subject) RETURN count(s) AS ships
    columns: {ships: How many.}
"""


REQUIRED = {
    name: [each for each, said in query.parameters.items() if said.required]
    for name, query in shelf.load().items()
}


def test_the_saved_queries_are_listed_with_all_that_they_need(client: httpx.Client) -> None:
    listed = client.get("/v1/queries").json()["items"]
    assert len(listed) >= 24
    [one] = [query for query in listed if query["name"] == "trips-between"]
    assert one == client.get("/v1/queries/trips-between").json()
    assert one["parameters"]["origin"]["type"] == "place"
    assert list(one["columns"])[:2] == ["subject", "name"]
    assert problem(client.get("/v1/queries/nowhere"))[:2] == (404, "not-known")


def test_a_saved_query_answers_in_every_form(client: httpx.Client, harbour: Any) -> None:
    body = {"parameters": {"place": harbour.PIER_11, "during": "2020-12-01T00:00Z/2020-12-03T00:00Z"}}
    said = client.post("/v1/queries/visitors", json=body).json()
    assert said["columns"][:3] == ["subject", "name", "visits"]
    assert [row[:2] for row in said["rows"]] == [[harbour.FERRY, "NYC FERRY ONE"]]
    visits = said["rows"][0][2]
    assert visits == sum(
        stay.subject == harbour.FERRY
        and stay.place == harbour.PIER_11
        and harbour.at(1, 0) <= stay.end
        and stay.start <= harbour.at(3, 0)
        for stay in harbour.concluded()
        if type(stay).__name__ == "Stay"
    )
    lines = client.post("/v1/queries/visitors", params={"format": "ndjson"}, json=body)
    assert json.loads(lines.text)["visits"] == visits
    table = client.post("/v1/queries/visitors", params={"format": "arrow"}, json=body)
    assert pl.read_ipc_stream(table.content)["visits"].to_list() == [visits]
    assert (table.headers["Diurnal-Complete"], table.headers["Diurnal-Rows"]) == ("true", "1")
    drawn = client.post(
        "/v1/queries/visits-drawn",
        params={"format": "graph"},
        json={"parameters": {"box": [-74.1, 40.6, -73.9, 40.8]}},
    ).json()
    assert {tuple(node["labels"]) for node in drawn["nodes"]} >= {("Place",), ("Ship", "Subject")}


def test_every_query_runs_with_examples_and_with_defaults_and_has_its_columns(
    client: httpx.Client,
) -> None:
    for query in client.get("/v1/queries").json()["items"]:
        examples = {name: said["example"] for name, said in query["parameters"].items() if said["example"]}
        for given in (examples, {name: examples[name] for name in REQUIRED[query["name"]]}):
            answer = client.post(f"/v1/queries/{query['name']}", json={"parameters": given})
            assert answer.status_code == 200, answer.text
            assert answer.json()["columns"] == list(query["columns"])


@pytest.mark.parametrize(
    ("name", "given", "where"),
    [
        ("visitors", {}, "parameters.place"),
        ("visitors", {"place": "pier 11"}, "parameters.place"),
        ("visitors", {"place": "all:1:2", "place_name": "x"}, "parameters.place_name"),
        ("who-meets-whom", {"at_least": 1.5}, "parameters.at_least"),
        ("in-box", {"box": [1, 2, 3], "during": ".."}, "parameters.box"),
    ],
)
def test_a_wrong_parameter_is_named(client: httpx.Client, name: str, given: Any, where: str) -> None:
    answer = client.post(f"/v1/queries/{name}", json={"parameters": given})
    assert problem(answer)[:2] == (422, "invalid-request")
    assert [fault["where"] for fault in answer.json()["errors"]] == [where]


def test_then_and_now_asks_as_of_then(client: httpx.Client, harbour: Any) -> None:
    def known(then: str, **params: str) -> Any:
        given = {"subject": harbour.FERRY, "then": then}
        return client.post("/v1/queries/then-and-now", params=params, json={"parameters": given})

    before = known("1969-12-31T00:00Z").json()["rows"]
    assert len(before) > 10
    assert {row[0] for row in before} == {"now"}
    assert {row[0] for row in known("2020-12-05T00:00Z").json()["rows"]} == {"both"}
    assert known("2020-12-05T00:00Z", as_of="1969-12-31T00:00Z").json()["rows"] == []
    assert problem(known("2100-01-01T00:00Z"))[:2] == (422, "as-of-too-late")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("queries")


def test_an_operators_own_queries_are_served(
    api_settings: Settings,
    endpoints: Endpoints,
    filled: Any,
    serve: Callable[[FastAPI], AbstractContextManager[str]],
    client: httpx.Client,
    folder: Path,
) -> None:
    assert filled
    (folder / "ships.yaml").write_text(OWN)
    with_own = api_settings.model_copy(update={"queries": folder})
    with serve(create_app(with_own, endpoints)) as address:
        answer = httpx.post(f"{address}/v1/queries/ships", headers=client.headers, timeout=30)
    assert answer.json()["rows"] == [[4]]


def test_a_wrong_query_of_an_operator_ends_the_start(
    api_settings: Settings, endpoints: Endpoints, tmp_path: Path
) -> None:
    (tmp_path / "ships.yaml").write_text(OWN.replace("(s:Subject)", "(s:Subject {key: $whom})"))
    with pytest.raises(QueriesError, match="whom"):
        create_app(api_settings.model_copy(update={"queries": tmp_path}), endpoints)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-quads", RdfFormat.N_QUADS),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("*/*", RdfFormat.TURTLE),
    ],
)
def test_a_subject_as_rdf(client: httpx.Client, harbour: Any, accept: str, form: RdfFormat) -> None:
    answer = client.get("/v1/subjects/mmsi:367000002/rdf", headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == form.media_type
    quads = set(parse(answer.content, format=form))
    expected = client.get("/v1/subjects/mmsi:367000002/rdf", params={"format": "nquads"})
    assert quads == set(parse(expected.content, format=RdfFormat.N_QUADS))
    said = {str(quad.subject) for quad in quads}
    assert f"<{harbour.TUG}>" in said
    assert not any("367000001" in each for each in said)


def test_a_subject_as_rdf_within_a_time_and_fix_by_fix(client: httpx.Client) -> None:
    def quads(**params: str) -> int:
        answer = client.get("/v1/subjects/mmsi:367000002/rdf", params={"format": "nquads", **params})
        assert answer.status_code == 200, answer.text
        return answer.text.count("\n")

    one_day = "2020-12-01T00:00Z/2020-12-01T23:59Z"
    assert quads(datetime=one_day) < quads()
    assert quads(datetime=one_day, expand="true") - quads(datetime=one_day) > 100


def test_rdf_that_is_not_there_or_not_so(client: httpx.Client) -> None:
    assert problem(client.get("/v1/subjects/mmsi:1/rdf"))[:2] == (404, "not-known")
    image = client.get("/v1/subjects/mmsi:367000002/rdf", headers={"Accept": "image/png"})
    assert problem(image)[:2] == (422, "invalid-request")
    before = client.get("/v1/subjects/mmsi:367000002/rdf", params={"as_of": "1969-12-31T00:00Z"})
    assert problem(before)[:2] == (404, "not-known")


def test_rdf_is_within_the_limits_of_a_free_question(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/v1/subjects/mmsi:367000002/rdf")
    assert whole.headers["Content-Length"] == str(len(whole.content))
    for form in ("turtle", "nquads"):
        monkeypatch.setattr("api.routes.rdf.ANALYSTS", Limits(bytes=1000))
        status, kind, detail = problem(client.get("/v1/subjects/mmsi:367000002/rdf", params={"format": form}))
        assert (status, kind) == (422, "query-refused")
        assert "narrow it" in detail
    monkeypatch.setattr("api.routes.rdf.together", partial(together, limits=Limits(seconds=0.0)))
    assert problem(client.get("/v1/subjects/mmsi:367000002/rdf"))[:2] == (503, "too-slow")


def test_a_parameter_called_query_is_not_the_name_that_is_written_down(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Mapping[str, Any]] = []

    def asks(account: Account, query: str, values: Mapping[str, Any], names: Iterable[str]) -> None:
        assert account.query is None
        assert query.startswith("MATCH")
        assert sorted(names) == ["query", "subject"]
        told.append(values)

    monkeypatch.setattr(Account, "asks", asks)
    answer = client.post("/v1/queries/seen", json={"parameters": {"query": "another", "subject": "mmsi:1"}})
    assert problem(answer)[:2] == (422, "invalid-request")
    assert [dict(each) for each in told] == [{"query": "seen", "subject": "mmsi:1"}]
