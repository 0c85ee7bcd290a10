"""A mapper, raw records, and an installation of a test's own on the session's Kafka."""

import time
import uuid
from collections.abc import Callable

import pytest
from confluent_kafka import IsolationLevel
from confluent_kafka.admin import AdminClient

from ingest.ais_csv import AisCsv
from ingest.mapper import Mapper
from runtime.lag import ends
from runtime.record import Headers, Record
from runtime.replay import everything
from runtime.settings import Settings
from runtime.topics import Topics

HEAD = b"object_id,timestamp,lon,lat"


@pytest.fixture
def mapper() -> Mapper:
    """A mapper over the AIS feed, into two partitions of knowledge."""
    return Mapper([AisCsv()], Topics(), 2, Settings())


@pytest.fixture
def settings() -> Settings:
    """Settings of an installation of this test's own, whose AIS everybody may see."""
    return Settings(topic_prefix=f"t{uuid.uuid4().hex[:8]}.", feed_labels={"ais": "*"})


@pytest.fixture
def told(kafka: str, kafka_admin: AdminClient) -> Callable[[str], list[Record]]:
    """All committed records of a topic; a commit shows a moment after it was answered, so wait for it."""

    def read(topic: str) -> list[Record]:
        deadline = time.monotonic() + 3
        while _open(kafka_admin, topic) and time.monotonic() < deadline:
            time.sleep(0.02)
        return [record for chunk in everything(kafka, topic) for record in chunk]

    return read


@pytest.fixture
def raw() -> Callable[..., Record]:
    """Makes a raw record of lines."""

    def make(*lines: str, head: bytes = HEAD, offset: int = 0, **headers: str) -> Record:
        texts = {"Content-Type": "text/csv", "Security-Label": "*", "Distribution-Id": "noaa"}
        texts |= {"Known-At": "2026-01-01T00:00:00+00:00", "Request-Id": f"r{offset}"}
        texts |= {name.replace("_", "-"): text for name, text in headers.items()}
        value = head + b"\n" + "".join(f"{line}\n" for line in lines).encode()
        kept = Headers.of({name: text for name, text in texts.items() if text})
        return Record("raw.ais", b"ny", value, kept, 0, offset)

    return make


def _open(admin: AdminClient, topic: str) -> bool:
    """Whether a transaction on the topic is not shown to readers yet."""
    return ends(admin, [topic]) != ends(admin, [topic], IsolationLevel.READ_UNCOMMITTED)
