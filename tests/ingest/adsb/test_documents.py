"""ADS-B as JSON documents."""

from datetime import UTC, datetime

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.adsb.documents import AdsbDocuments
from ingest.believed import KNOT
from ingest.errors import FeedError
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Parsed
from ontology.times import to_ms

BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
NOW = 1_709_287_210.5
PLANE = {"hex": "4ca2d6", "flight": "EIN123  ", "r": "EI-ABC", "t": "A320", "alt_baro": 37000}
PLANE |= {
    "gs": 450.0,
    "track": 93.4,
    "true_heading": 95.1,
    "lat": 53.4,
    "lon": -6.2,
    "seen_pos": 0.5,
    "seen": 0.1,
}


def parse(document: object) -> Parsed:
    return AdsbDocuments().parse(b"", orjson.dumps(document), BOUNDS)


def test_aircraft_json() -> None:
    parsed = parse({"now": NOW, "messages": 3, "aircraft": [PLANE]})
    assert [(n.kind, n.scheme, n.value) for n in parsed.named] == [("Aircraft", "ICAO24", "4CA2D6")]
    assert parsed.times.tolist() == [1_709_287_210_000]
    [words] = parsed.said
    assert (words.name, words.call_sign, words.type_name) == ("EI-ABC", "EIN123", "A320")
    assert words.identifiers == (("Registration", "EI-ABC"),)
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.courses is not None
    assert motion.headings is not None
    got = motion.lons[0], motion.lats[0], motion.speeds[0], motion.courses[0], motion.headings[0]
    np.testing.assert_allclose(got, (-6.2, 53.4, 450 * KNOT, 93.4, 95.1))


def test_what_names_no_aircraft_or_tells_nothing_is_set_aside() -> None:
    others = [{"hex": "~2a1b3c", "lat": 1, "lon": 2}, {"hex": "4ca2d8", "seen": 2.0}]
    parsed = parse({"now": NOW, "aircraft": [PLANE, *others]})
    assert (parsed.rows.tolist(), list(parsed.aside), parsed.rejects) == ([0], [1, 2], [])
    assert sum(parsed.notes.values()) == 2


def test_an_aircraft_without_a_position_still_says_what_it_is_called() -> None:
    parsed = parse({"now": NOW, "aircraft": [{"hex": "4ca2d6", "flight": "EIN123", "seen": 1.0}]})
    assert parsed.motion is not None
    assert np.isnan(parsed.motion.lons).all()
    assert parsed.times.tolist() == [1_709_287_209_500]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hex": "4ca2"}, "address"),
        ({"hex": None}, "address"),
        ({"lat": 91}, "lat"),
        ({"lon": None}, "lon"),
        ({"seen_pos": 1e9}, "time"),
    ],
)
def test_an_odd_aircraft_spoils_no_other(change: dict[str, object], field: str) -> None:
    parsed = parse({"now": NOW, "aircraft": [PLANE, {**PLANE, **change}, PLANE]})
    assert parsed.rows.tolist() == [0, 2]
    [reject] = parsed.rejects
    assert reject.field == field
    again = orjson.loads(reject.raw)
    assert (again["now"], len(again["aircraft"])) == (NOW, 1)


def test_a_field_of_another_type_is_not_told() -> None:
    parsed = parse({"now": NOW, "aircraft": [{**PLANE, "gs": "fast", "flight": 7}, PLANE, "x"]})
    assert parsed.rows.tolist() == [0, 1]
    assert parsed.motion is not None
    assert parsed.motion.speeds is not None
    assert np.isnan(parsed.motion.speeds).tolist() == [True, False]
    assert parsed.lines == 3


def test_a_trace() -> None:
    details = {"flight": "DAL1812 ", "true_heading": 336.6}
    trace = [
        [0.0, 16.7, -88.0, 32000, 478.6, 327.8, 1, 0, None, "adsb_icao"],
        [8.96, 16.8, -88.1, "ground", None, None, 0, 0, details, "adsb_icao"],
        [9.0, 95.0, -88.1, 32000, 1, 1, 0, 0, None],
        "x",
    ]
    parsed = parse(
        {"icao": "ac671b", "r": "N899DN", "t": "B739", "timestamp": 1_709_287_200.25, "trace": trace}
    )
    assert [named.value for named in parsed.named] == ["AC671B"]
    assert parsed.times.tolist() == [1_709_287_200_250, 1_709_287_209_210]
    assert parsed.words.tolist()[0] == NOTHING_SAID or not parsed.said[parsed.words[0]]
    assert parsed.said[parsed.words[1]].call_sign == "DAL1812"
    assert parsed.said[parsed.words[1]].name == "N899DN"
    assert [reject.field for reject in parsed.rejects] == ["lat"]
    assert list(parsed.aside) == [3]


def test_state_vectors() -> None:
    state = [
        "4ca2d6",
        "EIN123 ",
        "Ireland",
        1_709_287_200,
        1_709_287_201,
        -6.2,
        53.4,
        11000.0,
        False,
        230.5,
        93.0,
    ]
    parsed = parse({"time": 1_709_287_201, "states": [[*state, 0.0, None, 11200.0, None, False, 0], ["x"]]})
    assert parsed.times.tolist() == [1_709_287_200_000]
    assert parsed.said[parsed.words[0]].call_sign == "EIN123"
    assert parsed.motion is not None
    assert parsed.motion.speeds is not None
    np.testing.assert_allclose(parsed.motion.speeds, [230.5])
    assert (len(parsed.rejects), len(parsed.aside)) == (1, 0) or (len(parsed.rejects), len(parsed.aside)) == (
        0,
        1,
    )


def test_a_large_document_is_cut_and_says_the_same() -> None:
    planes = [{**PLANE, "hex": f"4ca{n:03x}"} for n in range(300)]
    document = orjson.dumps({"now": NOW, "aircraft": planes})
    blocks = list(AdsbDocuments().cut(document, 10_000))
    assert len(blocks) > 4
    assert all(len(block.body) <= 10_000 for block in blocks)
    assert [block.first_line for block in blocks][:2] == [1, 1 + blocks[0].lines]
    found = [AdsbDocuments().parse(b"", block.body, BOUNDS) for block in blocks]
    assert [named.value for one in found for named in one.named] == [f"4CA{n:03X}" for n in range(300)]


@pytest.mark.parametrize(
    "document", [b"", b"[1]", b"{}", b'{"aircraft": 1}', b'{"aircraft": []}', b'{"now": ']
)
def test_what_is_no_such_document_is_refused(document: bytes) -> None:
    with pytest.raises(FeedError):
        list(AdsbDocuments().cut(document, 1000))
    parsed = AdsbDocuments().parse(b"", document, BOUNDS)
    assert len(parsed.rejects) == parsed.lines
    assert (AdsbDocuments().times(b"", document) == NO_TIME).all()


values = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(), st.text(max_size=8),
    st.sampled_from(["4ca2d6", "~1", 53.4, -6.2, NOW]), st.lists(st.integers(0, 9), max_size=2),
)  # fmt: skip
rows = st.lists(values, max_size=12)
planes = st.dictionaries(st.sampled_from([*PLANE, "icao24", "now"]), values, max_size=6)
documents = st.one_of(
    st.fixed_dictionaries({"now": values, "aircraft": st.lists(st.one_of(planes, values), max_size=6)}),
    st.fixed_dictionaries(
        {"icao": values, "timestamp": values, "trace": st.lists(st.one_of(rows, values), max_size=6)}
    ),
    st.fixed_dictionaries({"states": st.lists(st.one_of(rows, values), max_size=6)}),
)


@settings(max_examples=200, deadline=None)
@given(documents)
def test_whatever_comes_every_element_is_accounted_for(document: dict[str, object]) -> None:
    body = orjson.dumps(document)
    parsed = AdsbDocuments().parse(b"", body, BOUNDS)
    told = [*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects), *parsed.aside]
    count = next(len(listed) for name, listed in document.items() if name in ("aircraft", "trace", "states"))  # type: ignore[arg-type]
    assert sorted(told) == list(range(count))
    assert len(AdsbDocuments().times(b"", body)) == count


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_rubbish_is_refused(body: bytes) -> None:
    assert AdsbDocuments().parse(b"", body, BOUNDS).lines >= 0
