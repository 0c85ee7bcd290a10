"""Instants: aware UTC datetimes at the borders, int64 epoch milliseconds within arrays."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
OPEN: Final = 2**63 - 1
"""`_to` of what has not been superseded: the largest long."""


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970 of an aware instant.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; give it one, e.g. +00:00")
    return (instant - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC instant of epoch milliseconds."""
    return EPOCH + timedelta(milliseconds=int(milliseconds))


def to_text(instant: datetime) -> str:
    """RFC 3339 text in UTC, `2020-12-01T04:49:45+00:00`, milliseconds only where there are any."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds") if utc.microsecond else utc.isoformat()


def from_text(text: str) -> datetime:
    """The aware UTC instant of RFC 3339 text.

    Raises:
        ValueError: the text is no instant, has no time zone, or is beyond what UTC can name.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no time zone; write it as {text}Z")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} is not between the years 1 and 9999 in UTC") from None
