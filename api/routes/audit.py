"""The audit log, for those who may read it; to read it is written there, too."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from api.errors import NotForYouError
from api.filters import Within
from api.paging import Items, Paged
from api.problems import MEDIA_TYPE
from api.routes.router import v1
from api.state import Asker, Held
from graph.reader.page import Page
from runtime.audit.entry import Event
from runtime.audit.keys import Keys
from runtime.audit.reader import Read, Seal, Wanted, page
from runtime.topics import Topics

router = v1("audit")

Who = Annotated[str | None, Query(description="Only what this one asked.", examples=["analyst"])]


class Written(BaseModel):
    """An entry of the audit log."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    writer: str
    """Whose chain it is in."""
    number: int
    """Its place there."""
    event: Event
    """What happened; `begun` has another entry of the same request, which tells the end."""
    time: datetime
    """When."""
    who: str
    """Who asked."""
    issuer: str
    """Who vouches for that name."""
    attributes: dict[str, tuple[str, ...]]
    """What they held."""
    route: str
    """The route of the API, or the command."""
    request: str
    """Names the request."""
    view: str | None
    """Whose conclusions were read."""
    moment: datetime | None
    """As of when it was asked; null for now."""
    parameters: tuple[str, ...]
    """The parameters' names; of a query in free text none, for they are among its `values`."""
    rows: int | None
    """Rows, items or things in the answer; null where nobody counted."""
    size: int | None
    """Bytes of the answer."""
    seconds: float | None
    """How long it took."""
    seal: Seal
    """Whether the rest can be read: `forgotten` is what the key was destroyed of."""
    purpose: str | None
    """What it was asked for."""
    query: str
    """The question: the text of a query, else the request or the command."""
    values: dict[str, Any]
    """The parameters' values."""

    @classmethod
    def of(cls, read: Read) -> Written:
        """As it was read."""
        entry, secret = read.entry, read.entry.secret
        return cls(
            writer=read.place.writer,
            number=read.place.number,
            event=entry.event,
            time=entry.time,
            who=entry.who,
            issuer=entry.issuer,
            attributes=dict(entry.attributes),
            route=entry.route,
            request=entry.request,
            view=entry.view,
            moment=entry.moment,
            parameters=entry.parameters,
            rows=entry.rows,
            size=entry.size,
            seconds=None if entry.took_us is None else entry.took_us / 1_000_000,
            seal=read.seal,
            purpose=secret.purpose,
            query=secret.query,
            values=dict(secret.values),
        )


_PROBLEM: Final[dict[int | str, dict[str, Any]]] = {
    403: {"description": "For those who hold an attribute", "content": {MEDIA_TYPE: {}}}
}


@router.get("/audit", summary="Who asked what", responses=_PROBLEM)
def entries(held: Held, asker: Asker, paging: Paged, datetime: Within, who: Who = None) -> Items[Written]:
    """Entries of the audit log, the latest first.

    A page may be empty and yet have a `next`: so far it was looked. Needs an attribute of its own.
    """
    settings = held.settings
    if not asker.passes(settings.audit_attribute, settings.hierarchies):
        raise NotForYouError("The audit log is for those who hold an attribute that you do not.")
    wanted = Wanted(since=datetime.start, until=datetime.end, who=who)
    after = paging.after(int)
    found = page(
        held.endpoints.kafka_bootstrap,
        Topics(settings.topic_prefix, settings.topic_replicas).audit,
        Keys.of(settings),
        wanted,
        paging.limit,
        None if after is None else int(after[0]),
    )
    items = tuple(Written.of(item) for item in found.items)
    return paging.answer(Page(items, None if found.before is None else (found.before,)))
