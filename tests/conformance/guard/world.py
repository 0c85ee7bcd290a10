"""A generated world of records: every kind of thing, known in several ways, since several moments.

Some are told twice under other labels, some by a source that is withdrawn, some are concluded otherwise later
or taken back, some name what nobody ever told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import numpy as np

from ontology import iri, rdf
from ontology.concluded import Finding, Gap, Place, Retraction, Routine, Stay, Trip
from ontology.kind import Thing
from ontology.labels import Pair, canonical
from ontology.observed import SUBJECT_CLASSES, Identifier, Subject, SubjectState, Tick, TrackSegment
from ontology.segment import write_segment
from ontology.times import to_ms, to_text
from runtime.record import Headers, Record

T0: Final = datetime(2020, 12, 1, tzinfo=UTC)
"""When the first fix was; what is told becomes known within the hundred hours after it."""
HOURS: Final = 100
WITHDRAWN: Final = "scraped"
OBSERVED: Final = {
    Pair("*", "harbour"): 46,
    Pair("*", "camera"): 14,
    Pair("clearance=secret", "harbour"): 12,
    Pair("team=blue|team=red", "partner"): 10,
    Pair("clearance=secret & team=blue", "partner"): 6,
    Pair("*", WITHDRAWN): 8,
    Pair("!", "harbour"): 4,
}
"""Ways of knowing an observation, and how often each comes."""
CONCLUDED: Final = {"low": Pair("*", "derived:low"), "full": Pair("clearance=secret", "derived:full")}
"""The pair of each view's conclusions."""
NAMES: Final = ("ADA", "ADA STAR", "Eve Star", "TUG TWO", "tug of war", "Übersee", "NORTH WIND", "O'Neill")
KINDS: Final = ("Ship", "Ship", "Ship", *SUBJECT_CLASSES)


def at(hours: float) -> datetime:
    """So many hours after the beginning."""
    return T0 + timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class Sent:
    """A thing, or RDF of no kind of ours, as it is to be sent."""

    value: bytes
    content_type: str
    key: str
    pair: Pair
    known_at: datetime

    def record(self, topic: str, offset: int) -> Record:
        """As the log holds it; offsets are given anew to whatever is left of a world."""
        headers = {
            "Content-Type": self.content_type,
            "Security-Label": self.pair.label,
            "Distribution-Id": self.pair.distribution,
            "Known-At": to_text(self.known_at),
        }
        return Record(topic, self.key.encode(), self.value, Headers.of(headers), 0, offset)


@dataclass(frozen=True, slots=True)
class World:
    """What was observed, and what was concluded, each in the order in which it comes."""

    observed: tuple[Sent, ...]
    concluded: tuple[Sent, ...]


def world(seed: int, subjects: int = 14) -> World:
    """A world; the same seed gives the same one."""
    made = _Making(Random(seed), subjects)  # noqa: S311
    observed = [*made.subjects(), *made.states(), *made.segments(), *made.rest(), *made.ticks()]
    again = [made.told_again(sent) for sent in observed if made.random.random() < 0.2]
    whole = [*observed, *again]
    made.random.shuffle(whole)
    return World(tuple(whole), tuple(sent for view in CONCLUDED for sent in made.conclusions(view)))


class _Making:
    def __init__(self, random: Random, subjects: int) -> None:
        self.random = random
        kinds = [KINDS[number % len(KINDS)] for number in range(subjects)]
        self.whom = {iri.subject("mmsi", f"3670{number:05}"): kind for number, kind in enumerate(kinds)}
        self.keys = list(self.whom)

    def pair(self) -> Pair:
        return self.random.choices(list(OBSERVED), list(OBSERVED.values()))[0]

    def known(self) -> datetime:
        return at(self.random.choice((1, 1, 1, self.random.randrange(1, HOURS))))

    def sent(self, thing: Thing, pair: Pair | None = None, known_at: datetime | None = None) -> Sent:
        value = write_segment(thing) if isinstance(thing, TrackSegment) else rdf.write(thing)
        key = getattr(thing, "subject", thing.key)
        return Sent(value, "application/n-triples", key, pair or self.pair(), known_at or self.known())

    def told_again(self, sent: Sent) -> Sent:
        return Sent(sent.value, sent.content_type, sent.key, self.pair(), self.known())

    def subjects(self) -> Iterator[Sent]:
        for number, (key, kind) in enumerate(self.whom.items()):
            value = key.rsplit(":", 1)[1]
            mmsi, shared = iri.identifier("MMSI", value), iri.identifier("IMO", f"9000{number // 3}")
            yield self.sent(Subject(key, kind, (mmsi, shared)))
            yield self.sent(Subject(key, kind, (shared,)))
            yield self.sent(Identifier(mmsi, "MMSI", value))
            if number % 3 == 0:
                yield self.sent(Identifier(shared, "IMO", f"9000{number // 3}"))

    def states(self) -> Iterator[Sent]:
        for key in self.keys:
            for _ in range(3):
                pair = self.pair()
                start = at(self.random.randrange(0, 72))
                name = self.random.choice(NAMES)
                code = self.random.choice((None, 30, 52, 70))
                called = iri.state(key, pair.distribution, canonical(pair.label), start.date(), name, code)
                state = SubjectState(
                    called,
                    key,
                    start,
                    name,
                    call_sign=self.random.choice((None, "WDA1111", "WDB2222")),
                    type_code=code,
                    type_name=None if code is None else {30: "Fishing", 52: "Tug", 70: "Cargo"}[code],
                    length_m=self.random.choice((None, 20.5, 199.25)),
                )
                yield self.sent(state, pair)

    def segments(self) -> Iterator[Sent]:
        for key in self.keys:
            for _ in range(3):
                pair, hour = self.pair(), at(self.random.randrange(0, 72))
                first = self.segment(key, pair, hour, range(0, 40, 8))
                yield self.sent(first, pair)
                if self.random.random() < 0.4:
                    yield self.sent(self.segment(key, pair, hour, range(24, 60, 6)), pair)

    def segment(self, key: str, pair: Pair, hour: datetime, minutes: range) -> TrackSegment:
        times = np.array([to_ms(hour) + 60_000 * minute for minute in minutes], np.int64)
        sensor, label = iri.sensor(pair.distribution), canonical(pair.label)
        lons = -74.0 + (times % 86_400_000) / 1e9
        return TrackSegment(
            key=iri.segment(key, sensor, pair.distribution, label, hour),
            subject=key,
            sensor=sensor,
            source=pair.distribution,
            label=label,
            hour=hour,
            times=times,
            lons=lons,
            lats=lons + 114.7,
            speeds=np.full(len(times), 3.5) if self.random.random() < 0.7 else None,
        )

    def ticks(self) -> Iterator[Sent]:
        for pair in OBSERVED:
            for hour in (10, 60):
                yield self.sent(Tick(iri.source(pair.distribution), at(hour)), pair, at(hour + 1))

    def rest(self) -> Iterator[Sent]:
        """People who know people, with names, ages, and days of birth."""
        for number in range(people := min(24, 3 * len(self.keys))):
            me = f"<http://example.org/{number}>"
            others = (self.random.randrange(people) for _ in range(3))
            lines = [f"{me} <http://example.org/knows> <http://example.org/{other}> ." for other in others]
            near = self.keys[number % min(5, len(self.keys))]
            name, age = self.random.choice(NAMES), self.random.randrange(18, 90)
            day = to_text(at(-self.random.randrange(20_000, 200_000)))
            xsd = "http://www.w3.org/2001/XMLSchema#"
            lines += [
                f'{me} <http://example.org/name> "{name}"@en .',
                f'{me} <http://example.org/age> "{age}"^^<{xsd}integer> .',
                f'{me} <http://example.org/born> "{day}"^^<{xsd}dateTime> .',
                f"{me} <http://example.org/at> _:b . _:b <http://example.org/near> <{near}> .",
            ]
            for line in lines:
                yield Sent(line.encode(), "text/turtle", me[1:-1], self.pair(), self.known())

    def conclusions(self, view: str) -> Iterator[Sent]:
        """In the order of their becoming known, as analytics tell them."""
        told: list[tuple[Thing, float, str]] = []
        places = [
            Place(
                iri.place(view, -74.0 + n / 50, 40.7 + n / 100),
                view,
                f"{NAMES[n]} Pier",
                -74.0 + n / 50,
                40.7 + n / 100,
                150.0,
                "America/New_York",
                port="US NYC" if n % 2 else None,
            )
            for n in range(6)
        ]
        told += [(place, 1.0, place.key) for place in places]
        for number, key in enumerate(self.keys):
            told += [(thing, hour, key) for thing, hour in self._of(view, key, places, number)]
        told.sort(key=lambda one: one[1])
        for thing, hour, about in told:
            # What is taken back goes the same way as what was told: by its subject.
            yield replace(self.sent(thing, CONCLUDED[view], at(hour)), key=about)

    def _of(self, view: str, key: str, places: list[Place], number: int) -> Iterator[tuple[Thing, float]]:
        stays = []
        for visit in range(5):
            where = places[(number + visit * (1 + number % 2)) % len(places)]
            start = at(visit * 14 + number % 3)
            stays.append(stay := self._stay(view, key, where, start, None))
            hour = 3.0 + visit * 15
            yield stay, hour
            ended = self._stay(view, key, where, start, start + timedelta(hours=5 + number % 4))
            yield ended, hour + 6
            if self.random.random() < 0.15:
                yield Retraction(stay.key, view, "Stay"), hour + 20
            yield from self._between(view, key, places, number, visit, hour)
        for kind in ("unusual place", "unusual hour")[: 1 + number % 2]:
            yield self._finding(view, key, kind, stays), 50.0
            if self.random.random() < 0.4:
                yield self._finding(view, key, kind, stays[:2], days=9), 66.0

    def _between(
        self, view: str, key: str, places: list[Place], number: int, visit: int, hour: float
    ) -> Iterator[tuple[Thing, float]]:
        start = at(visit * 14 + 9)
        if visit % 2 == 0:
            trip = Trip(
                iri.trip(view, key, to_ms(start)),
                view,
                key,
                places[(number + visit) % len(places)].key,
                places[(number + visit + 2) % len(places)].key,
                start,
                start + timedelta(minutes=30 + 7 * number),
                distance_m=1000.0 * (number + 1) / 3,
                max_speed=4.5 + visit,
                fixes=10 + number,
            )
            yield trip, hour + 8
        elif number % 2 == 0:
            gap = Gap(
                iri.gap(view, key, to_ms(start)), view, key, start, start + timedelta(hours=2),
                -74.0, 40.7, -74.1, 40.8, 9_000.0 + number,
            )  # fmt: skip
            yield gap, hour + 8
        if visit in (2, 4):
            yield self._routine(view, key, places[number % len(places)], visit), hour + 10

    @staticmethod
    def _stay(view: str, key: str, where: Place, start: datetime, end: datetime | None) -> Stay:
        return Stay(
            iri.stay(view, key, to_ms(start)), view, key, where.key, start, end,
            end or start + timedelta(minutes=30), where.lon, where.lat, 50.0 + start.hour,
            5 if end is None else 40 + start.hour, 0.0, end is not None and start.hour % 3 == 0,
        )  # fmt: skip

    @staticmethod
    def _routine(view: str, key: str, where: Place, visits: int) -> Routine:
        hours = tuple(min(visits, hour % 5) for hour in range(24))
        return Routine(
            iri.routine(view, key, where.key), view, key, where.key, where.timezone, at(24 * visits).date(),
            visits, 1, hours, hours[::-1], (), visits, f"There on {visits} of {visits + 1} days.",
        )  # fmt: skip

    @staticmethod
    def _finding(view: str, key: str, kind: str, stays: list[Stay], days: int = 5) -> Finding:
        first = stays[0]
        return Finding(
            iri.finding(view, kind, key, first.place, to_ms(first.start)), view, kind, key, first.place,
            first.start, first.start + timedelta(hours=1), f"There on none of {days} days.", 0, days,
            2.25 + days, "observed", ("weather", "sensor"), tuple(stay.key for stay in stays),
        )  # fmt: skip
