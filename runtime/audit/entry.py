"""An entry of the audit log: what anybody may see of it who may read the log, and what is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from ontology.times import from_text, to_text

Attributes = Mapping[str, tuple[str, ...]]
"""What somebody holds: attribute → values."""

MOST_PURPOSE: Final = 200
"""Characters of a purpose."""


class Event(StrEnum):
    """What an entry says that happened."""

    OPENED = "opened"
    """A writer began its chain."""
    BEGUN = "begun"
    """An answer too long to be held begins to leave; another entry of the same request tells its end."""
    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"
    CLOSED = "closed"
    """A writer ended its chain."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What may hold names of those who are watched: it is sealed with the key of its day.

    Attributes:
        query: the path with its parameters, the command line, or the text of a query.
        values: the parameters' values, of JSON's types.
        purpose: what was asked for, a free text or the number of a case.
    """

    query: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    purpose: str | None = None

    def document(self) -> dict[str, Any]:
        """As JSON's types."""
        return {"query": self.query, "values": dict(self.values), "purpose": self.purpose}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Secret:
        """From its document."""
        return cls(said["query"], said["values"], said["purpose"])


def request_id() -> str:
    """A new name of a request, by which its entries find each other."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        event: what.
        time: when, UTC.
        who: the name of whoever asked, unique with its issuer.
        issuer: who vouches for that name.
        attributes: what they held.
        route: the API's method and route, or the command: never a value.
        request: names the request.
        view: the view that was read.
        moment: as of when it was read; None for now.
        parameters: the parameters' names.
        rows: how many rows, items or things the answer has; None where nobody counted.
        size: bytes of the answer.
        took_us: microseconds from the question to the answer.
        secret: what is sealed.
    """

    event: Event
    time: datetime
    who: str
    route: str
    issuer: str = ""
    attributes: Attributes = field(default_factory=dict)
    request: str = field(default_factory=request_id)
    view: str | None = None
    moment: datetime | None = None
    parameters: tuple[str, ...] = ()
    rows: int | None = None
    size: int | None = None
    took_us: int | None = None
    secret: Secret = field(default_factory=Secret)

    def open_part(self) -> dict[str, Any]:
        """What is not sealed, as JSON's types; instants as RFC 3339."""
        return {
            "event": str(self.event),
            "time": to_text(self.time),
            "who": self.who,
            "issuer": self.issuer,
            "route": self.route,
            "attributes": {name: list(values) for name, values in self.attributes.items()},
            "request": self.request,
            "view": self.view,
            "moment": None if self.moment is None else to_text(self.moment),
            "parameters": list(self.parameters),
            "rows": self.rows,
            "size": self.size,
            "took_us": self.took_us,
        }

    @classmethod
    def of(cls, said: Mapping[str, Any], secret: Secret) -> Entry:
        """From its open part and what was sealed.

        Raises:
            ValueError: it has parts of another kind.
            KeyError: it lacks a part.
        """
        return cls(
            event=Event(said["event"]),
            time=from_text(said["time"]),
            who=said["who"],
            route=said["route"],
            issuer=said["issuer"],
            attributes={name: tuple(values) for name, values in said["attributes"].items()},
            request=said["request"],
            view=said["view"],
            moment=None if said["moment"] is None else from_text(said["moment"]),
            parameters=tuple(said["parameters"]),
            rows=said["rows"],
            size=said["size"],
            took_us=said["took_us"],
            secret=secret,
        )
