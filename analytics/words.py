"""How findings and routines speak: plain words, with the counts."""

from __future__ import annotations

from analytics.civil_time import Zone, clock_text, day_text
from ontology.times import from_ms


def hours_text(first: int, stop: int) -> str:
    """A block of hours, such as `between 06 and 08`."""
    if (first, stop) == (0, 24):
        return "at any hour"
    return f"between {first:02d} and {stop:02d}"


def span_text(start: int, end: int, where: Zone) -> str:
    """From when to when, in civil time: the day once where it is one day."""
    if where.day(start) == where.day(end):
        begin, finish = from_ms(where.local(start)), from_ms(where.local(end))
        return f"from {begin:%H:%M} to {finish:%H:%M} on {day_text(where.day(start))}"
    return f"from {clock_text(start, where)} to {clock_text(end, where)}"


def distance_text(metres: float) -> str:
    """A distance as people say it."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def counted(number: int, noun: str) -> str:
    """A number and its noun, in the singular for one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(parts: list[str], conjunction: str = "and") -> str:
    """Parts as a list in a sentence."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"
