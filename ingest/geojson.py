"""GPS tracks as GeoJSON (RFC 7946), which itself knows no time: it stands in properties, as is the custom.

A LineString or MultiPoint has a time for each of its coordinates in a list, a Point has one.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ingest import json_tracks
from ingest.gps import Point
from ingest.json_feed import JsonFeed
from ingest.json_tracks import Feature

_LISTS: Final = ("coordTimes", "times", "timestamps", "datetimes", "time", "timestamp")
_SINGLES: Final = ("time", "timestamp", "datetime", "date", "recorded_at", "tst")
_SPEEDS: Final = ("speed", "speeds", "velocity")
_COURSES: Final = ("course", "courses", "bearing", "bearings", "cog")
_HEADINGS: Final = ("heading", "headings")
_LINES: Final = ("LineString", "MultiPoint")


@dataclass(frozen=True)
class GeoJson(JsonFeed):
    """The feed."""

    name: str = "geojson"
    title: str = "GPS tracks as GeoJSON: lines with a list of times (coordTimes), points with a time"
    content_types: tuple[str, ...] = ("application/geo+json", "application/json", "application/geo+json-seq")
    example: str = "diurnal ingest geojson tracks.geojson -o kind=RoadVehicle -o id=plate --label '*'"

    def read(self, feature: Feature, chosen: str) -> Iterable[Point]:
        """The elements of a feature."""
        whose = json_tracks.identifier(feature, chosen)
        geometry = feature.get("geometry")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if not isinstance(geometry, dict) or kind not in ("Point", "MultiLineString", *_LINES):
            reason = f"a {kind or 'feature without a geometry'} is no track: give LineStrings and Points"
            return [json_tracks.broken(feature, whose, "geometry", reason)]
        properties = _properties(feature)
        if kind == "Point":
            return [_single(feature, whose, geometry.get("coordinates"), properties)]
        return _line(feature, whose, geometry, properties)

    def divide(self, feature: Feature, parts: int) -> list[Feature]:
        """The feature as several, each with some of its coordinates."""
        geometry = feature.get("geometry")
        coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
        if (
            not isinstance(geometry, dict)
            or geometry.get("type") not in _LINES
            or not isinstance(coordinates, list)
        ):
            return [feature]
        count = len(coordinates)
        step = max(1, math.ceil(count / parts))
        return [json_tracks.sliced(feature, count, begin, begin + step) for begin in range(0, count, step)]


def _properties(feature: Feature) -> Mapping[str, Any]:
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return {}
    beside = properties.get("coordinateProperties")
    return {**properties, **beside} if isinstance(beside, dict) else properties


def _single(feature: Feature, whose: str, coordinates: object, properties: Mapping[str, Any]) -> Point:
    point = Point(lambda: orjson.dumps(feature), whose)
    json_tracks.place(point, coordinates, _first(properties, _SINGLES))
    point.speed = json_tracks.speed(_first(properties, _SPEEDS))
    point.course = json_tracks.angle(_first(properties, _COURSES))
    point.heading = json_tracks.angle(_first(properties, _HEADINGS))
    return point


def _line(
    feature: Feature, whose: str, geometry: Mapping[str, Any], properties: Mapping[str, Any]
) -> Iterable[Point]:
    coordinates, times = geometry.get("coordinates"), _first(properties, _LISTS)
    if geometry["type"] == "MultiLineString":
        coordinates, times = _flat(coordinates), _flat(times)
    if not isinstance(coordinates, list):
        return [json_tracks.broken(feature, whose, "coordinates", "the coordinates are no list")]
    if not isinstance(times, list) or len(times) != len(coordinates):
        told = f"{len(times)} times" if isinstance(times, list) else "no list of times"
        reason = (
            f"has {len(coordinates)} coordinates and {told}: give the property coordTimes, a time for each"
        )
        return [json_tracks.broken(feature, whose, "time", reason)]
    lists = [_numbers(properties, names, len(times)) for names in (_SPEEDS, _COURSES, _HEADINGS)]
    return _points(feature, whose, coordinates, times, lists)


def _points(
    feature: Feature,
    whose: str,
    coordinates: list[Any],
    times: list[Any],
    lists: list[list[Any]],
) -> Iterator[Point]:
    for number, (where, time) in enumerate(zip(coordinates, times, strict=True)):
        point = Point(_alone(feature, where, time), whose)
        json_tracks.place(point, where, time if time is not None else "")
        point.speed = json_tracks.speed(lists[0][number])
        point.course = json_tracks.angle(lists[1][number])
        point.heading = json_tracks.angle(lists[2][number])
        yield point


def _alone(feature: Feature, where: object, time: object) -> Any:  # noqa: ANN401 - makes the document of one point
    def document() -> bytes:
        properties = feature.get("properties")
        kept = (
            {k: v for k, v in properties.items() if not isinstance(v, list | dict)}
            if isinstance(properties, dict)
            else {}
        )
        alone = {
            "type": "Feature",
            "properties": {**kept, "time": time},
            "geometry": {"type": "Point", "coordinates": where},
        }
        return orjson.dumps({**({"id": feature["id"]} if "id" in feature else {}), **alone})

    return document


def _numbers(properties: Mapping[str, Any], names: tuple[str, ...], count: int) -> list[Any]:
    found = _first(properties, names)
    return found if isinstance(found, list) and len(found) == count else [None] * count


def _first(properties: Mapping[str, Any], names: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever JSON holds
    return next((properties[name] for name in names if properties.get(name) is not None), None)


def _flat(lists: object) -> object:
    if not isinstance(lists, list) or not all(isinstance(part, list) for part in lists):
        return lists
    return [item for part in lists for item in part]
