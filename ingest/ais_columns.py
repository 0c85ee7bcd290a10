"""Messages of AIS become columns: those that are believed, and the others with their reasons."""

import math
from typing import Final

import numpy as np

from ingest import nmea_lines
from ingest.ais_codes import kind
from ingest.ais_messages import Report, Unread, report
from ingest.believed import mmsi_fault, position_fault, time_fault
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Motion, Named, Parsed, Reject, Words
from ingest.nmea_lines import Message
from ontology.times import from_ms, to_text

_NO_TIME_REASON: Final = (
    "has no time: a TAG block with c: gives one; or publish it with -o time=received (it is told now), -o"
    " time=base-station (as the last base station said) or -o time=2020-12-01T00:00:00Z"
)


def columns(body: bytes, bounds: Bounds) -> Parsed:
    """What the lines of one raw record say."""
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


def _text(time: int) -> str:
    try:
        return to_text(from_ms(time))
    except OverflowError:
        return f"{time} ms after 1970"
