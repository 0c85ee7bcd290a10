"""What a question may be narrowed by: area, time, place; in the manner of OGC API Features."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query as QueryField
from fastapi.routing import APIRoute

from api.errors import BadParameterError
from graph.reader.shown import full_key
from graph.reader.within import Box, Interval
from ontology.times import from_text

OPEN_ENDS: Final = frozenset({"..", ""})


def parse_box(text: str) -> Box:
    """`west,south,east,north` in degrees, WGS 84; west beyond east crosses the antimeridian.

    Raises:
        BadParameterError: it is no box.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        return Box(west, south, east, north)
    except ValueError as error:
        remedy = "write west,south,east,north in degrees, such as -74.1,40.6,-73.9,40.8"
        raise BadParameterError("bbox", f"{error}; {remedy}") from None


def parse_interval(text: str) -> Interval:
    """An instant, or `start/end`, where `..` or nothing leaves an end open.

    Raises:
        BadParameterError: it is none of these, or an instant has no time zone.
    """
    parts = text.split("/")
    try:
        if len(parts) == 1:
            instant = from_text(parts[0])
            return Interval(instant, instant)
        start, end = parts
        return Interval(_end(start), _end(end))
    except ValueError as error:
        remedy = "write 2020-12-01T00:00:00Z/2020-12-02T00:00:00Z, with .. for an open end"
        raise BadParameterError("datetime", f"{error}; {remedy}") from None


def _end(text: str) -> datetime | None:
    return None if text in OPEN_ENDS else from_text(text)


def _box(
    bbox: Annotated[
        str | None,
        Query(
            description="Area: `west,south,east,north` in degrees, WGS 84. West beyond east crosses the "
            "antimeridian.",
            examples=["-74.1,40.6,-73.9,40.8"],
        ),
    ] = None,
) -> Box | None:
    return None if bbox is None else parse_box(bbox)


def _interval(
    datetime: Annotated[
        str | None,
        Query(
            description="Time: an instant, or `start/end`, both included, with `..` for an open end; "
            "RFC 3339 with a time zone.",
            examples=["2020-12-01T00:00:00Z/2020-12-02T00:00:00Z"],
        ),
    ] = None,
) -> Interval:
    return Interval() if datetime is None else parse_interval(datetime)


def _subject(
    subject: Annotated[
        str,
        Path(description="Short form or IRI of a subject.", examples=["mmsi:367073680"]),
    ],
) -> str:
    return full_key(subject)


def only_known_parameters(request: Request) -> None:
    """Refuses parameters that the path does not have: a filter misspelt would be a filter ignored.

    Raises:
        BadParameterError: the question has one.
    """
    route = request.scope["route"]
    assert isinstance(route, APIRoute)  # noqa: S101 - this is a dependency of such routes only
    fields = get_flat_params(route.dependant)
    known: set[Any] = {field.alias for field in fields if isinstance(field.field_info, QueryField)}
    for name in request.query_params:
        if name not in known:
            offered = ", ".join(sorted(known)) or "none"
            raise BadParameterError(name, f"is no parameter of this path; there are: {offered}")


ViewName = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=32,
        description="View whose conclusions are read; without it the first that you may read.",
        examples=["all"],
    ),
]
AsOf = Annotated[
    str | None,
    Query(
        max_length=64,
        description="As of when: what became known later is not there. RFC 3339 with a time zone, not later"
        " than the log is loaded; without it now.",
        examples=["2020-12-05T12:00Z"],
    ),
]
InBox = Annotated[Box | None, Depends(_box)]
Within = Annotated[Interval, Depends(_interval)]
SubjectKey = Annotated[str, Depends(_subject)]
PlaceKey = Annotated[str | None, Query(description="IRI of a place.")]
