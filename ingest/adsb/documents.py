"""ADS-B as JSON documents: aircraft.json and traces of readsb and tar1090, state vectors of OpenSky."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
import orjson
from numpy.typing import NDArray

from ingest.adsb import opensky, readsb
from ingest.adsb.columns import Reports, believed
from ingest.document_feed import DocumentFeed
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Block, Bounds, Parsed
from ingest.gps import nothing

_LISTS: Final = ("aircraft", "trace", "states")
"""What a document holds, by the list that it has."""


@dataclass(frozen=True)
class AdsbDocuments(DocumentFeed):
    """The feed."""

    name: str = "adsb"
    title: str = "ADS-B as JSON documents: aircraft.json and traces (readsb, tar1090), OpenSky's states"
    content_types: tuple[str, ...] = ("application/json",)
    example: str = "diurnal ingest adsb aircraft.json trace_full_4ca123.json --label '*'"

    def cut(self, document: bytes, most_bytes: int) -> Iterator[Block]:
        """The document as it is, or if it is large as several, each with some of its elements.

        Raises:
            FeedError: it is no such document, or is empty.
        """
        said, name = _loaded(document)
        listed = said[name]
        if not listed:
            raise FeedError(f"the document's list {name} is empty")
        if len(document) <= most_bytes:
            yield Block(document, len(listed), 1)
            return
        at = 0
        for some in _pieces(listed, most_bytes // 2):
            body = orjson.dumps({**said, name: some})
            if len(body) > most_bytes:
                raise FeedError(f"element {at + 1} of {name}, or what stands beside, has {len(body):,} bytes")
            yield Block(body, len(some), at + 1)
            at += len(some)

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a document."""
        del head
        try:
            said, name = _loaded(body)
        except FeedError as error:
            return nothing(body, str(error))
        reports = _reports(body, said, name)
        return believed(reports, bounds, lambda line: orjson.dumps({**said, name: [said[name][line]]}))

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each element: epoch milliseconds, or NO_TIME."""
        del head
        try:
            said, name = _loaded(body)
        except FeedError:
            return np.array([NO_TIME], dtype=np.int64)
        return _reports(body, said, name).times


class _File(msgspec.Struct):
    """aircraft.json as readsb writes it."""

    now: float
    aircraft: list[readsb.Aircraft]


_DECODER: Final = msgspec.json.Decoder(_File)


def _loaded(document: bytes) -> tuple[dict[str, Any], str]:
    """The document, and the name of its list."""
    try:
        found = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise FeedError(f"it is no JSON: {error}; it may be cut off, give the whole file") from error
    for name in _LISTS:
        if isinstance(found, dict) and isinstance(found.get(name), list):
            return found, name
    if isinstance(found, dict) and "states" in found and found["states"] is None:
        return {**found, "states": []}, "states"
    raise FeedError("the document has no list of aircraft, no trace and no states, and is none of this feed")


def _reports(document: bytes, said: dict[str, Any], name: str) -> Reports:
    listed = said[name]
    lines = range(len(listed))
    if name == "trace":
        return readsb.of_trace(said, listed, lines)
    if name == "states":
        return opensky.of_states(listed, lines)
    try:
        file = _DECODER.decode(document)
    except (msgspec.ValidationError, msgspec.DecodeError):
        now = said.get("now")
        told = float(now) if isinstance(now, float | int) and abs(now) < readsb.FARTHEST_S else math.nan
        return readsb.reports([readsb.leniently(one) for one in listed], told, lines)
    return readsb.reports(file.aircraft, file.now, lines)


def _pieces(listed: list[Any], most_bytes: int) -> Iterator[list[Any]]:
    some: list[Any] = []
    size = 0
    for one in listed:
        length = len(orjson.dumps(one)) + 1
        if some and size + length > most_bytes:
            yield some
            some, size = [], 0
        some.append(one)
        size += length
    yield some
