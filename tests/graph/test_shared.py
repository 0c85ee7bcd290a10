"""Subjects, identifiers, states, places and sources: one node, whoever tells of it, in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

from ontology.observed import Identifier, Subject, SubjectState, Tick
from ontology.times import OPEN, to_ms

MMSI = "urn:diurnal:identifier:MMSI:367073680"


def ship(telling: Any) -> Subject:
    return Subject(telling.ship, "Ship", (MMSI,))


def state(telling: Any, start: float) -> SubjectState:
    return SubjectState("urn:diurnal:state:1", telling.ship, telling.at(start), name="ADA", length_m=30.0)


def test_pairs_and_facts_merge_in_whatever_order_they_come(loading: Any, telling: Any) -> None:
    told = [
        telling.told(ship(telling), 50, pair=9),
        telling.told(Identifier(MMSI, "MMSI", "367073680"), 40, pair=9),
        telling.told(state(telling, 30), 30, pair=5),
        telling.told(state(telling, 10), 60, pair=9),
        telling.told(telling.segment(range(0, 300, 60)), 20, pair=9),
    ]
    digests = set()
    for order in list(permutations(told))[::7]:
        loading.again()
        for each in order:
            loading.load(each)
        digests.add((loading.digest().full, loading.digest().current))
    assert len(digests) == 1
    [[labels, sec, since, to]] = loading.rows("MATCH (n:Subject) RETURN labels(n), n._sec, n._from, n._to")
    assert sorted(labels) == ["Ship", "Subject"]
    assert (sec, since, to) == ([9], [to_ms(telling.at(50))], OPEN)
    states = loading.rows(
        "MATCH (:Subject)-[e:HAS_STATE]->(n:SubjectState)"
        " RETURN labels(n), n.start, n._sec, n._from, e._sec, e._from ORDER BY n._sec"
    )
    assert [sorted(labels) for labels, *_ in states] == [["SubjectState"], ["ShipState", "SubjectState"]]
    assert [[start.to_native(), *known] for _, start, *known in states] == [
        [telling.at(30), [5], [to_ms(telling.at(30))], [5], [to_ms(telling.at(30))]],
        [telling.at(10), [9], [to_ms(telling.at(60))], [9], [to_ms(telling.at(60))]],
    ]
    edges = loading.rows("MATCH (:Subject)-[e:IDENTIFIED_BY]->(n) RETURN e._sec, e._from, n._sec, n._from")
    assert edges == [[[9], [to_ms(telling.at(50))], [9], [to_ms(telling.at(40))]]]


def test_a_start_is_the_earliest_that_was_told_by_then(loading: Any, telling: Any) -> None:
    told = [(30, 20), (50, 10), (40, 15), (60, 10), (20, 30), (45, 40)]
    moments = [to_ms(telling.at(known_at)) for known_at in (20, 30, 40, 50)]
    starts = [telling.at(start) for start in (30, 20, 15, 10)]
    expected = [list(row) for row in zip(starts, moments, [*moments[1:], OPEN], strict=True)]
    digests = set()
    for order in list(permutations(told))[::71]:
        loading.again()
        for known_at, start in order:
            loading.load(telling.told(state(telling, start), known_at))
        rows = loading.rows("MATCH (n:SubjectState) RETURN n.start, n._from[0], n._to ORDER BY n._from[0]")
        assert [[start.to_native(), since, to] for start, since, to in rows] == expected
        digests.add(loading.digest().full)
    assert len(digests) == 1


def test_who_tells_of_a_subject_by_reference_alone_shows_nothing_of_it(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.segment([0]), 10, pair=3), telling.told(ship(telling), 50, pair=9))
    assert loading.rows("MATCH (n:Subject) RETURN n._sec") == [[[9]]]
    loading.load(telling.told(ship(telling), 60, pair=3))
    assert loading.rows("MATCH (n:Subject) RETURN n._sec") == [[[3, 9]]]


def test_an_identifier_of_ours_is_whole_as_soon_as_it_is_referred_to(loading: Any, telling: Any) -> None:
    theirs = "http://example.org/number"
    loading.load(telling.told(Subject(telling.ship, "Ship", (MMSI, theirs)), 10))
    rows = loading.rows("MATCH (n:Identifier) RETURN n.key, n.scheme, n.value, n._sec ORDER BY n.key")
    assert rows == [[theirs, None, None, None], [MMSI, "MMSI", "367073680", [7]]]


def test_contradictions_come_to_the_same_whatever_was_first(loading: Any, telling: Any) -> None:
    theirs = "http://example.org/number"
    told = [
        telling.told(Subject(telling.ship, "Device"), 1),
        telling.told(Subject(telling.ship, "Ship"), 2, pair=8),
        telling.told(Identifier(theirs, "Hull", "2"), 3),
        telling.told(Identifier(theirs, "Hull", "1"), 4),
        telling.told(state(telling, 10), 5),
    ]
    digests = set()
    for order in list(permutations(told))[::13]:
        loading.again()
        for each in order:
            loading.load(each)
        digests.add(loading.digest().full)
    assert len(digests) == 1
    assert loading.rows("MATCH (n:Subject) RETURN n.kind, [x IN labels(n) WHERE x <> 'Subject']") == [
        ["Ship", ["Ship"]]
    ]
    assert loading.value("MATCH (n:SubjectState) RETURN labels(n)") == ["SubjectState", "ShipState"]
    assert loading.rows("MATCH (n:Identifier) RETURN n.scheme, n.value") == [["Hull", "1"]]


def test_what_is_known_is_not_written_again(loading: Any, telling: Any) -> None:
    told = [telling.told(ship(telling), 50), telling.told(state(telling, 30), 30)]
    loading.load(*told)
    before = loading.digest()
    loading.load(telling.told(ship(telling), 60), telling.told(state(telling, 40), 50))
    assert loading.digest() == before


def test_a_source_has_the_greatest_watermark(loading: Any, telling: Any, new_loader: Any) -> None:
    for watermark in (100, 300, 200):
        loading.loader = new_loader()
        loading.load(telling.told(Tick("urn:diurnal:source:noaa", telling.at(watermark)), watermark))
    [[watermark, since]] = loading.rows("MATCH (n:Source) RETURN n._watermark, n._from")
    assert (watermark.to_native(), since) == (telling.at(300), [to_ms(telling.at(100))])


def test_two_loaders_that_tell_of_the_same_place_lose_nothing(
    loading: Any, telling: Any, new_loader: Callable[[], Any]
) -> None:
    first, second = new_loader(), new_loader()
    for offset in range(5):
        first.write_told("derived", 1, offset, [telling.told(telling.place(), 100 - offset, 1)], offset + 1)
        second.write_told("derived", 2, offset, [telling.told(telling.place(), 50 - offset, 2)], offset + 1)
    expected = [to_ms(telling.at(96)), to_ms(telling.at(46))]
    assert loading.rows("MATCH (n:Place) RETURN n._sec, n._from") == [[[1, 2], expected]]
