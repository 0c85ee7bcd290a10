"""Positions as GPS receivers tell them: NMEA 0183 sentences RMC and GGA, of any talker.

A sentence GGA has no date: it takes that of the last RMC or ZDA before it in the same raw record, and tells
nothing new where an RMC tells of the same second.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ingest.believed import KNOT
from ingest.elements import Element
from ingest.feed import NO_TIME
from ingest.gps import KIND, SCHEME, SUBJECT, whose
from ingest.json_values import within
from ingest.line_feed import LineFeed
from ingest.options import Option, settle
from ontology.times import to_ms

_SENTENCE: Final = re.compile(r"\$(?:[A-Z]{2}|P)([A-Z]{3}),([^*]*)\*([0-9A-Fa-f]{2})")
_CLOCK: Final = re.compile(r"(\d\d)(\d\d)(\d\d(?:\.\d+)?)")
_OTHER: Final = "a sentence that tells of no position"
_AGAIN: Final = "a position (GGA) that an RMC of the same second tells, too"
_VOID: Final = "a position that the receiver itself does not vouch for"
_FASTEST_KN: Final = 22_000.0


@dataclass(frozen=True)
class NmeaGps(LineFeed):
    """The feed."""

    name: str = "nmea-gps"
    title: str = "GPS receivers: NMEA 0183 sentences RMC and GGA, from files or ports"
    content_types: tuple[str, ...] = ("application/vnd.nmea0183", "text/plain")
    example: str = "diurnal ingest nmea-gps drive.nmea -o subject=van7 -o kind=RoadVehicle --label '*'"
    options: tuple[Option, ...] = (KIND, SCHEME, SUBJECT)
    apart: bool = True

    def check(self, chosen: Mapping[str, str]) -> None:
        """See that the options can be.

        Raises:
            FeedError: they cannot.
        """
        whose(chosen)

    def elements(self, line: int, raw: bytes, chosen: Mapping[str, str]) -> Iterable[Element]:
        """What a line tells by itself."""
        return [_read(line, raw, chosen, None)[0]]

    def _all(self, head: bytes, body: bytes) -> Iterator[Element]:
        del head
        chosen = settle(self.name, self.options, self.given)
        day: date | None = None
        told: set[int] = set()
        for number, line in enumerate(body.split(b"\n")):
            if not (raw := line.strip()):
                continue
            element, told_day = _read(number, raw, chosen, day)
            day = told_day or day
            second = element.time // 1000
            if _kind(raw) == "RMC" and element.time != NO_TIME:
                told.add(second)
            elif element.time != NO_TIME and second in told:
                element = Element(number, raw, aside=_AGAIN)
            yield element


def _kind(raw: bytes) -> str:
    return raw[3:6].decode("ascii", "replace")


def _read(line: int, raw: bytes, chosen: Mapping[str, str], day: date | None) -> tuple[Element, date | None]:
    """What a sentence tells, and the day that it says."""
    found = _SENTENCE.fullmatch(raw.decode("ascii", "replace"))
    if found is None:
        reason = "is no sentence of NMEA 0183 with its checksum, such as $GPRMC,…*6A"
        return Element(line, raw, fault=("", reason)), None
    check = 0
    for byte in raw[1 : raw.index(b"*")]:
        check ^= byte
    if check != int(found[3], 16):
        return Element(line, raw, fault=("", f"its checksum is {found[3]} and should be {check:02X}")), None
    cells = found[2].split(",")
    if found[1] == "RMC" and len(cells) >= 9:
        return _rmc(line, raw, cells, chosen)
    if found[1] == "GGA" and len(cells) >= 6:
        return _gga(line, raw, cells, chosen, day), None
    if found[1] == "ZDA" and len(cells) >= 4:
        return Element(line, raw, aside=_OTHER), _day(*cells[1:4])
    return Element(line, raw, aside=_OTHER), None


def _rmc(line: int, raw: bytes, cells: list[str], chosen: Mapping[str, str]) -> tuple[Element, date | None]:
    text = cells[8]
    day = _day(text[:2], text[2:4], f"20{text[4:6]}") if len(text) == 6 else None
    if cells[1] != "A":
        return Element(line, raw, aside=_VOID), day
    found = _placed(line, raw, cells[0], cells[2:6], chosen, day)
    found.speed = within(_number(cells[6]), _FASTEST_KN) * KNOT
    found.course = within(_number(cells[7]), 360.0)
    return found, day


def _gga(line: int, raw: bytes, cells: list[str], chosen: Mapping[str, str], day: date | None) -> Element:
    if cells[5] in ("", "0"):
        return Element(line, raw, aside=_VOID)
    found = _placed(line, raw, cells[0], cells[1:5], chosen, day)
    if day is None:
        found.fault = "time", "has no date: a sentence RMC or ZDA before it in the same raw record gives one"
    return found


def _placed(
    line: int, raw: bytes, clock: str, where: list[str], chosen: Mapping[str, str], day: date | None
) -> Element:
    whom = whose(chosen)
    found = Element(line, raw, whom.named(whom.subject), _instant(clock, day))
    lat, north, lon, east = where
    found.lat, found.lon = _degrees(lat, north, "NS"), _degrees(lon, east, "EW")
    if reason := whom.fault(whom.subject):
        found.fault = "subject", reason
    return found


def _instant(clock: str, day: date | None) -> int:
    found = _CLOCK.fullmatch(clock)
    if found is None or day is None:
        return NO_TIME
    hour, minute, second = int(found[1]), int(found[2]), float(found[3])
    if hour > 23 or minute > 59 or second >= 61:
        return NO_TIME
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return to_ms(start + timedelta(hours=hour, minutes=minute, seconds=second))


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _degrees(text: str, side: str, sides: str) -> float:
    """Degrees of the form dddmm.mmmm, and the side of the equator or of Greenwich."""
    value = _number(text)
    if side not in (*sides,) or not 0 <= value < 18_100:
        return math.nan
    whole = value // 100
    degrees = whole + (value - 100 * whole) / 60
    return degrees if side == sides[0] else -degrees


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
