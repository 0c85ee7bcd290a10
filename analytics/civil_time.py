"""Civil time: the hours and days that people keep, with daylight saving, for the zone a place lies in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ontology.times import DAY_MS, HOUR_MS, from_ms, to_ms

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

QUARTER_MS: Final = HOUR_MS // 4
"""Every zone's civil day begins on a quarter of a UTC hour."""
SATURDAY: Final = 5
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_MONDAY_BEFORE_EPOCH: Final = 3
"""1970-01-01 was a Thursday."""


class Zone:
    """One time zone as arrays: when its offset from UTC changes, and to what.

    Days are counted from 1970-01-01 in civil time. An hour that a day has twice is one hour; an hour that
    a day lacks has nobody present in it.
    """

    def __init__(self, name: str) -> None:
        """Read the zone from the system's or the tzdata package's database.

        Raises:
            ZoneInfoNotFoundError: no such zone.
        """
        self.name = name
        starts, offsets = _transitions(ZoneInfo(name))
        self._starts = np.array(starts, np.int64)
        self._offsets = np.array(offsets, np.int64)
        self._current = (1, 0, 0)

    def offset(self, ms: int) -> int:
        """Milliseconds to add to UTC epoch milliseconds for civil time."""
        start, end, offset = self._current
        if not start <= ms < end:
            at = max(int(self._starts.searchsorted(ms, "right")) - 1, 0)
            start = int(self._starts[at]) if at else -(2**62)
            end = int(self._starts[at + 1]) if at + 1 < len(self._starts) else 2**62
            offset = int(self._offsets[at])
            self._current = (start, end, offset)
        return offset

    def local(self, ms: int) -> int:
        """Civil time in milliseconds from 1970-01-01 00:00 civil time."""
        return ms + self.offset(ms)

    def day(self, ms: int) -> int:
        """The civil day of an instant."""
        return self.local(ms) // DAY_MS

    def days(self, ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """The civil days of instants; shape (n,)."""
        at = np.maximum(self._starts.searchsorted(ms, "right") - 1, 0)
        return np.asarray((ms + self._offsets[at]) // DAY_MS)

    def instant(self, local: int) -> int:
        """The UTC epoch milliseconds at which civil time reaches `local` for good.

        Of a time that comes twice, the later; of one that is skipped, the moment of the change.
        """
        guess = local - self.offset(local)
        for at in range(
            max(int(self._starts.searchsorted(guess - DAY_MS, "right")) - 1, 0), len(self._starts)
        ):
            instant = max(local - int(self._offsets[at]), int(self._starts[at]) if at else -(2**62))
            following = int(self._starts[at + 1]) if at + 1 < len(self._starts) else 2**62
            falls_back = at + 1 < len(self._starts) and following + int(self._offsets[at + 1]) <= local
            if instant < following and not falls_back:
                return instant
        return guess

    def hours(self, start: int, end: int) -> dict[int, int]:
        """Civil day → bit mask of its hours (bit 6 is 06:00 to 07:00) that an interval of instants touches.

        Args:
            start: epoch milliseconds.
            end: epoch milliseconds; an empty interval touches the hour of its start.
        """
        masks: dict[int, int] = {}
        at = start
        while at < end or not masks:
            local = self.local(at)
            day = local // DAY_MS
            masks[day] = masks.get(day, 0) | 1 << (local % DAY_MS) // HOUR_MS
            at = min(at + HOUR_MS - local % HOUR_MS, max(self._current[1], at + 1))
        return masks


@cache
def zone(name: str) -> Zone:
    """The zone of an IANA name, made once."""
    return Zone(name)


@lru_cache(maxsize=4096)
def zone_at(lon: float, lat: float) -> str:
    """The IANA name of the zone in which a position lies; at sea that of its meridian."""
    return _finder().timezone_at(lng=lon, lat=lat) or "UTC"


@cache
def _finder() -> TimezoneFinder:
    # Loading its polygons takes a second or more: only when a place is founded.
    from timezonefinder import TimezoneFinder

    return TimezoneFinder(in_memory=True)


def weekday(day: int) -> int:
    """0 for Monday up to 6 for Sunday, of a civil day."""
    return (day + _MONDAY_BEFORE_EPOCH) % 7


def weekdays(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """`weekday` of many civil days; shape (n,)."""
    return (days + _MONDAY_BEFORE_EPOCH) % 7


def is_weekend(day: int) -> bool:
    """Whether a civil day is a Saturday or a Sunday."""
    return weekday(day) >= SATURDAY


def as_date(day: int) -> date:
    """The calendar's date of a civil day."""
    return date(1970, 1, 1) + timedelta(days=day)


def day_text(day: int) -> str:
    """A civil day in words, such as `Monday 7 December 2020`."""
    named = as_date(day)
    return f"{named:%A} {named.day} {named:%B %Y}"


def clock_text(ms: int, where: Zone) -> str:
    """An instant in a zone's civil time, such as `06:42 on Monday 7 December 2020`."""
    local = from_ms(where.local(ms))
    return f"{local:%H:%M} on {day_text(where.day(ms))}"


def _transitions(info: ZoneInfo) -> tuple[list[int], list[int]]:
    """When the offset changes: probed week by week, then narrowed to the second."""
    starts, offsets = [to_ms(_FIRST)], [_offset(info, _FIRST)]
    at = _FIRST
    while at < _LAST:
        after = at + timedelta(days=7)
        if _offset(info, after) != offsets[-1]:
            change = _narrow(info, at, after)
            starts.append(to_ms(change))
            offsets.append(_offset(info, change))
            at = change
        else:
            at = after
    return starts, offsets


def _narrow(info: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset(info, before)
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(info, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _offset(info: ZoneInfo, instant: datetime) -> int:
    ahead = instant.astimezone(info).utcoffset()
    assert ahead is not None  # noqa: S101 - an aware datetime has an offset
    return int(ahead / timedelta(milliseconds=1))
