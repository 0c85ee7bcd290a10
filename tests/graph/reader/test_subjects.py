from types import ModuleType

import pytest

from graph.reader import subjects
from graph.reader.errors import NotKnownError
from graph.reader.reader import Reader
from graph.reader.subjects import Asked
from graph.reader.within import Box, Interval


def ids(reader: Reader, asked: Asked) -> list[str]:
    return [subject.id for subject in subjects.search(reader, asked, 10).items]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("nyc", ["mmsi:367000001"]),
        ("ONE ferry", ["mmsi:367000001"]),
        ("old name", ["mmsi:367000001"]),
        ("367000002", ["mmsi:367000002"]),
        ("wdb11", ["mmsi:367000001"]),
        ("IMO9999991", ["mmsi:367000001"]),
        ("red hook", ["mmsi:367000002"]),
        ("nyc tug", []),
        ("<>", []),
        ('" OR name:* \\', []),
    ],
)
def test_words_find_names_signs_identifiers_and_places(reader: Reader, q: str, found: list[str]) -> None:
    assert ids(reader, Asked(q=q)) == found


def test_the_latest_words_told_stand(reader: Reader, harbour: ModuleType) -> None:
    ferry = subjects.get(reader, harbour.FERRY)
    assert (ferry.name, ferry.call_sign, ferry.type_name, ferry.length_m) == (
        "NYC FERRY ONE",
        "WDB1111",
        "Passenger",
        26.0,
    )
    assert [(i.scheme, i.value) for i in ferry.identifiers] == [
        ("IMO", "9999991"),
        ("MMSI", "367000001"),
    ]
    assert ferry.last_fix == harbour.at(5, 19, 55)


def test_an_area_over_the_antimeridian(reader: Reader) -> None:
    assert ids(reader, Asked(box=Box(179, -18, -179, -16))) == ["mmsi:512000004"]
    assert ids(reader, Asked(box=Box(-179, -18, 179, -16))) == []


def test_area_and_time_must_meet_in_one_fix(reader: Reader, harbour: ModuleType) -> None:
    harbour_box = Box(-75, 40, -73, 41)
    asked = Asked(box=harbour_box, within=Interval(harbour.at(2, 5, 7), harbour.at(2, 5, 7)))
    assert ids(reader, asked) == ["mmsi:338000003"]
    assert ids(reader, Asked(box=harbour_box, within=Interval(None, harbour.at(-1, 0)))) == []


def test_who_stayed_at_a_place(reader: Reader, harbour: ModuleType) -> None:
    assert ids(reader, Asked(place=harbour.HOBOKEN)) == ["mmsi:367000002"]


def test_pages_hold_everybody_once(reader: Reader) -> None:
    first = subjects.search(reader, Asked(), 3)
    last = subjects.search(reader, Asked(), 3, first.after)
    assert last.after is None
    keys = [subject.key for subject in (*first.items, *last.items)]
    assert keys == sorted(set(keys))
    assert len(keys) == 4


def test_an_unknown_subject_is_said_to_be_unknown(reader: Reader) -> None:
    with pytest.raises(NotKnownError, match="mmsi:1"):
        subjects.get(reader, "urn:diurnal:subject:mmsi:1")
