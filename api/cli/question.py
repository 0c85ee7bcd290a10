"""What `diurnal query` asks: Cypher or a saved query, with parameters, of the graph or of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from urllib.parse import quote

from api.answers.form import Form
from api.answers.values import told, typed
from api.answers.write import write
from api.cli import context
from api.cli.asked import asked
from api.cli.errors import InputError
from api.cli.remote import Api
from api.log import in_graph
from api.moments import Moments
from api.outlook import Outlook
from graph.ask import Answer, Limits, as_of, ask, end, new_mark
from graph.queries import numbers, shelf
from graph.queries.kinds import Kind, read
from graph.queries.run import run
from graph.queries.saved import NAMES_IT
from graph.reader.reader import Reader
from ontology.times import to_text
from runtime.topics import Topics


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes:
        cypher: a query of the asker's own; empty where a saved one is asked.
        saved: the name of a saved query.
        given: parameters; of a saved query as they are written, else as the driver takes them.
        view: whose conclusions are read; None for the usual one.
        as_of: as of when; None for now.
    """

    cypher: str = ""
    saved: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    view: str | None = None
    as_of: str | None = None

    def of_api(self, api: Api, form: Form, to: IO[bytes]) -> bool:
        """Writes what the API answers; tells whether it is complete.

        Raises:
            ApiRefusedError: it does not answer.
        """
        params = {
            name: said for name, said in (("view", self.view), ("as_of", self.as_of)) if said is not None
        }
        if self.saved is not None:
            return api.ask(
                f"/v1/queries/{quote(self.saved, '')}", params, {"parameters": dict(self.given)}, form, to
            )
        body = {"query": self.cypher, "parameters": _as_json(self.given)}
        return api.ask("/v1/cypher", params, body, form, to)

    def of_graph(self, form: Form, to: IO[bytes]) -> bool:
        """Writes what the graph answers its operator, who sees everything; tells whether it is complete.

        Raises:
            GraphError: why it does not.
        """
        query = (
            None if self.saved is None else shelf.named(shelf.load(context.settings().queries), self.saved)
        )
        text = self.cypher if query is None else query.cypher
        values = self.given if query is None else {**self.given, NAMES_IT: self.saved}
        names = [] if query is None else [NAMES_IT, *self.given.keys() & query.parameters.keys()]
        with (
            asked("query", values, query=text, names=names) as account,
            _operator(self.view) as (reader, moments),
        ):
            now = as_of(reader, moments.moment(self.as_of))
            account.sees(now.sight)

            def written(mark: str) -> Answer:
                def one_of(
                    cypher: str, parameters: Mapping[str, Any], moment: datetime | None, limits: Limits
                ) -> Answer:
                    then = now if moment is None else as_of(now, moments.moment(to_text(moment)))
                    return ask(then, cypher, parameters, limits, mark)

                answer = run(query, self.given, one_of) if query else ask(now, text, self.given, mark=mark)
                write(answer, form, to)
                return answer

            answer = _until_interrupted(written, now)
            account.rows = answer.count
        return answer.complete


def _until_interrupted(work: Callable[[str], Answer], reader: Reader) -> Answer:
    """What the work gives; who interrupts it ends the question, for which the driver would wait."""
    mark = new_mark()
    with ThreadPoolExecutor(1, "question") as pool:
        task = pool.submit(work, mark)
        try:
            return task.result()
        except KeyboardInterrupt:
            while not task.done():  # it may not have begun
                end(reader, mark)
                wait([task], timeout=0.2)
            raise


@contextmanager
def _operator(view: str | None) -> Iterator[tuple[Reader, Moments]]:
    """The graph as its operator sees it, and what knows up to when it is loaded."""
    settings, where = context.settings(), context.endpoints()
    if view is not None and view not in settings.all_views():
        raise InputError(f"--view {view}: there is no such view; there are {', '.join(settings.all_views())}")
    chosen = settings if view is None else settings.model_copy(update={"view": view})
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    with context.driver() as (opened, database):
        outlook = Outlook(where.kafka_bootstrap, topics)
        reader = Reader(opened, database, context.sight(chosen, where))
        yield reader, Moments(lambda: in_graph(opened, database), outlook.stand)


def parameters(given: list[str], *, saved: bool) -> dict[str, Any]:
    """Parameters from NAME=VALUE each, or NAME:KIND=VALUE; a saved query knows the kinds itself.

    Raises:
        InputError: one is not written so, or not of its kind.
    """
    taken: dict[str, Any] = {}
    for text in given:
        head, equals, value = text.partition("=")
        name, colon, kind = head.partition(":")
        if not equals or not name.isidentifier():
            raise InputError(f"parameter {text!r} is not NAME=VALUE")
        if saved and not colon:
            taken[name] = value
        else:
            taken[name] = _read(name, kind, value) if colon else _number(name, value)
    return taken


def _read(name: str, kind: str, value: str) -> Any:  # noqa: ANN401
    try:
        return read(Kind(kind), value)
    except ValueError as error:
        known = f"; kinds are {', '.join(Kind)}" if kind not in list(Kind) else ""
        raise InputError(f"parameter {name}: {error}{known}") from None


def _number(name: str, value: str) -> int | float | str:
    """A number, where the text is one as JSON writes it: 007, 1_000 and nan are texts."""
    if not numbers.looks_like(value):
        return value
    try:
        return numbers.either(value)
    except ValueError as error:
        raise InputError(f"parameter {name}: {error}; as text it is {name}:text={value[:20]}") from None


def _as_json(value: Any) -> Any:  # noqa: ANN401 - whatever a kind of parameter is
    if isinstance(value, datetime):
        return typed("datetime", to_text(value))
    if isinstance(value, Mapping):
        return {name: _as_json(each) for name, each in value.items()}
    return told(value)
