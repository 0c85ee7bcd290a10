"""Raw records to knowledge."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.ais_csv import AisCsv
from ingest.mapper import Mapper
from ontology import iri
from ontology.kind import Thing
from ontology.observed import Identifier, Subject, SubjectState, Tick, TrackSegment
from ontology.rdf import read
from runtime.record import Record
from runtime.settings import Settings
from runtime.topics import Topics

Raw = Callable[..., Record]
T = TypeVar("T", bound=Thing)
FERRY = iri.subject("mmsi", "367073680")
REASON = "latitude 91.0 is outside -90..90; 91 is how AIS says that it has none"
FULL = b"MMSI,BaseDateTime,LAT,LON,SOG,VesselName,CallSign,IMO,VesselType"


def things(records: Sequence[Record], kind: type[T]) -> list[tuple[Record, T]]:
    return [
        (record, thing)
        for record in records
        if record.topic == "knowledge"
        for thing in read(record.value)
        if isinstance(thing, kind)
    ]


def fix(mmsi: int, time: str, lon: float = -74.0, lat: float = 40.0) -> str:
    return f"{mmsi},2020-12-01 {time},{lon},{lat}"


def test_fixes_of_an_hour_make_one_segment(mapper: Mapper, raw: Raw) -> None:
    out = mapper.process(
        [raw(fix(367073680, "11:31:00"), fix(367073680, "11:30:00", -74.1), fix(367073680, "12:00:00"))]
    )
    segments = things(out, TrackSegment)
    assert [len(s.times) for _, s in segments] == [2, 1]
    record, segment = segments[0]
    assert record.key == FERRY.encode()
    assert segment.subject == FERRY
    assert (segment.source, segment.label, segment.sensor) == ("noaa", "*", iri.sensor("ny"))
    assert segment.hour == datetime(2020, 12, 1, 11, tzinfo=UTC)
    assert segment.lons.tolist() == [-74.1, -74.0]
    assert segment.key == iri.segment(FERRY, segment.sensor, "noaa", "*", segment.hour)


def test_every_output_says_who_may_see_it_whose_it_is_and_when_it_was_known(mapper: Mapper, raw: Raw) -> None:
    out = mapper.process([raw(fix(367073680, "11:31:00"), Security_Label="b&a", traceparent="00-1-2-03")])
    assert len(out) == 4  # who it is, where it was, and a tick for each partition
    for record in out:
        assert record.headers.get("Security-Label") == "a&b"
        assert record.headers.get("Distribution-Id") == "noaa"
        assert record.headers.get("Known-At") == "2026-01-01T00:00:00+00:00"
        assert record.headers.get("traceparent") == "00-1-2-03"
        assert record.headers.get("Input-Request-Id") == "r0"
        assert record.headers.all("Exec-Path") == ["ingest"]
        assert record.headers.get("Content-Type") == "application/n-triples"
    assert len({record.headers.get("Request-Id") for record in out}) == 3  # the tick is one, told twice


def test_without_a_label_nobody_may_see_it_but_a_feed_may_have_one(raw: Raw) -> None:
    record = raw(fix(367073680, "11:31:00"), Security_Label="", Distribution_Id="")
    for labels, expected in (({}, "!"), ({"ais": "uk"}, "uk")):
        mapper = Mapper([AisCsv()], Topics(), 1, Settings(feed_labels=labels))
        out = mapper.process([record])
        assert {r.headers.get("Security-Label") for r in out} == {expected}
        assert {r.headers.get("Distribution-Id") for r in out} == {"unregistered"}


def test_labels_and_distributions_never_mix_in_a_segment(mapper: Mapper, raw: Raw) -> None:
    line = fix(367073680, "11:31:00")
    out = mapper.process(
        [
            raw(line, offset=0),
            raw(line, offset=1, Security_Label="secret"),
            raw(line, offset=2, Distribution_Id="other"),
            raw(line, offset=3),
        ]
    )
    segments = [s for _, s in things(out, TrackSegment)]
    assert sorted((s.label, s.source) for s in segments) == [
        ("*", "noaa"),
        ("*", "other"),
        ("secret", "noaa"),
    ]
    assert (mapper.counts.lines, mapper.counts.accepted, mapper.counts.duplicates) == (4, 3, 1)


def test_a_subject_is_told_once_and_again_after_a_restart(mapper: Mapper, raw: Raw) -> None:
    first = mapper.process([raw(fix(367073680, "11:31:00"))])
    [(_, subject)] = things(first, Subject)
    assert (subject.key, subject.kind) == (FERRY, "Ship")
    assert [i.value for _, i in things(first, Identifier)] == ["367073680"]
    assert things(mapper.process([raw(fix(367073680, "11:32:00"))]), Subject) == []
    assert len(things(mapper.process([raw(fix(367073680, "11:33:00"), Distribution_Id="x")]), Subject)) == 1
    mapper.restore({})
    assert len(things(mapper.process([raw(fix(367073680, "11:34:00"))]), Subject)) == 1


def test_what_is_said_stands_on_a_state_for_each_day(mapper: Mapper, raw: Raw) -> None:
    tug = "367000140,2020-06-30T{},40,-74,0,TUG,WYR3371,IMO7702774,52"
    out = mapper.process([raw(tug.format("05:00:00"), tug.format("04:00:00"), head=FULL)])
    [(record, state)] = things(out, SubjectState)
    assert state.start == datetime(2020, 6, 30, 4, tzinfo=UTC)
    assert (state.name, state.call_sign, state.imo, state.type_name) == ("TUG", "WYR3371", "7702774", "tug")
    [(_, subject)] = things(out, Subject)
    assert set(subject.identifiers) == {
        iri.identifier("MMSI", "367000140"),
        iri.identifier("IMO", "7702774"),
        iri.identifier("CallSign", "WYR3371"),
    }
    assert record.key == subject.key.encode()
    assert things(mapper.process([raw(tug.format("06:00:00"), head=FULL)]), SubjectState) == []
    [(_, earlier)] = things(mapper.process([raw(tug.format("03:00:00"), head=FULL)]), SubjectState)
    assert earlier.key == state.key
    assert earlier.start < state.start
    tomorrow = tug.replace("06-30", "07-01").format("00:00:00")
    [(_, other)] = things(mapper.process([raw(tomorrow, head=FULL)]), SubjectState)
    assert other.key != state.key


def test_as_if_live_what_is_known_follows_the_data(mapper: Mapper, raw: Raw) -> None:
    live = {"Known_At": "from-data", "Received_At": "2026-01-01T00:00:00+00:00"}
    out = mapper.process([raw(fix(367073680, "11:31:00"), fix(367073680, "11:40:00"), **live)])
    assert things(out, TrackSegment)[0][0].headers.get("Known-At") == "2020-12-01T11:40:00+00:00"
    assert things(out, Subject)[0][0].headers.get("Known-At") == "2020-12-01T11:31:00+00:00"
    late = raw("367073680,2026-01-01 00:11:00,1,1", **live)
    assert mapper.process([late])[0].topic == "raw.ais.dlq"


def test_a_bad_line_is_a_dead_letter_with_its_reason_field_and_line(mapper: Mapper, raw: Raw) -> None:
    record = raw(fix(367073680, "11:31:00"), fix(367073680, "11:32:00", lat=91.0), offset=7)
    out = mapper.process([raw(fix(367073680, "11:30:00"), offset=6), record])
    [letter] = [r for r in out if r.topic == "raw.ais.dlq"]
    assert letter.value == b"object_id,timestamp,lon,lat\n367073680,2020-12-01 11:32:00,-74.0,91.0\n"
    assert letter.headers.get(
        "Dead-Letter-Reason",
    ).startswith("latitude 91.0 is outside")  # type: ignore[union-attr]
    assert letter.headers.get("Dead-Letter-Field") == "lat"
    assert letter.headers.get("Dead-Letter-Line") == "3"
    assert letter.headers.get("Dead-Letter-Origin") == "raw.ais/0/7"
    assert letter.headers.get("Known-At") == record.headers.get("Known-At")
    assert letter.key == record.key
    assert sum(len(s.times) for _, s in things(out, TrackSegment)) == 2


def test_the_line_is_that_of_the_file_where_the_publisher_told(mapper: Mapper, raw: Raw) -> None:
    out = mapper.process([raw("x,y,z,1", First_Line="5002")])
    assert out[0].headers.get("Dead-Letter-Line") == "5002"


def test_a_record_that_cannot_be_read_is_a_dead_letter_as_a_whole(mapper: Mapper, raw: Raw) -> None:
    line = fix(367073680, "11:31:00")
    bad = [
        raw(line, head=b"a,b,c,d"),
        raw(line, Security_Label="a &"),
        raw(line, Known_At=""),
        raw(line, Known_At="yesterday"),
        raw(line, Known_At="from-data"),
        raw(line, Content_Type="application/json"),
        raw(Content_Type="application/vnd.diurnal.tick"),
    ]
    out = mapper.process([*bad, raw(line)])
    letters = [r for r in out if r.topic == "raw.ais.dlq"]
    assert [r.value for r in letters] == [r.value for r in bad]
    assert all(r.headers.get("Dead-Letter-Reason") for r in letters)
    assert len(things(out, TrackSegment)) == 1


def test_ticks_follow_the_latest_time_less_the_lateness(mapper: Mapper, raw: Raw) -> None:
    out = mapper.process([raw(fix(367073680, "11:31:20"), fix(367073680, "11:02:00"))])
    ticks = things(out, Tick)
    assert out[-2:] == [record for record, _ in ticks]
    assert [record.partition for record, _ in ticks] == [0, 1]
    assert {t.key for _, t in ticks} == {iri.source("noaa")}
    assert {t.watermark for _, t in ticks} == {datetime(2020, 12, 1, 10, 31, tzinfo=UTC)}
    assert things(mapper.process([raw(fix(367073680, "11:30:00"))]), Tick) == []
    assert len(things(mapper.process([raw(fix(367073680, "11:32:00"))]), Tick)) == 2


def test_a_file_in_any_order_vouches_for_nothing_before_its_closing_tick(mapper: Mapper, raw: Raw) -> None:
    assert things(mapper.process([raw(fix(367073680, "11:31:00"), Watermark="at-closing")]), Tick) == []
    closing = raw(Content_Type="application/vnd.diurnal.tick")
    closing.value = b"2020-12-01T12:00:00+00:00"
    ticks = things(mapper.process([closing]), Tick)
    assert [t.watermark for _, t in ticks] == [datetime(2020, 12, 1, 12, tzinfo=UTC)] * 2
    assert ticks[0][0].headers.get("Security-Label") == "*"


def test_a_tick_tells_nothing_of_what_is_hidden_from_its_reader(mapper: Mapper, raw: Raw) -> None:
    out = mapper.process(
        [
            raw(fix(367073680, "11:31:00")),
            raw(fix(367073680, "23:00:00"), Security_Label="secret", offset=1),
        ]
    )
    marks = {(r.headers.get("Security-Label"), t.watermark.hour) for r, t in things(out, Tick)}
    assert marks == {("*", 10), ("secret", 22)}


rows = st.tuples(
    st.sampled_from([367073680, 366999618, 111366001, 12]),
    st.integers(0, 7200),
    st.sampled_from([-74.0, -74.5, 181.0]),
    st.sampled_from([40.0, 41.0]),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(rows, max_size=12), max_size=5), st.integers(1, 5))
def test_however_batches_are_cut_the_same_fixes_come_out_once(
    raw: Raw, blocks: list[list[tuple[int, int, float, float]]], cut: int
) -> None:
    records = [
        raw(
            *(fix(m, f"{10 + s // 3600}:{s // 60 % 60:02}:{s % 60:02}", x, y) for m, s, x, y in block),
            offset=n,
        )
        for n, block in enumerate(blocks)
    ]
    mapper = Mapper([AisCsv()], Topics(), 1, Settings())
    out = [r for n in range(0, len(records), cut) for r in mapper.process(records[n : n + cut])]
    told: Counter[tuple[str, int, float, float]] = Counter()
    for _, segment in things(out, TrackSegment):
        assert np.all(np.diff(segment.times) >= 0)
        columns = (segment.times.tolist(), segment.lons.tolist(), segment.lats.tolist())
        told.update((segment.subject, *each) for each in zip(*columns, strict=True))
    start = int(datetime(2020, 12, 1, 10, tzinfo=UTC).timestamp() * 1000)
    good = {
        (iri.subject("mmsi", str(m)), start + s * 1000, x, y)
        for block in blocks
        for m, s, x, y in block
        if m != 12 and x != 181.0
    }
    assert set(told) == good
    if cut >= len(records):
        assert set(told.values()) <= {1}
    counts = mapper.counts
    assert counts.lines == sum(map(len, blocks)) == counts.accepted + counts.duplicates + counts.rejected
    assert counts.rejected == sum(r.topic == "raw.ais.dlq" for r in out)
