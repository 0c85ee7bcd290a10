"""Proves that the audit log is whole: no entry changed, moved or missing, and no chain cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hmac import compare_digest
from typing import Final

from runtime import kafka, lag
from runtime.audit.chain import GENESIS, Link, Place, mark_of, read
from runtime.audit.entry import Event
from runtime.audit.errors import BrokenError
from runtime.audit.keys import Keys
from runtime.audit.notes import Noted
from runtime.record import Record
from runtime.replay import replay

Report = Callable[[int, int], None]
"""Told how many offsets are done, and of how many."""

MOST_FAULTS: Final = 1_000
"""So many are named; the first says enough."""


class End(StrEnum):
    """How a chain ends."""

    CLOSED = "closed"
    """By its closing entry."""
    RUNNING = "running"
    """Its writer lives, in this home."""
    KILLED = "killed"
    """It ended without a closing entry, and the log has all that it had taken: the home says so, a later
    writer, or the operator, who settled it."""
    UNPROVEN = "unproven"
    """Nobody says whether its writer runs elsewhere, was killed, or the end of the log was cut off."""
    CUT = "cut off"
    """The log lacks entries that it had taken."""


@dataclass(slots=True)
class Chain:
    """What is known of a chain.

    Attributes:
        head: its last entry.
        first: time of its first entry, RFC 3339.
        last: time of its last.
        entries: how many were found.
        end: how it ends.
    """

    head: Place
    first: str
    last: str
    entries: int = 0
    end: End = End.UNPROVEN


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written.

    Attributes:
        offset: of the entry in the topic; -1 where there is none to name.
        writer: whose chain, as far as is known.
        number: of the entry in its chain, as far as is known; 0 where it is not.
        reason: what is wrong with it.
        unproven: whether it is nothing worse than that nobody says how the chain ends.
    """

    offset: int
    writer: str
    number: int
    reason: str
    unproven: bool = False

    def __str__(self) -> str:
        where = f"offset {self.offset}" if self.offset >= 0 else "the log"
        whose = f", entry {self.number} of {self.writer}" if self.writer else ""
        return f"{where}{whose}: {self.reason}"


@dataclass(slots=True)
class Verdict:
    """What came of it.

    Attributes:
        chains: by writer, in the order in which they begin.
        faults: the first first; at most `MOST_FAULTS`.
    """

    chains: dict[str, Chain] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def unproven(self) -> tuple[Place, ...]:
        """The heads of the chains of whose end nobody says anything; each is a fault, too."""
        return tuple(chain.head for chain in self.chains.values() if chain.end is End.UNPROVEN)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def fault(self, offset: int, writer: str, number: int, reason: str, *, unproven: bool = False) -> None:
        """One more."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(offset, writer, number, reason, unproven))


def verify(
    bootstrap: str,
    topic: str,
    keys: Keys,
    local: Iterable[Noted] = (),
    against: Mapping[str, Place] | None = None,
    report: Report = lambda *_: None,
) -> Verdict:
    """Walk the topic from its beginning to the end that it has now.

    Args:
        bootstrap: Kafka's `host:port`.
        topic: the audit topic's full name.
        keys: whose marks are looked at.
        local: the home's notes, read before this is called.
        against: heads by writer, of a verification before: all of it must be there still.
        report: told of the progress.

    Raises:
        TransientError: Kafka is away.
    """
    walk = _Walk(keys, against or {})
    end = lag.ends(kafka.admin(bootstrap), [topic]).get((topic, 0), 0)
    for records in replay(bootstrap, {(topic, 0): end}):
        for record in records:
            walk.take(record)
        report(records[-1].offset + 1, end)
    walk.conclude(local)
    return walk.verdict


class _Walk:
    def __init__(self, keys: Keys, against: Mapping[str, Place]) -> None:
        self.verdict = Verdict()
        self._key, self._marking = keys.marking
        self._against = dict(against)
        self._told: dict[str, Place] = {}
        self._missing: set[Place] = set()
        self._begun = False

    def take(self, record: Record) -> None:
        """One more record, in the order of the topic."""
        if not self._begun and record.offset > 0:
            self.verdict.fault(record.offset, "", 0, "the topic begins here: what was before it is gone")
        self._begun = True
        try:
            link = read(record.value)
        except BrokenError as error:
            self.verdict.fault(record.offset, (record.key or b"").decode("utf-8", "replace"), 0, str(error))
            return
        for reason in self._wrong(link, record):
            self.verdict.fault(record.offset, link.place.writer, link.place.number, reason)
        self._keep(link)

    def _wrong(self, link: Link, record: Record) -> Iterable[str]:
        place, chain = link.place, self.verdict.chains.get(link.place.writer)
        if link.key != self._key:
            yield f"is marked with another key ({link.key}): give it by DIURNAL_AUDIT_KEY_FILE"
        elif not compare_digest(link.mark, mark_of(self._marking, place.hash)):
            yield "its mark is wrong: whoever wrote it did not have the key"
        if (record.key or b"").decode("utf-8", "replace") != place.writer:
            yield "stands under another writer's name"
        yield from self._out_of_order(link, chain)
        known = self._against.get(place.writer)
        if known is not None and known.number == place.number and known.hash != place.hash:
            yield "is not the one that was there when it was verified before"
        if link.body.get("event") == Event.OPENED:
            yield from self._not_after(link)

    @staticmethod
    def _out_of_order(link: Link, chain: Chain | None) -> Iterable[str]:
        number = link.place.number
        expected = 1 if chain is None else chain.head.number + 1
        previous = GENESIS if chain is None else chain.head.hash
        if number > expected:
            yield f"entries {expected} to {number - 1} are missing before it"
        elif number < expected:
            yield f"stands after entry {expected - 1}: it was moved, or is there twice"
        elif link.previous != previous:
            yield "does not follow the entry before it: one of the two is another's"
        if chain is not None and chain.end is End.CLOSED:
            yield "stands after the end of its chain"
        if (number == 1) != (link.body.get("event") == Event.OPENED):
            yield "is not where a chain begins"

    def _not_after(self, link: Link) -> Iterable[str]:
        """What a chain's beginning says of other chains must be so, unless it was found wrong already."""
        after = link.body.get("after")
        for place in map(Place.of, [*([after] if after else []), *link.body.get("found", ())]):
            chain = self.verdict.chains.get(place.writer)
            found = 0 if chain is None else chain.head.number
            if place in self._missing:
                continue
            if found < place.number:
                self._missing.add(place)
                yield f"when it began, the log had entry {place.number} of {place.writer}, which is missing"
            elif chain is not None and found == place.number and chain.head.hash != place.hash:
                yield f"when it began, entry {place.number} of {place.writer} was another"

    def _keep(self, link: Link) -> None:
        place, time = link.place, str(link.body.get("time"))
        chain = self.verdict.chains.get(place.writer)
        if chain is None:
            chain = self.verdict.chains[place.writer] = Chain(place, time, time)
        if place.number >= chain.head.number:
            chain.head, chain.last = place, time
        chain.entries += 1
        if link.body.get("event") == Event.CLOSED:
            chain.end = End.CLOSED
        for said in link.body.get("found", ()):
            found = Place.of(said)
            self._told[found.writer] = found

    def conclude(self, local: Iterable[Noted]) -> None:
        """How the chains end, once all is read."""
        for noted in local:
            self._conclude(noted.head, End.RUNNING if noted.alive else End.KILLED)
        for place in self._told.values():
            self._conclude(place, End.KILLED)
        for place in self._against.values():
            chain = self.verdict.chains.get(place.writer)
            if chain is None or chain.head.number < place.number:
                self._cut(place)
        for writer, chain in self.verdict.chains.items():
            if chain.end is End.UNPROVEN:
                self.verdict.fault(
                    -1,
                    writer,
                    chain.head.number,
                    "nothing is known of what came after it: its writer runs elsewhere or was killed there,"
                    " or the end of the log was cut off",
                    unproven=True,
                )

    def _conclude(self, head: Place, end: End) -> None:
        chain = self.verdict.chains.get(head.writer)
        if head.number > (0 if chain is None else chain.head.number):
            self._cut(head)
        elif chain is not None and head.number == chain.head.number and head.hash != chain.head.hash:
            self.verdict.fault(-1, head.writer, head.number, "is not the one that the log had taken")
        elif chain is not None and chain.end is End.UNPROVEN:
            chain.end = end

    def _cut(self, head: Place) -> None:
        chain = self.verdict.chains.get(head.writer)
        found = 0 if chain is None else chain.head.number
        if chain is not None:
            chain.end = End.CUT
        if head in self._missing:
            return
        self._missing.add(head)
        left = f"ends at entry {found} of its writer: its end was cut off"
        if chain is None:
            left = "has no entry of its writer: the whole chain is gone"
        self.verdict.fault(-1, head.writer, head.number, f"the log had taken it, and {left}")
