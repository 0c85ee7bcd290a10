"""Reads entries of the audit log, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from runtime import kafka, lag
from runtime.audit.chain import Link, Place, read
from runtime.audit.cipher import KeyOf, unseal
from runtime.audit.entry import Entry, Event, Secret
from runtime.audit.errors import BrokenError, KeyFileError
from runtime.audit.keys import Keys
from runtime.glance import glance
from runtime.record import Record

MOST_READ: Final = 50_000
"""So many entries are looked at for one page, which may be empty therefore, and yet not the last."""
_STEP: Final = 1_000
_OF_WRITERS: Final = frozenset({Event.OPENED, Event.CLOSED})
_ABREAST: Final = timedelta(minutes=10)
"""Writers write at the same time: an entry may lie so much before another that is earlier."""


class Seal(StrEnum):
    """Whether what was sealed can be read."""

    OPEN = "open"
    FORGOTTEN = "forgotten"
    """Its key was destroyed, or is another home's."""
    BROKEN = "broken"
    """It was changed."""


@dataclass(frozen=True, slots=True)
class Read:
    """An entry that was read.

    Attributes:
        offset: where it lies in the topic.
        place: where it stands in its chain.
        entry: what it says; nothing sealed in it unless the seal is open.
        seal: whether what was sealed could be opened.
    """

    offset: int
    place: Place
    entry: Entry
    seal: Seal


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries.

    Attributes:
        since: none before.
        until: none after.
        who: of this one alone.
        writers: also the beginnings and ends of chains.
    """

    since: datetime | None = None
    until: datetime | None = None
    who: str | None = None
    writers: bool = False

    def takes(self, entry: Entry) -> bool:
        """Whether it is wanted."""
        return (
            (self.since is None or entry.time >= self.since)
            and (self.until is None or entry.time <= self.until)
            and (entry.who == self.who if self.who is not None else True)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the latest first.

    Attributes:
        items: the entries.
        before: the offset before which to go on; None where there are no more.
    """

    items: tuple[Read, ...]
    before: int | None


def page(
    bootstrap: str, topic: str, keys: Keys, wanted: Wanted, limit: int, before: int | None = None
) -> Page:
    """A page of the entries that are wanted.

    Args:
        bootstrap: Kafka's `host:port`.
        topic: the audit topic's full name.
        keys: to open what is sealed.
        wanted: which.
        limit: at most so many.
        before: only those at offsets before this one.

    Raises:
        TransientError: Kafka is away.
    """
    end = lag.ends(kafka.admin(bootstrap), [topic]).get((topic, 0), 0)
    start = at = end if before is None else min(before, end)
    key_of = cache(keys.of_day)
    found: list[Read] = []
    while at > 0 and start - at < MOST_READ:
        low = max(0, at - _STEP)
        step = [one for record in _between(bootstrap, topic, low, at) if (one := _lying(record))]
        for one in reversed(step):
            if _shown(one.entry, wanted):
                found.append(one.read(key_of))
                if len(found) == limit:
                    return Page(tuple(found), one.offset or None)
        at = low
        if wanted.since and step and max(one.entry.time for one in step) < wanted.since - _ABREAST:
            return Page(tuple(found), None)
    return Page(tuple(found), at or None)


def _shown(entry: Entry, wanted: Wanted) -> bool:
    return wanted.takes(entry) and (wanted.writers or entry.event not in _OF_WRITERS)


def _between(bootstrap: str, topic: str, low: int, high: int) -> Iterator[Record]:
    for lying in glance(bootstrap, {(topic, 0): low}, high - low):
        if lying.record.offset < high:
            yield lying.record


@dataclass(frozen=True, slots=True)
class _Lying:
    """An entry whose seal nobody has opened yet, for most are looked at and not wanted."""

    offset: int
    link: Link
    entry: Entry

    def read(self, key_of: KeyOf) -> Read:
        secret, seal = _opened(self.link, key_of)
        return Read(self.offset, self.link.place, replace(self.entry, secret=secret), seal)


def _lying(record: Record) -> _Lying | None:
    """What is no entry is for `verify` to name."""
    try:
        link = read(record.value)
        return _Lying(record.offset, link, Entry.of(link.body, Secret()))
    except (BrokenError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _opened(link: Link, key_of: KeyOf) -> tuple[Secret, Seal]:
    try:
        secret = unseal(key_of, link.body["sealed"], f"{link.place.writer}/{link.place.number}")
    except (BrokenError, KeyFileError, KeyError):
        return Secret(), Seal.BROKEN
    return (Secret(), Seal.FORGOTTEN) if secret is None else (secret, Seal.OPEN)
