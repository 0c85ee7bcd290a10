"""Values of Cypher as JSON, and back: what JSON has no form for is an object with its "$type".

| value | as JSON |
|---|---|
| null, boolean, string, list, map, finite float | as JSON has it |
| integer | a number up to 2^53; beyond: `{"$type": "integer", "value": "9007199254740993"}` |
| NaN, infinite float | `{"$type": "float", "value": "NaN"}`, `Infinity` or `-Infinity` |
| datetime | `{"$type": "datetime", "value": "2020-12-05T12:00:00+00:00"}` (RFC 3339), with a `zone` |
| date, time, localtime, localdatetime | the same, ISO 8601 |
| duration | `{"$type": "duration", "value": "P1DT2H"}` (ISO 8601) |
| point | GeoJSON: `{"$type": "point", "srid": 4326, "type": "Point", "coordinates": [-74.0, 40.7]}` |
| bytes | `{"$type": "bytes", "value": "AAEC"}` (base64) |
| node | `{"$type": "node", "id", "labels", "properties"}`; the id is a number of this answer alone |
| relationship | `{"$type": "relationship", "id", "type", "start", "end", "properties"}` |
| path | `{"$type": "path", "nodes", "relationships"}` |
| map that has a key `$type` itself | `{"$type": "map", "value": {…}}` |
"""

from __future__ import annotations

import math
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from graph.ask import STANDS_FOR
from graph.reader.errors import RefusedError

TYPE: Final = "$type"
SAFE: Final = 2**53
"""Beyond this a float, which is what many programs read a number as, misses integers."""

_ZEROS: Final = re.compile(r"(?:\.0+|(\.\d*[1-9])0+)(?!\d)")


def told(value: Any) -> Any:  # noqa: ANN401 - whatever Cypher returns
    """A value of the driver's as JSON.

    Raises:
        RefusedError: there is no way to write it.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if -SAFE <= value <= SAFE else typed("integer", str(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else typed("float", _named(value))
    if isinstance(value, list):
        return [told(each) for each in value]
    if isinstance(value, Mapping):
        return _map(value)
    return _scalar(value)


def typed(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    """A value with its type."""
    return {TYPE: name, "value": value}


def _named(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _map(value: Mapping[str, Any]) -> dict[str, Any]:
    kind = value.get(STANDS_FOR)
    if kind is None:
        said = {name: told(each) for name, each in value.items()}
        return typed("map", said) if TYPE in said else said
    if kind == "map":
        inner = {name: told(each) for name, each in value["value"].items()}
        return typed("map", inner) if TYPE in inner else inner
    said = {name: told(each) for name, each in value.items() if name not in (STANDS_FOR, "properties")}
    if "properties" in value:
        said["properties"] = {name: told(each) for name, each in value["properties"].items()}
    return {TYPE: kind, **said}


def _scalar(value: object) -> dict[str, Any]:
    if isinstance(value, Point):
        return {TYPE: "point", "srid": value.srid, "type": "Point", "coordinates": list(value)}
    if isinstance(value, bytes | bytearray):
        return typed("bytes", b64encode(value).decode())
    if isinstance(value, DateTime):
        return _datetime(value)
    if isinstance(value, Date):
        return typed("date", value.iso_format())
    if isinstance(value, Time):
        return typed("localtime" if value.tzinfo is None else "time", _short(value.iso_format()))
    if isinstance(value, Duration):
        return typed("duration", value.iso_format())
    raise RefusedError("The answer holds a value that cannot be written, such as a year beyond 9999.")


def _datetime(value: DateTime) -> dict[str, Any]:
    if value.tzinfo is None:
        return typed("localdatetime", _short(value.iso_format()))
    try:
        text = value.iso_format()
    except ValueError:  # before zones were of whole minutes
        text = value.to_native().isoformat()
    zone = getattr(value.tzinfo, "zone", None)
    said = typed("datetime", _short(text))
    return said if zone in (None, "UTC") else {**said, "zone": zone}


def _short(text: str) -> str:
    """Without zeros at the end of the fraction."""
    return _ZEROS.sub(lambda found: found[1] or "", text)
