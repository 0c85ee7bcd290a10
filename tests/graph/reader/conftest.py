"""The harbour of harbour.py in a real Neo4j."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from neo4j import Driver

from graph import schema
from graph.loader import Loader
from graph.reader.reader import Reader
from graph.sight import Sight
from graph.told import Told
from ontology.labels import pair_id


def load_module(name: str) -> ModuleType:
    """A module beside this file: tests are no package."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def harbour() -> ModuleType:
    """What the harbour holds."""
    return load_module("harbour")


@contextmanager
def filled_with(driver: Driver, harbour: ModuleType) -> Iterator[None]:
    """The harbour and nothing else, until the end."""
    driver.execute_query("MATCH (n) DETACH DELETE n")
    schema.ensure(driver)
    loader = Loader(driver, parse=lambda _: [])
    for topic, things, pair in (
        ("knowledge", harbour.observed(), harbour.OBSERVED),
        ("derived", harbour.concluded(), harbour.CONCLUDED),
    ):
        told = [Told(thing, pair_id(pair), 0, f"0-{n}") for n, thing in enumerate(things)]
        loader.write_told(topic, 0, 0, told, len(told))
    driver.execute_query("MATCH (o:_Offset) DELETE o")
    driver.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    yield
    driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture(scope="module")
def reader(neo4j: Driver, harbour: ModuleType) -> Iterator[Reader]:
    """A reader on a Neo4j that holds the harbour and nothing else."""
    with filled_with(neo4j, harbour):
        allowed = (pair_id(harbour.OBSERVED), pair_id(harbour.CONCLUDED))
        yield Reader(neo4j, "neo4j", Sight.of(allowed, harbour.VIEW))
