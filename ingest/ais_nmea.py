"""AIS as receivers tell it: NMEA sentences (AIVDM), with or without TAG blocks that give time and station.

A sentence has no time of its own. That of its TAG block (`c:`) counts; the option `time` puts one there as
the lines are published, so that what lies in the log says it, and is read the same ever after.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.errors import FeedError
from ingest.feed import Bounds, Feed, Parsed
from ingest.options import Option, settle

# What decodes sentences takes half a second to load, so only who reads some loads it.

_FIRST_LOOK: Final = 200


@dataclass(frozen=True)
class AisNmea(Feed):
    """The feed."""

    name: str = "ais-nmea"
    title: str = "AIS as NMEA sentences (AIVDM), from a file, a TCP or a UDP port; TAG blocks are read"
    content_types: tuple[str, ...] = ("application/vnd.nmea0183", "text/plain")
    example: str = "diurnal ingest ais-nmea tcp://receiver.local:10110 --label '*' --receiver pier11"
    options: tuple[Option, ...] = (
        Option(
            "time",
            "auto",
            "when a sentence without a time was sent: received (now), base-station (as the last base station"
            " said), none, or an instant; auto is received for what comes live over a port, else none",
        ),
    )
    given: Mapping[str, str] = field(default_factory=dict)
    apart: bool = True

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed with these options.

        Raises:
            FeedError: it has no such option, or the option no such value.
        """
        from ingest.nmea_clock import clock

        clock(settle(self.name, self.options, given)["time"], live=False)
        return replace(self, given=dict(given))

    def head(self, first_line: bytes) -> bytes:
        """Nothing: each line is data."""
        del first_line
        return b""

    def arriving(self, lines: Iterable[bytes | None], *, live: bool) -> Iterator[bytes | None]:
        """The lines, each with a time if the options give it one.

        Raises:
            FeedError: there is no sentence of AIS among the first lines.
        """
        from ingest.nmea_clock import clock

        stamp = clock(settle(self.name, self.options, self.given)["time"], live=live)
        for line in lines if live else _looked_at(lines):
            yield line if line is None else stamp(line)

    def held(self, lines: Sequence[bytes], waited: int) -> int:
        """The last lines, from the first part on of a message that is not whole yet."""
        from ingest.nmea_lines import unfinished

        return unfinished(lines, waited)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME."""
        del head
        from ingest import nmea_lines

        lines = body.split(b"\n")
        return np.array(nmea_lines.times(lines[:-1] if not lines[-1] else lines), dtype=np.int64)

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read the lines of one raw record."""
        del head
        from ingest.ais_columns import columns

        return columns(body, bounds)


def _looked_at(lines: Iterable[bytes | None]) -> Iterator[bytes | None]:
    """The lines, once one of the first ones is a sentence of AIS."""
    waiting: list[bytes | None] = []
    source = iter(lines)
    for line in source:
        waiting.append(line)
        if line is not None and (b"VDM," in line or b"VDO," in line):
            break
        if len(waiting) >= _FIRST_LOOK:
            raise FeedError(
                f"no sentence of AIS is among the first {_FIRST_LOOK} lines. Expected are lines such as"
                " !AIVDM,1,1,,A,33P;Tw0tjBQO22:E7dm66DrB20UP,0*2E"
            )
    yield from waiting
    yield from source
