"""Cursor-on-Target as XML: events one after another, each on a line, over several, or without any.

Only what stands from `<event` to `</event>` is given to the parser: no document type comes before it, so
there are no entities.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError, fromstring

import numpy as np
from numpy.typing import NDArray

from ingest.cot.events import Event, told
from ingest.elements import Element, gathered
from ingest.feed import NO_TIME, Bounds, Feed, Parsed, lines_of
from ingest.json_tracks import instant
from ingest.options import settle

LONGEST: Final = 1024 * 1024
"""Bytes of an event; what is longer is refused unread."""
_END: Final = b"</event>"
_SHUT: Final = re.compile(rb"</event\s*+>")
_OPEN: Final = re.compile(rb"<event(?=[\s>/])")
_AROUND: Final = re.compile(rb"(?:(?><\?[^>]*+>)|(?><!--.*?-->)|(?></?events\s*+>)|\s++)*+", re.DOTALL)
"""Possessive, for what is no XML must not be tried again and again."""
_LATER: Final = "a later line of an event"
_FRAME: Final = "a line around events"


@dataclass(frozen=True)
class CotXml(Feed):
    """The feed."""

    name: str = "cot"
    title: str = "Cursor-on-Target as XML, from files or TAK's ports (TCP, UDP)"
    content_types: tuple[str, ...] = ("application/cot+xml", "application/xml", "text/xml")
    example: str = "diurnal ingest cot tcp://tak.local:8087 --label '*' --receiver tak"
    given: Mapping[str, str] = field(default_factory=dict)
    apart: bool = True
    ends: bytes = _END

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

    def held(self, lines: Sequence[bytes], waited: int) -> int:
        """The last lines, from the one on in which an event begins that does not end yet."""
        del waited
        for back, line in enumerate(reversed(lines), 1):
            opened = line.rfind(b"<event")
            if opened >= 0 or _END in line:
                after = line[opened:] if opened >= 0 else b""
                begun = opened >= 0 and _END not in after and not after.rstrip().endswith(b"/>")
                return back if begun else 0
        return 0

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read the events of one raw record."""
        del head
        return gathered(_elements(body), bounds)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line: of the events that begin in it; NO_TIME for the others."""
        del head
        times = np.full(lines_of(body), NO_TIME, dtype=np.int64)
        for element in _elements(body):
            times[element.line] = max(times[element.line], element.time)
        return times


def _elements(body: bytes) -> Iterator[Element]:
    """The events of a body, and its other lines, by line."""
    at = line = 0
    for begin, end in _spans(body):
        yield from _between(body[at:begin], line)
        line += body.count(b"\n", at, begin)
        raw = body[begin:end]
        yield _element(line, raw)
        for extra in range(raw.count(b"\n")):
            yield Element(line + 1 + extra, b"", aside=_LATER)
        line += raw.count(b"\n")
        at = end
    yield from _between(body[at:], line)


def _spans(body: bytes) -> Iterator[tuple[int, int]]:
    """Where events begin and end; of one that the next cuts off, only the next. No byte is read often."""
    at = 0
    while (opened := _OPEN.search(body, at)) is not None:
        begin = opened.start()
        head = body.find(b">", begin)
        if head >= 0 and body[head - 1 : head] == b"/":
            yield begin, head + 1
            at = head + 1
            continue
        end = _closing(body, begin)
        close = body.find(b">", end) if end >= 0 else -1
        if close < 0:
            return
        last = max(found.start() for found in _OPEN.finditer(body, begin, end))
        yield last, close + 1
        at = close + 1


def _closing(body: bytes, at: int) -> int:
    """Where the next tag begins that ends an event, or -1."""
    found = _SHUT.search(body, at)
    return -1 if found is None else found.start()


def _between(text: bytes, line: int) -> Iterator[Element]:
    """What stands between events, line by line: nothing, or what surrounds them, or what is none."""
    if not text.strip():
        return
    sound = _AROUND.fullmatch(text) is not None
    for number, part in enumerate(text.split(b"\n"), line):
        if part.strip() and sound:
            yield Element(number, b"", aside=_FRAME)
        elif part.strip():
            cut = "an event that was cut off" if _OPEN.search(part) else "no event of Cursor-on-Target"
            yield Element(number, part.strip()[:LONGEST], fault=("", f"is {cut}: <event …>…</event>"))


def _element(line: int, raw: bytes) -> Element:
    flat = b" ".join(raw.split(b"\n"))
    if len(raw) > LONGEST:
        return Element(line, flat[:LONGEST], fault=("", f"an event has at most {LONGEST:,} bytes"))
    try:
        root = fromstring(raw)  # noqa: S314 - it begins with its root, so that it has no document type
    except (ParseError, ValueError, LookupError) as error:
        return Element(line, flat, fault=("", f"is no well-formed XML: {str(error)[:200]}"))
    return told(_event(root), line, flat)


def _event(root: Node) -> Event:
    point, contact, track = root.find("point"), root.find("detail/contact"), root.find("detail/track")
    return Event(
        uid=(root.get("uid") or "").strip(),
        type=(root.get("type") or "").strip(),
        time=instant(root.get("time") or root.get("start") or ""),
        lat=_number(point, "lat"),
        lon=_number(point, "lon"),
        accuracy=_number(point, "ce"),
        call_sign="" if contact is None else contact.get("callsign") or "",
        speed=_number(track, "speed"),
        course=_number(track, "course"),
    )


def _number(node: Node | None, name: str) -> float:
    try:
        return math.nan if node is None else float(node.get(name) or math.nan)
    except ValueError:
        return math.nan
