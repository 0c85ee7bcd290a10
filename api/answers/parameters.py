"""Parameters of a question, from JSON: the same typed values that answers have, the other way round."""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final

from neo4j.spatial import CartesianPoint, Point, WGS84Point
from neo4j.time import Date, DateTime, Duration, Time

from api.answers.values import TYPE
from api.errors import BadParameterError

MOST_INTEGER: Final = 2**63 - 1
"""Cypher's integers have 64 bits."""
MOST_DEPTH: Final = 32
_POINTS: Final[dict[int, tuple[type[Point], int]]] = {
    4326: (WGS84Point, 2),
    4979: (WGS84Point, 3),
    7203: (CartesianPoint, 2),
    9157: (CartesianPoint, 3),
}
"""By SRID: the driver's class, and how many coordinates it has."""


def parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the driver takes them.

    Raises:
        BadParameterError: a value is none of its type, or of no type that there is.
    """
    taken: dict[str, Any] = {}
    for name, value in given.items():
        try:
            taken[unicode(name)] = _value(value, MOST_DEPTH)
        except (ValueError, TypeError, KeyError) as error:
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
        return _integer(value)
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
        return _TYPES[kind](value["value"])
    except (ValueError, TypeError) as error:
        raise ValueError(f"{value['value']!r} is no {kind}: {error}") from None


def _integer(value: Any) -> int:  # noqa: ANN401
    number = int(value)
    if abs(number) > MOST_INTEGER:
        raise ValueError(f"{number} has more than 64 bits")
    return number


def _point(value: Mapping[str, Any]) -> Point:
    coordinates = [float(each) for each in value["coordinates"]]
    kind, size = _POINTS.get(value.get("srid", 4326), (None, 0))
    if kind is None or len(coordinates) != size or not all(map(math.isfinite, coordinates)):
        known = ", ".join(f"{srid} with {size} coordinates" for srid, (_, size) in _POINTS.items())
        raise ValueError(f"a point has an srid and as many coordinates: {known}")
    return kind(coordinates)


def _zoned(text: str) -> DateTime:
    instant = DateTime.from_iso_format(text)
    if instant.tzinfo is None:
        raise ValueError(f"it has no time zone; write {text}Z")
    return instant


def _unzoned(text: str) -> DateTime:
    instant = DateTime.from_iso_format(text)
    if instant.tzinfo is not None:
        raise ValueError("it has a time zone; as a datetime it may")
    return instant


_TYPES: Final[dict[str, Callable[[Any], Any]]] = {
    "integer": _integer,
    "float": float,
    "datetime": _zoned,
    "localdatetime": _unzoned,
    "date": Date.from_iso_format,
    "time": Time.from_iso_format,
    "localtime": Time.from_iso_format,
    "duration": Duration.from_iso_format,
    "bytes": lambda text: b64decode(text, validate=True),
}
