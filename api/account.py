"""What a route or a command tells of the question it answers, for the audit log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, Request

from graph.sight import NOW, Sight
from ontology.times import from_ms
from runtime.audit.entry import Entry, Event

ACCOUNT: Final = "diurnal.account"
"""Where the account stands in a request's state."""
_NAMED: Final = frozenset({Event.BEGUN, Event.ANSWERED})
"""Names of parameters are known to be names where there is an answer: refused ones could be anything."""

Count = Callable[[], int | None]
"""Counts the rows of an answer, where nobody else has; None where they cannot be counted."""


@dataclass(slots=True)
class Account:
    """An account of one question. What a route does not tell is taken from the request and the answer.

    Attributes:
        view: the view that is read.
        moment: as of when; None for now.
        query: the text of a query, or a command.
        values: its parameters.
        names: names of parameters that anybody may see who may read the log.
        rows: how many rows, items or things the answer has so far.
        began: when it was asked, by `time.perf_counter`.
    """

    view: str | None = None
    moment: datetime | None = None
    query: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    rows: int | None = None
    began: float = field(default_factory=time.perf_counter)

    def sees(self, sight: Sight) -> None:
        """The answer is read by this sight."""
        self.view = sight.view
        self.moment = None if sight.moment >= NOW else from_ms(sight.moment)

    def asks(self, query: str, values: Mapping[str, Any], names: Iterable[str] = ()) -> None:
        """This query is run.

        Args:
            query: its text.
            values: its parameters.
            names: those of them that a saved query has; of a query in free text anybody can write anything
                in the place of a name, so there all is sealed.
        """
        self.query, self.values, self.names = query, values, tuple(names)

    def counts(self, rows: int = 1) -> None:
        """So many rows more are in the answer; of a stream, as it goes."""
        self.rows = (self.rows or 0) + rows

    def entry(
        self,
        question: Entry,
        event: Event,
        *,
        names: Iterable[str] = (),
        size: int | None = None,
        count: Count = lambda: None,
    ) -> Entry:
        """The entry of what happened to the question.

        Args:
            question: who asks, by which route, and what is sealed where no query is told.
            event: what happened.
            names: names of further parameters, which the route has.
            size: bytes of the answer so far.
            count: counts its rows; asked only where the account has none.
        """
        sealed = question.secret
        if self.query is not None:
            values = {str(name): _plain(value) for name, value in self.values.items()}
            sealed = replace(sealed, query=self.query, values=values)
        return replace(
            question,
            event=event,
            time=datetime.now(UTC),
            view=self.view,
            moment=self.moment,
            parameters=tuple(sorted({*names, *self.names})) if event in _NAMED else (),
            rows=self.rows if self.rows is not None else count(),
            size=size,
            took_us=int((time.perf_counter() - self.began) * 1_000_000),
            secret=sealed,
        )


def _plain(value: object) -> object:
    """As JSON has it, or as text."""
    try:
        orjson.dumps(value)
    except TypeError:
        return str(value)
    return value


def _account(request: Request) -> Account:
    found: Account = request.scope["state"][ACCOUNT]
    return found


Accounted = Annotated[Account, Depends(_account)]
"""The account of the question that a route answers."""
