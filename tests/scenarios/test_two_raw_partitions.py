"""One source in two raw partitions, with a mapper for each: whoever is ahead, the same is concluded.

A mapper's tick says that its source has told all, and knows only what lies in its own partition. What the
other one tells then comes late, and late fixes are concluded again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.emit import Emitter
from analytics.stage import Analytics
from ingest.ais_csv import AisCsv
from ingest.mapper import Mapper
from ontology import rdf
from ontology.concluded import Place, Retraction
from ontology.observed import Tick, TrackSegment
from ontology.times import MILLISECOND, to_ms, to_text
from ontology.views import View
from runtime.record import CONTENT_TYPE, DISTRIBUTION_ID, KNOWN_AT, SECURITY_LABEL, TICK, Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics
from tests.scenarios.installation import HEAD, seconds

PARTITIONS = 4
RECEIVERS = ("east", "west")
Order = Callable[[int, int], Iterable[int]]
"""Whose turn it is, of two mappers with so many records each."""


LONG_AFTER = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Telling:
    """How a source tells: whether it closes, and whether all is known when it happened or long after."""

    closed: bool
    live: bool = True

    def known(self, moment: datetime) -> str:
        return to_text(moment if self.live else LONG_AFTER)


def raw_records(lines: Sequence[bytes], receiver: str, telling: Telling) -> list[Record]:
    """A receiver's lines in blocks of 40, and a closing tick if it tells no more."""
    said = {SECURITY_LABEL: "*", DISTRIBUTION_ID: "week"}
    records: list[Record] = []
    for begin in range(0, len(lines), 40):
        block = lines[begin : begin + 40]
        headers = Headers.of({**said, KNOWN_AT: telling.known(time_of(block[-1]))})
        body = b"\n".join([HEAD, *block, b""])
        records.append(Record("raw.ais", receiver.encode(), body, headers, 0, len(records)))
    if telling.closed:
        end = time_of(lines[-1]) + MILLISECOND
        headers = Headers.of({**said, CONTENT_TYPE: TICK, KNOWN_AT: telling.known(end)})
        records.append(Record("raw.ais", receiver.encode(), to_text(end).encode(), headers, 0, len(records)))
    return records


def time_of(line: bytes) -> datetime:
    return datetime.fromtimestamp(seconds(line), UTC)


def side_by_side(first: int, second: int) -> list[int]:
    return [0, 1] * max(first, second)


def first_ahead(first: int, second: int) -> list[int]:
    return [0] * first + [1] * second


def second_ahead(first: int, second: int) -> list[int]:
    return [1] * second + [0] * first


def in_runs(first: int, second: int) -> list[int]:
    """By chance, and up to two days at a time."""
    chance = random.Random(4)  # noqa: S311 - not a secret
    return [turn for _ in range(first + second) for turn in [chance.randint(0, 1)] * chance.randint(1, 40)]


def mapped(raw: Sequence[Sequence[Record]], turn: Iterable[int]) -> list[list[Record]]:
    """Knowledge, a list for each raw record, as the mappers of the partitions made it in turn."""
    mappers = [Mapper([AisCsv()], Topics(), PARTITIONS, Settings()) for _ in raw]
    left = [iter(records) for records in raw]
    out = [mappers[who].process([record]) for who in turn for record in [next(left[who], None)] if record]
    out += [mappers[who].process([record]) for who in (0, 1) if who < len(raw) for record in left[who]]
    offsets = dict.fromkeys(range(PARTITIONS), 0)
    for records in out:
        for record in records:
            if record.partition < 0:
                record.partition = sum(record.key or b"") % PARTITIONS
            record.offset = offsets[record.partition]
            offsets[record.partition] += 1
    return out


def concluded(knowledge: Iterable[Sequence[Record]]) -> dict[str, object]:
    """What holds in the end; of the places those that a stay refers to."""

    def never(_: Mapping[Any, int]) -> Iterable[Sequence[Record]]:
        raise AssertionError("nothing is restored here")

    stage = Analytics(Emitter("derived", "all", "analytics"), PARTITIONS, never, View("all"), {})
    held: dict[str, object] = {}
    for batch in knowledge:
        for record in stage.process(batch):
            for thing in rdf.read(record.value):
                if isinstance(thing, Retraction):
                    del held[thing.key]
                else:
                    held[thing.key] = thing
    used = {getattr(thing, "place", None) for thing in held.values()}
    return {key: thing for key, thing in held.items() if not isinstance(thing, Place) or key in used}


def late(knowledge: Iterable[Sequence[Record]]) -> int:
    """How many segments begin before what a tick had vouched for when they came."""
    latest, found = -1, 0
    for batch in knowledge:
        for thing in (thing for record in batch for thing in rdf.read(record.value)):
            if isinstance(thing, Tick):
                latest = max(latest, to_ms(thing.watermark))
            elif isinstance(thing, TrackSegment):
                found += int(thing.times[0]) < latest
    return found


@pytest.fixture(scope="module")
def lines(week_lines: list[bytes]) -> list[bytes]:
    """Four days are enough for places, stays, gaps and trips."""
    return [line for line in week_lines if line.split(b",")[1] < b"2020-12-05"]


@pytest.fixture(
    scope="module",
    params=[Telling(closed=True), Telling(closed=False), Telling(closed=True, live=False)],
    ids=["closed", "left open", "history"],
)
def undivided(request: pytest.FixtureRequest, lines: list[bytes]) -> tuple[Telling, dict[str, object]]:
    """What follows from the same lines in one raw partition, in their order."""
    telling: Telling = request.param
    knowledge = mapped([raw_records(lines, "east", telling)], [0] * len(lines))
    assert late(knowledge) == 0
    return telling, concluded(knowledge)


@pytest.mark.parametrize("order", [side_by_side, first_ahead, second_ahead, in_runs])
def test_the_same_is_concluded_whoever_is_ahead(
    undivided: tuple[Telling, dict[str, object]], lines: list[bytes], order: Order
) -> None:
    """Every vessel is heard by both receivers by turns."""
    telling, expected = undivided
    raw = [raw_records(lines[number::2], name, telling) for number, name in enumerate(RECEIVERS)]
    knowledge = mapped(raw, order(*map(len, raw)))
    assert (late(knowledge) > 100) == (order is not side_by_side)
    assert concluded(knowledge) == expected
