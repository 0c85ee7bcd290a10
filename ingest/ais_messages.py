"""Decoded messages of AIS (ITU-R M.1371-5) to what is known of a subject: where it is, and who it is."""

import math
from dataclasses import dataclass
from typing import Any, Final

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence

from ingest.ais_codes import LONGEST_M, WIDEST_M, imo_number, type_name
from ingest.believed import KNOT, above_zero, plain
from ingest.feed import SILENCE, Words

NEEDED_BITS: Final = {1: 149, 2: 149, 3: 149, 5: 302, 9: 134, 18: 133, 19: 301, 24: 160, 27: 94}
"""Type → the bits up to the last field that is read; what is shorter was cut off."""
_LARGEST_TYPE: Final = 27
_TITLES: Final = {
    4: "base station report",
    6: "binary message",
    7: "acknowledgement",
    8: "binary message",
    10: "inquiry of the date",
    11: "answer with the date",
    12: "safety message",
    13: "acknowledgement",
    14: "safety message",
    15: "interrogation",
    16: "assignment",
    17: "corrections of satellite navigation",
    20: "reservation of slots",
    21: "aid to navigation",
    22: "management of channels",
    23: "assignment to a group",
    25: "binary message",
    26: "binary message",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a message tells of its subject.

    Attributes:
        mmsi: nine digits.
        position: longitude and latitude, degrees, as they are told; None where the message has none.
        speed: over ground, m/s; NaN where it is not told, as for the next two.
        course: over ground, degrees from true north.
        heading: degrees from true north.
        words: what it says beside.
        note: what was left out.
    """

    mmsi: str
    position: tuple[float, float] | None = None
    speed: float = math.nan
    course: float = math.nan
    heading: float = math.nan
    words: Words = SILENCE
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A message of which there is no report: it is refused, or tells of no subject."""

    reason: str
    refused: bool


def report(sentence: AISSentence) -> Report | Unread:
    """What a message tells, the parts of which are together and proven."""
    kind = sentence.ais_id
    if kind in _TITLES:
        return Unread(f"message type {kind} ({_TITLES[kind]}) tells of no subject", refused=False)
    needed = NEEDED_BITS.get(kind)
    if needed is None:
        return Unread(
            f"message type {kind} is none of AIS, 1 to {_LARGEST_TYPE}: it was garbled", refused=True
        )
    if len(sentence.bv) < needed:
        bits = len(sentence.bv)
        return Unread(
            f"message type {kind} has {bits} bits, too few: it was cut off; send it whole", refused=True
        )
    try:
        message = sentence.decode()
    except (AISBaseException, ValueError, TypeError, IndexError) as error:
        return Unread(f"message type {kind} cannot be decoded: {type(error).__name__}", refused=True)
    return _read(kind, message)


def _read(kind: int, message: Any) -> Report:  # noqa: ANN401 - pyais has a class for each type
    mmsi = f"{message.mmsi:09d}"
    if kind == 5:
        return _static(mmsi, message)
    if kind == 24:
        return Report(mmsi, words=_part_a(message) if message.partno == 0 else _looks(message))
    position = message.lon, message.lat
    if kind == 27:
        return Report(mmsi, position, _speed(message.speed, 63), _below(message.course, 360))
    if kind == 9:
        return Report(mmsi, position, _speed(message.speed, 1022.5), _below(message.course, 360))
    return Report(
        mmsi,
        position,
        _speed(message.speed, 102.3),
        _below(message.course, 360),
        _below(message.heading, 360),
        _looks(message, message.shipname) if kind == 19 else SILENCE,
    )


def _speed(knots: float, end: float) -> float:
    return _below(knots, end) * KNOT


def _below(value: float, end: float) -> float:
    """A value in [0, end), else NaN: AIS says with one beyond the end that it has none."""
    return value if 0 <= value < end - 1e-6 else math.nan


def _static(mmsi: str, message: Any) -> Report:  # noqa: ANN401 - a MessageType5
    told = f"{message.imo:07d}" if message.imo else ""
    imo = imo_number(told)
    note = f"IMO number {told} fails its check digit" if told and imo is None else None
    return Report(mmsi, words=_looks(message, message.shipname, message.callsign, imo), note=note)


def _part_a(message: Any) -> Words:  # noqa: ANN401 - a MessageType24PartA
    return Words(name=plain(message.shipname))


def _looks(
    message: Any,  # noqa: ANN401 - one of the messages with dimensions
    name: str | None = None,
    call_sign: str | None = None,
    imo: str | None = None,
) -> Words:
    code = int(message.ship_type) or None
    call_sign = call_sign if call_sign is not None else getattr(message, "callsign", "")
    craft = not hasattr(message, "to_bow")  # of an auxiliary craft the mother ship is told in its place
    return Words(
        name=None if name is None else plain(name),
        call_sign=plain(call_sign),
        imo=imo,
        type_code=code,
        type_name=None if code is None else type_name(code),
        length_m=None if craft else above_zero(float(message.to_bow + message.to_stern), LONGEST_M),
        width_m=None if craft else above_zero(float(message.to_port + message.to_starboard), WIDEST_M),
    )
