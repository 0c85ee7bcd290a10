"""What a route tells of the question it answers, for the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from graph.sight import NOW, Sight
from ontology.times import from_ms

ACCOUNT: Final = "diurnal.account"
"""Where the account stands in a request's state."""


@dataclass(slots=True)
class Account:
    """An account of one question. What a route does not tell is taken from the request and the answer.

    Attributes:
        view: the view that is read.
        moment: as of when; None for now.
        query: the text of a query.
        values: its parameters.
        rows: how many rows, items or things the answer has so far.
    """

    view: str | None = None
    moment: datetime | None = None
    query: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: int | None = None

    def sees(self, sight: Sight) -> None:
        """The answer is read by this sight."""
        self.view = sight.view
        self.moment = None if sight.moment >= NOW else from_ms(sight.moment)

    def asks(self, query: str, values: Mapping[str, Any]) -> None:
        """This query is run."""
        self.query, self.values = query, values

    def counts(self, rows: int = 1) -> None:
        """So many rows more are in the answer; of a stream, as it goes."""
        self.rows = (self.rows or 0) + rows


def _account(request: Request) -> Account:
    found: Account = request.scope["state"][ACCOUNT]
    return found


Accounted = Annotated[Account, Depends(_account)]
"""The account of the question that a route answers."""
