"""Standing rules over the API: added, seen by whom they are for, changed by whose they are, removed."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from httpx import Client, Response
from neo4j import Driver

from api.judging import label_of
from graph.loader import Loader
from graph.reader import findings
from graph.reader.reader import Reader
from graph.sight import Sight
from graph.told import Told
from ontology.concluded import Finding
from ontology.labels import Pair, pair_id
from ontology.times import from_text, to_ms
from runtime.rules import all_rules
from runtime.topics import Topics

Bearer = Callable[..., dict[str, str]]
PURPOSE = {"Diurnal-Purpose": "case 7"}
FERRY = "mmsi:367000001"
CIRCLE = {"circle": {"lon": -74.0, "lat": 40.7, "radius_m": 500}}


@pytest.fixture(scope="module", autouse=True)
def topics(kafka_admin: AdminClient, labelled: Topics) -> Topics:
    labelled.ensure(kafka_admin, [labelled.rules, labelled.audit])
    return labelled


def rule(name: str = "watch", **asked: Any) -> dict[str, Any]:
    return {"name": name, "subjects": [FERRY], **(asked or {"enters": CIRCLE})}


def add(client: Client, said: dict[str, Any], **headers: str) -> Response:
    return client.post("/v1/rules", json=said, headers={**PURPOSE, **headers})


def names(client: Client, headers: dict[str, str] | None = None) -> list[str]:
    items = client.get("/v1/rules", headers=headers or {}).json()["items"]
    return [item["rule"]["name"] for item in items]


def test_a_rule_is_added_seen_replaced_and_removed(
    client: Client, kafka: str, topics: Topics, harbour: ModuleType
) -> None:
    answer = add(client, rule(silent="PT2H"))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["owner"], answer.json()["view"]) == ("analyst", harbour.VIEW)
    assert answer.json()["rule"]["subjects"] == [f"urn:diurnal:subject:{FERRY}"]
    assert names(client) == ["watch"]
    assert client.get("/v1/rules/watch").json() == answer.json()
    assert add(client, rule(silent="PT3H")).status_code == 201
    assert client.get("/v1/rules/watch").json()["rule"]["silent"] == "PT3H"
    assert client.delete("/v1/rules/watch", headers=PURPOSE).status_code == 200
    assert names(client) == []
    assert client.get("/v1/rules/watch").status_code == 404
    assert client.delete("/v1/rules/watch", headers=PURPOSE).status_code == 404
    (kept,) = all_rules(kafka, topics).values()
    first, second = kept.versions
    assert first.until == second.since
    assert second.until is not None, "each counts for what became known while it stood"
    assert add(client, rule()).status_code == 201
    assert len(all_rules(kafka, topics)[f"{harbour.VIEW}/watch"].versions) == 3
    client.delete("/v1/rules/watch", headers=PURPOSE)


def test_identifiers_and_places_are_looked_up(client: Client, harbour: ModuleType) -> None:
    said = {"name": "found", "subjects": [{"scheme": "MMSI", "value": "367000001"}]}
    answer = add(client, said | {"enters": {"place": harbour.PIER_11}})
    assert answer.status_code == 201, answer.text
    assert answer.json()["rule"]["subjects"] == [f"urn:diurnal:subject:{FERRY}"]
    assert answer.json()["rule"]["enters"]["radius_m"] > 0
    for wrong in (
        said | {"subjects": [{"scheme": "MMSI", "value": "1"}], "silent": "PT1H"},
        said | {"enters": {"place": "urn:diurnal:place:all:1.00000:1.00000"}},
    ):
        assert add(client, wrong).status_code == 422
    client.delete("/v1/rules/found", headers=PURPOSE)


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Watch", "subjects": [FERRY], "silent": "PT1H"},
        {"name": "w", "subjects": [], "silent": "PT1H"},
        {"name": "w", "subjects": [FERRY]},
        {"name": "w", "subjects": [FERRY], "silent": "PT1H", "enters": CIRCLE},
        {"name": "w", "subjects": [FERRY], "silent": "-PT1H"},
        {"name": "w", "subjects": [FERRY], "silent": "PT1H", "owner": "ben"},
        {"name": "w", "subjects": [FERRY], "silent": "PT1H", "label": "a &"},
        {"name": "w", "subjects": [FERRY], "silent": "PT1H", "expires": "2030-01-01T00:00:00"},
        {"name": "w", "subjects": [FERRY], "enters": {"polygon": {"type": "Point", "coordinates": [0, 0]}}},
    ],
)
def test_what_cannot_be_used_is_refused(client: Client, said: dict[str, Any]) -> None:
    answer = add(client, said)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:diurnal:problem:invalid-request")
    assert names(client) == []


def test_a_purpose_is_required(client: Client) -> None:
    for answer in (client.post("/v1/rules", json=rule()), client.delete("/v1/rules/watch")):
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:diurnal:problem:purpose")


def test_a_rule_is_its_owners_and_the_operators(anonymous: Client, client: Client, bearer: Bearer) -> None:
    ana, ben = bearer("ana"), bearer("ben")
    assert add(anonymous, rule("hers"), **ana).status_code == 201
    assert names(anonymous, ben) == ["hers"], "whoever reads the view reads its alerts, and may see why"
    refused = [
        add(anonymous, rule("hers", silent="PT9H"), **ben),
        anonymous.delete("/v1/rules/hers", headers={**PURPOSE, **ben}),
    ]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert client.delete("/v1/rules/hers", headers=PURPOSE).status_code == 200


def test_a_label_needs_a_view_that_has_one(client: Client) -> None:
    answer = add(client, rule("w", enters=CIRCLE, label="unit=seven"))
    assert answer.status_code == 422
    assert "DIURNAL_VIEW_LABEL" in answer.json()["detail"]


@pytest.fixture
def alert(filled: Driver, harbour: ModuleType) -> Any:
    """An alert in the graph under a label of its own."""
    start, closed = from_text("2020-12-05T19:00Z"), Pair("unit=seven", harbour.CONCLUDED.distribution)
    subject = f"urn:diurnal:subject:{FERRY}"
    found = Finding(
        "urn:diurnal:finding:all:alert%3A%20w:1", harbour.VIEW, "alert: w", subject, None, start, start,
        "There.", 0, 1, 0.4, "observed", ("a wrong position",), (),
    )  # fmt: skip
    loader = Loader(filled, lambda _: [])
    loader.write_told("alerts", 0, 0, [Told(found, pair_id(closed), to_ms(start), "a-1")], 1)
    yield found, closed
    filled.execute_query("MATCH (n) WHERE n:_Offset OR n.key = $key DETACH DELETE n", key=found.key)


def test_an_alert_is_told_with_its_track_and_a_verdict_on_it_bears_its_label(
    alert: Any, reader: Reader, harbour: ModuleType
) -> None:
    found, closed = alert
    both = {pair_id(pair): pair.label for pair in (harbour.CONCLUDED, closed)}
    seeing = Reader(reader.driver, reader.database, Sight.of([*reader.sight.allowed, *both], harbour.VIEW))
    shown = findings.get(seeing, found.key)
    assert {one.kind for one in shown.evidence} == {"Track"}
    assert all(one.start.hour == 19 for one in shown.evidence)
    assert sum(one.fixes or 0 for one in shown.evidence) > 0
    assert label_of(seeing, found.key, both) == "unit=seven"
    other = findings.listed(seeing, findings.Asked(kind="unusual place"), 1).items[0]
    assert label_of(seeing, other.key, both) == harbour.CONCLUDED.label
