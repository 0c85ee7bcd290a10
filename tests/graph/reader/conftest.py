"""The harbour of harbour.py in a real Neo4j."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from neo4j import Driver

from graph.reader.reader import Reader
from ontology.kind import Link, Thing, describe
from ontology.observed import Subject
from ontology.times import OPEN


def load_module(name: str) -> ModuleType:
    """A module beside this file: tests are no package."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def put(driver: Driver, things: Sequence[Thing], pair: int) -> None:
    for thing in things:
        _node(driver, thing, pair)
    for thing in things:
        _edges(driver, thing, pair)


def _node(driver: Driver, thing: Thing, pair: int) -> None:
    label = type(thing).__name__
    labels = f"{thing.kind}:Subject" if isinstance(thing, Subject) else label
    if type(thing).versioned:
        labels += ":Conclusion"
    known: dict[str, Any] = {"_sec": [pair], "_from": [0], "_to": OPEN}
    literals = {d.name: getattr(thing, d.name) for d in describe(type(thing)) if d.literal}
    properties = {name: _value(value) for name, value in literals.items() if value is not None}
    driver.execute_query(
        f"""CREATE (n:{labels}) SET n = $properties
        SET n.position = point({{longitude: n.lon, latitude: n.lat}})""",
        properties={**known, **properties, "key": thing.key},
    )


def _edges(driver: Driver, thing: Thing, pair: int) -> None:
    for described in describe(type(thing)):
        targets = getattr(thing, described.name)
        if described.link is None or targets is None:
            continue
        _edge(
            driver, thing.key, described.link, [targets] if isinstance(targets, str) else list(targets), pair
        )


def _edge(driver: Driver, key: str, link: Link, targets: list[str], pair: int) -> None:
    arrow = "(m)-[r:{0}]->(n)" if link.incoming else "(n)-[r:{0}]->(m)"
    driver.execute_query(
        f"""MATCH (n {{key: $key}}) UNWIND $targets AS target MATCH (m {{key: target}})
        CREATE {arrow.format(link.relationship)} SET r += $known""",
        key=key,
        targets=targets,
        known={"_sec": [pair], "_from": [0], "_to": OPEN},
    )


def _value(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


SEARCH = """
    CREATE FULLTEXT INDEX search IF NOT EXISTS FOR (n:SubjectState|Identifier|Place)
    ON EACH [n.name, n.call_sign, n.imo, n.value]
"""


@pytest.fixture(scope="session")
def harbour() -> ModuleType:
    """What the harbour holds."""
    return load_module("harbour")


@contextmanager
def filled_with(driver: Driver, harbour: ModuleType) -> Iterator[None]:
    """The harbour and nothing else, until the end."""
    driver.execute_query("MATCH (n) DETACH DELETE n")
    driver.execute_query(SEARCH)
    put(driver, harbour.observed(), 7)
    put(driver, harbour.concluded(), 8)
    driver.execute_query("CALL db.awaitIndexes()")
    yield
    driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture(scope="module")
def reader(neo4j: Driver, harbour: ModuleType) -> Iterator[Reader]:
    """A reader on a Neo4j that holds the harbour and nothing else."""
    with filled_with(neo4j, harbour):
        yield Reader(neo4j, view=harbour.VIEW)
