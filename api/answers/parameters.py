"""Parameters of a question, from JSON: the same typed values that answers have, the other way round."""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import pytz
from neo4j.spatial import CartesianPoint, Point, WGS84Point
from neo4j.time import Date, DateTime, Duration, Time

from api.answers.values import TYPE
from api.errors import BadParameterError
from graph.queries import numbers

MOST_DEPTH: Final = 32
_POINTS: Final[dict[int, tuple[type[Point], int]]] = {
    4326: (WGS84Point, 2),
    4979: (WGS84Point, 3),
    7203: (CartesianPoint, 2),
    9157: (CartesianPoint, 3),
}
"""By SRID: the driver's class, and how many coordinates it has."""
_NAMED: Final = frozenset({"NaN", "Infinity", "-Infinity"})
_Clock = TypeVar("_Clock", DateTime, Time)


def parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the driver takes them.

    Raises:
        BadParameterError: a value is none of its type, or of no type that there is.
    """
    taken: dict[str, Any] = {}
    for name, value in given.items():
        try:
            taken[unicode(name)] = _value(value, MOST_DEPTH)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise BadParameterError(f"parameters.{name}", said) from None
    return taken


def unicode(text: str) -> str:
    """The text, if it can be written.

    Raises:
        ValueError: it has a lone surrogate, which JSON can hold and nothing else.
    """
    text.encode()
    return text


def _value(value: Any, depth: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    if depth == 0:
        raise ValueError(f"lists and maps lie in each other, more than {MOST_DEPTH} deep")
    if isinstance(value, int) and not isinstance(value, bool):
        return numbers.of_64_bits(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError('JSON has no such number; write {"$type": "float", "value": "NaN"} or "Infinity"')
    if isinstance(value, str):
        return unicode(value)
    if isinstance(value, list):
        return [_value(each, depth - 1) for each in value]
    if not isinstance(value, Mapping):
        return value
    if TYPE in value:
        return _typed(value, depth)
    return {unicode(name): _value(each, depth - 1) for name, each in value.items()}


def _typed(value: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401
    kind = str(value[TYPE])
    if kind == "map":
        return {unicode(name): _value(each, depth - 1) for name, each in dict(value["value"]).items()}
    if kind == "point":
        return _point(value)
    if kind not in _TYPES:
        raise ValueError(
            f"{kind!r} is no type of a parameter; there are {', '.join([*_TYPES, 'point', 'map'])}"
        )
    try:
        read = _TYPES[kind](value["value"])
        return _in_zone(read, value["zone"]) if kind == "datetime" and "zone" in value else read
    except (ValueError, TypeError) as error:
        raise ValueError(f"{value['value']!r} is no {kind}: {error}") from None


def _integer(value: Any) -> int:  # noqa: ANN401
    if isinstance(value, str):
        return numbers.integer(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("it is no whole number")
    return numbers.of_64_bits(value)


def _float(value: Any) -> float:  # noqa: ANN401
    if isinstance(value, str):
        return float(value) if value in _NAMED else numbers.number(value)
    return _coordinate(value)


def _coordinate(value: Any) -> float:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _point(value: Mapping[str, Any]) -> Point:
    coordinates = [_coordinate(each) for each in value["coordinates"]]
    kind, size = _POINTS.get(value.get("srid", 4326), (None, 0))
    if kind is None or len(coordinates) != size or not all(map(math.isfinite, coordinates)):
        known = ", ".join(f"{srid} with {size} coordinates" for srid, (_, size) in _POINTS.items())
        raise ValueError(f"a point has an srid and as many coordinates: {known}")
    return kind(coordinates)


def _zoned(read: Callable[[str], _Clock]) -> Callable[[str], _Clock]:
    def zoned(text: str) -> _Clock:
        found = read(text)
        if found.tzinfo is None:
            raise ValueError(f"it has no time zone; write {text}Z")
        return found

    return zoned


def _local(read: Callable[[str], _Clock]) -> Callable[[str], _Clock]:
    def local(text: str) -> _Clock:
        found = read(text)
        if found.tzinfo is not None:
            raise ValueError("it has a time zone, which this type has none of")
        return found

    return local


def _in_zone(instant: DateTime, zone: Any) -> DateTime:  # noqa: ANN401
    """The same instant in a named zone."""
    try:
        # The driver's own instants break Python's zoneinfo; pytz is what it makes zones of itself.
        return instant.as_timezone(pytz.timezone(zone))
    except (pytz.UnknownTimeZoneError, AttributeError):
        raise ValueError(f"{zone!r} is no time zone, such as Europe/London") from None


_TYPES: Final[dict[str, Callable[[Any], Any]]] = {
    "integer": _integer,
    "float": _float,
    "datetime": _zoned(DateTime.from_iso_format),
    "localdatetime": _local(DateTime.from_iso_format),
    "date": Date.from_iso_format,
    "time": _zoned(Time.from_iso_format),
    "localtime": _local(Time.from_iso_format),
    "duration": Duration.from_iso_format,
    "bytes": lambda text: b64decode(text, validate=True),
}
