"""The feed of NMEA sentences: what is believed, what is refused, that each line is accounted for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais import encode_dict
from pyais.util import checksum

from ingest.ais_nmea import AisNmea
from ingest.believed import KNOT
from ingest.blocks import as_if_live, as_they_stand
from ingest.errors import FeedError
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Parsed, lines_of
from ontology.times import to_ms

DATA = Path(__file__).parents[2] / "examples" / "data"
AT = "2020-12-01T00:00:00Z"
AT_MS = to_ms(datetime(2020, 12, 1, tzinfo=UTC))
FEED = AisNmea().configured({"time": AT})
BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2021, 1, 1, tzinfo=UTC)))


def sentences(**fields: Any) -> list[bytes]:
    return [line.encode() for line in encode_dict({"mmsi": 367073680} | fields)]


def tagged(tag: bytes, sentence: bytes) -> bytes:
    return b"\\%b*%02X\\%b" % (tag, checksum(tag), sentence)


def parse(lines: Sequence[bytes], feed: AisNmea = FEED) -> Parsed:
    return feed.parse(b"", b"\n".join(line or b"" for line in feed.arriving(lines, live=False)), BOUNDS)


FIX = sentences(type=1, lon=-74.03917, lat=40.71079, speed=10.0, course=349.0, heading=246)[0]


def test_a_position_report() -> None:
    parsed = parse([FIX])
    assert (parsed.lines, parsed.rejects, parsed.said, parsed.heard) == (1, [], [], None)
    assert [(n.kind, n.scheme, n.value) for n in parsed.named] == [("Ship", "MMSI", "367073680")]
    assert parsed.times.tolist() == [AT_MS]
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.courses is not None
    assert motion.headings is not None
    got = [c[0] for c in (motion.lons, motion.lats, motion.speeds, motion.courses, motion.headings)]
    np.testing.assert_allclose(got, [-74.03917, 40.71079, 10 * KNOT, 349.0, 246.0], atol=2e-6)


@pytest.mark.parametrize("type_", [1, 2, 3, 18, 19, 9, 27])
def test_every_type_with_a_position_gives_a_fix(type_: int) -> None:
    parsed = parse(sentences(type=type_, lon=-74.0, lat=40.5, speed=10, course=90, shipname="TUG"))
    assert parsed.rejects == []
    assert parsed.motion is not None
    assert parsed.motion.speeds is not None
    np.testing.assert_allclose([parsed.motion.lons[0], parsed.motion.lats[0]], [-74.0, 40.5], atol=2e-3)
    np.testing.assert_allclose(parsed.motion.speeds, [10 * KNOT])
    assert [words.name for words in parsed.said] == (["TUG"] if type_ == 19 else [])


@pytest.mark.parametrize(
    ("type_", "speed", "course", "heading"),
    [(1, 102.3, 360.0, 511), (18, 102.3, 360.0, 511), (27, 63, 511, None), (9, 1023, 360.0, None)],
)
def test_what_is_not_available_is_missing(
    type_: int, speed: float, course: float, heading: int | None
) -> None:
    fields = {"type": type_, "lon": 1, "lat": 1, "speed": speed, "course": course}
    motion = parse(sentences(**fields, **({} if heading is None else {"heading": heading}))).motion
    assert motion is not None
    for column in (motion.speeds, motion.courses, motion.headings):
        assert column is not None
        assert np.isnan(column).all()


def test_static_data_of_class_a() -> None:
    lines = sentences(
        type=5,
        imo=7702774,
        callsign="WYR3371",
        shipname="SAMUEL I NEWHOUSE",
        ship_type=60,
        to_bow=50,
        to_stern=44,
        to_port=11,
        to_starboard=10,
        draught=4.2,
    )
    assert len(lines) == 2
    parsed = parse(lines)
    assert (parsed.lines, parsed.rows.tolist(), list(parsed.aside), parsed.rejects) == (2, [0], [1], [])
    words = parsed.said[parsed.words[0]]
    assert (words.name, words.call_sign, words.imo) == ("SAMUEL I NEWHOUSE", "WYR3371", "7702774")
    assert (words.type_code, words.type_name, words.length_m, words.width_m) == (60, "passenger", 94.0, 21.0)
    assert parsed.motion is not None
    assert np.isnan(parsed.motion.lons).all()


def test_static_data_of_class_b() -> None:
    name = sentences(type=24, partno=0, shipname="SY-LUNDE")
    looks = sentences(type=24, partno=1, callsign="PH7460", ship_type=36, to_bow=5, to_stern=7, to_port=2)
    parsed = parse([*name, *looks])
    first, second = (parsed.said[word] for word in parsed.words)
    assert (first.name, first.call_sign, second.name) == ("SY-LUNDE", None, None)
    assert (second.call_sign, second.type_name, second.length_m, second.width_m) == (
        "PH7460",
        "sailing",
        12.0,
        2.0,
    )


def test_an_auxiliary_craft_has_a_mother_ship_and_no_size() -> None:
    line = sentences(mmsi=982123456, type=24, partno=1, callsign="DINGHY", mothership_mmsi=367000140)
    parsed = parse(line)
    assert parsed.named[0].kind == "Device"
    assert (parsed.said[0].call_sign, parsed.said[0].length_m) == ("DINGHY", None)


def test_what_is_not_told_is_not_said() -> None:
    parsed = parse(sentences(type=5, imo=0, callsign="", shipname="@@@", ship_type=0))
    assert parsed.words.tolist() == [NOTHING_SAID]


def test_a_bad_imo_number_is_left_out_and_noted() -> None:
    parsed = parse(sentences(type=5, imo=7702775, shipname="TUG"))
    assert (parsed.said[0].imo, parsed.said[0].name) == (None, "TUG")
    assert parsed.notes == {"IMO number 7702775 fails its check digit": 1}


@pytest.mark.parametrize("type_", [4, 21, 8, 15, 20])
def test_what_tells_of_no_subject_is_set_aside_and_counted(type_: int) -> None:
    parsed = parse([FIX, *sentences(type=type_, lon=1, lat=1, dest_mmsi=367073680, mmsi1=1, data=b"")])
    assert (parsed.rows.tolist(), parsed.rejects) == ([0], [])
    assert len(parsed.aside) == 1
    assert [note for note in parsed.notes if f"type {type_} " in note]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            sentences(type=1, lon=181, lat=91)[0],
            "lon: longitude 181 is outside -180..180; 181 is how AIS says",
        ),
        (sentences(type=1, lon=1, lat=91)[0], "lat: latitude 91 is outside -90..90; 91 is how AIS says"),
        (sentences(type=1, lon=1, lat=1, mmsi=0)[0], "mmsi: MMSI 000000000 is a transponder without"),
        (FIX.replace(b"0*", b"0*F")[:-1], ": its checksum is"),
        (tagged(b"c:1", FIX), "time: time 1970-01-01T00:00:01+00:00 is before 2000"),
        (tagged(b"c:4102444800", FIX), "time: time 2100-01-01T00:00:00+00:00 is dated in the future"),
        (tagged(b"c:9999999999999", FIX), "time: time"),
    ],
)
def test_what_cannot_be_believed_is_refused_with_its_reason(line: bytes, expected: str) -> None:
    parsed = parse([FIX, line, FIX])
    assert parsed.rows.tolist() == [0, 2]
    [reject] = parsed.rejects
    assert f"{reject.field}: {reject.reason}".startswith(expected)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [(b"0000000000", "message type 0 is none of AIS"), (b"13F?Vv700", "message type 1 has 54 bits, too few")],
)
def test_a_payload_that_is_none_is_refused(payload: bytes, reason: str) -> None:
    said = b"AIVDM,1,1,,A,%b,0" % payload
    [reject] = parse([b"!%b*%02X" % (said, checksum(said))]).rejects
    assert reject.reason.startswith(reason)


def test_without_a_time_each_sentence_is_refused_with_the_remedy() -> None:
    parsed = parse([FIX, FIX], AisNmea())
    assert len(parsed.rows) == 0
    assert {reject.field for reject in parsed.rejects} == {"time"}
    assert all("-o time=received" in reject.reason for reject in parsed.rejects)


def test_what_comes_live_has_the_time_of_its_coming() -> None:
    before = to_ms(datetime.now(UTC))
    [line] = AisNmea().arriving([FIX], live=True)
    assert line is not None
    assert before <= AisNmea().times(b"", line)[0] <= to_ms(datetime.now(UTC))


def test_a_base_station_tells_the_time_of_what_follows() -> None:
    clock = sentences(type=4, year=2020, month=6, day=30, hour=1, minute=2, second=3, lon=1, lat=1)
    unset = sentences(type=4, year=0, month=0, day=0, hour=24, minute=60, second=60, lon=1, lat=1)
    feed = AisNmea().configured({"time": "base-station"})
    parsed = parse([FIX, *clock, FIX, *unset, FIX], feed)
    assert parsed.rows.tolist() == [2, 4]
    assert parsed.times.tolist() == [to_ms(datetime(2020, 6, 30, 1, 2, 3, tzinfo=UTC))] * 2
    assert [reject.line for reject in parsed.rejects] == [0]


def test_options_are_checked() -> None:
    for given_ in ({"time": "soon"}, {"time": "2020-12-01T00:00:00"}, {"clock": "x"}):
        with pytest.raises(FeedError):
            AisNmea().configured(given_)


def test_the_sample_with_tag_blocks_agrees_with_its_decoded_answer() -> None:
    """The answer is that of gpsd, as libais keeps it."""
    lines = (DATA / "ais_tagblock.nmea").read_bytes()
    answers = [orjson.loads(line) for line in (DATA / "ais_tagblock.json").read_bytes().splitlines()]
    parsed = AisNmea().parse(b"", lines, BOUNDS)
    assert parsed.rejects == []
    assert parsed.motion is not None
    assert parsed.heard is not None
    found = {
        (parsed.named[parsed.subjects[row]].value, int(parsed.times[row])): row for row in range(len(answers))
    }
    for answer in answers:
        at = to_ms(datetime.fromisoformat(answer["tagblock_timestamp"]))
        row = found[f"{answer['mmsi']:09d}", at]
        assert parsed.receivers[parsed.heard[row]] == answer["tagblock_station"]
        if answer["type"] == 1:
            got = (parsed.motion.lons[row], parsed.motion.lats[row])
            np.testing.assert_allclose(got, (answer["lon"], answer["lat"]), atol=1e-5)
            assert parsed.motion.courses is not None
            np.testing.assert_allclose(parsed.motion.courses[row], answer["course"], atol=1e-4)
            assert parsed.motion.speeds is not None
            np.testing.assert_allclose(parsed.motion.speeds[row], answer["speed"] * KNOT, atol=1e-4)
        else:
            words = parsed.said[parsed.words[row]]
            assert (words.name, words.call_sign) == (answer["shipname"], answer["callsign"])
            size = answer["to_bow"] + answer["to_stern"], answer["to_port"] + answer["to_starboard"]
            assert (words.length_m, words.width_m) == size


def test_the_real_sample() -> None:
    lines = (DATA / "ais_sample.nmea").read_bytes().splitlines(keepends=True)
    feed = FEED
    parsed = feed.parse(b"", b"".join(line or b"" for line in feed.arriving(lines, live=False)), BOUNDS)
    assert parsed.lines == 300
    assert len(parsed.rows) > 240
    assert {reject.reason.split(":")[0] for reject in parsed.rejects} <= {
        "has no payload",
        "is part 1 of 2 of a message of which came only",
        "longitude 181 is outside -180..180; 181 is how AIS says that it has none",
    }


def test_another_kind_of_file_is_refused_before_anything_is_published() -> None:
    with pytest.raises(FeedError, match="no sentence of AIS"):
        list(AisNmea().arriving([b"a,b,c\n"] * 300, live=False))
    assert len(list(AisNmea().arriving([b"a,b,c\n"] * 300, live=True))) == 300


TWO = sentences(type=5, imo=7702774, shipname="SAMUEL I NEWHOUSE", ship_type=60)


@given(st.lists(st.sampled_from([FIX, *TWO, None]), max_size=30), st.integers(1, 4))
def test_parts_are_in_one_block_wherever_it_is_cut(lines: list[bytes | None], most: int) -> None:
    ended = [line and line + b"\n" for line in lines]
    blocks = list(as_they_stand(FEED, ended, most, 1))
    whole = b"".join(line for line in ended if line)
    assert b"".join(block.body for block in blocks) == whole
    at = 1
    for block in blocks:
        assert (block.first_line, block.lines) == (at, lines_of(block.body))
        at += block.lines


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_a_message_is_whole_across_the_border_of_a_block(most: int) -> None:
    lines = [line + b"\n" for line in [FIX, TWO[0], FIX, TWO[1], FIX]]
    stamped = list(FEED.arriving(lines, live=False))
    for blocks in (as_they_stand(FEED, stamped, most, 1), as_if_live(FEED, b"", stamped, most)):
        parsed = [FEED.parse(b"", block.body, BOUNDS) for block in blocks]
        assert sum(len(one.rows) for one in parsed) == 4
        assert sum(len(one.rejects) for one in parsed) == 0


def test_a_part_that_waits_for_ever_holds_nothing_up() -> None:
    lines: list[bytes | None] = [FIX, TWO[0], FIX, None, FIX, None, FIX]
    blocks = as_they_stand(FEED, [line and line + b"\n" for line in lines], 100, 1)
    assert [block.lines for block in blocks] == [1, 3, 1]


odd_lines = st.one_of(
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
    st.sampled_from([FIX, *TWO, *sentences(type=4, lon=1, lat=1), tagged(b"s:x", FIX)]),
    st.tuples(st.sampled_from([FIX, *TWO]), st.integers(0, 40), st.integers(0, 255)).map(
        lambda spoilt: (spoilt[0][: spoilt[1]] + bytes([spoilt[2]]) + spoilt[0][spoilt[1] + 1 :]).replace(
            b"\n", b""
        )
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(odd_lines, max_size=12), st.booleans())
def test_whatever_comes_every_line_is_accounted_for(lines: list[bytes], ended: bool) -> None:
    stamped = [line or b"" for line in FEED.arriving(lines, live=True)]
    assert len(stamped) == len(lines)
    body = b"\n".join(stamped) + (b"\n" if ended else b"")
    parsed = FEED.parse(b"", body, BOUNDS)
    assert len(parsed.rows) + len(parsed.rejects) + len(parsed.aside) == parsed.lines
    told = [*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects), *parsed.aside]
    blank = {number for number, line in enumerate(body.split(b"\n")) if not line.strip()}
    assert sorted(told) == sorted(set(range(body.count(b"\n") + 1)) - blank)
    assert len(FEED.times(b"", body)) == lines_of(body)


def test_times_tell_of_every_line() -> None:
    times = AisNmea().times(b"", tagged(b"c:5", FIX) + b"\n\n" + FIX + b"\n")
    assert times.tolist() == [5000, NO_TIME, NO_TIME]
