"""Lines of NMEA 0183 to whole AIS messages: TAG blocks read, checksums proven, parts put together.

Parts of a message may stand among other lines, in any order, at most `APART` lines from one another: the
numbers by which they find each other are used again soon.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from pyais.exceptions import AISBaseException, UnknownMessageException
from pyais.messages import AISSentence, GatehouseSentence, NMEASentenceFactory, TagBlock
from pyais.util import checksum

from ingest.feed import NO_TIME, Reject
from ingest.instants import MILLISECONDS_FROM

APART: Final = 200
_ARMOUR: Final = bytes(range(48, 88)) + bytes(range(96, 120))
"""The characters of a payload, six bits each."""
_OTHER: Final = re.compile(rb"[!$][A-Z0-9]{2,10},[^*]*\*([0-9A-Fa-f]{2})")
_PART: Final = re.compile(
    rb"(?:\\(?P<tag>[^\\]*)\\)?[!$](?P<talker>..)VD[MO],(?P<total>[2-9]),(?P<number>[1-9]),"
    rb"(?P<sequence>[0-9]*),(?P<channel>[^,]*),"
)
_GROUP: Final = re.compile(rb"(?:^|,)g:\d+-\d+-(\d+)")
_STATION: Final = re.compile(rb"(?:^|,)s:([^,*]*)")
_TIME: Final = re.compile(rb"(?:^|,)c:([0-9]{1,13}(?:\.[0-9]+)?)(?=[,*])")

PartKey = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Where a line stands in its message: what the parts of one have in common, its number, how many."""

    key: PartKey
    number: int
    total: int


@dataclass(slots=True)
class Message:
    """An AIS message whose every part is there.

    Attributes:
        lines: the numbers of its lines in the body, from 0.
        sentence: the sentence, put together.
        time: epoch milliseconds by its TAG block, or NO_TIME.
        station: who received it, by its TAG block, or "".
    """

    lines: list[int]
    sentence: AISSentence
    time: int
    station: str


@dataclass(slots=True)
class Read:
    """What a body holds.

    Attributes:
        lines: how many lines there are, less the blank ones.
        messages: the messages, by their last line.
        rejects: lines that cannot be read.
        aside: lines that are sound and no AIS message, with what they are.
    """

    lines: int = 0
    messages: list[Message] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    line: int
    raw: bytes
    number: int
    sentence: AISSentence
    time: int
    station: str


def part_of(line: bytes) -> Part | None:
    """Where a line stands in a message of several parts; None if it is a message by itself, or none."""
    if b"VDM,1,1," in line:
        return None
    found = _PART.match(line.lstrip())
    if found is None:
        return None
    tag = found["tag"] or b""
    group, station = _GROUP.search(tag), _STATION.search(tag)
    by = b"g" + group[1] if group else b"s" + (station[1] if station else b"")
    key = (by, found["talker"], found["sequence"], found["channel"], found["total"])
    return Part(key, int(found["number"]), int(found["total"]))


def time_of(line: bytes) -> int:
    """The time in a line's TAG block, epoch milliseconds, or NO_TIME."""
    start = line.lstrip()
    found = _TIME.search(start[1 : start.find(b"\\", 1)]) if start.startswith(b"\\") else None
    return _milliseconds(found[1]) if found else NO_TIME


def times(lines: Sequence[bytes]) -> list[int]:
    """The time of each line, or NO_TIME; later parts have that of the first one."""
    found: list[int] = []
    begun: dict[PartKey, int] = {}
    for line in lines:
        time, part = time_of(line), part_of(line)
        if part is not None:
            time = begun.get(part.key, time)
            begun[part.key] = time
            if part.number == part.total:
                del begun[part.key]
        found.append(time)
    return found


def unfinished(lines: Sequence[bytes], waited: int) -> int:
    """How many of the last lines there are from the first part on of a message that is not whole yet.

    Args:
        lines: the lines.
        waited: the parts among so many of the first lines are waited for no more.
    """
    first: dict[PartKey, int] = {}
    seen: dict[PartKey, set[int]] = {}
    begin = max(0, len(lines) - APART)
    for place in range(begin, len(lines)):
        part = part_of(lines[place])
        if part is None:
            continue
        numbers = seen.setdefault(part.key, set())
        if part.number in numbers:
            numbers.clear()
        if not numbers:
            first[part.key] = place
        numbers.add(part.number)
        if len(numbers) == part.total:
            del first[part.key], seen[part.key]
    waiting = [place for place in first.values() if place >= waited]
    return len(lines) - min(waiting) if waiting else 0


def read(body: bytes) -> Read:
    """The messages in the lines of one raw record."""
    out = Read()
    open_: dict[PartKey, list[_Piece]] = {}
    for number, raw in enumerate(body.split(b"\n")):
        line = raw.strip()
        if not line:
            continue
        out.lines += 1
        piece = _sentence(number, raw, line)
        if isinstance(piece, Reject):
            out.rejects.append(piece)
        elif isinstance(piece, str):
            out.aside.append((number, piece))
        elif piece.sentence.frag_cnt == 1:
            out.messages.append(Message([number], piece.sentence, piece.time, piece.station))
        else:
            _join(out, open_, piece)
    for pieces in open_.values():
        _give_up(out, pieces)
    out.rejects.sort(key=lambda reject: reject.line)
    return out


def _join(out: Read, open_: dict[PartKey, list[_Piece]], piece: _Piece) -> None:
    part = part_of(piece.raw)
    if part is None:  # pyais reads forms of the numbers that are not in the standard
        out.rejects.append(
            Reject(piece.line, piece.raw, "", "is a part of a message, and its numbers are odd")
        )
        return
    pieces = open_.setdefault(part.key, [])
    stale = pieces and piece.line - pieces[-1].line > APART
    if stale or any(other.number == piece.number for other in pieces):
        _give_up(out, pieces)
        pieces.clear()
    pieces.append(piece)
    if len(pieces) == part.total:
        del open_[part.key]
        out.messages.append(_whole(pieces))


def _whole(pieces: list[_Piece]) -> Message:
    pieces = sorted(pieces, key=lambda piece: piece.number)
    sentence = AISSentence.assemble_from_iterable([piece.sentence for piece in pieces])
    time = next((piece.time for piece in pieces if piece.time != NO_TIME), NO_TIME)
    station = next((piece.station for piece in pieces if piece.station), "")
    return Message(sorted(piece.line for piece in pieces), sentence, time, station)


def _give_up(out: Read, pieces: list[_Piece]) -> None:
    numbers = ", ".join(str(piece.number) for piece in pieces)
    for piece in pieces:
        total = piece.sentence.frag_cnt
        reason = (
            f"is part {piece.number} of {total} of a message of which came only: {numbers}; send all its"
            f" parts, within {APART} lines"
        )
        out.rejects.append(Reject(piece.line, piece.raw, "", reason))


def _sentence(number: int, raw: bytes, line: bytes) -> _Piece | Reject | str:
    """A sentence of AIS; or why it is refused; or what else it is."""
    try:
        sentence = NMEASentenceFactory.produce(line)
        if isinstance(sentence, GatehouseSentence):
            return "sentence PGHP: its time is not read, only that of TAG blocks"
        reason = _fault(sentence)
        if reason is None and isinstance(sentence, AISSentence):
            time, station = _tag(line, sentence.tag_block)
            return _Piece(number, raw, sentence.frag_num, sentence, time, station)
    except UnknownMessageException:
        return _something_else(number, raw, line)
    except AISBaseException as error:
        reason = f"is no sentence of AIS: {_first_words(error)}"
    except Exception as error:  # noqa: BLE001 - whatever the decoder raises over garbage, the line is at fault
        reason = f"is no sentence of AIS: {type(error).__name__}"
    return Reject(number, raw, "", reason or "is no sentence of AIS")


def _fault(sentence: object) -> str | None:
    if not isinstance(sentence, AISSentence):
        return "is no sentence of AIS"
    if sentence.checksum < 0:
        return "has no checksum: it may be cut off; send it whole, as in !AIVDM,…*5C"
    if not sentence.is_valid:
        is_ = checksum(sentence.raw[1 : sentence.raw.rfind(b"*")])
        return f"its checksum is {sentence.checksum:02X} and should be {is_:02X}: it was garbled on the way"
    if not sentence.payload:
        return "has no payload: the receiver sent an empty message"
    if sentence.payload.translate(None, _ARMOUR):
        return "its payload has characters that no message of AIS has: it was garbled on the way"
    if sentence.tag_block is not None:
        sentence.tag_block.init()
        if not sentence.tag_block.is_valid:
            return "the checksum of its TAG block is wrong: it was garbled on the way"
    return None


def _tag(line: bytes, tag: TagBlock | None) -> tuple[int, str]:
    return (NO_TIME, "") if tag is None else (time_of(line), tag.source_station or "")


def _something_else(number: int, raw: bytes, line: bytes) -> Reject | str:
    sentence = line[line.find(b"\\", 1) + 1 :] if line.startswith(b"\\") else line
    if sentence.startswith(b"#"):
        return "comment"
    found = _OTHER.fullmatch(sentence)
    if found is None:
        return Reject(
            number,
            raw,
            "",
            "is no sentence of NMEA: it begins with ! or $, after a TAG block if there is one",
        )
    if int(found[1], 16) != checksum(sentence[1 : found.start(1) - 1]):
        return Reject(number, raw, "", "its checksum is wrong: it was garbled on the way")
    return f"sentence {sentence[1:].split(b',', 1)[0].decode()}: no report of AIS"


def _first_words(error: Exception) -> str:
    text = str(error.args[0]) if error.args else type(error).__name__
    return text[:80]


def _milliseconds(text: bytes) -> int:
    value = float(text)
    if value >= MILLISECONDS_FROM:
        return int(text.partition(b".")[0])
    seconds, _, fraction = text.partition(b".")
    return int(seconds) * 1000 + int((fraction + b"000")[:3])


def stamp(line: bytes, instant: datetime) -> bytes:
    """A line with this time in its TAG block, unless it has one, or a TAG block that is not sound."""
    start = line.lstrip()
    if not start.strip() or start.startswith(b"#") or time_of(line) != NO_TIME:
        return line
    said = b"c:%d" % int(instant.astimezone(UTC).timestamp() * 1000)
    if not start.startswith(b"\\"):
        return b"\\%b*%02X\\%b" % (said, checksum(said), start)
    tag, end, rest = start[1:].partition(b"\\")
    block = TagBlock(tag)
    block.init()
    if not end or not block.is_valid or _TIME.search(tag) or b"c:" in tag:
        return line
    said = tag[: tag.rfind(b"*")] + b"," + said
    return b"\\%b*%02X\\%b" % (said, checksum(said), rest)
