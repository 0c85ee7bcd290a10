"""Lines of NMEA put together to messages: parts, TAG blocks, checksums."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais.util import checksum

from ingest.feed import NO_TIME
from ingest.nmea_lines import APART, read, stamp, time_of, times, unfinished

FIX = b"!AIVDM,1,1,,A,13F?Vv700<DJuLEtvep`iToV0<00,0*7E"
FIX = FIX[: FIX.rfind(b"*")] + b"*%02X" % checksum(FIX[1 : FIX.rfind(b"*")])
PAYLOAD = b"53@o0E000001Q0CG37U8u<Tp4q@D00000000000018330400000000000000", b"00000000008"


def part(number: int, sequence: int = 6, channel: bytes = b"A", tag: bytes = b"") -> bytes:
    """One of the two parts of a message about ROSINANTE."""
    fill = 2 if number == 2 else 0
    said = b"AIVDM,2,%d,%d,%b,%b,%d" % (number, sequence, channel, PAYLOAD[number - 1], fill)
    sentence = b"!%b*%02X" % (said, checksum(said))
    return b"\\%b*%02X\\%b" % (tag, checksum(tag), sentence) if tag else sentence


def test_parts_find_each_other_among_other_lines_in_any_order() -> None:
    body = b"\n".join(
        [part(1), FIX, part(2, 7), part(1, 7, b"A"), part(1, 6, b"B"), part(2), part(2, 6, b"B")]
    )
    out = read(body)
    assert [message.lines for message in out.messages] == [[1], [2, 3], [0, 5], [4, 6]]
    assert out.rejects == []
    payloads = {message.sentence.payload for message in out.messages[1:]}
    assert payloads == {b"".join(PAYLOAD)}
    assert {message.sentence.decode().shipname for message in out.messages[1:]} == {"ROSINANTE"}  # type: ignore[union-attr]


def test_parts_that_stay_alone_are_refused_and_spoil_no_later_message() -> None:
    out = read(b"\n".join([part(1), part(1), part(2), part(2)]))
    assert [message.lines for message in out.messages] == [[1, 2]]
    assert [reject.line for reject in out.rejects] == [0, 3]
    assert "is part 1 of 2 of a message of which came only: 1" in out.rejects[0].reason


def test_parts_too_far_apart_belong_to_different_messages() -> None:
    out = read(b"\n".join([part(1), *[FIX] * APART, part(2)]))
    assert len(out.messages) == APART
    assert [reject.line for reject in out.rejects] == [0, APART + 1]


def test_parts_of_different_stations_are_kept_apart() -> None:
    lines = [part(1, tag=b"s:x,c:1"), part(1, tag=b"s:y,c:2"), part(2, tag=b"s:y"), part(2, tag=b"s:x")]
    out = read(b"\n".join(lines))
    assert [(m.lines, m.time, m.station) for m in out.messages] == [([1, 2], 2000, "y"), ([0, 3], 1000, "x")]


def test_a_group_tells_time_and_station_once() -> None:
    out = read(b"\n".join([part(1, tag=b"g:1-2-77,s:x,c:1418169601"), part(2, tag=b"g:2-2-77")]))
    assert [(m.lines, m.time, m.station) for m in out.messages] == [([0, 1], 1418169601000, "x")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (FIX[:-1] + b"0", "its checksum is"),
        (FIX[:-3], "has no checksum"),
        (b"!AIVDM,1,1,,B,,0*25", "has no payload"),
        (b"!AIVDM,1,1,,B", "is no sentence of AIS"),
        (b"hello", "is no sentence of NMEA"),
        (b"\xff\xfe", "is no sentence of AIS"),
        (b"$GPGGA,1*00", "its checksum is wrong"),
        (b"\\s:x*00\\" + FIX, "the checksum of its TAG block is wrong"),
        (b"\\s:x" + FIX, "is no sentence"),
        (b"!AIVDM,0,1,,A,1,0*" + b"%02X" % checksum(b"AIVDM,0,1,,A,1,0"), "is no sentence of AIS: invalid"),
        (
            b"!AIVDM,1,1,,A,1\x7f,0*" + b"%02X" % checksum(b"AIVDM,1,1,,A,1\x7f,0"),
            "its payload has characters",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    out = read(FIX + b"\n" + line + b"\n" + FIX)
    assert [message.lines for message in out.messages] == [[0], [2]]
    [reject] = out.rejects
    assert (reject.line, reject.raw) == (1, line)
    assert reject.reason.startswith(reason)


def test_other_sentences_and_comments_are_set_aside() -> None:
    gga = b"GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,"
    out = read(b"# log\n$%b*%02X\n" % (gga, checksum(gga)))
    assert (out.lines, out.rejects) == (2, [])
    assert out.aside == [(0, "comment"), (1, "sentence GPGGA: no report of AIS")]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (b"c:1418172113", 1418172113000),
        (b"s:x,c:1418172113", 1418172113000),
        (b"c:1418172113123,s:x", 1418172113123),
        (b"c:1418172113.5", 1418172113500),
        (b"s:c:12", NO_TIME),
        (b"c:soon", NO_TIME),
    ],
)
def test_the_time_of_a_tag_block(tag: bytes, expected: int) -> None:
    assert time_of(b"\\%b*00\\%b" % (tag, FIX)) == expected


def test_later_parts_have_the_time_of_the_first() -> None:
    assert times([part(1, tag=b"c:5,s:x"), FIX, part(2, tag=b"c:6,s:x"), part(2)]) == [
        5000,
        NO_TIME,
        5000,
        NO_TIME,
    ]


def test_a_stamp_is_a_sound_tag_block() -> None:
    at = datetime(2020, 12, 1, 0, 0, 0, 250_000, tzinfo=UTC)
    for line in (FIX, part(1, tag=b"s:x"), b"  " + FIX + b"\r\n"):
        stamped = stamp(line, at)
        assert time_of(stamped) == 1606780800250
        assert stamp(stamped, datetime(2021, 1, 1, tzinfo=UTC)) == stamped
        out = read(stamped + b"\n" + part(2, tag=b"s:x"))
        assert out.messages[0].time == 1606780800250
        assert stamped.endswith(line.lstrip()[-10:])


@pytest.mark.parametrize("line", [b"", b"\r\n", b"# x", b"\\s:x*00\\" + FIX, b"\\c:soon*00\\" + FIX])
def test_what_is_not_sound_is_not_made_to_look_so(line: bytes) -> None:
    assert stamp(line, datetime(2020, 12, 1, tzinfo=UTC)) == line


def test_unfinished_begins_at_the_first_part_that_waits() -> None:
    assert unfinished([FIX, part(1), FIX, part(1, 7), part(2, 7)], 0) == 4
    assert unfinished([FIX, part(1), FIX, part(1, 7)], 2) == 1
    assert unfinished([FIX, part(1), FIX, part(2)], 0) == 0
    assert unfinished([part(1), *[FIX] * APART], 0) == 0
    assert unfinished([], 0) == 0


pieces = st.sampled_from(
    [FIX, b"", b"junk", b"!AIVDM,1,1,,B,,0*25", *(part(n, s) for n in (1, 2) for s in (1, 2))]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(pieces, st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b""))), max_size=20)
)
def test_every_line_is_accounted_for(lines: list[bytes]) -> None:
    out = read(b"\n".join(lines))
    told = [line for message in out.messages for line in message.lines]
    told += [reject.line for reject in out.rejects] + [line for line, _ in out.aside]
    assert sorted(told) == [number for number, line in enumerate(lines) if line.strip()]
    assert out.lines == len(told)
    assert len(times(lines)) == len(lines)
