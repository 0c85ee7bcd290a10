"""Which verdict stands on which finding, from when to when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from graph.verdicts import About, Found, Given, hours, same_place, ties
from ontology.times import OPEN
from ontology.verdict import Word

SHIP = "urn:diurnal:subject:mmsi:1"
PIER = "urn:diurnal:place:all:-74.00000:40.70000"
NEAR = "urn:diurnal:place:all:-74.00300:40.70100:2"
FAR = "urn:diurnal:place:all:-74.00000:40.71000"
NIGHT = datetime(2020, 12, 1, 3, tzinfo=UTC)  # 22 h on the day before in New York
HOUR = timedelta(hours=1)
ABOUT = About("all", SHIP, "unusual hour")
FINDING = Found("f", "0-1", ABOUT, PIER, NIGHT, NIGHT + HOUR, 100, OPEN)
VERDICT = Given(
    "v1", ABOUT, "f", PIER, "America/New_York", NIGHT, NIGHT + HOUR, Word.CONFIRMED, 7, 200
)  # fmt: skip


def tied(given: list[Given], *found: Found) -> list[tuple[str, str, str, int, int | None]]:
    return sorted(
        (one.kind, one.verdict, one.version, one.since, None if one.until == OPEN else one.until)
        for one in ties(given, found)
    )


def test_a_verdict_stands_on_its_finding_from_when_both_were_known() -> None:
    assert tied([VERDICT], FINDING) == [("ON", "v1", "0-1", 200, None)]
    late = replace(FINDING, version="0-2", known_at=300)
    assert tied([VERDICT], replace(FINDING, until=300), late) == [
        ("ON", "v1", "0-1", 200, 300),
        ("ON", "v1", "0-2", 300, None),
    ]
    assert tied([VERDICT], replace(FINDING, until=150)) == [], "it was gone before anybody said anything"


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({"key": "g"}, True),
        ({"key": "g", "start": NIGHT + HOUR, "end": NIGHT + 2 * HOUR}, True),
        ({"key": "g", "place": NEAR}, True),
        ({"key": "g", "place": FAR}, False),
        ({"key": "g", "place": None}, False),
        ({"key": "g", "start": NIGHT + 2 * HOUR, "end": NIGHT + 3 * HOUR}, False),
        ({"key": "g", "about": ABOUT._replace(view="open")}, False),
        ({"key": "g", "about": ABOUT._replace(kind="unusual place")}, False),
        ({"key": "g", "about": ABOUT._replace(subject="urn:diurnal:subject:mmsi:2")}, False),
    ],
)
def test_it_stands_on_whatever_is_found_of_the_same_and_on_nothing_else(
    change: dict[str, object], stands: bool
) -> None:
    assert bool(tied([VERDICT], replace(FINDING, **change))) is stands  # type: ignore[arg-type]


def test_a_word_that_dismisses_lowers_until_the_next_word() -> None:
    dismissed = replace(VERDICT, word=Word.DISMISSED)
    again = replace(VERDICT, key="v2", word=Word.WITHDRAWN, known_at=400)
    assert tied([dismissed], FINDING)[0] == ("LOWERS", "v1", "0-1", 200, None)
    both = tied([again, dismissed], FINDING)
    assert both == [
        ("LOWERS", "v1", "0-1", 200, 400),
        ("ON", "v1", "0-1", 200, None),
        ("ON", "v2", "0-1", 400, None),
    ]


def test_a_known_pattern_lowers_what_is_like_it_at_the_same_place_and_civil_hour() -> None:
    known = replace(VERDICT, word=Word.KNOWN)
    next_night = replace(
        FINDING, key="g", version="0-2", known_at=500, start=NIGHT + 24 * HOUR, end=NIGHT + 24 * HOUR
    )
    summer = replace(
        next_night, version="0-3", start=datetime(2021, 6, 1, 2, tzinfo=UTC),
        end=datetime(2021, 6, 1, 2, 30, tzinfo=UTC),
    )  # fmt: skip
    noon = replace(next_night, version="0-4", start=NIGHT + 14 * HOUR, end=NIGHT + 14 * HOUR)
    elsewhere = replace(next_night, version="0-5", place=FAR)
    lowered = [tie for tie in tied([known], next_night, summer, noon, elsewhere) if tie[0] == "LOWERS"]
    assert lowered == [("LOWERS", "v1", "0-2", 500, None), ("LOWERS", "v1", "0-3", 500, None)]
    assert tied([replace(known, word=Word.DISMISSED)], next_night) == [], "that was about one night"


def test_what_was_said_of_a_finding_itself_goes_before_a_pattern() -> None:
    known = replace(VERDICT, word=Word.KNOWN)
    night = {"start": NIGHT + 24 * HOUR, "end": NIGHT + 25 * HOUR}
    other = replace(FINDING, key="g", version="0-2", known_at=500, **night)  # type: ignore[arg-type]
    own = replace(VERDICT, key="v2", finding="g", known_at=600, **night)  # type: ignore[arg-type]
    undone = replace(own, key="v3", word=Word.WITHDRAWN, known_at=700)
    assert [tie for tie in tied([known, own, undone], other) if tie[0] == "LOWERS"] == [
        ("LOWERS", "v1", "0-2", 500, 600),
        ("LOWERS", "v1", "0-2", 700, None),
    ]


def test_a_pattern_that_is_withdrawn_lowers_nothing_any_more() -> None:
    known = replace(VERDICT, word=Word.KNOWN)
    undone = replace(VERDICT, key="v2", word=Word.WITHDRAWN, known_at=600)
    other = replace(FINDING, key="g", version="0-2", start=NIGHT + 24 * HOUR, end=NIGHT + 25 * HOUR)
    assert tied([known, undone], other) == [("LOWERS", "v1", "0-2", 200, 600)]
    assert tied([known, undone], replace(other, known_at=800)) == []


def test_the_order_in_which_they_come_does_not_matter() -> None:
    words = [replace(VERDICT, key=word, word=word, known_at=200 + at) for at, word in enumerate(Word)]
    expected = ties(words, [FINDING])
    assert all(ties(some, [FINDING]) == expected for some in permutations(words))


def test_hours_of_the_civil_day() -> None:
    assert hours(NIGHT, NIGHT, "America/New_York") == {22}
    assert hours(NIGHT, NIGHT + 3 * HOUR, "America/New_York") == {22, 23, 0, 1}
    assert hours(NIGHT, NIGHT + HOUR / 2, None) == {3}
    assert hours(NIGHT, NIGHT, "No/Where") == {3}
    assert hours(NIGHT, NIGHT + 24 * HOUR, "UTC") == set(range(24))


def test_places_close_to_each_other_are_one() -> None:
    assert same_place(PIER, NEAR)
    assert same_place(None, None)
    assert not same_place(PIER, FAR)
    assert not same_place("urn:example:a", PIER)
    east, west = "urn:diurnal:place:all:179.99900:0.00000", "urn:diurnal:place:all:-179.99900:0.00000"
    assert same_place(east, west)
