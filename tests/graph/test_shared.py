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
    assert (sec, to) == ([5, 9], OPEN)
    assert since == [to_ms(telling.at(30)), to_ms(telling.at(20))]
    [[labels, start, sec]] = loading.rows("MATCH (n:SubjectState) RETURN labels(n), n.start, n._sec")
    assert sorted(labels) == ["ShipState", "SubjectState"]
    assert (start.to_native(), sec) == (telling.at(10), [5, 9])
    edges = loading.rows(
        "MATCH (:Subject)-[e]->(n) WHERE NOT n:TrackSegment RETURN type(e), e._sec, e._from ORDER BY type(e)"
    )
    assert edges == [
        ["HAS_STATE", [5, 9], [to_ms(telling.at(30)), to_ms(telling.at(60))]],
        ["IDENTIFIED_BY", [9], [to_ms(telling.at(50))]],
    ]


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
    [[watermark, since]] = loading.rows("MATCH (n:Source) RETURN n.watermark, n._from")
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
