"""AIS as receivers tell it: NMEA sentences (AIVDM), with or without TAG blocks that give time and station.

A sentence has no time of its own. That of its TAG block (`c:`) counts; the option `time` puts one there as
the lines are published, so that what lies in the log says it, and is read the same ever after.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest import nmea_lines
from ingest.ais_codes import kind
from ingest.ais_messages import Report, Unread, report
from ingest.believed import mmsi_fault, position_fault, time_fault
from ingest.errors import FeedError
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Feed, Motion, Named, Parsed, Reject, Words
from ingest.nmea_clock import clock
from ingest.nmea_lines import Message
from ingest.options import Option, settle
from ontology.times import from_ms, to_text

_NO_TIME_REASON: Final = (
    "has no time: a TAG block with c: gives one; or publish it with -o time=received (it is told now), -o"
    " time=base-station (as the last base station said) or -o time=2020-12-01T00:00:00Z"
)
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
        stamp = clock(settle(self.name, self.options, self.given)["time"], live=live)
        for line in lines if live else _looked_at(lines):
            yield line if line is None else stamp(line)

    def held(self, lines: Sequence[bytes], waited: int) -> int:
        """The last lines, from the first part on of a message that is not whole yet."""
        return nmea_lines.unfinished(lines, waited)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME."""
        del head
        lines = body.split(b"\n")
        return np.array(nmea_lines.times(lines[:-1] if not lines[-1] else lines), dtype=np.int64)

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read the lines of one raw record."""
        del head
        read = nmea_lines.read(body)
        gathered = _Gathered(body, bounds)
        for message in read.messages:
            gathered.add(message)
        for line, note in read.aside:
            gathered.set_aside([line], note)
        return gathered.parsed(read.lines, read.rejects)


class _Gathered:
    """Messages become columns."""

    def __init__(self, body: bytes, bounds: Bounds) -> None:
        self._body = body
        self._lines: list[bytes] | None = None
        self._bounds = bounds
        self._rows: list[tuple[int, int, int, float, float, float, float, float, int, int]] = []
        self._subjects: dict[str, int] = {}
        self._words: dict[Words, int] = {}
        self._stations: dict[str, int] = {}
        self._rejects: list[Reject] = []
        self._aside: list[int] = []
        self._notes: dict[str, int] = {}

    def add(self, message: Message) -> None:
        told = report(message.sentence)
        if isinstance(told, Unread):
            if told.refused:
                self._refuse(message, "", told.reason)
            else:
                self.set_aside(message.lines, told.reason)
            return
        fault = self._fault(message, told)
        if fault is not None:
            self._refuse(message, *fault)
            return
        lon, lat = told.position or (math.nan, math.nan)
        first, *others = message.lines
        self._rows.append(
            (
                first,
                self._subjects.setdefault(told.mmsi, len(self._subjects)),
                message.time,
                lon,
                lat,
                told.speed,
                told.course,
                told.heading,
                self._words.setdefault(told.words, len(self._words)) if told.words else NOTHING_SAID,
                self._stations.setdefault(message.station, len(self._stations))
                if message.station
                else NOTHING_SAID,
            )
        )
        self._aside += others
        if told.note:
            self._notes[told.note] = self._notes.get(told.note, 0) + 1

    def set_aside(self, lines: list[int], note: str) -> None:
        self._aside += lines
        self._notes[note] = self._notes.get(note, 0) + 1

    def _fault(self, message: Message, told: Report) -> tuple[str, str] | None:
        reason = mmsi_fault(told.mmsi)
        if reason:
            return "mmsi", reason
        for name, value, missing in zip(("lon", "lat"), told.position or (), (181.0, 91.0), strict=False):
            reason = position_fault(name, value, f"{value:g}", missing)
            if reason:
                return name, reason
        if message.time == NO_TIME:
            return "time", _NO_TIME_REASON
        late = self._bounds.latest
        if message.time < self._bounds.earliest or message.time > (
            late if isinstance(late, int) else late[message.lines[0]]
        ):
            text = _text(message.time)
            return "time", time_fault(message.time, text, self._bounds, message.lines[0]) or text
        return None

    def _refuse(self, message: Message, field_: str, reason: str) -> None:
        if self._lines is None:
            self._lines = self._body.split(b"\n")
        self._rejects += [Reject(line, self._lines[line], field_, reason) for line in message.lines]

    def parsed(self, lines: int, rejects: list[Reject]) -> Parsed:
        self._rows.sort(key=lambda row: row[0])
        columns = list(zip(*self._rows, strict=True)) if self._rows else [()] * 10
        rows, subjects, times, words, heard = (
            np.array(columns[place], dtype=np.int64) for place in (0, 1, 2, 8, 9)
        )
        motion = Motion(*(np.array(columns[place], dtype=np.float64) for place in range(3, 8)))
        return Parsed(
            lines=lines,
            rows=rows,
            subjects=subjects,
            named=[Named(kind(mmsi), "MMSI", mmsi) for mmsi in self._subjects],
            times=times,
            motion=motion,
            words=words,
            said=list(self._words),
            rejects=sorted([*rejects, *self._rejects], key=lambda reject: reject.line),
            notes=self._notes,
            aside=sorted(self._aside),
            heard=heard if self._stations else None,
            receivers=list(self._stations),
        )


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


def _text(time: int) -> str:
    try:
        return to_text(from_ms(time))
    except OverflowError:
        return f"{time} ms after 1970"
