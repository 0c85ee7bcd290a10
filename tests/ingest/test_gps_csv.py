"""The feed of GPS fixes as CSV."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.believed import KNOT
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Parsed, lines_of
from ingest.gps_csv import GpsCsv
from ontology.times import to_ms

DATA = Path(__file__).parents[2] / "examples" / "data"
BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
HEAD = b"device_id,time,lat,lon,speed,bearing,accuracy"
GOOD = b"bob,2024-03-01T10:00:00Z,51.5,-0.1,3.6,90,5"
AT = to_ms(datetime(2024, 3, 1, 10, tzinfo=UTC))


def parse(body: bytes, head: bytes = HEAD, **options: str) -> Parsed:
    feed = GpsCsv().configured(options)
    return feed.parse(feed.head(head), body, BOUNDS)


def test_the_usual_columns() -> None:
    parsed = parse(GOOD)
    assert [(n.kind, n.scheme, n.value) for n in parsed.named] == [("Device", "Tracker", "bob")]
    assert (parsed.times.tolist(), parsed.rejects) == ([AT], [])
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.courses is not None
    assert motion.headings is None
    got = (motion.lons[0], motion.lats[0], motion.speeds[0], motion.courses[0])
    np.testing.assert_allclose(got, (-0.1, 51.5, 3.6, 90))


def test_options_name_columns_unit_and_what_was_tracked() -> None:
    parsed = parse(
        b"x,235000001,2024-03-01 10:00:00,10,TUG,51.5,-0.1\n",
        b"id,ship,When,kn,title,N,E",
        id="ship",
        time="when",
        speed="kn",
        name="title",
        lat="N",
        lon="E",
        unit="knots",
        kind="Ship",
        scheme="MMSI",
    )
    assert [(n.kind, n.scheme, n.value) for n in parsed.named] == [("Ship", "MMSI", "235000001")]
    assert parsed.motion is not None
    assert parsed.motion.speeds is not None
    np.testing.assert_allclose(parsed.motion.speeds, [10 * KNOT])
    assert parsed.said[parsed.words[0]].name == "TUG"


def test_all_may_be_of_one() -> None:
    parsed = parse(b"2024-03-01T10:00:00Z,1,2\n", b"time,lat,lon", subject="alice", kind="Person")
    assert [(n.kind, n.value) for n in parsed.named] == [("Person", "alice")]


@pytest.mark.parametrize(
    "time", [b"1709287200", b"1709287200000", b"1709287200.0", b"2024-03-01T11:00:00+01:00"]
)
def test_times_are_texts_or_numbers(time: bytes) -> None:
    assert parse(b"bob,%b,51.5,-0.1,,,\n" % time).times.tolist() == [AT]


def test_what_the_tracker_does_not_know_is_missing() -> None:
    motion = parse(b"bob,1709287200,51.5,-0.1,-1,-1,\nbob,1709287201,51.5,-0.1,,360,\n").motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.courses is not None
    assert np.isnan(motion.speeds).all()
    assert np.isnan(motion.courses).all()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"bob,2024-03-01T10:00:00Z,91,0,,,", "lat: latitude 91 is outside -90..90"),
        (b"bob,2024-03-01T10:00:00Z,,0,,,", "lat: latitude '' is no number"),
        (b"bob,2024-03-01T10:00:00Z,1,nan,,,", "lon: longitude nan is outside"),
        (b",2024-03-01T10:00:00Z,1,1,,,", "device_id: says not whose it is"),
        (b"bob,soon,1,1,,,", "time: time 'soon' is not of the form"),
        (b"bob,,1,1,,,", "time: time '' is not of the form"),
        (b"bob,1,1,1,,,", "time: time 1 is before 2000"),
        (b"bob,2099-01-01,1,1,,,", "time: time 2099-01-01 is dated in the future"),
        (b"bob,2024-03-01T10:00:00Z,1,1,,,51", "accuracy: is accurate to 51 m only; -o worst=50"),
        (b"bob,2024-03-01T10:00:00Z", ": has 2 columns"),
    ],
)
def test_what_cannot_be_believed_is_refused_with_its_reason(line: bytes, expected: str) -> None:
    parsed = parse(GOOD + b"\n" + line + b"\n" + GOOD, worst="50")
    assert parsed.rows.tolist() == [0, 2]
    [reject] = parsed.rejects
    assert reject.raw == line
    assert f"{reject.field}: {reject.reason}".startswith(expected)


def test_an_mmsi_is_one() -> None:
    [reject] = parse(GOOD, scheme="MMSI").rejects
    assert reject.reason == "MMSI 'bob' is not nine digits"


@pytest.mark.parametrize(
    ("head", "options", "expected"),
    [
        (b"a,b", {}, "no column for time, lon, lat, id"),
        (b"time,lat,lon", {}, "no column for id"),
        (HEAD, {"id": "plate"}, "no column 'plate' for id"),
    ],
)
def test_columns_that_are_lacking_are_named(head: bytes, options: dict[str, str], expected: str) -> None:
    with pytest.raises(FeedError, match=expected):
        GpsCsv().configured(options).head(head)


@pytest.mark.parametrize(
    "options", [{"kind": "Dog"}, {"scheme": "a b"}, {"worst": "x"}, {"unit": "parsec"}, {"colour": "red"}]
)
def test_options_are_checked(options: dict[str, str]) -> None:
    with pytest.raises(FeedError):
        GpsCsv().configured(options)


def test_a_real_bus() -> None:
    head, _, body = (DATA / "bus_route14.csv").read_bytes().partition(b"\n")
    parsed = parse(body, head, kind="RoadVehicle")
    assert (parsed.lines, parsed.rejects) == (399, [])
    assert {(named.kind, named.value) for named in parsed.named} == {
        ("RoadVehicle", "4716"),
        ("RoadVehicle", "4720"),
    }
    assert parsed.motion is not None
    assert parsed.motion.courses is not None
    assert parsed.motion.speeds is None


cells = st.one_of(
    st.sampled_from(
        ["bob", "2024-03-01T10:00:00Z", "1709287200", "-74.03", "91", "", "nan", "1e300", "inf", '"a"']
    ),
    st.text(max_size=6),
)
odd_lines = st.one_of(
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
    st.lists(cells, min_size=5, max_size=8).map(
        lambda parts: ",".join(parts).replace("\n", "").encode("utf-8", "ignore")
    ),
    st.just(GOOD),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(odd_lines, max_size=12), st.booleans(), st.sampled_from(["", "alice"]))
def test_whatever_comes_every_line_is_accounted_for(lines: list[bytes], ended: bool, subject: str) -> None:
    body = b"\n".join(lines) + (b"\n" if ended else b"")
    parsed = parse(body, subject=subject)
    assert len(parsed.rows) + len(parsed.rejects) == parsed.lines
    told = sorted([*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects)])
    blank = {n for n, line in enumerate(body.split(b"\n")) if not line.strip() or line.strip() == HEAD}
    assert told == sorted(set(range(body.count(b"\n") + 1)) - blank)
    good = [n for n, line in enumerate(body.split(b"\n")) if line == GOOD]
    assert set(good) <= set(parsed.rows.tolist())
    times = GpsCsv().configured({"subject": subject}).times(HEAD, body)
    assert len(times) == lines_of(body)
    assert (times[good] == AT).all()


def test_times_tell_of_every_line() -> None:
    assert GpsCsv().times(HEAD, GOOD + b"\n\nx\n" + GOOD).tolist() == [AT, NO_TIME, NO_TIME, AT]
