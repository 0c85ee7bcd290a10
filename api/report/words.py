"""Numbers, times and lists as a reader expects them, in British English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def number(value: float) -> str:
    """Thousands set apart by a comma: `172,679`."""
    return f"{value:,.0f}"


def count(n: int, one: str, several: str | None = None) -> str:
    """`1 stay`, `12 stays`; `several` where the plural is not the word with an s."""
    return f"{number(n)} {one if n == 1 else several or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def day(when: date) -> str:
    """`Mon 7 Dec`."""
    return f"{when:%a} {when.day} {when:%b}"


def long_day(when: date) -> str:
    """`Monday 7 December`."""
    return f"{when:%A} {when.day} {when:%B}"


def local(when: datetime, zone: ZoneInfo) -> str:
    """`Mon 7 Dec 06:10`, in the zone's civil time."""
    civil = when.astimezone(zone)
    return f"{day(civil.date())} {civil:%H:%M}"


def period(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`1 to 7 December 2020`, by the civil days that it touches."""
    first, last = start.astimezone(zone).date(), (end - timedelta(milliseconds=1)).astimezone(zone).date()
    if last <= first:
        return f"{first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%B %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`Mon 7 Dec 06:10 to 08:05`, naming the second day where it is another one."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    tail = f"{last:%H:%M}" if first.date() == last.date() else local(end, zone)
    return f"{local(start, zone)} to {tail}"


def duration(seconds: float) -> str:
    """`45 min`, `2 h 10 min`, `3 days 4 h`."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"


def distance(metres: float) -> str:
    """`80 m`, `2.1 km`, `14 km`."""
    if metres < 10:
        return "less than 10 m"
    if metres < 950:
        return f"{round(metres, -1):.0f} m"
    return f"{metres / 1000:.1f} km" if metres < 9_950 else f"{metres / 1000:,.0f} km"
