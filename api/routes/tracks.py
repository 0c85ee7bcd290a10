"""A subject's track as OGC Moving Features JSON, streamed hour by hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from fastapi.responses import StreamingResponse

from api import moving
from api.filters import SubjectKey, Within
from api.routes.router import v1
from api.state import Graph
from graph.reader import subjects, tracks

router = v1("tracks")

RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A FeatureCollection of OGC Moving Features JSON, one MovingPoint an hour.",
        "content": {moving.MEDIA_TYPE: {"schema": {"type": "object"}, "example": moving.EXAMPLE}},
    }
}


@router.get(
    "/subjects/{subject}/tracks",
    summary="A subject's track",
    response_class=StreamingResponse,
    responses=RESPONSE,
)
def track(graph: Graph, subject: SubjectKey, datetime: Within) -> StreamingResponse:
    """Its fixes in the interval, in order of time.

    Nothing is said about where it was between two fixes (`interpolation` is `Discrete`). The answer is
    streamed as it is read, so a track of any length can be asked for.
    """
    key = subjects.get(graph, subject).key
    hours = tracks.hours(graph, key, datetime)
    # The first hour is read before the answer begins: a graph that is away is still told as a problem.
    first = list(islice(hours, 1))
    return StreamingResponse(_stream(key, chain(first, hours)), media_type=moving.MEDIA_TYPE)


def _stream(key: str, hours: Iterable[tracks.Fixes]) -> Iterator[bytes]:
    yield moving.OPENING
    comma = b""
    for fixes in hours:
        yield comma + moving.feature(key, fixes)
        comma = b","
    yield moving.CLOSING
