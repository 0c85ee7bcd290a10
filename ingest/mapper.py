"""The stage that turns raw records into knowledge: track segments, statements about subjects, watermarks.

Records with the same head are read together, so that a trickle of single lines costs little more than blocks;
what comes out belongs to one raw record each, and keeps its label, its distribution and when it was known.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest import origin as origins_
from ingest.feed import NOTHING_SAID, Bounds, Feed, Motion, Parsed
from ingest.origin import STAGE, Origin, latest_believed
from ingest.sightings import sightings
from ingest.statements import Told, statements
from ingest.tracks import Rows, first_tellings, pieces
from ingest.watermarks import Watermarks, ticks
from ontology import iri
from ontology.rdf import write
from ontology.segment import write_segment
from ontology.times import from_ms, from_text, to_ms
from runtime import dead_letter, metrics
from runtime.consumer import Slot
from runtime.errors import PoisonError
from runtime.record import CONTENT_TYPE, TICK, Record
from runtime.settings import Settings
from runtime.topics import Topics


@dataclass(slots=True)
class Counts:
    """What became of the lines: `lines` is the sum of the other four.

    Attributes:
        lines: how many there were.
        accepted: fixes, and what was said of subjects.
        duplicates: fixes told again.
        rejected: dead letters.
        aside: later parts of messages, and what tells nothing of any subject.
        notes: what was set aside or left out of what else is good: reason → how often.
    """

    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    aside: int = 0
    notes: Counter[str] = field(default_factory=Counter)


class Mapper:
    """Raw records to knowledge."""

    def __init__(self, feeds: Iterable[Feed], topics: Topics, partitions: int, settings: Settings) -> None:
        """Set up the stage.

        Args:
            feeds: the feeds whose raw topics are read.
            topics: the installation's topics.
            partitions: how many the knowledge topic has.
            settings: labels of feeds, bounds of time, lateness.
        """
        self.counts = Counts()
        self._feeds = {topics.raw(feed.name): feed for feed in feeds}
        self._topics = topics
        self._partitions = range(partitions)
        self._settings = settings
        self._told = Told()
        self._watermarks = Watermarks(int(settings.lateness_seconds * 1000))

    def restore(self, _: Mapping[Slot, int]) -> None:
        """Forget what was told: it costs repetition only."""
        self._told.forget()
        self._watermarks.forget()

    def process(self, batch: Sequence[Record]) -> list[Record]:
        """The knowledge in a batch of raw records, then the dead letters, then the ticks."""
        knowledge: list[Record] = []
        letters: list[Record] = []
        closing: list[Record] = []
        groups: dict[tuple[object, ...], list[Origin]] = {}
        for record in batch:
            try:
                if record.headers.get(CONTENT_TYPE) == TICK:
                    closing += self._closing(record)
                else:
                    origin = self._origin(record)
                    groups.setdefault(_together(origin), []).append(origin)
            except PoisonError as error:
                letters.append(dead_letter.of_record(record, error, STAGE, self._topics))
        vouching: dict[tuple[str, str], Origin] = {}
        for origins in groups.values():
            group = _Group(origins, self._settings)
            knowledge += self._map(group)
            letters += self._reject(group)
            vouching |= self._note(group)
        return knowledge + letters + self._tick(vouching) + closing

    def _origin(self, record: Record) -> Origin:
        feed = self._feeds[record.topic]
        kind = record.headers.get(CONTENT_TYPE)
        if kind is not None and kind.split(";", 1)[0].strip().lower() not in feed.content_types:
            raise PoisonError(f"{CONTENT_TYPE} {kind} is not {' or '.join(feed.content_types)}", CONTENT_TYPE)
        return origins_.read(record, feed, self._settings.feed_labels)

    def _map(self, group: "_Group") -> list[Record]:
        parsed, rows = group.parsed, group.rows
        names = [iri.subject(named.scheme.lower(), named.value) for named in parsed.named]
        keys = [name.encode() for name in names]
        topic = self._topics.knowledge
        out = [
            Record(
                topic,
                keys[told.subject],
                b"".join(write(thing) for thing in told.things),
                group.origins[told.origin].headers(told.known_at),
            )
            for told in statements(rows, parsed, group.origins, names, self._told)
        ]
        kept, fixes = len(rows.times), 0
        if parsed.sparse:
            seen = sightings(rows, parsed, group.origins, names)
            kept = len(seen)
            for one in seen:
                headers = group.origins[one.origin].headers(one.known_at)
                out.append(Record(topic, keys[one.subject], write(one.thing), headers))
        elif parsed.motion is not None:
            placed, motion = _placed(rows, parsed.motion)
            fresh, motion = group.fresh(placed, motion)
            fixes = len(fresh.times)
            kept -= len(placed.times) - fixes
            for piece in pieces(fresh, motion, group.origins, names):
                origin, segment = group.origins[piece.origin], piece.segment
                known_at = origin.known_at or from_ms(int(segment.times[-1]))
                out.append(
                    Record(topic, keys[piece.subject], write_segment(segment), origin.headers(known_at))
                )
        self._count(parsed, kept)
        feed = group.origins[0].feed.name
        metrics.mapped(feed, fixes, kept, len(parsed.rows) - kept, len(parsed.rejects), len(parsed.aside))
        return out

    def _count(self, parsed: Parsed, kept: int) -> None:
        self.counts.lines += parsed.lines
        self.counts.accepted += kept
        self.counts.duplicates += len(parsed.rows) - kept
        self.counts.rejected += len(parsed.rejects)
        self.counts.aside += len(parsed.aside)
        self.counts.notes.update(parsed.notes)

    def _reject(self, group: "_Group") -> list[Record]:
        letters = []
        for reject in group.parsed.rejects:
            origin, line = group.locate(reject.line)
            part = origin.head + b"\n" + reject.raw + b"\n" if origin.head else reject.raw + b"\n"
            letters.append(
                dead_letter.of_part(
                    origin.record,
                    part,
                    reject.reason,
                    STAGE,
                    self._topics,
                    field=reject.field or None,
                    line=line,
                )
            )
        return letters

    def _note(self, group: "_Group") -> dict[tuple[str, str], Origin]:
        """Note the latest time that each source told of; those sources, each with its last record."""
        told: dict[tuple[str, str], Origin] = {}
        latest = np.full(len(group.origins), -1, dtype=np.int64)
        np.maximum.at(latest, group.rows.origins, group.rows.times)
        for origin, time in zip(group.origins, latest.tolist(), strict=True):
            if origin.vouches and time >= 0:
                self._watermarks.saw(origin.distribution, origin.label, time)
                told[origin.distribution, origin.label] = origin
        return told

    def _tick(self, vouching: Mapping[tuple[str, str], Origin]) -> list[Record]:
        out = []
        for (distribution, label), origin in vouching.items():
            watermark = self._watermarks.advance(distribution, label)
            if watermark is not None:
                headers = origin.headers(origin.known_at or watermark)
                out += ticks(self._topics.knowledge, self._partitions, distribution, watermark, headers)
        return out

    def _closing(self, record: Record) -> list[Record]:
        try:
            watermark = from_text(record.value.decode())
        except ValueError as error:
            raise PoisonError(
                f"a closing tick's value is an instant such as 2020-12-08T05:00:00Z: {error}"
            ) from error
        origin = origins_.of_tick(record, self._feeds[record.topic], self._settings.feed_labels)
        headers = origin.headers(origin.known_at or watermark)
        return ticks(self._topics.knowledge, self._partitions, origin.distribution, watermark, headers)


def _together(origin: Origin) -> tuple[object, ...]:
    """What raw records have in common that are read as one."""
    chosen = tuple(sorted(origin.feed.given.items()))
    alone = (origin.record.partition, origin.record.offset) if origin.feed.apart else ()
    return (origin.record.topic, origin.head, chosen, *alone)


def _placed(rows: Rows, motion: Motion) -> tuple[Rows, Motion]:
    """The rows that tell where their subject was."""
    placed = ~np.isnan(motion.lons)
    if placed.all():
        return rows, motion
    return Rows(rows.origins[placed], rows.subjects[placed], rows.times[placed]), motion.take(placed)


class _Group:
    """Raw records that are read as one body.

    Attributes:
        origins: the raw records; one that several receivers received stands here once for each.
        parsed: what the body says.
        rows: its rows, by these origins.
    """

    def __init__(self, origins: list[Origin], settings: Settings) -> None:
        self.origins = self._records = origins
        feed = origins[0].feed
        lines = np.array([origin.lines for origin in origins], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(lines)))
        latest = [latest_believed(origin.received, settings.future_seconds) for origin in origins]
        late = latest[0] if feed.apart else np.repeat(np.array(latest, dtype=np.int64), lines)
        bounds = Bounds(to_ms(settings.earliest), late)
        self.parsed = feed.parse(origins[0].head, b"".join(_whole(origin.body) for origin in origins), bounds)
        of = self._of(self.parsed.rows)
        if self.parsed.heard is not None:
            of = self._apart_by_receiver(of, self.parsed.heard)
        self.rows = Rows(of, self.parsed.subjects, self.parsed.times)

    def _of(self, lines: NDArray[np.int64]) -> NDArray[np.int64]:
        """The raw record that each line came in: the elements of a document all came in one."""
        return np.minimum(np.searchsorted(self._starts, lines, side="right"), len(self._starts) - 1) - 1

    def _apart_by_receiver(self, of: NDArray[np.int64], heard: NDArray[np.int64]) -> NDArray[np.int64]:
        pairs, codes = np.unique(np.stack([of, heard]), axis=1, return_inverse=True)
        self.origins = [
            self._records[place]
            if by == NOTHING_SAID
            else origins_.heard_by(self._records[place], self.parsed.receivers[by])
            for place, by in pairs.T.tolist()
        ] or self._records
        return codes.reshape(-1).astype(np.int64)

    def fresh(self, rows: Rows, motion: Motion) -> tuple[Rows, Motion]:
        """The rows that are the first to tell their fix, and where they were."""
        codes: dict[tuple[str, str, str], int] = {}
        contexts = np.array(
            [codes.setdefault((o.sensor, o.distribution, o.label), len(codes)) for o in self.origins],
            dtype=np.int64,
        )
        first = first_tellings(rows, motion, contexts[rows.origins])
        if first.all():
            return rows, motion
        return Rows(rows.origins[first], rows.subjects[first], rows.times[first]), motion.take(first)

    def locate(self, line: int) -> tuple[Origin, int]:
        """The raw record that a line of the body came in, and the line's number in what it was taken from."""
        of = int(self._of(np.array([line]))[0])
        origin = self._records[of]
        return origin, origin.first_line + line - int(self._starts[of])


def _whole(body: bytes) -> bytes:
    return body if body.endswith(b"\n") or not body else body + b"\n"
