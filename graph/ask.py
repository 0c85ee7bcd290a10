"""A free question to the graph: any Cypher that reads, with typed parameters, within limits for analysts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from neo4j.exceptions import DriverError, Neo4jError

from graph.reader.errors import TooSlowError
from graph.reader.reader import SECONDS_A_QUERY, Reader

STANDS_FOR: Final = "~"
"""Under which the guard tells what a map is: a node, a relationship, a path, or a map with this very key."""

_END: Final = """
SHOW TRANSACTIONS YIELD transactionId AS id, metaData WHERE metaData.asked = $mark
TERMINATE TRANSACTIONS id YIELD message RETURN message
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one question may ask for; smaller than what our own questions may.

    Attributes:
        rows: most rows of an answer; more are left out, and it says so.
        bytes: most bytes of an answer, about; a larger one is refused.
        seconds: within which it must be answered.
    """

    rows: int = 100_000
    bytes: int = 64 * 1024 * 1024
    seconds: float = 60.0


ANALYSTS: Final = Limits()


class Answer:
    """Columns, and rows as they come; each row once.

    Values are the driver's; nodes, relationships and paths are maps with what they are under "~".

    Attributes:
        columns: names of the columns.
        count: rows that have come so far.
        complete: false once rows were left out, which is known after the last row.
    """

    def __init__(self, parts: Iterator[tuple[str, list[Any]]]) -> None:
        """The first part is waited for: an error comes before there is an answer."""
        self._parts = parts
        self.columns: tuple[str, ...] = ()
        self.count = 0
        self.complete = True
        for kind, values in parts:
            if kind == "columns":
                self.columns = tuple(values)
                break

    def __iter__(self) -> Iterator[list[Any]]:
        for kind, values in self._parts:
            if kind == "row":
                self.count += 1
                yield values
            elif kind == "cut":
                self.complete = False


def ask(
    reader: Reader,
    cypher: str,
    parameters: Mapping[str, Any] | None = None,
    limits: Limits = ANALYSTS,
    mark: str | None = None,
) -> Answer:
    """The answer to a question; `$view` is always among its parameters.

    Args:
        reader: the graph as somebody sees it.
        cypher: one query.
        parameters: its parameters, as the driver takes them.
        limits: how much it may ask for.
        mark: by which `end` finds it while it runs.

    Raises:
        RefusedError: the guard does not run it.
        TooSlowError: it took too long.
        GraphAwayError: Neo4j does not answer.
    """
    limited = replace(reader, sight=replace(reader.sight, rows=limits.rows, bytes=limits.bytes))
    given = {"view": reader.sight.view, **(parameters or {})}
    return Answer(limited.parts(cypher, given, limits.seconds, mark))


def as_of(reader: Reader, moment: int) -> Reader:
    """The same graph as of a moment (epoch milliseconds), but never later than the reader's own."""
    return replace(reader, sight=replace(reader.sight, moment=min(moment, reader.sight.moment)))


@dataclass(frozen=True, slots=True)
class Together(Reader):
    """A reader all of whose queries are one question: they run under one mark, and have one time together.

    Attributes:
        of: who reads.
        limits: of the question; rows and bytes are those of each query.
        until: when it must be answered, by `time.monotonic`.
        mark: by which `end` finds it while it runs.
    """

    of: Reader
    limits: Limits
    until: float
    mark: str | None

    def parts(
        self,
        cypher: str,
        parameters: dict[str, Any],
        seconds: float = SECONDS_A_QUERY,
        mark: str | None = None,
    ) -> Iterator[tuple[str, list[Any]]]:
        """What the guard answers, in what is left of the question's time; see `Reader`."""
        del seconds, mark
        if (left := self.until - time.monotonic()) <= 0:
            raise self._too_slow()
        try:
            yield from replace(self.of, sight=self.sight).parts(cypher, parameters, left, self.mark)
        except TooSlowError:
            raise self._too_slow() from None

    def _too_slow(self) -> TooSlowError:
        return TooSlowError(f"It took over {self.limits.seconds:.0f} s; ask for a shorter time")


def together(reader: Reader, mark: str | None = None, limits: Limits = ANALYSTS) -> Together:
    """A reader for one question of several queries, whose time begins now."""
    sight = replace(reader.sight, rows=limits.rows, bytes=limits.bytes)
    until = time.monotonic() + limits.seconds
    return Together(reader.driver, reader.database, sight, reader, limits, until, mark)


def new_mark() -> str:
    """A mark that no other question has."""
    return uuid4().hex


def end(reader: Reader, mark: str) -> None:
    """End a question that still runs; one that is not found has ended, or not begun yet."""
    with suppress(Neo4jError, DriverError):
        reader.driver.execute_query(_END, {"mark": mark}, database_=reader.database)
