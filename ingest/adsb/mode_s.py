"""ADS-B as raw Mode S frames: hex as AVR writes it, alone or behind a time; decoded by pyModeS.

A frame has no time of its own: the option `time` puts one before it as it is published, so that what lies in
the log says it, and is read the same ever after. A position is told in two frames, an even and an odd one
(ICAO Doc 9871, compact position reporting): in each raw record the first frames of an aircraft wait for one
another, unless `-o near=LAT,LON` says within 180 nautical miles where the receiver is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.adsb.frames import Frame, decoded, frame_of
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Feed, Parsed, lines_of
from ingest.options import Option, settle
from ontology.times import from_text, to_ms

_BARE: Final = re.compile(rb"\s*(?:[*@:]?[0-9A-Fa-f]{14,40};?)\s*")
_RECEIVED: Final = "received"


@dataclass(frozen=True)
class ModeS(Feed):
    """The feed."""

    name: str = "mode-s"
    title: str = "ADS-B as raw Mode S frames in hex (AVR), each alone or behind a time, such as port 30002"
    content_types: tuple[str, ...] = ("text/plain", "application/x-ndjson")
    example: str = "diurnal ingest mode-s tcp://receiver.local:30002 -o near=51.5,-0.1 --label '*'"
    options: tuple[Option, ...] = (
        Option(
            "time",
            "auto",
            "when a frame without a time was sent: received (now), none, or an instant; auto is received for"
            " what comes live over a port, else none",
        ),
        Option("near", "", "LAT,LON of the receiver, so that every frame has a position; else none"),
    )
    given: Mapping[str, str] = field(default_factory=dict)
    apart: bool = True

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed with these options.

        Raises:
            FeedError: it has no such option, or the option no such value.
        """
        settled = settle(self.name, self.options, given)
        _instant(settled["time"])
        _near(settled["near"])
        return replace(self, given=dict(given))

    def head(self, first_line: bytes) -> bytes:
        """Nothing: each line is data."""
        del first_line
        return b""

    def arriving(self, lines: Iterable[bytes | None], *, live: bool) -> Iterator[bytes | None]:
        """The lines, each with a time before it if the options give it one."""
        how = settle(self.name, self.options, self.given)["time"]
        how = (_RECEIVED if live else "none") if how == "auto" else how
        at = _instant(how)
        for line in lines:
            if line is None or how == "none" or not _BARE.fullmatch(line):
                yield line
            else:
                when = at if at is not None else to_ms(datetime.now(UTC))
                yield f"{when / 1000:.3f} ".encode() + line

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read the lines of one raw record."""
        del head
        near = _near(settle(self.name, self.options, self.given)["near"])
        return decoded(body.split(b"\n"), bounds, near)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME."""
        del head
        found = [frame_of(line) for line in body.split(b"\n")[: lines_of(body)]]
        return np.array([one.time if isinstance(one, Frame) else NO_TIME for one in found], dtype=np.int64)


def _instant(how: str) -> int | None:
    if how in ("auto", "none", _RECEIVED):
        return None
    try:
        return to_ms(from_text(how))
    except ValueError as error:
        raise FeedError(
            f"the option time is auto, none, received, or an instant such as 2020-12-01T00:00:00Z: {error}"
        ) from error


def _near(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise FeedError(f"the option near is LAT,LON such as 51.5,-0.1, not {text!r}") from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise FeedError(f"the option near is no place on the globe: {text!r}")
    return lat, lon
