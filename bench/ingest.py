"""Raw record to knowledge, AIS, one process, Kafka to Kafka; beside telicent-lib, and Kafka alone.

Peer and ours take turns. What is compared is the steady rate: neither's start counts, nor its first records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from polars import DataFrame

from bench import kafka_limit, raw, week
from bench.ground import PEER, ROOT, Ground, Servers, child, own
from bench.measure import Measure

WEEKS: Final = 12
"""The week again and again, as dense as it is: 2 million fixes."""
BLOCK: Final = 5_000
"""Lines in a raw record."""
BATCH_BYTES: Final = 8 * 1024 * 1024
"""Of a transaction, as the settings have it: some 180,000 fixes."""
EXPANDED_WEEKS: Final = 2
EXPANDED_BATCH_BYTES: Final = 512 * 1024
SINGLE: Final = 60_000
"""Raw records of one fix each."""
PEER_WARM: Final = 1_000
PEER_FIXES: Final = 6_000
RUNS: Final = 3
PEER_NAME: Final = "telicent-lib 6.1.0 with rdflib, one fix a record in and out, 14 triples a fix"
LIMIT_NAME: Final = "confluent-kafka alone, reading the same raw records and writing the same knowledge"
TARGET_RATIO: Final = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of giving the rows."""

    name: str
    values: Sequence[bytes]
    batch_bytes: int
    flags: tuple[str, ...] = ()


def run(ground: Ground) -> list[Measure]:
    """In bulk, with RDF for each fix, and a fix a record."""
    kinds = (
        Kind("bulk", _blocks(week.later(WEEKS), BLOCK), BATCH_BYTES),
        Kind("wide", _blocks(week.later(EXPANDED_WEEKS), BLOCK), EXPANDED_BATCH_BYTES, ("--expand",)),
        Kind("single", _blocks(week.rows().head(SINGLE), 1), BATCH_BYTES),
    )
    peers: list[dict[str, Any]] = []
    ours: list[list[dict[str, Any]]] = [[] for _ in kinds]
    with ground.servers("ingest") as servers:
        for turn in range(RUNS):
            ground.say(f"turn {turn + 1} of {RUNS}")
            for kind, runs in zip(kinds, ours, strict=True):
                runs.append(_ours(servers, kind, turn))
            peers.append(_peer(servers, turn))
        ground.say("Kafka alone")
        limits = [_limit(servers, kind) for kind in kinds]
    target = TARGET_RATIO * _median(peers)
    bulk, wide, single = zip(ours, limits, strict=True)
    return [
        _measure("raw_to_knowledge", peers, *bulk, target),
        _measure("raw_to_knowledge_expanded", peers, *wide),
        _measure("raw_to_knowledge_one_fix_a_record", peers, *single),
    ]


def _blocks(frame: DataFrame, size: int) -> list[bytes]:
    return list(week.blocks(frame, size))


def _prefix(kind: str, turn: int) -> str:
    return f"{kind}{turn}."


def _ours(servers: Servers, kind: Kind, turn: int) -> dict[str, Any]:
    prefix = _prefix(kind.name, turn)
    topics = servers.topics(prefix)
    servers.fill(raw.records(topics.raw("ais"), kind.values))
    told = own(
        "bench.ingest_worker",
        str(servers.stack.home),
        prefix,
        str(len(kind.values)),
        str(kind.batch_bytes),
        *kind.flags,
    )
    return told | {"rate": told["fixes"] * told["share"] / told["seconds"]}


def _peer(servers: Servers, turn: int) -> dict[str, Any]:
    """The peer maps the very records that ours got one by one."""
    topics = servers.topics(_prefix("peer", turn))
    told = child(
        PEER,
        str(ROOT / "bench" / "peer" / "mapper.py"),
        servers.bootstrap,
        _prefix("single", turn) + "raw.ais",
        topics.knowledge,
        str(PEER_FIXES + PEER_WARM),
        str(PEER_WARM),
    )
    return told | {"rate": told["fixes"] / told["seconds"]}


def _limit(servers: Servers, kind: Kind) -> float:
    """Fixes a second through Kafka alone, the median of some runs."""
    topics = servers.topics(_prefix(kind.name, 0))
    fixes = sum(value.count(b"\n") - 1 for value in kind.values)
    outputs = kafka_limit.read(servers, topics.knowledge).values
    rates = []
    for _ in range(RUNS):
        reading = kafka_limit.read(servers, topics.raw("ais")).seconds
        rates.append(fixes / (reading + kafka_limit.write(servers, outputs)))
    return median(rates)


def _median(runs: Sequence[dict[str, Any]]) -> float:
    return float(median(each["rate"] for each in runs))


def _measure(
    name: str,
    peers: Sequence[dict[str, Any]],
    runs: Sequence[dict[str, Any]],
    limit: float,
    target: float | None = None,
) -> Measure:
    return Measure(
        name,
        _median(runs),
        "fixes/s",
        peer=_median(peers),
        peer_name=PEER_NAME,
        limit=limit,
        limit_name=LIMIT_NAME,
        target=target,
        notes={
            "runs": [each["rate"] for each in runs],
            "peer_runs": [each["rate"] for each in peers],
            "fixes_per_cpu_second": median(e["fixes"] * e["share"] / e["cpu"] for e in runs),
            "peer_fixes_per_cpu_second": median(e["fixes"] / e["cpu"] for e in peers),
            "fixes": runs[0]["fixes"],
            "transactions": runs[0]["batches"],
            "peak_mib": max(each["peak_mib"] for each in runs),
        },
    )
