"""ADS-B as JSON lines, a report a line: what readsb gives on its JSON port, or what others kept of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.adsb import readsb
from ingest.adsb.columns import believed
from ingest.feed import NO_TIME, Bounds, Feed, Parsed, Reject, lines_of
from ingest.json_values import loaded
from ingest.options import settle

_DECODER: Final = msgspec.json.Decoder(readsb.Aircraft)
_Read = tuple[list[int], list[readsb.Aircraft], list[Reject]]


@dataclass(frozen=True)
class AdsbLines(Feed):
    """The feed."""

    name: str = "adsb-lines"
    title: str = "ADS-B as JSON lines: readsb's --net-json-port, or rows with icao24, timestamp and position"
    content_types: tuple[str, ...] = ("application/x-ndjson", "application/json")
    example: str = "diurnal ingest adsb-lines tcp://receiver.local:30047 --label '*' --receiver roof"
    given: Mapping[str, str] = field(default_factory=dict)

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed, which has no options.

        Raises:
            FeedError: one is given.
        """
        settle(self.name, self.options, given)
        return replace(self, given=dict(given))

    def head(self, first_line: bytes) -> bytes:
        """Nothing: each line is data."""
        del first_line
        return b""

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a body of lines."""
        del head
        lines = body.split(b"\n")
        numbers, every, faults = _read(lines)
        reports = readsb.reports(every, math.nan, numbers)
        return believed(reports, bounds, lambda line: lines[line].rstrip(b"\r"), faults=faults)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME."""
        del head
        numbers, every, _ = _read(body.split(b"\n"))
        times = np.full(lines_of(body), NO_TIME, dtype=np.int64)
        times[numbers] = readsb.reports(every, math.nan, numbers).times
        return times


def _read(lines: list[bytes]) -> _Read:
    try:  # all at once, if every line is as it should be
        numbers = [number for number, line in enumerate(lines) if line.strip()]
        return numbers, [_DECODER.decode(lines[number]) for number in numbers], []
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError):
        return _one_by_one(lines)


def _one_by_one(lines: list[bytes]) -> _Read:
    numbers, every, faults = [], [], []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        found = loaded(line)
        if isinstance(found, str):
            faults.append(Reject(number, line.rstrip(b"\r"), "", found))
        else:
            numbers.append(number)
            every.append(readsb.leniently(found))
    return numbers, every, faults
