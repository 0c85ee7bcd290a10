"""OwnTracks, GPS receivers and cards."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.believed import KNOT
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Feed, Named, lines_of
from ingest.people.cards import Cards
from ingest.people.nmea_gps import NmeaGps
from ingest.people.owntracks import OwnTracks
from ontology.times import to_ms

BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = 1_709_287_200_000
PLACE = b'{"_type":"location","lat":51.5,"lon":-0.1,"tst":1709287200,"vel":36,"cog":90,"acc":15,"tid":"al"}'


def sentence(text: str) -> bytes:
    check = 0
    for byte in text.encode():
        check ^= byte
    return f"${text}*{check:02X}".encode()


RMC = sentence("GPRMC,100000.00,A,5130.0000,N,00006.0000,W,10.0,90.0,010324,,")
GGA = sentence("GNGGA,100001.50,5130.0000,S,00006.0000,E,1,08,0.9,545.4,M,46.9,M,,")
VAN = NmeaGps().configured({"subject": "van7", "kind": "RoadVehicle"})


@pytest.mark.parametrize(
    ("line", "who"),
    [
        (PLACE, "al"),
        (PLACE.replace(b"}", b',"topic":"owntracks/alice/phone"}'), "alice/phone"),
        (b"home/owntracks/alice/phone/event " + PLACE, "alice/phone"),
        (b"2024-03-01T10:00:01Z\t*                 \t" + PLACE, "al"),
    ],
)
def test_every_way_in_which_owntracks_tells_a_place(line: bytes, who: str) -> None:
    parsed = OwnTracks().parse(b"", line + b"\n", BOUNDS)
    assert parsed.named == [Named("MobileHandset", "Tracker", who)]
    assert parsed.times.tolist() == [AT]
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.courses is not None
    got = motion.lons[0], motion.lats[0], motion.speeds[0], motion.courses[0]
    np.testing.assert_allclose(got, (-0.1, 51.5, 10, 90))


def test_what_owntracks_does_not_know_is_missing_and_what_is_no_place_set_aside() -> None:
    odd = PLACE.replace(b'"vel":36,"cog":90', b'"vel":-1,"cog":-1')
    others = [b'{"_type":"lwt","tst":1}', b'{"_type":"waypoint","lat":1,"lon":1,"tst":1709287200}']
    parsed = OwnTracks().parse(b"", b"\n".join([odd, *others]), BOUNDS)
    assert parsed.motion is not None
    assert (parsed.motion.speeds, parsed.motion.courses) == (None, None)
    assert list(parsed.aside) == [1, 2]


def test_a_card_says_a_name() -> None:
    card = b'owntracks/alice/phone {"_type":"card","name":"Alice","tst":1709287200}'
    parsed = OwnTracks().parse(b"", card, BOUNDS)
    assert [words.name for words in parsed.said] == ["Alice"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (PLACE.replace(b"51.5", b"91"), "lat"),
        (PLACE.replace(b"-0.1", b"null"), "lon"),
        (PLACE.replace(b"1709287200", b'"soon"'), "time"),
        (PLACE.replace(b"1709287200", b"1"), "time"),
        (PLACE.replace(b"15", b"500"), "acc"),
        (PLACE.replace(b'"al"', b'""'), "subject"),
        (b'{"_type":"encrypted","data":"x"}', "_type"),
        (b"rubbish", ""),
        (b"[1]", ""),
    ],
)
def test_what_owntracks_cannot_mean_is_refused(line: bytes, field: str) -> None:
    parsed = OwnTracks().configured({"worst": "200"}).parse(b"", PLACE + b"\n" + line, BOUNDS)
    assert parsed.rows.tolist() == [0]
    [reject] = parsed.rejects
    assert (reject.line, reject.raw, reject.field) == (1, line, field)


def test_positions_of_a_receiver() -> None:
    same = sentence("GPGGA,100000.00,5130.0000,N,00006.0000,W,1,08,0.9,545.4,M,46.9,M,,")
    void = sentence("GPRMC,100003.00,V,,,,,,,010324,,")
    other = sentence("GPGSV,1,1,02,01,40,083,46")
    parsed = VAN.parse(b"", b"\r\n".join([RMC, same, other, GGA, void]), BOUNDS)
    assert parsed.named == [Named("RoadVehicle", "Tracker", "van7")]
    assert parsed.times.tolist() == [AT, AT + 1500]
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    np.testing.assert_allclose(motion.lons, [-0.1, 0.1])
    np.testing.assert_allclose(motion.lats, [51.5, -51.5])
    np.testing.assert_allclose(motion.speeds, [10 * KNOT, np.nan])
    assert list(parsed.aside) == [1, 2, 4]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (RMC.replace(b"5130", b"5131"), ""),
        (sentence("GPRMC,100000.00,A,9530.0000,N,00006.0000,W,10.0,90.0,010324,,"), "lat"),
        (sentence("GPRMC,250000.00,A,5130.0000,N,00006.0000,W,10.0,90.0,010324,,"), "time"),
        (sentence("GPRMC,100000.00,A,5130.0000,X,00006.0000,W,10.0,90.0,010324,,"), "lat"),
        (GGA, "time"),
        (b"$GPRMC", ""),
    ],
)
def test_what_a_receiver_cannot_mean_is_refused(line: bytes, field: str) -> None:
    [reject] = VAN.parse(b"", line, BOUNDS).rejects
    assert reject.field == field


def test_a_receiver_does_not_say_whose_it_is() -> None:
    [reject] = NmeaGps().parse(b"", RMC, BOUNDS).rejects
    assert reject.field == "subject"


def test_cards_are_sightings_of_who_has_them() -> None:
    feed = Cards().configured({"card": "badge"})
    head = feed.head(b"badge,timestamp,door,lat,lon\r\n")
    parsed = feed.parse(
        head, b"1001,2024-03-01T10:00:00Z,Main,51.5,-0.1\n,2024-03-01T10:00:00Z,Main,,\n", BOUNDS
    )
    assert parsed.sparse
    assert parsed.named == [Named("Person", "Card", "1001")]
    assert (parsed.times.tolist(), list(parsed.receivers)) == ([AT], ["Main"])
    assert [reject.field for reject in parsed.rejects] == ["card"]
    with pytest.raises(FeedError, match="no column for time"):
        feed.head(b"badge,door")


FEEDS: tuple[tuple[Feed, bytes], ...] = (
    (OwnTracks(), b""), (VAN, b""), (Cards(), b""), (Cards(), b"card,time,reader,lat,lon"),
)  # fmt: skip
GOOD = (PLACE, RMC, GGA, b'{"card":"7","time":1709287200}', b"7,1709287200,Main,,")
bent = st.sampled_from(GOOD).flatmap(
    lambda line: st.tuples(st.integers(0, len(line)), st.binary(max_size=3)).map(
        lambda cut: line[: cut[0]] + cut[1] + line[cut[0] + 1 :]
    )
)
several = st.lists(st.one_of(st.sampled_from(GOOD), bent, st.binary(max_size=30)), max_size=8)


@pytest.mark.parametrize(("feed", "head"), FEEDS, ids=lambda part: str(part)[:12])
@settings(max_examples=100, deadline=None)
@given(some=several)
def test_whatever_comes_every_line_is_accounted_for(feed: Feed, head: bytes, some: list[bytes]) -> None:
    body = b"\n".join(some)
    parsed = feed.parse(head, body, BOUNDS)
    told = sorted([*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects), *parsed.aside])
    assert told == [n for n, line in enumerate(body.split(b"\n")) if line.strip() and line.strip() != head]
    assert len(told) == parsed.lines
    times = feed.times(head, body)
    assert len(times) == lines_of(body)
    assert (times[parsed.rows] != NO_TIME).all()
