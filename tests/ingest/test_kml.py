"""The feed of KML."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import FeedError
from ingest.feed import Bounds
from ingest.kml import Kml
from ontology.times import to_ms

SAMPLE = (Path(__file__).parents[1] / "conformance" / "samples" / "kml.kml").read_bytes()
BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = to_ms(datetime(2024, 3, 1, 10, tzinfo=UTC))


def test_tracks_and_placemarks_with_a_time() -> None:
    parsed = Kml().parse(b"", SAMPLE, BOUNDS)
    assert [named.value for named in parsed.named] == ["van 7"]
    assert parsed.times.tolist() == [AT, AT + 60_000, AT + 300_000]
    assert parsed.motion is not None
    np.testing.assert_allclose(parsed.motion.lons, [-0.1, -0.101, -0.102])
    np.testing.assert_allclose(parsed.motion.lats, [51.5, 51.501, 51.502])
    assert parsed.notes == {"a shape is no track": 1}
    assert Kml().times(b"", SAMPLE).tolist() == parsed.times.tolist()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((b"-0.1010 51.5010", b"-0.1010 91"), "lat"),
        ((b"-0.1010 51.5010 12.5", b"here"), "coordinates"),
        ((b"<when>2024-03-01T10:01:00Z</when>", b""), "when"),
        ((b"2024-03-01T10:01:00Z", b"2094-03-01T10:01:00Z"), "time"),
    ],
)
def test_a_bad_point_costs_itself_only(change: tuple[bytes, bytes], field: str) -> None:
    parsed = Kml().parse(b"", SAMPLE.replace(*change), BOUNDS)
    assert (len(parsed.rows), [reject.field for reject in parsed.rejects]) == (2, [field])
    [again] = Kml().parse(b"", parsed.rejects[0].raw, BOUNDS).rejects
    assert again.reason == parsed.rejects[0].reason


def test_a_large_document_is_cut_and_says_the_same() -> None:
    track = SAMPLE[SAMPLE.index(b"<gx:Track>") : SAMPLE.index(b"</Placemark>")]
    whens = b"".join(b"<when>2024-03-01T10:%02d:%02dZ</when>" % divmod(n, 60) for n in range(600))
    coords = b"".join(b"<gx:coord>-0.1%03d 51.5 0</gx:coord>" % n for n in range(600))
    large = SAMPLE.replace(track, b"<gx:Track>" + whens + coords + b"</gx:Track>")
    blocks = list(Kml().cut(large, 20_000))
    assert len(blocks) > 5
    assert all(len(block.body) <= 20_000 for block in blocks)
    found = [Kml().parse(b"", block.body, BOUNDS).times for block in blocks]
    assert np.concatenate(found).tolist() == Kml().parse(b"", large, BOUNDS).times.tolist()


@pytest.mark.parametrize(
    "document",
    [
        b"", b"<gpx/>", b"<kml>", b"PK\x03\x04", b"<kml/>",
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><kml>&b;</kml>',
        b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>',
    ],
)  # fmt: skip
def test_what_is_no_track_is_refused(document: bytes) -> None:
    with pytest.raises(FeedError):
        list(Kml().cut(document, 1000))
    assert len(Kml().parse(b"", document, BOUNDS).rows) == 0


bend = st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 20), st.binary(max_size=6))


@settings(max_examples=200, deadline=None)
@given(st.lists(bend, max_size=3))
def test_whatever_comes_every_point_is_accounted_for(bends: list[tuple[int, int, bytes]]) -> None:
    body = SAMPLE
    for at, length, put in bends:
        body = body[:at] + put + body[at + length :]
    parsed = Kml().parse(b"", body, BOUNDS)
    assert len(parsed.rows) + len(parsed.rejects) == parsed.lines
    assert len(Kml().times(b"", body)) == parsed.lines
