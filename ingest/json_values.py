"""Single values out of JSON objects, whatever stands there instead."""

import math
from collections.abc import Mapping
from typing import Any, Final

import orjson

from ingest.feed import NO_TIME
from ingest.json_tracks import instant

Object = Mapping[str, Any]
LONGEST_LINE: Final = 1024 * 1024
"""Bytes of a line of JSON; what is longer is refused unread."""


def loaded(raw: bytes) -> Object | str:
    """The object that a line of JSON is, or what is wrong with it."""
    if len(raw) > LONGEST_LINE:
        return f"is longer than {LONGEST_LINE:,} bytes"
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return f"is no JSON: {error}; expected is an object a line"
    return found if isinstance(found, dict) else f"is no JSON object but {type(found).__name__}"


def first(said: Object, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The first of some fields that there is and that is not null."""
    return next((said[name] for name in names if said.get(name) is not None), None)


def text(said: Object, *names: str) -> str:
    """The first text or whole number under some names, without blanks around it, or ""."""
    found = first(said, names)
    return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""


def number(said: Object, *names: str) -> float:
    """The first number under some names, also one written as text, or NaN."""
    found = first(said, names)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return math.nan
    try:
        value = float(found)
    except (ValueError, OverflowError):
        return math.nan
    return value if math.isfinite(value) else math.nan


def part(said: Object, name: str) -> Object:
    """The object under a name, or an empty one."""
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def time(said: Object, *names: str) -> int:
    """Epoch milliseconds of the first instant under some names, as text or as a number, or NO_TIME."""
    found = first(said, names)
    if isinstance(found, str) and found.strip().replace(".", "", 1).isdigit():
        found = number(said, *names)
    at = NO_TIME if found is None else instant(found)
    return at if at == NO_TIME or abs(at) < _FARTHEST_MS else NO_TIME


_FARTHEST_MS: Final = 200_000_000_000_000
"""Beyond the year 8000 nothing is dated."""


def within(value: float, end: float) -> float:
    """A value in [0, end), else NaN."""
    return value if 0 <= value < end else math.nan


def fraction(value: float) -> float:
    """A confidence as 0 to 1, also one told in per cent, else NaN."""
    if 0 <= value <= 1:
        return value
    return value / 100 if 1 < value <= 100 else math.nan
