"""Things as nodes and edges, whatever their kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from neo4j.spatial import WGS84Point

from graph.errors import PoisonError
from graph.rows import Edge, check, edges, labels, properties
from ontology.concluded import Gap, Meeting, Retraction, Routine, Trip
from ontology.kinds import KINDS
from ontology.observed import Identifier, Subject

SHIP = "urn:diurnal:subject:mmsi:367073680"


def test_a_conclusion_has_two_labels_and_its_literals(telling: Any) -> None:
    stay = telling.stay(end=600)
    assert labels(stay) == ("Stay", "Conclusion")
    assert properties(stay) == {
        "key": stay.key,
        "view": "all",
        "subject": telling.ship,
        "place": telling.pier,
        "start": telling.at(0),
        "end": telling.at(600),
        "last_seen": telling.at(600),
        "lon": -74.0,
        "lat": 40.7,
        "position": WGS84Point((-74.0, 40.7)),
        "radius_m": 50.0,
        "fixes": 5,
        "silent_s": 0.0,
        "inferred": False,
    }
    assert list(edges(stay)) == [
        Edge("STAYED", "Subject", SHIP, incoming=True),
        Edge("AT", "Place", telling.pier, incoming=False),
    ]


def test_what_is_not_set_makes_no_property_and_no_edge(telling: Any) -> None:
    stay = telling.stay(place=None)
    assert "end" not in properties(stay)
    assert [edge.kind for edge in edges(stay)] == ["STAYED"]


def test_a_link_to_several_makes_an_edge_each(telling: Any) -> None:
    stays = [telling.stay(start=start) for start in (0, 1000)]
    cited = [edge.key for edge in edges(telling.finding(stays)) if edge.label == "Evidence"]
    assert cited == [stay.key for stay in stays]
    assert properties(telling.finding(stays))["evidence"] == cited
    assert properties(telling.finding([]))["evidence"] == []


def test_tuples_are_lists_and_dates_dates(telling: Any) -> None:
    routine = Routine(
        key="urn:r",
        view="all",
        subject=SHIP,
        place=telling.pier,
        timezone="America/New_York",
        through=date(2020, 12, 7),
        weekdays=5,
        weekends=2,
        weekday_hours=(1,) * 24,
        weekend_hours=(0,) * 24,
        week_hours=(),
        visits=5,
        summary="On weekdays.",
    )
    row = properties(routine)
    assert (row["weekday_hours"], row["week_hours"]) == ([1] * 24, [])
    assert row["through"] == date(2020, 12, 7)
    assert "position" not in row


def test_every_kind_is_known() -> None:
    at = datetime(2020, 12, 1, tzinfo=UTC)
    trip = Trip("urn:t", "all", SHIP, None, "urn:p", at, at, 1.0, 2.0, 3)
    gap = Gap("urn:g", "all", SHIP, at, at, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert [edge.kind for edge in edges(trip)] == ["MADE_TRIP", "TO"]
    assert [edge.kind for edge in edges(gap)] == ["WENT_SILENT"]
    meeting = Meeting("urn:m", "all", "at sea", (SHIP, "urn:s"), at, at, 1.0, 2.0, 3.0, 0)
    assert [(edge.kind, edge.label, edge.key, edge.incoming) for edge in edges(meeting)] == [
        ("INVOLVED", "Subject", SHIP, False),
        ("INVOLVED", "Subject", "urn:s", False),
    ]
    assert properties(meeting)["subjects"] == [SHIP, "urn:s"]
    for thing in (trip, gap, meeting, Retraction("urn:g", "all", "Gap"), Identifier("urn:i", "MMSI", "1")):
        check(thing)
        assert type(thing).__name__ in KINDS


def test_a_kind_that_cannot_be_watched_is_refused() -> None:
    with pytest.raises(PoisonError, match="Ship, Aircraft"):
        check(Subject(SHIP, "Ghost"))


def test_an_identifier_that_is_not_what_its_name_says_is_refused() -> None:
    """Whoever is told of it by its name alone would see what others told."""
    for scheme, value in (("MMSI", "367073681"), ("IMO", "367073680")):
        with pytest.raises(PoisonError, match=f"is not the name of {scheme} {value}"):
            check(Identifier("urn:diurnal:identifier:MMSI:367073680", scheme, value))
    check(Identifier("urn:diurnal:identifier:MMSI:367073680", "MMSI", "367073680"))
    check(Identifier("http://example.org/hull", "Hull", "7"))
