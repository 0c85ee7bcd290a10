"""Headers and records."""

from datetime import UTC, datetime
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.record import (
    DISTRIBUTION_ID,
    EXEC_PATH,
    INPUT_REQUEST_ID,
    KNOWN_AT,
    REQUEST_ID,
    SECURITY_LABEL,
    Headers,
    Record,
    passed_on,
    request_id_entry,
)

names = st.text("abAB-", min_size=1, max_size=4)
entries = st.lists(st.tuples(names, st.binary(max_size=4)), max_size=8)


def test_names_in_any_case_and_the_last_value_wins() -> None:
    headers = Headers([("security-label", b"a"), ("X", b"1"), ("SECURITY-LABEL", b"b")])
    assert headers.get("Security-Label") == "b"
    assert headers.all("Security-Label") == ["a", "b"]
    assert headers.get("Nothing") is None


@given(entries)
def test_strangers_and_order_survive(pairs: list[tuple[str, bytes]]) -> None:
    assert Headers(pairs).to_kafka() == pairs


@given(entries, names)
def test_with_replaces_every_value_and_touches_no_other(pairs: list[tuple[str, bytes]], name: str) -> None:
    headers = Headers(pairs).with_(name, "new")
    assert headers.all(name) == ["new"]
    assert [e for e in headers if e[0].lower() != name.lower()] == [
        e for e in pairs if e[0].lower() != name.lower()
    ]


def test_passed_on_keeps_who_may_see_it_and_whose_it_is() -> None:
    before = Headers.of(
        {
            "security-label": "secret & uk",
            DISTRIBUTION_ID: "noaa",
            "Data-Source-Reference": "file.csv",
            "traceparent": "00-1-2-03",
            KNOWN_AT: "2020-12-01T00:00:00+00:00",
            REQUEST_ID: "r1",
            "Content-Type": "text/csv",
        }
    ).adding(EXEC_PATH, "publish")
    after = passed_on(before, "ingest")
    for name in (SECURITY_LABEL, DISTRIBUTION_ID, "Data-Source-Reference", "traceparent", KNOWN_AT):
        assert after.get(name) == before.get(name)
    assert after.get(INPUT_REQUEST_ID) == "r1"
    assert after.get(REQUEST_ID) not in (None, "r1")
    assert after.all(EXEC_PATH) == ["publish", "ingest"]
    assert after.get("Content-Type") is None


def test_passed_on_twice_makes_two_requests() -> None:
    assert passed_on(Headers(), "a").get(REQUEST_ID) != passed_on(Headers(), "a").get(REQUEST_ID)


def test_without_a_label_everybody_is_denied() -> None:
    record = Record("t", None, b"")
    assert record.label == "!"
    assert record.distribution == "unregistered"


def test_known_at_is_an_instant_or_left_to_the_data() -> None:
    at = Record("t", None, b"", Headers.of({KNOWN_AT: "2020-12-01T02:00:00+02:00"}))
    assert at.known_at == datetime(2020, 12, 1, tzinfo=UTC)
    assert Record("t", None, b"", Headers.of({KNOWN_AT: "from-data"})).known_at is None
    with pytest.raises(ValueError, match="Known-At"):
        _ = Record("t", None, b"").known_at


def test_request_ids_are_random_uuids_and_never_the_same() -> None:
    ids = [(request_id_entry()[1] or b"").decode() for _ in range(1000)]
    assert len(set(ids)) == len(ids)
    assert {(str(UUID(each)) == each, UUID(each).version, UUID(each).variant) for each in ids} == {
        (True, 4, RFC_4122)
    }
