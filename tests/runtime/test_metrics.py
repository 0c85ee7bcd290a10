"""What is counted, what it is called, and that what comes in cannot make series without end."""

import re
import urllib.request

import pytest

from runtime import metrics
from runtime.record import DEAD_LETTER_EXCEPTION, DEAD_LETTER_FIELD, Headers, Record
from runtime.topics import Topics
from runtime.watch import Watched, fault
from runtime.worker import Worked, Worker

OUTCOMES = ("accepted", "duplicate", "rejected", "aside")
UNBOUNDED = {"subject", "label", "key", "mmsi", "record", "offset", "request"}


def value(text: str, series: str) -> float:
    """What a series stands at in an exposition; 0 where it is not there."""
    [found] = re.findall(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE) or ["0"]
    return float(found)


def exposed() -> str:
    port = metrics.serve(0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("metric", metrics.CATALOGUE, ids=lambda metric: metric.name)
def test_names_are_as_prometheus_has_them(metric: metrics.Described) -> None:
    assert re.fullmatch(r"diurnal_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert not UNBOUNDED & set(metric.labels)
    assert metric.meaning.endswith(".")


def test_a_batch_is_counted_once_it_is_committed() -> None:
    told: list[Worked] = []
    topics = Topics("t1.")
    worker = Worker("counted", "nowhere:1", [topics.raw("x")], topics, on_batch=told.append)
    records = [Record(topics.raw("x"), b"k", b"12345") for _ in range(3)]
    letter = Record(topics.dead_letters(topics.raw("x")), b"k", b"1", Headers.of({DEAD_LETTER_FIELD: "MMSI"}))
    watched = Watched(worker, records)
    before = exposed()
    assert value(before, 'diurnal_records_read_total{stage="counted",topic="raw.x"}') == 0
    watched.committed([Record(topics.knowledge, b"k", b"1"), Record(topics.knowledge, b"k", b"2"), letter])
    text = exposed()
    assert value(text, 'diurnal_records_read_total{stage="counted",topic="raw.x"}') == 3
    assert value(text, 'diurnal_read_bytes_total{stage="counted",topic="raw.x"}') == 15
    assert value(text, 'diurnal_records_written_total{stage="counted",to="knowledge"}') == 2
    assert value(text, 'diurnal_dead_letters_total{reason="MMSI",stage="counted",topic="raw.x"}') == 1
    assert value(text, 'diurnal_batch_duration_seconds_count{stage="counted"}') == 1
    assert told == [Worked(read=3, written=2, dead=1, bytes_=15)]
    assert "process_resident_memory_bytes" in text


def test_what_a_store_holds_is_counted_less_the_dead_letters() -> None:
    worker = Worker("storing", "nowhere:1", ["knowledge"])
    records = [Record("knowledge", b"k", b"1") for _ in range(4)]
    letter = Record("knowledge.dlq", b"k", b"1", Headers.of({DEAD_LETTER_EXCEPTION: "PoisonError"}))
    Watched(worker, records).stored([letter])
    text = exposed()
    assert value(text, 'diurnal_records_written_total{stage="storing",to="graph"}') == 3
    assert (
        value(text, 'diurnal_dead_letters_total{reason="PoisonError",stage="storing",topic="knowledge"}') == 1
    )


def test_nothing_is_counted_of_an_empty_batch() -> None:
    Watched(Worker("idle", "nowhere:1", []), []).committed([])
    assert 'stage="idle"' not in exposed()


def test_reasons_do_not_grow_without_end() -> None:
    bounded = metrics.Bounded(3)
    assert [bounded(f"column {number}") for number in range(5)] == [
        "column 0",
        "column 1",
        "column 2",
        "other",
        "other",
    ]
    assert bounded("column 1") == "column 1"


def test_a_reason_is_a_field_or_an_error_or_a_line() -> None:
    def of(**texts: str) -> str:
        return fault(
            Record("raw.x.dlq", b"", b"", Headers.of({k.replace("_", "-"): v for k, v in texts.items()}))
        )

    assert of(Dead_Letter_Field="LAT", Dead_Letter_Exception="PoisonError") == "LAT"
    assert of(Dead_Letter_Exception="PoisonError") == "PoisonError"
    assert of() == "line"


def test_lines_fixes_conclusions_and_watermarks() -> None:
    metrics.mapped("feed-x", fixes=2, accepted=3, duplicate=4, rejected=5, aside=6)
    metrics.concluded(["Stay", "Finding", "Stay"])
    metrics.told_until({"urn:diurnal:source:noaa": 1_606_780_800_000})
    text = exposed()
    assert value(text, 'diurnal_fixes_total{feed="feed-x"}') == 2
    lines = [value(text, f'diurnal_lines_total{{feed="feed-x",outcome="{outcome}"}}') for outcome in OUTCOMES]
    assert lines == [3, 4, 5, 6]
    assert value(text, 'diurnal_conclusions_total{kind="Stay"}') >= 2
    series = 'diurnal_watermark_timestamp_seconds{source="urn:diurnal:source:noaa"}'
    assert value(text, series) == 1_606_780_800
