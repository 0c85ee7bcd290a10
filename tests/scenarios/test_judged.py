"""Rules and verdicts on a whole installation: a worker killed, a rebuild, all concluded anew."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest

from analytics.alerts.once import alerts
from analytics.analyse import tracks_of
from analytics.worker import run_analytics
from api.clearance import Clearance
from api.cli.fixes_file import read
from api.judging import judged, record_of
from api.ruling import Ruler
from graph.allowed import everything as all_of
from graph.reader import findings
from graph.reader.listing import Asked, Order
from graph.reader.reader import Reader
from graph.rebuild import rebuild
from graph.worker import run_graph
from ingest import registry
from ingest.worker import run_ingest
from ontology.rules import Rule
from ontology.times import from_ms
from ontology.verdict import Word
from runtime import kafka
from runtime.interner import interned
from runtime.replay import everything
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.tell import moment, tell
from runtime.transaction import send
from runtime.worker import Worked
from tests.scenarios.installation import IDLE_S, Installation, empty, same, write

Install = Callable[..., Installation]
SHIPS = ("mmsi:367791540", "mmsi:368139870")
RULES = [
    Rule.model_validate(said)
    for said in (
        {
            "name": "mid-river",
            "subjects": SHIPS,
            "enters": {"circle": {"lon": -74.02, "lat": 40.71, "radius_m": 900}},
        },
        {"name": "quiet", "subjects": SHIPS, "silent": "PT2H"},
        {"name": "both", "subjects": SHIPS[:1], "near": {"subjects": SHIPS[1:], "within_m": 400}},
    )
]
ENOUGH = 0
"""Alerts, of some twenty: they are told before the first step is concluded."""
ANA = Clearance("ana", "https://example.org")


def _work_until_killed(settings: Settings, endpoints: Endpoints) -> None:
    """The analytics, until so much is written: then, within the next batch, the process is no more."""
    written = 0

    def count(worked: Worked) -> None:
        nonlocal written
        written += worked.written
        if written > ENOUGH:
            Timer(0.02, os.kill, (os.getpid(), signal.SIGKILL)).start()

    few = settings.model_copy(update={"batch_records": 5, "batch_seconds": 0.05})
    run_analytics(few, endpoints, Event(), on_batch=count)


def told(here: Installation) -> list[bytes]:
    """The alerts in the log, each as often as it was told."""
    found = [r for chunk in everything(here.endpoints.kafka_bootstrap, here.topics.derived) for r in chunk]
    return [record.value for record in found if b'"alert: ' in record.value]


def reader(here: Installation) -> Reader:
    pairs = interned(here.endpoints.kafka_bootstrap, here.topics)
    return Reader(here.driver, here.endpoints.neo4j_database, all_of(pairs, "all"))


@pytest.mark.long
def test_alerts_after_a_kill_and_verdicts_after_a_rebuild_and_anew(
    install: Install, week_lines: list[bytes], tmp_path: Path
) -> None:
    here = install()
    bootstrap = here.endpoints.kafka_bootstrap
    here.topics.ensure(kafka.admin(bootstrap), here.topics.all(["ais"]))
    ruler = Ruler("all", None, ANA, {}, operator=False)
    for rule in RULES:
        standing = ruler.added(rule, None, from_ms(0))
        tell(bootstrap, ruler.told(standing, here.topics.rules, "api"))
    run_analytics(here.settings, here.endpoints, Event(), idle_s=IDLE_S)  # the rules, which are there before
    ships = tuple(name.removeprefix("mmsi:").encode() for name in SHIPS)
    some = [line for line in week_lines if line.startswith(ships) and line.split(b",")[1] < b"2020-12-04"]
    file = write(tmp_path / "days.csv", some)
    here.publish(file, as_if_live=True)
    run_ingest(here.settings, here.endpoints, registry.FEEDS, Event(), idle_s=IDLE_S)

    killed = multiprocessing.get_context("spawn").Process(
        target=_work_until_killed, args=(here.settings, here.endpoints)
    )
    killed.start()
    killed.join(90)
    assert killed.exitcode == -signal.SIGKILL
    before = len(told(here))
    run_analytics(here.settings, here.endpoints, Event(), idle_s=IDLE_S)
    run_graph(here.settings, here.endpoints, Event(), idle_s=IDLE_S)

    given = read(registry.feed("ais"), str(file), here.settings)
    tracks = tracks_of(given.subjects, given.times, given.lons, given.lats)
    expected = {each.key: each.statement for each in alerts(RULES, tracks, int(given.times.max()) + 1)}
    rows = here.rows(
        "MATCH (n:Finding) WHERE n.kind STARTS WITH 'alert: ' AND n._to = 9223372036854775807"
        " RETURN n.key AS key, n.statement AS statement"
    )
    assert len(rows) == len({row["key"] for row in rows})
    assert {row["key"]: row["statement"] for row in rows} == expected
    assert 0 < before < len(told(here)), "it was killed in the middle"
    assert len(set(told(here))) == len(told(here)), "nothing is told twice"

    _judge_and_conclude_anew(here)


def _judge_and_conclude_anew(here: Installation) -> None:
    bootstrap = here.endpoints.kafka_bootstrap
    asked = Asked(kind="alert: both")
    found = findings.listed(reader(here), asked, 5, order=Order.SURPRISE).items[0]
    verdict = judged(found, "all", Word.DISMISSED, "ice on the river", ANA, moment())
    tell(bootstrap, record_of(here.topics.verdicts, verdict, "*", "api"))
    run_graph(here.settings, here.endpoints, Event(), idle_s=IDLE_S)
    shown = findings.get(reader(here), found.key)
    assert shown.lowered_by is not None
    assert (shown.rank < 0, shown.lowered_by.reason) == (True, "ice on the river")
    before = here.digest()
    rebuild(here.settings, here.endpoints)
    same(here.digest(), before, "full", "current")

    there = Installation.new(here.endpoints, here.driver)
    there.topics.ensure(kafka.admin(bootstrap), there.topics.all(["ais"]))
    producer = kafka.producer(bootstrap)
    for plain in ("knowledge", "verdicts", "rules"):
        for chunk in everything(bootstrap, here.topics.name(plain)):
            for record in chunk:
                record.topic = there.topics.name(plain)
                send(producer, record)
    assert producer.flush(30) == 0
    empty(there.driver)
    run_analytics(there.settings, there.endpoints, Event(), idle_s=IDLE_S)
    run_graph(there.settings, there.endpoints, Event(), idle_s=IDLE_S)
    same(there.digest(), before)
    again: Any = findings.get(reader(there), found.key)
    assert again.verdict == shown.verdict
    assert again.lowered_by == shown.lowered_by
