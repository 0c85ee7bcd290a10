"""Fixes as OGC Moving Features JSON (OGC 19-045r3): a MovingPoint, with speed, course and heading beside."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.reader.tracks import Fixes
from ontology.times import from_ms, to_text

MEDIA_TYPE: Final = "application/geo+json"

_CRS: Final = {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
_TRS: Final = {"type": "Name", "properties": {"name": "urn:ogc:data:time:iso8601"}}
OPENING: Final = (
    b'{"type":"FeatureCollection","crs":'
    + orjson.dumps(_CRS)
    + b',"trs":'
    + orjson.dumps(_TRS)
    + b',"features":['
)
CLOSING: Final = b"]}"

_UNITS: Final = {"speeds": ("speed", "MTS"), "courses": ("course", "DD"), "headings": ("heading", "DD")}
"""Column of the fixes → name of the property, and its unit as UN/CEFACT codes it."""


def feature(subject: str, fixes: Fixes) -> bytes:
    """One piece of a track, which holds at least one fix, as a Feature."""
    times = texts(fixes.times)
    start, end = from_ms(int(fixes.times[0])), from_ms(int(fixes.times[-1]))
    shape: dict[str, Any] = {
        "type": "Feature",
        "id": f"{subject}/{to_text(start)}",
        "properties": {"subject": subject},
        "time": [to_text(start), to_text(end)],
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": times,
            "coordinates": np.column_stack((fixes.lons, fixes.lats)),
            "interpolation": "Discrete",
        },
        "temporalProperties": _properties(fixes, times),
    }
    return orjson.dumps(shape, option=orjson.OPT_SERIALIZE_NUMPY)


def texts(times: NDArray[np.int64]) -> list[str]:
    """Epoch milliseconds as RFC 3339 in UTC, with milliseconds where any time has them."""
    instants: NDArray[np.datetime64] = times.astype("datetime64[ms]")
    written = np.datetime_as_string(instants, unit="ms" if (times % 1000).any() else "s")
    return [f"{text}+00:00" for text in written.tolist()]


def _properties(fixes: Fixes, times: list[str]) -> list[dict[str, Any]]:
    """What is known beside the position, each over the times at which it is known."""
    known = []
    for column, (name, unit) in _UNITS.items():
        values = getattr(fixes, column)
        here = np.flatnonzero(~np.isnan(values))
        if here.size:
            measured = {"type": "Measure", "form": unit, "values": values[here], "interpolation": "Discrete"}
            known.append({"datetimes": [times[i] for i in here], name: measured})
    return known


EXAMPLE: Final = {
    "type": "FeatureCollection",
    "crs": _CRS,
    "trs": _TRS,
    "features": [
        {
            "type": "Feature",
            "id": "urn:diurnal:subject:mmsi:367073680/2020-12-01T11:31:39+00:00",
            "properties": {"subject": "urn:diurnal:subject:mmsi:367073680"},
            "time": ["2020-12-01T11:31:39+00:00", "2020-12-01T11:34:20+00:00"],
            "temporalGeometry": {
                "type": "MovingPoint",
                "datetimes": ["2020-12-01T11:31:39+00:00", "2020-12-01T11:34:20+00:00"],
                "coordinates": [[-74.03917, 40.71079], [-74.0335, 40.71]],
                "interpolation": "Discrete",
            },
            "temporalProperties": [],
        }
    ],
}
