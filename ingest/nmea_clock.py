"""Gives a time to sentences that have none, in a TAG block, as receivers do that know the time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence, NMEASentenceFactory

from ingest.errors import FeedError
from ingest.nmea_lines import stamp
from ontology.times import from_text

Stamp = Callable[[bytes], bytes]
RECEIVED: Final = "received"
BASE_STATION: Final = "base-station"
_CLOCKS: Final = {4, 11}
"""Messages with date and time: a base station's report, and the answer to who asked for the date."""


def clock(how: str, *, live: bool) -> Stamp:
    """What gives a line its time.

    Args:
        how: the option.
        live: whether each line is read when it is told.

    Raises:
        FeedError: there is no such way.
    """
    if how == "auto":
        how = RECEIVED if live else "none"
    if how == "none":
        return lambda line: line
    if how == RECEIVED:
        return lambda line: stamp(line, datetime.now(UTC))
    if how == BASE_STATION:
        return _BaseStation()
    try:
        instant = from_text(how)
    except ValueError as error:
        raise FeedError(
            f"the option time is auto, none, received, base-station, or an instant such as"
            f" 2020-12-01T00:00:00Z, not {how!r}: {error}"
        ) from error
    return lambda line: stamp(line, instant)


class _BaseStation:
    """The time is what a base station said last; before the first one there is none."""

    def __init__(self) -> None:
        self._now: datetime | None = None

    def __call__(self, line: bytes) -> bytes:
        self._now = _told(line) or self._now
        return line if self._now is None else stamp(line, self._now)


def _told(line: bytes) -> datetime | None:
    """The time in a report of a base station, if that is what the line is."""
    try:
        sentence = NMEASentenceFactory.produce(line)
        if not isinstance(sentence, AISSentence) or sentence.frag_cnt != 1 or not sentence.is_valid:
            return None
        if sentence.ais_id not in _CLOCKS:
            return None
        said = sentence.decode()
        return datetime(said.year, said.month, said.day, said.hour, said.minute, said.second, tzinfo=UTC)  # type: ignore[union-attr]
    except (AISBaseException, ValueError, TypeError, IndexError):  # garbage, or a clock that was not set
        return None
