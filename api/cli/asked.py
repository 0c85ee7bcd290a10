"""Commands that read the graph are written down, as the API's questions are: before the answer is shown."""

from __future__ import annotations

import os
import pwd
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
    names: Iterable[str] = (),
    streamed: bool = False,
    where: tuple[Settings, Endpoints] | None = None,
    settled: Sequence[Place] = (),
) -> Iterator[Account]:
    """Computes an answer inside of the block; once the block has ended well, it may be shown.

    Args:
        command: the command's name, such as `show`.
        values: its parameters; those that are None were not given.
        query: the text of a query.
        names: the parameters that the query has if it is a saved one; a command's own are known.
        streamed: the answer leaves while it is computed, so an entry is written before.
        where: the settings and servers, where they are not those of the call.
        settled: where the operator says that chains end; see `Writer`.

    Raises:
        InputError: a purpose is required, and none is given.
        AuditAwayError: the audit log does not take the entry: show nothing.
    """
    from runtime.audit.writer import Writer

    settings, endpoints = where or (context.settings(), context.endpoints())
    given = {name: value for name, value in values.items() if value is not None}
    account = Account()
    account.asks(query or f"diurnal {command}", given, names if query else given)
    with Writer(endpoints.kafka_bootstrap, settings, "cli", settled) as writer:
        _begin_beside(writer)
        question = _question(command, settings.purpose)
        try:
            if settings.purpose_required and not settings.purpose:
                raise InputError("say what you ask for: `diurnal --purpose TEXT ...`, or DIURNAL_PURPOSE")
            if streamed:
                writer.write(account.entry(question, Event.BEGUN))
            yield account
        except BaseException as error:
            with suppress(WorkerError):  # what went wrong first is told
                event = Event.REFUSED if isinstance(error, _REFUSALS) else Event.FAILED
                writer.write(account.entry(question, event))
            raise
        writer.write(account.entry(question, Event.ANSWERED))


def _begin_beside(writer: Writer) -> None:
    """A chain takes half a second to begin, most of it Kafka's: the answer is computed meanwhile."""

    def begin() -> None:
        with suppress(WorkerError, OSError):  # the first entry tries again, and tells
            writer.begin()

    threading.Thread(target=begin, name="audit", daemon=True).start()


def operator() -> Clearance:
    """Who works at the command line, as the system knows them: the environment could say anything."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user may have no name
        name = f"uid {os.getuid()}"
    return Clearance(name, OPERATOR)


def _question(command: str, purpose: str | None) -> Entry:
    who = operator()
    return Entry(
        Event.BEGUN,
        datetime.now(UTC),
        who=who.name,
        route=f"diurnal {command}",
        issuer=who.issuer,
        secret=Secret(purpose=purpose),
    )
