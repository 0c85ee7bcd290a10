"""Who gets in, and what they see: nobody without a token, and nobody past their clearance, on any route."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.routing import APIRoute
from httpx import Client
from jwt import encode
from neo4j import Driver

from api.identity.local import LocalIssuer
from api.identity.trusted import issuer_folder
from api.routes import ROUTERS
from graph.loader import Loader
from graph.told import Told
from ontology.kind import Thing
from ontology.labels import Pair
from ontology.observed import Subject, TrackSegment
from ontology.times import from_text, to_ms
from runtime.interner import Interner
from runtime.settings import LOCAL_ISSUER, Settings
from runtime.topics import Topics

PATHS = sorted(
    (method, route.path)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
)
OPEN_PATH = ("GET", "/health")
SECRET, PARTNER = Pair("clearance=secret", "spy"), Pair("*", "partner")
FERRY = "mmsi:367000001"
HIDDEN = "mmsi:999000009"
KNOWN_AT = "2026-01-01T12:00:00Z"
Bearer = Callable[..., dict[str, str]]
Add = Callable[..., None]


@pytest.fixture
def add(filled: Driver, kafka: str, labelled: Topics) -> Iterator[Add]:
    """Tells the graph of a ship with one fix, as a loader does: its pair is numbered first."""
    loader, told_so_far = Loader(filled, parse=lambda _: []), 0

    def tell(pair: Pair, subject: str = HIDDEN, known_at: str = KNOWN_AT) -> None:
        nonlocal told_so_far
        number, since = Interner(kafka, labelled).intern(pair), to_ms(from_text(known_at))
        told = [Told(thing, number, since, f"9-{n}") for n, thing in enumerate(ship(subject, pair))]
        loader.write_told("extra", 0, told_so_far, told, told_so_far + len(told))
        told_so_far += len(told)

    yield tell
    filled.execute_query(
        "MATCH (n) WHERE n:_Offset OR n.key CONTAINS $hidden DETACH DELETE n", hidden="999000"
    )


@pytest.fixture
def withdraw(withdrawn: set[str]) -> Iterator[Callable[[str], None]]:
    """Withdraws a distribution, until the test ends."""
    yield withdrawn.add
    withdrawn.clear()


def ship(subject: str, pair: Pair) -> list[Thing]:
    """A ship and its one fix."""
    key, hour = f"urn:diurnal:subject:{subject}", from_text("2020-12-01T00:00Z")
    nothing = np.array([np.nan])
    times, here = np.array([to_ms(hour)], np.int64), np.array([0.0])
    segment = TrackSegment(
        f"{key}/t",
        key,
        "ais",
        pair.distribution,
        pair.label,
        hour,
        times,
        here,
        here,
        nothing,
        nothing,
        nothing,
    )
    return [Subject(key, "Ship", ()), segment]


def subjects(client: Client, headers: dict[str, str], **asked: str) -> set[str]:
    answer = client.get("/v1/subjects", params={"limit": 1000, **asked}, headers=headers)
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


def test_there_are_paths_to_try() -> None:
    assert len(PATHS) > 15
    assert OPEN_PATH in PATHS


@pytest.mark.parametrize(("method", "path"), [one for one in PATHS if one != OPEN_PATH])
def test_no_path_answers_without_a_token(anonymous: Client, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = anonymous.request(
            method, path.format(subject="mmsi:1", key="k", id="i", name="n"), headers=headers
        )
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="diurnal"')
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:diurnal:problem:no-token"


@pytest.mark.parametrize("path", ["/", "/v1/openapi.json", "/docs", "/nothing", "/health/", "/HEALTH"])
def test_nor_does_anything_else(anonymous: Client, path: str) -> None:
    assert anonymous.get(path).status_code == 401


def test_health_alone_answers_everybody(anonymous: Client) -> None:
    answer = anonymous.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_every_path_but_health_is_described_with_its_token(client: Client) -> None:
    described = client.get("/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert (path == "/health") != ("security" in operation)


def test_why_a_token_is_refused_is_not_told(
    anonymous: Client, bearer: Bearer, api_settings: Settings
) -> None:
    """One that another key signed, one that ended, one with another signature, or none: the same answer."""
    right = bearer("ana")["Authorization"].removeprefix("Bearer ")
    said, _, signature = right.rpartition(".")
    other = ("B" if signature.startswith("A") else "A") + signature[1:]
    ended = LocalIssuer(issuer_folder(api_settings)).token("ana", {}, -3600)
    claims = {"iss": LOCAL_ISSUER, "aud": "diurnal", "sub": "ana", "exp": 2**33}
    forged = encode(claims, Ed25519PrivateKey.generate(), "EdDSA", headers={"kid": "k"})
    tokens = [forged, ended, f"{said}.{other}", f"{said}.", "a.b.c", "x" * 20_000]
    answers = [anonymous.get("/v1/subjects", headers={"Authorization": f"Bearer {one}"}) for one in tokens]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


def test_a_token_given_twice_or_elsewhere_is_none(anonymous: Client, bearer: Bearer) -> None:
    header = bearer("ana")["Authorization"]
    token = header.removeprefix("Bearer ")
    with Client(base_url=anonymous.base_url) as bare:
        assert bare.get("/v1/subjects", headers=[("Authorization", header)] * 2).status_code == 401
        assert bare.get("/v1/subjects", params={"access_token": token}).status_code == 401
        assert bare.get("/v1/subjects", headers={"Cookie": f"token={token}"}).status_code == 401
        assert bare.get("/v1/subjects", headers={"Authorization": f"bEaReR  {token}"}).status_code == 200


def test_each_sees_what_they_are_cleared_for_the_moment_it_is_there(
    anonymous: Client, bearer: Bearer, add: Add
) -> None:
    public, spy = bearer("pub"), bearer("spy", clearance=["secret"])
    before = subjects(anonymous, public)
    assert before == subjects(anonymous, spy)
    add(SECRET)
    assert subjects(anonymous, public) == before
    assert subjects(anonymous, spy) == before | {HIDDEN}
    counts = [anonymous.get("/v1/status", headers=each).json()["holds"]["subjects"] for each in (public, spy)]
    assert counts[1] == counts[0] + 1
    add(PARTNER, "mmsi:999000008")
    assert subjects(anonymous, public) == before | {"mmsi:999000008"}


@pytest.mark.parametrize("path", ["", "/stays", "/trips", "/gaps", "/tracks", "/routine", "/findings"])
def test_what_is_hidden_is_answered_like_what_is_not_there(
    anonymous: Client, bearer: Bearer, add: Add, path: str
) -> None:
    add(SECRET)
    hidden, nothing = (
        anonymous.get(f"/v1/subjects/{who}{path}", headers=bearer("pub"))
        for who in (HIDDEN, "mmsi:999000001")
    )
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert hidden.text.replace(HIDDEN, "") == nothing.text.replace("mmsi:999000001", "")
    seen = anonymous.get(f"/v1/subjects/{HIDDEN}{path}", headers=bearer("spy", clearance=["secret"]))
    assert seen.status_code == 200


def test_attributes_are_those_of_the_token_and_no_others(anonymous: Client, bearer: Bearer, add: Add) -> None:
    add(SECRET)
    for held in ({}, {"clearance": ["SECRET", "secret "]}, {"Clearance": ["secret"]}, {"secret": ["true"]}):
        headers = {**bearer("pub", **held), "Clearance": "secret", "X-Attributes": "clearance=secret"}
        assert HIDDEN not in subjects(anonymous, headers)


def test_a_withdrawn_distribution_is_gone_with_the_next_question(
    anonymous: Client, bearer: Bearer, add: Add, withdraw: Callable[[str], None]
) -> None:
    add(PARTNER)
    assert HIDDEN in subjects(anonymous, bearer("pub"))
    withdraw(PARTNER.distribution)
    assert HIDDEN not in subjects(anonymous, bearer("pub"))
    assert anonymous.get(f"/v1/subjects/{HIDDEN}", headers=bearer("pub")).status_code == 404


def test_a_view_that_is_not_there_and_one_that_is_not_covered_are_the_same(
    anonymous: Client, bearer: Bearer
) -> None:
    for path in ("/v1/subjects", "/v1/findings", f"/v1/subjects/{FERRY}/tracks", "/v1/status"):
        assert anonymous.get(path, params={"view": "everyone"}, headers=bearer("pub")).status_code == 200
        answer = anonymous.get(path, params={"view": "secret"}, headers=bearer("pub"))
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:diurnal:problem:view-refused"


def test_as_of_a_moment_what_became_known_later_is_not_there(
    client: Client, bearer: Bearer, add: Add
) -> None:
    add(PARTNER)
    for moment, there in (
        ("2026-01-01T11:59:59.999Z", False),
        ("2026-01-01T12:00:00Z", True),
        ("2026-01-01T13:00:00+02:00", False),
        ("2026-01-01T14:00:00+02:00", True),
    ):
        assert (HIDDEN in subjects(client, bearer("pub"), as_of=moment)) == there
        answer = client.get(f"/v1/subjects/{HIDDEN}/tracks", params={"as_of": moment}, headers=bearer("pub"))
        assert answer.status_code == (200 if there else 404)


def test_a_moment_that_is_not_loaded_yet_is_refused_with_the_watermark(client: Client) -> None:
    answer = client.get("/v1/subjects", params={"as_of": "2999-01-01T00:00Z"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:diurnal:problem:as-of-too-late"
    assert "+00:00, up to when the log is loaded" in answer.json()["detail"]
    until = client.get("/v1/status").json()["loaded_until"]
    assert client.get("/v1/subjects", params={"as_of": until}).status_code == 200


@pytest.mark.parametrize("text", ["now", "2020-12-05", "2020-12-05T12:00", "x" * 65])
def test_a_moment_that_is_none_is_refused(client: Client, text: str) -> None:
    answer = client.get("/v1/subjects", params={"as_of": text})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:diurnal:problem:invalid-request")


def test_how_the_workers_do_is_for_operators(client: Client, bearer: Bearer) -> None:
    other = client.get("/v1/status", headers=bearer("pub")).json()
    assert [other[part] for part in ("stages", "watermarks", "workers")] == [None] * 3
    assert other["holds"]["fixes"] == 723
    assert client.get("/v1/status").json()["stages"]


def test_a_report_is_for_those_who_see_all_that_it_was_made_from(
    anonymous: Client, bearer: Bearer, add: Add, withdraw: Callable[[str], None], withdrawn: set[str]
) -> None:
    add(SECRET)
    public, spy = bearer("pub"), bearer("spy", clearance=["secret"])
    period = {"start": "2020-12-01T00:00:00Z", "end": "2020-12-05T00:00:00Z"}

    def made(headers: dict[str, str]) -> str:
        answer = anonymous.post("/v1/reports", json=period, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def listed(headers: dict[str, str]) -> set[str]:
        return {each["id"] for each in anonymous.get("/v1/reports", headers=headers).json()["items"]}

    def status(key: str, headers: dict[str, str]) -> int:
        return anonymous.get(f"/v1/reports/{key}", headers=headers).status_code

    dark = made(spy)
    assert (status(dark, spy), status(dark, public)) == (200, 404)
    assert dark in listed(spy)
    assert dark not in listed(public)
    nothing = anonymous.get(f"/v1/reports/{'0' * 64}", headers=public)
    refused = anonymous.get(f"/v1/reports/{dark}", headers=public)
    assert refused.text.replace(dark, "0" * 64) == nothing.text
    open_ = made(public)
    assert (status(open_, public), status(open_, spy)) == (200, 200)

    withdraw(SECRET.distribution)
    assert (status(dark, spy), status(open_, spy)) == (404, 404), (
        "the view saw it, and both tell its conclusions"
    )
    withdrawn.clear()
    assert (status(dark, spy), status(open_, spy)) == (200, 200)


def test_the_page_about_the_api_lists_every_path() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    for method, path in PATHS:
        assert f"`{method} {path}`" in page
