"""Kinds of parameters: how each is written, and what it is in Cypher."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from neo4j.time import Duration

from graph.queries import numbers
from graph.reader.shown import full_key
from graph.reader.within import Box, Interval, box_parameters
from ontology import iri
from ontology.times import from_text


class Kind(StrEnum):
    """Kinds of parameters."""

    SUBJECT = "subject"
    PLACE = "place"
    INSTANT = "instant"
    INTERVAL = "interval"
    BOX = "box"
    DURATION = "duration"
    METRES = "metres"
    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"


class Written(NamedTuple):
    """A kind of parameter.

    Attributes:
        read: makes the Cypher value of text or JSON, or raises ValueError or TypeError.
        form: how it is written.
        value: what it is in Cypher.
    """

    read: Callable[[Any], Any]
    form: str
    value: str


def read(kind: Kind, given: Any) -> Any:  # noqa: ANN401 - text or whatever JSON holds
    """The Cypher value of a parameter.

    Raises:
        ValueError: it is not of its kind; the words say how it is written.
    """
    written = KINDS[kind]
    try:
        return written.read(given)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{given!r} is no {kind}: {error}; write {written.form}") from None


def _text(given: Any) -> str:  # noqa: ANN401
    if not isinstance(given, str):
        raise TypeError("it is no text")
    given.encode()
    return given


def _subject(given: Any) -> str:  # noqa: ANN401
    text = _text(given)
    if ":" not in text:
        raise ValueError("it has no scheme")
    return full_key(text)


def _place(given: Any) -> str:  # noqa: ANN401
    text = _text(given)
    if text.startswith("urn:"):
        return text
    if text.count(":") != 2:
        raise ValueError("it is not view:lon:lat")
    return iri.PLACE + text


def _instant(given: Any) -> datetime:  # noqa: ANN401
    return from_text(_text(given))


def _interval(given: Any) -> dict[str, Any]:  # noqa: ANN401
    return Interval.from_text(_text(given)).parameters()


def _box(given: Any) -> dict[str, Any]:  # noqa: ANN401
    if isinstance(given, list):
        west, south, east, north = map(_number, given)
        return box_parameters(Box(west, south, east, north))
    return box_parameters(Box.from_text(_text(given)))


def _duration(given: Any) -> int:  # noqa: ANN401
    span = Duration.from_iso_format(_text(given).upper())
    if span.months:
        raise ValueError("months and years have no fixed length")
    lasts = timedelta(days=span.days, seconds=span.seconds, microseconds=span.nanoseconds // 1000)
    if lasts < timedelta():
        raise ValueError("it is less than nothing")
    return lasts // timedelta(milliseconds=1)


def _number(given: Any) -> float:  # noqa: ANN401
    if isinstance(given, str):
        return numbers.number(given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError("it is no number")
    if not math.isfinite(number := float(given)):
        raise ValueError("it is not finite")
    return number


def _metres(given: Any) -> float:  # noqa: ANN401
    metres = _number(given)
    if metres < 0:
        raise ValueError("it is less than nothing")
    return metres


def _integer(given: Any) -> int:  # noqa: ANN401
    if isinstance(given, str):
        return numbers.integer(given)
    if isinstance(given, bool) or not (isinstance(given, int | float) and given == given // 1):
        raise TypeError("it is no whole number")
    return numbers.of_64_bits(int(given))


def _boolean(given: Any) -> bool:  # noqa: ANN401
    if isinstance(given, bool):
        return given
    try:
        return {"true": True, "false": False}[_text(given).lower()]
    except KeyError:
        raise ValueError("it is neither") from None


KINDS: Final[dict[Kind, Written]] = {
    Kind.SUBJECT: Written(_subject, "its short form, such as mmsi:367073680, or its IRI", "the IRI"),
    Kind.PLACE: Written(_place, "its IRI, or all:-74.07185:40.64459 for short", "the IRI"),
    Kind.INSTANT: Written(_instant, "2020-12-05T12:00Z, with a time zone", "a datetime"),
    Kind.INTERVAL: Written(
        _interval,
        "2020-12-01T00:00Z/2020-12-02T00:00Z, both included, .. for an open end",
        "a map: since and until (datetimes), since_hour (start of its first UTC hour), since_ms and until_ms"
        " (epoch milliseconds)",
    ),
    Kind.BOX: Written(
        _box, "west,south,east,north in degrees: -74.1,40.6,-73.9,40.8", "a map: west, south, east, north"
    ),
    Kind.DURATION: Written(_duration, "PT2H, PT30M or P1D (ISO 8601)", "milliseconds, an integer"),
    Kind.METRES: Written(_metres, "a number of metres", "a float"),
    Kind.NUMBER: Written(_number, "a number", "a float"),
    Kind.INTEGER: Written(_integer, "a whole number", "an integer"),
    Kind.TEXT: Written(_text, "text", "a string"),
    Kind.BOOLEAN: Written(_boolean, "true or false", "a boolean"),
}
