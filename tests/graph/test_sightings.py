"""Sightings in the graph: seen by whom they were told to, and named by all that they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.errors import PoisonError
from graph.rows import check, named_by
from ontology.observed import Sighting, Subject

CAR = "urn:diurnal:subject:registration:AB12CDE"
AT = datetime(2024, 3, 1, 10, tzinfo=UTC)


def sighting(**changes: Any) -> Sighting:
    said = {"lon": -0.31, "lat": 51.53, "confidence": 0.93, "reference": "r-1", **changes}
    bare = Sighting("", CAR, "urn:diurnal:sensor:A40", "police", "*", AT, **said)
    return replace(bare, key=named_by(bare))


def test_a_sighting_hangs_on_its_subject_and_is_told_twice_as_once(loading: Any, telling: Any) -> None:
    things = [Subject(CAR, "RoadVehicle"), sighting(), sighting(), sighting(lon=None, lat=None)]
    told = [telling.told(thing, offset=offset) for offset, thing in enumerate(things)]
    loading.loader.write_told("knowledge", 0, 0, told, len(told))
    rows = loading.rows(
        "MATCH (:RoadVehicle)-[:HAS_SIGHTING]->(n:Sighting)"
        " RETURN n.confidence, n.position IS NOT NULL AS placed, size(n._sec) ORDER BY placed"
    )
    assert rows == [[0.93, False, 1], [0.93, True, 1]]


def test_who_says_other_things_under_the_same_name_is_refused() -> None:
    check(sighting())
    for change in ({"confidence": 0.5}, {"confidence": None}, {"label": "secret"}, {"reference": None}):
        with pytest.raises(PoisonError, match="not the name of a sighting"):
            check(replace(sighting(), **change))


def test_what_is_no_number_is_not_the_same_as_nothing() -> None:
    assert named_by(sighting(confidence=float("nan"))) != named_by(sighting(confidence=None))
