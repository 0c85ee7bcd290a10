"""An event of Cursor-on-Target as what it tells: an atom (a thing somewhere) is a fix, all else is set aside.

The types are those of MITRE's schema (CoT Event, version 2.0): `a-f-G-E-V-C` is an atom, friendly, on the
ground, a vehicle. What it is watched as follows from where it moves.
"""

import math
from dataclasses import dataclass
from typing import Final

from ingest.elements import Element
from ingest.feed import Named, Words

SCHEME: Final = "CoT"
"""The naming scheme of uids."""
_UNKNOWN_M: Final = 9_999_999.0
_FASTEST_MPS: Final = 12_000.0
_SORTS: Final = {
    "b": "a message, marker, route or alarm (b), which is no thing that moves",
    "t": "a task or ping (t)",
    "u": "a drawing (u)",
    "r": "a reservation (r)",
    "y": "a reply (y)",
}
_OTHER: Final = "an event of a type that is no atom (a)"
_NOWHERE: Final = "an atom whose position is not known"


@dataclass(frozen=True, slots=True)
class Event:
    """What is read of an event, in XML or in protobuf.

    Attributes:
        uid: the thing's identifier.
        type: its type.
        time: epoch milliseconds.
        lat: degrees north.
        lon: degrees east.
        accuracy: radius of the circle around it, metres; 9,999,999 where it is not known.
        call_sign: what it is called.
        speed: m/s.
        course: degrees from true north.
    """

    uid: str
    type: str
    time: int
    lat: float = math.nan
    lon: float = math.nan
    accuracy: float = math.nan
    call_sign: str = ""
    speed: float = math.nan
    course: float = math.nan


def told(event: Event, line: int, raw: bytes) -> Element:
    """What an event tells."""
    sort, _, _ = event.type.partition("-")
    if not event.uid or not event.type:
        return Element(line, raw, fault=("uid" if not event.uid else "type", "an event has a uid and a type"))
    if sort != "a":
        return Element(line, raw, aside=_SORTS.get(sort, _OTHER))
    name = " ".join(event.call_sign.split()) or None
    found = Element(line, raw, Named(_kind(event.type), SCHEME, event.uid), event.time)
    found.words = Words(name=name, call_sign=name, type_name=event.type)
    if event.lat == 0 and event.lon == 0 and not event.accuracy < _UNKNOWN_M:
        return found if name else Element(line, raw, aside=_NOWHERE)
    if math.isnan(event.lat) or math.isnan(event.lon):
        found.fault = "point", "has no point with a latitude and a longitude"
    found.lat, found.lon = event.lat, event.lon
    found.speed = event.speed if 0 <= event.speed < _FASTEST_MPS else math.nan
    found.course = event.course if 0 <= event.course < 360 else math.nan
    return found


def _kind(type_: str) -> str:
    parts = type_.split("-")
    where = parts[2] if len(parts) > 2 else ""
    if where == "G" and parts[3:5] == ["E", "V"]:
        return "RoadVehicle"
    return {"A": "Aircraft", "S": "Ship", "U": "Ship"}.get(where, "Device")
