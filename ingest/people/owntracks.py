"""OwnTracks: what its apps send over HTTP or MQTT, and what its recorder keeps, a message a line.

A line is a payload (JSON, https://owntracks.org/booklet/tech/json/), a payload behind its topic as
`mosquitto_sub -v` writes it, or a line of the recorder's .rec files (time, tab, kind, tab, payload).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ingest.elements import Element
from ingest.errors import FeedError
from ingest.feed import SILENCE, Words
from ingest.gps import KIND, SCHEME, SUBJECT, Whose, whose
from ingest.json_values import Object, loaded, number, text, time, within
from ingest.line_feed import LineFeed
from ingest.options import Option

_PLACES: Final = ("location", "transition")
_CARD: Final = "card"
_ENCRYPTED: Final = "encrypted"
_FASTEST_KMH: Final = 40_000.0


@dataclass(frozen=True)
class OwnTracks(LineFeed):
    """The feed."""

    name: str = "owntracks"
    title: str = "phones with OwnTracks: HTTP or MQTT payloads a line, or .rec files of its recorder"
    content_types: tuple[str, ...] = ("application/x-ndjson", "application/json", "text/plain")
    example: str = "diurnal ingest owntracks 2026-01.rec -o subject=alice/phone -o worst=200 --label '*'"
    options: tuple[Option, ...] = (
        replace(KIND, default="MobileHandset"),
        SCHEME,
        replace(SUBJECT, help="whose all is; else user/device of each topic, or else the tid"),
        Option("worst", "", "metres: what acc says to be less accurate is refused; else nothing"),
    )

    def check(self, chosen: Mapping[str, str]) -> None:
        """See that the options can be.

        Raises:
            FeedError: they cannot.
        """
        whose(chosen)
        _metres(chosen["worst"])

    def elements(self, line: int, raw: bytes, chosen: Mapping[str, str]) -> Iterable[Element]:
        """What a message tells."""
        topic, payload = _taken_apart(raw)
        said = loaded(payload)
        if isinstance(said, str):
            return [Element(line, raw, fault=("", said))]
        kind = text(said, "_type")
        if kind == _ENCRYPTED:
            reason = "is encrypted: decrypt it before, for Diurnal has no keys of phones"
            return [Element(line, raw, fault=("_type", reason))]
        if kind not in (*_PLACES, _CARD):
            return [
                Element(line, raw, aside=f"a message {kind[:40] or 'without a _type'}, which is no place")
            ]
        return [_element(line, raw, said, kind, text(said, "topic") or topic, chosen)]


def _taken_apart(raw: bytes) -> tuple[str, bytes]:
    """The topic, or "", and the payload of a line."""
    if raw.startswith(b"{"):
        return "", raw
    parts = raw.split(b"\t", 2)
    if len(parts) == 3:
        return "", parts[2]
    before, brace, rest = raw.partition(b"{")
    return before.decode("utf-8", "replace").strip(), brace + rest


def _element(
    line: int, raw: bytes, said: Object, kind: str, topic: str, chosen: Mapping[str, str]
) -> Element:
    whom = whose(chosen)
    identifier = whom.subject or _of_topic(topic) or text(said, "tid")
    found = Element(line, raw, whom.named(identifier), time(said, "tst", "created_at"))
    found.words = _words(said) if kind == _CARD else SILENCE
    if kind != _CARD:
        found.lon, found.lat = number(said, "lon"), number(said, "lat")
        found.speed = within(number(said, "vel"), _FASTEST_KMH) / 3.6
        found.course = within(number(said, "cog"), 360.0)
    found.fault = _fault(whom, identifier, said, _metres(chosen["worst"]))
    return found


def _fault(whom: Whose, identifier: str, said: Object, worst: float) -> tuple[str, str] | None:
    if reason := whom.fault(identifier):
        return "subject", reason
    accuracy = number(said, "acc")
    if accuracy > worst:
        return "acc", f"is accurate to {accuracy:g} m only; -o worst={worst:g} is asked for"
    return None


def _words(card: Object) -> Words:
    return Words(name=text(card, "name") or None)


def _of_topic(topic: str) -> str:
    """`user/device` of `owntracks/user/device`, whatever stands before and behind."""
    parts = [part for part in topic.split("/") if part]
    if "owntracks" in parts:
        parts = parts[parts.index("owntracks") + 1 :]
    return "/".join(parts[:2])


def _metres(given: str) -> float:
    try:
        return float(given) if given else float("inf")
    except ValueError:
        raise FeedError(f"the option worst is a number of metres, not {given!r}") from None
