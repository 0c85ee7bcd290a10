"""Each path, on the harbour."""

from types import ModuleType
from urllib.parse import quote

import pytest
from httpx import Client
from prometheus_client import REGISTRY, generate_latest

FERRY = "mmsi:367000001"
TUG = "mmsi:367000002"


def everything(client: Client, path: str, limit: int) -> list[dict[str, object]]:
    """All items, page by page, by the link that each answer gives."""
    found: list[dict[str, object]] = []
    following: str | None = f"{path}{'&' if '?' in path else '?'}limit={limit}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert len(body["items"]) <= limit
        found += body["items"]
        following = answer.links["next"]["url"] if body["next"] else None
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/v1/subjects",
        "/v1/subjects?q=2020",
        "/v1/stays",
        "/v1/trips",
        "/v1/gaps",
        "/v1/findings",
        "/v1/findings?sort=time",
        "/v1/places",
        f"/v1/subjects/{TUG}/stays",
        f"/v1/subjects/{FERRY}/trips?datetime=2020-12-01T00:00:00Z/..",
        f"/v1/subjects/{FERRY}/findings",
    ],
)
def test_pages_are_stable(client: Client, path: str) -> None:
    whole = everything(client, path, 1000)
    for limit in (1, 2, 3):
        assert everything(client, path, limit) == whole
    keys = [item["key"] for item in whole]
    assert len(set(keys)) == len(keys)


def test_a_cursor_belongs_to_its_question(client: Client) -> None:
    cursor = client.get("/v1/stays?limit=1").json()["next"]
    assert client.get(f"/v1/stays?limit=5&cursor={cursor}").status_code == 200
    for other in (f"/v1/trips?cursor={cursor}", f"/v1/stays?bbox=0,0,1,1&cursor={cursor}"):
        assert client.get(other).status_code == 422


def test_subjects_are_found(client: Client) -> None:
    (ferry,) = client.get("/v1/subjects", params={"q": "nyc ferry"}).json()["items"]
    assert (ferry["id"], ferry["name"], ferry["call_sign"]) == (FERRY, "NYC FERRY ONE", "WDB1111")
    assert ferry["last_fix"] == "2020-12-05T19:55:00+00:00"
    boxed = client.get("/v1/subjects", params={"bbox": "179,-18,-179,-16"}).json()["items"]
    assert [item["id"] for item in boxed] == ["mmsi:512000004"]


def test_a_subject_by_its_short_form_and_its_iri(client: Client, harbour: ModuleType) -> None:
    short = client.get(f"/v1/subjects/{FERRY}").json()
    assert short == client.get(f"/v1/subjects/{quote(harbour.FERRY, safe='')}").json()
    assert (short["fixes"], short["stays"]) == (648, 6)
    assert short["subject"]["identifiers"][1:] == [{"scheme": "MMSI", "value": "367000001"}]


def test_a_track_is_moving_features_json(client: Client) -> None:
    answer = client.get(
        f"/v1/subjects/{FERRY}/tracks", params={"datetime": "2020-11-30T11:10:00Z/2020-11-30T12:05:00Z"}
    )
    assert answer.headers["Content-Type"] == "application/geo+json"
    track = answer.json()
    assert track["type"] == "FeatureCollection"
    points = [feature["temporalGeometry"] for feature in track["features"]]
    assert [point["type"] for point in points] == ["MovingPoint"] * 2
    times = [time for point in points for time in point["datetimes"]]
    assert times[0] == "2020-11-30T11:10:00+00:00"
    assert times == sorted(times)
    assert len(times) == sum(len(point["coordinates"]) for point in points) == 12
    (speeds, courses) = track["features"][0]["temporalProperties"]
    assert speeds["speed"]["form"] == "MTS"
    assert len(courses["course"]["values"]) == 10


def test_a_track_without_fixes_is_empty(client: Client) -> None:
    answer = client.get(f"/v1/subjects/{FERRY}/tracks", params={"datetime": "2021-01-01T00:00:00Z/.."})
    assert answer.json()["features"] == []


def test_findings_bring_their_evidence(client: Client, harbour: ModuleType) -> None:
    first = client.get("/v1/findings", params={"kind": "unusual place"}).json()["items"][0]
    assert first["evidence"][0]["place_name"] == "Port of Hoboken, 0.4 km NE"
    assert client.get(f"/v1/findings/{quote(first['key'], safe='')}").json() == first
    assert client.get("/v1/findings", params={"place": harbour.HOBOKEN}).json()["items"] == [first]


def test_a_place_and_a_routine(client: Client, harbour: ModuleType) -> None:
    place = client.get(f"/v1/places/{quote(harbour.PIER_11, safe='')}").json()
    assert (place["name"], place["stays"], place["subjects"]) == ("Pier 11, 0.3 km E of New York", 6, 1)
    (routine,) = client.get(f"/v1/subjects/{FERRY}/routine").json()["items"]
    assert routine["weekday_hours"][6] == 5


def test_status_and_feeds(client: Client) -> None:
    answer = client.get("/v1/status")
    for _ in range(10):
        if answer.status_code == 200:  # a Kafka that nobody has read from needs a moment for its first group
            break
        answer = client.get("/v1/status")
    status = answer.json()
    assert status["holds"]["fixes"] == 723
    assert {stage["stage"] for stage in status["stages"]} <= {"ingest", "analytics", "graph"}
    assert status["watermarks"] == []
    assert {each["stage"]: each["workers"] for each in status["workers"]} == {
        "ingest": [],
        "analytics": [],
        "graph": [],
    }
    (feed,) = client.get("/v1/feeds").json()["items"]
    assert (feed["source"], feed["labels"]) == ("marinecadastre", ["*"])


def test_requests_are_counted_by_route_and_never_by_subject(client: Client) -> None:
    def counted(route: str, status: str) -> float:
        labels = {"method": "GET", "route": route, "status": status}
        return REGISTRY.get_sample_value("diurnal_api_requests_total", labels) or 0.0

    route = "/v1/subjects/{subject}"
    before = counted(route, "200"), counted("none", "404"), counted("none", "401")
    assert client.get(f"/v1/subjects/{FERRY}").status_code == 200
    assert client.get("/v1/nowhere").status_code == 404
    assert client.get("/v1/status", headers={"Authorization": ""}).status_code == 401
    after = counted(route, "200"), counted("none", "404"), counted("none", "401")
    assert after == tuple(count + 1 for count in before)
    assert "mmsi" not in generate_latest(REGISTRY).decode()


def test_every_parameter_and_answer_is_described(client: Client) -> None:
    described = client.get("/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            assert operation.get("description")
            for parameter in operation.get("parameters", []):
                assert parameter.get("description"), (path, parameter["name"])
            if path != "/health":
                assert "application/problem+json" in operation["responses"]["401"]["content"]
    for name, schema in described["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            assert shape.get("description") or "const" in shape or "$ref" in shape, (name, field)


def test_a_subject_page_is_quick(client: Client) -> None:
    seconds = sorted(client.get(f"/v1/subjects/{TUG}").elapsed.total_seconds() for _ in range(40))
    assert (
        seconds[20] < 0.2
    )  # the median: the p95 is measured by the bench, on a machine that does nothing else
