"""Cursor-on-Target, as XML and as protobuf."""

import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import takproto
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cot.tak import Tak
from ingest.cot.xml import CotXml
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Named, Parsed, lines_of
from ontology.times import to_ms

SAMPLES = Path(__file__).parents[2] / "conformance" / "samples"
BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = to_ms(datetime(2024, 1, 1, tzinfo=UTC))
EVENT = (
    b'<event version="2.0" uid="UNIT-1" type="a-f-G-E-V-C" time="2024-01-01T00:00:00.000Z"'
    b' start="2024-01-01T00:00:00Z" stale="2024-01-01T00:05:00Z" how="m-g">'
    b'<point lat="37.5" lon="-122.25" hae="0" ce="9999999" le="9999999"/>'
    b'<detail><contact callsign="Blue  1"/><track speed="4.5" course="90"/></detail></event>'
)


def parse(body: bytes) -> Parsed:
    return CotXml().parse(b"", body, BOUNDS)


def tak(*events: bytes) -> bytes:
    return b"".join(bytes(takproto.xml2proto(event, takproto.TAKProtoVer.STREAM)) for event in events)


@pytest.mark.parametrize("protobuf", [False, True])
def test_an_atom_is_a_fix_of_its_uid(protobuf: bool) -> None:
    parsed = Tak().parse(b"", tak(EVENT), BOUNDS) if protobuf else parse(EVENT)
    assert parsed.named == [Named("RoadVehicle", "CoT", "UNIT-1")]
    assert parsed.times.tolist() == [AT]
    [words] = parsed.said
    assert (words.name, words.call_sign, words.type_name) == ("Blue 1", "Blue 1", "a-f-G-E-V-C")
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.courses is not None
    assert motion.headings is None
    got = motion.lons[0], motion.lats[0], motion.speeds[0], motion.courses[0]
    np.testing.assert_allclose(got, (-122.25, 37.5, 4.5, 90))


@pytest.mark.parametrize(
    ("type_", "kind"),
    [(b"a-h-A-M-F", "Aircraft"), (b"a-n-S-X-M", "Ship"), (b"a-f-G-U-C", "Device"), (b"a-u", "Device")],
)
def test_what_it_is_follows_from_where_it_moves(type_: bytes, kind: str) -> None:
    assert parse(EVENT.replace(b"a-f-G-E-V-C", type_)).named[0].kind == kind


def test_what_is_no_atom_is_set_aside() -> None:
    several = [EVENT.replace(b"a-f-G-E-V-C", other) for other in (b"b-t-f", b"t-x-c-t", b"u-d-f", b"q")]
    parsed = parse(b"\n".join(several))
    assert (parsed.rows.tolist(), list(parsed.aside), len(parsed.notes)) == ([], [0, 1, 2, 3], 4)


def test_a_position_that_is_not_known_is_none() -> None:
    nowhere = EVENT.replace(b'lat="37.5" lon="-122.25"', b'lat="0" lon="0"')
    parsed = parse(nowhere)
    assert parsed.motion is not None
    assert np.isnan(parsed.motion.lons).all()
    assert parsed.said[parsed.words[0]].name == "Blue 1"
    assert list(parse(nowhere.replace(b"Blue  1", b"")).aside) == [0]


def test_events_over_several_lines_on_one_line_and_in_a_frame() -> None:
    spread = EVENT.replace(b"><", b">\n<")
    body = b"<?xml version='1.0'?>\n<events>\n" + EVENT + EVENT + b"\n" + spread + b"\n\nrubbish\n" + EVENT
    parsed = parse(body)
    later = spread.count(b"\n")
    assert parsed.rows.tolist() == [2, 2, 3, 3 + later + 3]
    assert [(reject.line, reject.raw) for reject in parsed.rejects] == [(3 + later + 2, b"rubbish")]
    assert len(parsed.aside) == 2 + later
    times = CotXml().times(b"", body)
    assert len(times) == lines_of(body)
    assert (times[[2, 3]] == AT).all()


def test_an_event_that_is_cut_off_spoils_no_other() -> None:
    parsed = parse(EVENT[:80] + b"\n" + EVENT + b"\n" + EVENT[:100])
    assert parsed.rows.tolist() == [1]
    assert [reject.line for reject in parsed.rejects] == [0, 2]
    assert all("cut off" in reject.reason for reject in parsed.rejects)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((b'lat="37.5"', b'lat="97.5"'), "lat"),
        ((b'lat="37.5"', b'lat="north"'), "point"),
        ((b'uid="UNIT-1"', b'uid=""'), "uid"),
        ((b"2024-01-01T00:00:00.000Z", b"yesterday"), "time"),
        ((b"2024-01-01T00:00:00.000Z", b"2034-01-01T00:00:00Z"), "time"),
        ((b"</detail>", b""), ""),
        ((b"Blue  1", b"&lol;"), ""),
    ],
)
def test_what_cannot_be_believed_is_refused(change: tuple[bytes, bytes], field: str) -> None:
    parsed = parse(EVENT + b"\n" + EVENT.replace(*change))
    assert parsed.rows.tolist() == [0]
    [reject] = parsed.rejects
    assert (reject.line, reject.field) == (1, field)


@pytest.mark.parametrize(
    "bomb",
    [
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + EVENT.replace(b"Blue  1", b"&b;"),
        b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + EVENT.replace(b"Blue  1", b"&x;"),
        EVENT.replace(b"<point", b'<!DOCTYPE l [<!ENTITY a "ha">]><point'),
        b"<event " * 200_000,
        b"<event>" * 200_000,
        b"<!---->" * 200_000 + b"x",
        b"<event>" + b"</event" * 200_000,
        EVENT.replace(b"<point", b"<a>" * 300_000 + b"<point"),
    ],
    ids=["entities", "external", "inside", "opened", "events", "comments", "ends", "deep"],
)
def test_bombs_cost_nothing(bomb: bytes) -> None:
    begun = time.monotonic()
    parsed = parse(bomb)
    assert not parsed.said
    assert parsed.rejects
    assert time.monotonic() - begun < 5


def test_what_is_not_whole_yet_waits() -> None:
    lines = [line + b"\n" for line in EVENT.replace(b"><", b">\n<").split(b"\n")]
    assert CotXml().held(lines, 0) == 0
    assert CotXml().held([EVENT + b"\n", *lines[:3]], 0) == 3
    assert CotXml().held([b"rubbish\n"], 0) == 0


def test_messages_of_tak_are_told_apart() -> None:
    mesh = bytes(takproto.xml2proto(EVENT, takproto.TAKProtoVer.MESH))
    assert Tak().parse(b"", mesh, BOUNDS).named == Tak().parse(b"", mesh + b"\n", BOUNDS).named
    stream = tak(EVENT, EVENT.replace(b"UNIT-1", b"UNIT-2"))
    parsed = Tak().parse(b"", stream + b"\n", BOUNDS)
    assert [named.value for named in parsed.named] == ["UNIT-1", "UNIT-2"]
    cut = Tak().parse(b"", stream[:-3], BOUNDS)
    assert (cut.rows.tolist(), [reject.line for reject in cut.rejects]) == ([0], [1])


def test_a_large_stream_is_cut_between_messages() -> None:
    stream = tak(*[EVENT] * 50)
    blocks = list(Tak().cut(stream, 1000))
    assert b"".join(block.body for block in blocks) == stream
    assert sum(block.lines for block in blocks) == 50
    assert all(len(block.body) <= 1000 for block in blocks)
    with pytest.raises(FeedError, match="BF"):
        list(Tak().cut(b"<event/>", 1000))


def test_a_message_that_is_refused_can_be_given_again() -> None:
    [reject] = Tak().parse(b"", tak(EVENT.replace(b"37.5", b"97.5")), BOUNDS).rejects
    [again] = Tak().parse(b"", reject.raw, BOUNDS).rejects
    assert (again.reason, again.raw) == (reject.reason, reject.raw)


bent = st.tuples(st.integers(0, len(EVENT)), st.integers(0, 9), st.binary(max_size=4)).map(
    lambda cut: EVENT[: cut[0]] + cut[2] + EVENT[cut[0] + cut[1] :]
)
pieces = st.one_of(
    bent,
    st.just(EVENT),
    st.binary(max_size=20),
    st.sampled_from([b"\n", b"<event", b"</event>", b"<events>"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=8))
def test_whatever_comes_every_line_is_accounted_for(some: list[bytes]) -> None:
    body = b"".join(some)
    parsed = parse(body)
    told = [*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects), *parsed.aside]
    assert len(told) == parsed.lines
    blank = {n for n, line in enumerate(body.split(b"\n")) if not line.strip()}
    assert set(range(body.count(b"\n") + 1)) - blank <= set(told)
    assert max(told, default=0) < max(1, body.count(b"\n") + 1)
    assert len(CotXml().times(b"", body)) == lines_of(body)


@settings(max_examples=200, deadline=None)
@given(st.tuples(st.integers(0, 300), st.binary(max_size=12)), st.binary(max_size=8))
def test_whatever_protobuf_comes_is_accounted_for(bend: tuple[int, bytes], rubbish: bytes) -> None:
    stream = tak(EVENT)
    for body in (stream[: bend[0]] + bend[1] + stream[bend[0] + len(bend[1]) :], rubbish, b"\xbf" + rubbish):
        parsed = Tak().parse(b"", body, BOUNDS)
        assert len(parsed.rows) + len(parsed.rejects) + len(parsed.aside) == parsed.lines
        assert len(Tak().times(b"", body)) == parsed.lines


def test_the_samples_are_read() -> None:
    found = parse((SAMPLES / "cot.xml").read_bytes())
    assert (len(found.rows), found.rejects) == (3, [])
    assert len(Tak().parse(b"", (SAMPLES / "tak.bin").read_bytes(), BOUNDS).rows) == 3
    assert (CotXml().times(b"", b"x\n\n") == NO_TIME).all()
