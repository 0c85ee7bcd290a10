"""What the guard answers, against the answers of a database of what the asker may know and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from neo4j import Driver

from graph.reader.reader import Reader
from tests.conformance.guard import corpus, routes, store
from tests.conformance.guard.answers import Answer, Query, answer
from tests.conformance.guard.askers import Asker
from tests.conformance.guard.world import World

DATABASE = "neo4j"
Load = Callable[[Driver, World], None]


@dataclass
class Compared:
    """What came of it."""

    answers: int = 0
    empty: int = 0
    differences: list[str] = field(default_factory=list)

    def see(self, asker: Asker, what: str, wanted: Answer, got: Answer) -> None:
        self.answers += 1
        self.empty += wanted.empty
        if wanted != got:
            self.differences.append(f"{asker}: {what}\n{wanted.difference(got)}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The answers of one asker's own database."""

    parameters: Mapping[str, Any]
    answers: Mapping[Query, Answer]
    pages: Mapping[str, Answer]


def compare(
    driver: Driver,
    world: World,
    askers: Sequence[Asker],
    queries: Iterable[Query],
    load: Load = store.load,
    every: int = 1,
) -> Compared:
    """Ask everything twice; the database is left with the whole world.

    Args:
        driver: of a Neo4j that has its schema.
        world: what comes.
        askers: who ask.
        queries: what they ask.
        load: how the whole world gets into the database.
        every: how many of the queries and of the API's pages stand for one that is asked.
    """
    asked = list(dict.fromkeys(queries))[::every]
    wanted = {asker: _wanted(driver, world, asker, asked, every) for asker in askers}
    load(driver, world)
    found = Compared()
    for asker, theirs in wanted.items():
        reader = Reader(driver, DATABASE, asker.sight())
        for query, answered in theirs.answers.items():
            found.see(asker, query.text, answered, answer(reader, query, theirs.parameters))
        for path, page in theirs.pages.items():
            found.see(asker, path, page, routes.page(reader, path))
    return found


def _wanted(driver: Driver, world: World, asker: Asker, queries: Sequence[Query], every: int) -> Wanted:
    store.load(driver, asker.permitted(world))
    store.clean(driver)
    reader = store.Unguarded(driver, DATABASE, asker.sight())
    parameters = corpus.parameters(reader, asker.view)
    answers = {query: answer(reader, query, parameters) for query in queries}
    paths = routes.paths(parameters)[every - 1 :: every]
    return Wanted(parameters, answers, {path: routes.page(reader, path) for path in paths})
