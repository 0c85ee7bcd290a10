"""Run each server once in a scratch home, with a little of everything, to archive the classes it uses."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError
from pydantic import SecretStr

from runtime.servers import jars, java
from runtime.servers.errors import ServersError
from runtime.servers.home import identity_of, password_of
from runtime.servers.kafka import Kafka
from runtime.servers.locks import FileLock
from runtime.servers.neo4j import USER, Neo4j
from runtime.servers.progress import say
from runtime.servers.server import Server
from runtime.settings import Settings

_WRITE_S = 180.0
_FORGIVEN_S = 3600.0
_ROUNDS = 30
_SCRATCH = "scratch-"
_TOPIC = "training"


def prepare(names: Sequence[str], settings: Settings) -> None:
    """Do all that is done once: fetch the jars of some servers, and train their JVMs if the settings say so.

    Raises:
        FetchError: The jars could not be fetched.
    """
    if names:
        java.fetch_for(names, settings)
    if settings.quick_start:
        try:
            train(names, settings)
        except OSError as error:
            say(f"No quick start, for the cache cannot be written: {error}.")


def train(names: Sequence[str], settings: Settings) -> None:
    """Write the archives that are missing; what goes wrong costs speed only, so it is said and left at that.

    A second process waits for the first. After a failure, an hour passes before the next try.
    """
    if not _untrained(names, settings):
        return
    folder = settings.cache / "archives"
    with FileLock(folder / "training.lock").held():
        untrained = _untrained(names, settings)
        if not untrained:
            return
        for left in folder.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        say("Training the servers' JVMs for quick starts (once, about half a minute) ...")
        with ThreadPoolExecutor(len(untrained)) as pool:
            list(pool.map(lambda name: _train_one(name, settings), untrained))


def _untrained(names: Sequence[str], settings: Settings) -> list[str]:
    return [name for name in names if not _tried(_archive(name, settings))]


def _tried(archive: Path) -> bool:
    failed = archive.with_suffix(".failed")
    return archive.exists() or (failed.exists() and time.time() - failed.stat().st_mtime < _FORGIVEN_S)


def _archive(name: str, settings: Settings) -> Path:
    server = _server(name, settings.cache, settings, SecretStr(""))
    return server.archive(java.prepare(name, settings))


def _server(name: str, home: Path, settings: Settings, password: SecretStr) -> Server:
    free = settings.model_copy(update={"kafka_port": 0, "neo4j_port": 0, "neo4j_database": "neo4j"})
    if name == jars.KAFKA:
        return Kafka(home, free, "DiurnalTrainingRun0000")
    return Neo4j(home, free, "diurnal-training", password)


def _train_one(name: str, settings: Settings) -> None:
    archive = _archive(name, settings)
    failed = archive.with_suffix(".failed")
    try:
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=archive.parent) as scratch:
            written = Path(scratch) / archive.name
            _run(name, Path(scratch), written, settings)
            written.replace(archive)
    except (ServersError, KafkaException, DriverError, Neo4jError, OSError) as error:
        failed.write_text(str(error))
        say(f"No quick start for {name}: {error}. It is tried again in an hour.")


def _run(name: str, home: Path, written: Path, settings: Settings) -> None:
    identity_of(home)
    server = _server(name, home, settings, password_of(home))
    server.archive_to(written)
    try:
        server.start()
        if isinstance(server, Neo4j):
            _use_neo4j(server)
        elif isinstance(server, Kafka):
            _use_kafka(server)
        server.stop(_WRITE_S)
    finally:
        server.kill()


def _use_kafka(server: Kafka) -> None:
    to: dict[str, str | int | float | bool] = {"bootstrap.servers": server.bootstrap, "log_level": 0}
    admin = AdminClient(to)
    admin.create_topics([NewTopic(_TOPIC, 2)])[_TOPIC].result(30)
    producer = Producer(to | {"transactional.id": _TOPIC, "compression.type": "zstd"})
    producer.init_transactions(30)
    consumer = Consumer(to | {"group.id": _TOPIC, "auto.offset.reset": "earliest"})
    consumer.subscribe([_TOPIC])
    try:
        for _ in range(_ROUNDS):
            producer.begin_transaction()
            producer.produce(_TOPIC, b"value" * 100, key=b"key")
            read = consumer.consume(10, timeout=0.2)
            if read:
                offsets = consumer.position(consumer.assignment())
                producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata())
            producer.commit_transaction(30)
    finally:
        consumer.close()


def _use_neo4j(server: Neo4j) -> None:
    with GraphDatabase.driver(server.uri, auth=(USER, server.password.get_secret_value())) as driver:
        _query(driver)


def _query(driver: Driver) -> None:
    driver.execute_query("CREATE CONSTRAINT IF NOT EXISTS FOR (n:Thing) REQUIRE n.key IS UNIQUE")
    driver.execute_query("CREATE INDEX IF NOT EXISTS FOR (n:Thing) ON (n.start)")
    rows = [{"key": str(i), "properties": {"start": i, "name": f"thing {i}"}} for i in range(100)]
    for _ in range(_ROUNDS):
        driver.execute_query(
            "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n += row.properties "
            "MERGE (m:Place {key: row.key}) MERGE (n)-[:AT]->(m)",
            rows=rows,
        )
        driver.execute_query(
            "MATCH (n:Thing)-[r:AT]->(m) WHERE n.start > 10 RETURN n, count(r) AS c ORDER BY c LIMIT 10"
        )
    driver.execute_query("SHOW INDEXES")
