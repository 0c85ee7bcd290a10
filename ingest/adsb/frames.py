"""Frames of Mode S to reports: parsed, decoded by pyModeS, positions and velocities put together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ingest.adsb.columns import Reports, believed
from ingest.adsb.readsb import column, milliseconds
from ingest.believed import KNOT
from ingest.feed import NO_TIME, Bounds, Parsed, Reject
from ingest.instants import MILLISECONDS_FROM
from ingest.json_values import loaded, number, text

FRESH_MS: Final = 2_000
"""A position takes the last velocity of its aircraft, if it is not older."""
_LINE: Final = re.compile(
    rb"(?:(?P<time>[0-9]{1,13}(?:\.[0-9]+)?)[\s,;]+)?(?:@[0-9A-Fa-f]{12}|[*:])?(?P<frame>[0-9A-Fa-f]{14}|[0-9A-Fa-f]{28});?"
)
_EXTENDED: Final = (17, 18)
_VELOCITY: Final = "a velocity, which is told with the next position"
_HALF: Final = "a position whose other half is not in the same raw record; -o near=LAT,LON needs none"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as it is told: its hex digits, and epoch milliseconds or NO_TIME."""

    hex: str
    time: int


@dataclass(slots=True)
class _Said:
    """What the frames of a body tell, column by column."""

    lines: list[int] = field(default_factory=list)
    addresses: list[str | None] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    places: list[tuple[float | None, float | None]] = field(default_factory=list)
    moving: list[tuple[float | None, float | None]] = field(default_factory=list)
    flights: list[str | None] = field(default_factory=list)
    faults: list[Reject] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)

    def reports(self) -> Reports:
        count = len(self.lines)
        return Reports(
            lines=np.array(self.lines, dtype=np.int64),
            addresses=self.addresses,
            times=np.array(self.times, dtype=np.int64),
            lons=column([lon for _, lon in self.places]),
            lats=column([lat for lat, _ in self.places]),
            speeds=column([speed for speed, _ in self.moving]) * KNOT,
            courses=column([course for _, course in self.moving]),
            headings=None,
            flights=self.flights,
            registrations=[None] * count,
            types=[None] * count,
        )


def frame_of(line: bytes) -> Frame | str:
    """The frame of a line, or what is wrong with it."""
    line = line.strip()
    if line.startswith(b"{"):
        said = loaded(line)
        if isinstance(said, str):
            return said
        return _of_object(said)
    found = _LINE.fullmatch(line)
    if found is None:
        return "is no frame of 14 or 28 hex digits, such as *8D4840D6202CC371C32CE0576098;"
    return Frame(found["frame"].decode(), _milliseconds(float(found["time"])) if found["time"] else NO_TIME)


def _of_object(said: Mapping[str, Any]) -> Frame | str:
    found = _LINE.fullmatch(text(said, "frame", "msg", "raw_msg").encode())
    if found is None:
        return "has no field frame of 14 or 28 hex digits"
    return Frame(found["frame"].decode(), _milliseconds(number(said, "timestamp", "time")))


def _milliseconds(value: float) -> int:
    seconds = value / 1000 if abs(value) >= MILLISECONDS_FROM else value
    return int(milliseconds(column([seconds]))[0])


def decoded(lines: Sequence[bytes], bounds: Bounds, near: tuple[float, float] | None) -> Parsed:
    """What frames tell.

    Args:
        lines: the lines of one raw record.
        bounds: what times are believed.
        near: latitude and longitude of the receiver, if they are known.
    """
    said = _Said()
    decoder = _Decoder(near)
    for number_, line in enumerate(lines):
        if not line.strip():
            continue
        frame = frame_of(line)
        if isinstance(frame, str):
            said.faults.append(Reject(number_, line.rstrip(b"\r"), "", frame))
        else:
            decoder.read(number_, line.rstrip(b"\r"), frame, said)
    decoder.tell(said)
    return believed(
        said.reports(),
        bounds,
        lambda line: lines[line].rstrip(b"\r"),
        faults=said.faults,
        aside=said.aside,
    )


class _Decoder:
    """Decodes the frames of one raw record in their order."""

    def __init__(self, near: tuple[float, float] | None) -> None:
        import pyModeS  # loading it takes a while, and only who reads frames needs it

        self._one = pyModeS.decode
        self._pipe = pyModeS.PipeDecoder(surface_ref=near)
        self._near = near
        self._moving: dict[str, tuple[int, float | None, float | None]] = {}
        self._read: list[tuple[int, Frame, Mapping[str, Any]]] = []

    def read(self, line: int, raw: bytes, frame: Frame, said: _Said) -> None:
        """Decode one frame."""
        first = int(frame.hex[:2], 16)
        kind = first >> 3
        if kind not in _EXTENDED or len(frame.hex) != 28 or (kind == 18 and first & 7):
            said.aside.append((line, f"a frame of format {kind}, which tells of no position"))
            return
        if frame.time == NO_TIME:
            said.faults.append(Reject(line, raw, "time", "has no time: give -o time=received or an instant"))
            return
        found: Mapping[str, Any] = self._pipe.decode(frame.hex, timestamp=frame.time / 1000)
        if found.get("error") or not found.get("crc_valid"):
            reason = found.get("error") or "fails its parity: it was garbled on the way"
            said.faults.append(Reject(line, raw, "", str(reason)[:200]))
            return
        self._read.append((line, frame, found))

    def tell(self, said: _Said) -> None:
        """Say what all the frames tell: the first positions are believed once later ones agree with them."""
        self._pipe.flush()
        for line, frame, found in self._read:
            self._told(line, frame, found, said)

    def _told(self, line: int, frame: Frame, found: Mapping[str, Any], said: _Said) -> None:
        address = str(found["icao"])
        lat, lon = found.get("latitude"), found.get("longitude")
        if lat is None and "cpr_lat" in found and self._near is not None:
            alone: Mapping[str, Any] = self._one(frame.hex, reference=self._near, surface_ref=self._near)
            lat, lon = alone.get("latitude"), alone.get("longitude")
        if found.get("groundspeed") is not None:
            self._moving[address] = frame.time, found["groundspeed"], found.get("track")
            if "cpr_lat" not in found:
                said.aside.append((line, _VELOCITY))
                return
        if lat is None and "cpr_lat" in found:
            said.aside.append((line, _HALF))
            return
        at, speed, course = self._moving.get(address, (NO_TIME, None, None))
        fresh = at != NO_TIME and 0 <= frame.time - at <= FRESH_MS
        said.lines.append(line)
        said.addresses.append(address)
        said.times.append(frame.time)
        said.places.append((lat, lon))
        said.moving.append((speed, course) if fresh and lat is not None else (None, None))
        said.flights.append(found.get("callsign"))
