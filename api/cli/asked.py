"""Commands that read the graph are written down, as the API's questions are: before the answer is shown."""

from __future__ import annotations

import getpass
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from api.account import Account
from api.clearance import Clearance
from api.cli import context
from api.cli.errors import CommandError, InputError
from graph.reader.errors import NotKnownError, RefusedError
from runtime.audit.entry import Entry, Event, Secret
from runtime.errors import WorkerError

if TYPE_CHECKING:
    from runtime.audit.chain import Place
    from runtime.audit.writer import Writer
    from runtime.servers import Endpoints
    from runtime.settings import Settings

OPERATOR: Final = "operator"
"""Vouches for the name of who works at the home's own command line: the system does."""
_REFUSALS: Final = (CommandError, NotKnownError, RefusedError)


@contextmanager
def asked(
    command: str,
    values: Mapping[str, Any],
    *,
    query: str = "",
    streamed: bool = False,
    clearance: Clearance | None = None,
    where: tuple[Settings, Endpoints] | None = None,
    settled: Sequence[Place] = (),
) -> Iterator[Account]:
    """Computes an answer inside of the block; once the block has ended well, it may be shown.

    Args:
        command: the command's name, such as `show`.
        values: its parameters; those that are None were not given.
        query: the text of a query.
        streamed: the answer leaves while it is computed, so an entry is written before.
        clearance: who asks, by their token; else the operator.
        settled: where the operator says that chains end; see `Writer`.
        where: the settings and servers, where they are not those of the call.

    Raises:
        InputError: a purpose is required, and none is given.
        AuditAwayError: the audit log does not take the entry: show nothing.
    """
    from runtime.audit.writer import Writer

    settings, endpoints = where or (context.settings(), context.endpoints())
    given = {name: value for name, value in values.items() if value is not None}
    account = Account(query=query or f"diurnal {command}", values=given)
    with Writer(endpoints.kafka_bootstrap, settings, "cli", settled) as writer:
        _begin_beside(writer)
        telling = _Telling(writer, command, account, clearance or operator(), settings.purpose)
        try:
            if settings.purpose_required and not settings.purpose:
                raise InputError("say what you ask for: `diurnal --purpose TEXT ...`, or DIURNAL_PURPOSE")
            if streamed:
                telling.tell(Event.BEGUN)
            yield account
        except BaseException as error:
            with suppress(WorkerError):  # what went wrong first is told
                telling.tell(Event.REFUSED if isinstance(error, _REFUSALS) else Event.FAILED)
            raise
        telling.tell(Event.ANSWERED)


def _begin_beside(writer: Writer) -> None:
    """A chain takes half a second to begin, most of it Kafka's: the answer is computed meanwhile."""

    def begin() -> None:
        with suppress(WorkerError, OSError):  # the first entry tries again, and tells
            writer.begin()

    threading.Thread(target=begin, name="audit", daemon=True).start()


def operator() -> Clearance:
    """Who works at the command line, as the system knows them."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = f"uid {os.getuid()}"
    return Clearance(name, OPERATOR)


class _Telling:
    """Writes the entries of one command."""

    def __init__(
        self, writer: Writer, command: str, account: Account, clearance: Clearance, purpose: str | None
    ) -> None:
        self._writer, self._account, self._purpose = writer, account, purpose
        self._began = time.perf_counter()
        self._entry = Entry(
            Event.BEGUN,
            datetime.now(UTC),
            who=clearance.name,
            route=f"diurnal {command}",
            issuer=clearance.issuer,
            attributes=clearance.attributes,
        )

    def tell(self, event: Event) -> None:
        account = self._account
        values = {name: _plain(value) for name, value in account.values.items()}
        self._writer.write(
            replace(
                self._entry,
                event=event,
                time=datetime.now(UTC),
                view=account.view,
                moment=account.moment,
                parameters=tuple(sorted(values)),
                rows=account.rows,
                took_us=int((time.perf_counter() - self._began) * 1_000_000),
                secret=Secret(account.query or "", values, self._purpose),
            )
        )


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) else str(value)
