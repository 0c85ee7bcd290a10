"""Tracks as OGC Moving Features JSON (19-045r3): MovingPoints, alone or in a MovingGeometryCollection.

Speed, course and heading are the temporal properties of these names, at the instants of the positions.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ingest import json_tracks
from ingest.gps import Point
from ingest.json_feed import JsonFeed
from ingest.json_tracks import Feature

_UNITS: Final = {
    "MTS": 1.0,
    "m/s": 1.0,
    "KMH": 1 / 3.6,
    "km/h": 1 / 3.6,
    "KNT": 1852 / 3600,
    "kn": 1852 / 3600,
}
"""Unit of a speed → m/s: UN/CEFACT codes, and UCUM."""
Values = dict[str, dict[object, object]]
"""Property → instant, as it is written → value."""


@dataclass(frozen=True)
class MfJson(JsonFeed):
    """The feed."""

    name: str = "mf-json"
    title: str = "tracks as OGC Moving Features JSON, as the API of Diurnal gives them"
    content_types: tuple[str, ...] = ("application/vnd.mf+json", "application/geo+json", "application/json")
    example: str = "diurnal ingest mf-json tracks.json -o kind=Ship -o scheme=MMSI --label '*'"

    def read(self, feature: Feature, chosen: str) -> Iterable[Point]:
        """The elements of a feature."""
        whose = json_tracks.identifier(feature, chosen)
        found: list[Point] = []
        values = _values(feature)
        for geometry in _geometries(feature):
            kind = geometry.get("type")
            times, coordinates = geometry.get("datetimes"), geometry.get("coordinates")
            if kind != "MovingPoint":
                return [json_tracks.broken(feature, whose, "temporalGeometry", f"a {kind} is no MovingPoint")]
            if not (
                isinstance(times, list) and isinstance(coordinates, list) and len(times) == len(coordinates)
            ):
                reason = "a MovingPoint has a list of datetimes, and as many coordinates"
                return [json_tracks.broken(feature, whose, "temporalGeometry", reason)]
            found += _points(feature, whose, coordinates, times, values)
        reason = "a feature has a temporalGeometry, a MovingPoint"
        return found or [json_tracks.broken(feature, whose, "temporalGeometry", reason)]

    def divide(self, feature: Feature, parts: int) -> list[Feature]:
        """The feature as several, each with some of its instants."""
        geometry = feature.get("temporalGeometry")
        times = geometry.get("datetimes") if isinstance(geometry, dict) else None
        if not isinstance(times, list) or not times:
            return [feature]
        step = max(1, math.ceil(len(times) / parts))
        return [_between(feature, begin, begin + step) for begin in range(0, len(times), step)]


def _geometries(feature: Feature) -> Iterator[dict[str, Any]]:
    geometry = feature.get("temporalGeometry")
    if not isinstance(geometry, dict):
        return
    inner = geometry.get("prisms")
    listed = (
        inner
        if geometry.get("type") == "MovingGeometryCollection" and isinstance(inner, list)
        else [geometry]
    )
    yield from (one if isinstance(one, dict) else {"type": type(one).__name__} for one in listed)


def _points(
    feature: Feature, whose: str, coordinates: list[Any], times: list[Any], values: Values
) -> Iterator[Point]:
    for where, time in zip(coordinates, times, strict=True):
        point = Point(_alone(feature, where, time), whose)
        json_tracks.place(point, where, time if time is not None else "")
        if isinstance(time, str | int | float):
            point.speed = json_tracks.speed(values["speed"].get(time))
            point.course = json_tracks.angle(values["course"].get(time))
            point.heading = json_tracks.angle(values["heading"].get(time))
        yield point


def _alone(feature: Feature, where: object, time: object) -> Any:  # noqa: ANN401 - makes the document of one point
    def document() -> bytes:
        kept = {name: feature[name] for name in ("id", "properties") if name in feature}
        geometry = {"type": "MovingPoint", "datetimes": [time], "coordinates": [where]}
        return orjson.dumps({"type": "Feature", **kept, "temporalGeometry": geometry})

    return document


def _values(feature: Feature) -> Values:
    found: Values = {"speed": {}, "course": {}, "heading": {}}
    groups = feature.get("temporalProperties")
    for group in groups if isinstance(groups, list) else []:
        times = group.get("datetimes") if isinstance(group, dict) else None
        if isinstance(times, list):
            for name in found.keys() & group.keys():
                found[name].update(_measured(name, group[name], times))
    return found


def _measured(name: str, measure: object, times: list[Any]) -> Iterator[tuple[object, object]]:
    told = measure.get("values") if isinstance(measure, dict) else None
    if not isinstance(measure, dict) or not isinstance(told, list) or len(told) != len(times):
        return
    unit = str(measure.get("form") or measure.get("uom"))
    factor = _UNITS.get(unit, 1.0) if name == "speed" else 1.0
    for time, value in zip(times, told, strict=True):
        if isinstance(time, str | int | float):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            yield time, value * factor if number else None


def _between(feature: Feature, begin: int, end: int) -> Feature:
    geometry = feature["temporalGeometry"]
    times = geometry["datetimes"][begin:end]
    kept = {time for time in times if isinstance(time, str | int | float)}
    part = dict(feature)
    part["temporalGeometry"] = json_tracks.sliced(geometry, len(geometry["datetimes"]), begin, end)
    groups = feature.get("temporalProperties")
    if isinstance(groups, list):
        part["temporalProperties"] = [_those(group, kept) for group in groups if isinstance(group, dict)]
    return part


def _those(group: dict[str, Any], kept: set[Any]) -> dict[str, Any]:
    times = group.get("datetimes")
    if not isinstance(times, list):
        return group
    places = [
        place for place, time in enumerate(times) if isinstance(time, str | int | float) and time in kept
    ]
    out: dict[str, Any] = {}
    for name, part in group.items():
        if name == "datetimes":
            out[name] = [times[place] for place in places]
        elif (
            isinstance(part, dict)
            and isinstance(part.get("values"), list)
            and len(part["values"]) == len(times)
        ):
            out[name] = {**part, "values": [part["values"][place] for place in places]}
        else:
            out[name] = part
    return out
