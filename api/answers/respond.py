"""A question of a request: its answer is whole before a byte of it leaves, and who goes away ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Final, TypeVar

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.account import Account
from api.answers.form import MEDIA_TYPES, Form
from api.answers.write import write
from graph.ask import ANALYSTS, Answer, end, new_mark
from graph.reader.errors import TooSlowError
from graph.reader.reader import Reader

COMPLETE: Final = "Diurnal-Complete"
"""Header: `false` where rows were left out."""
ROWS: Final = "Diurnal-Rows"
"""Header: how many rows the answer has."""
AT_ONCE: Final = 8
"""Questions that run at once; others wait, so that the rest of the API has threads left."""
TURN_S: Final = 30.0
"""So long a question waits until it may run."""
LONGEST_S: Final = TURN_S + ANALYSTS.seconds
"""Within which the graph has answered, or who asks has been told that it has not."""
IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of an answer kept in memory; a longer one lies in a file without a name until it has left."""
LOOK_EVERY_S: Final = 0.2
GONE: Final = 499
"""The status that nobody sees, for whoever asked went away."""
_CHUNK: Final = 256 * 1024

Ask = Callable[[str], Answer]
"""Asks a question, under a mark by which it can be ended."""
T = TypeVar("T")


class _GoneError(Exception):
    """Whoever asked went away, and the question was ended."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of a request, and how its answer leaves.

    Attributes:
        request: whose disconnection ends the question.
        graph: the graph as who asks sees it.
        form: of the answer.
        account: where rows are counted.
    """

    request: Request
    graph: Reader
    form: Form
    account: Account

    async def answer(self, ask: Ask) -> Response:
        """The answer, when it is whole.

        Raises:
            ReaderError: what kept the graph from answering.
        """

        def written(mark: str, body: IO[bytes]) -> Answer:
            answer = ask(mark)
            write(answer, self.form, body)
            return answer

        return await whole(self.request, self.graph, written, self._leaves)

    def _leaves(self, answer: Answer, body: IO[bytes]) -> Response:
        self.account.counts(answer.count)
        headers = {COMPLETE: "true" if answer.complete else "false", ROWS: str(answer.count)}
        return leaving(body, MEDIA_TYPES[self.form], headers)


async def whole(
    request: Request,
    graph: Reader,
    work: Callable[[str, IO[bytes]], T],
    leaves: Callable[[T, IO[bytes]], Response],
) -> Response:
    """The response to a question that is written in a thread, in its turn.

    Args:
        request: whose disconnection ends the question.
        graph: what is asked.
        work: asks, under the mark that it is given, and writes the answer to the file.
        leaves: makes the response of what the work gave and of the file, which it takes over.

    Raises:
        TooSlowError: no turn came within half a minute.
        ReaderError: what kept the graph from answering.
    """
    mark, body = new_mark(), SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it leaves with the answer
    try:
        async with _turn(request):
            done = await _while_here(request, graph, lambda: work(mark, body), mark)
    except _GoneError:
        body.close()
        return Response(status_code=GONE)
    except BaseException:
        body.close()
        raise
    return leaves(done, body)


async def _while_here(request: Request, graph: Reader, work: Callable[[], T], mark: str) -> T:
    """What the work gives, unless whoever asked went away: then the question is ended."""
    task = asyncio.ensure_future(run_in_threadpool(work))
    try:
        while not (await asyncio.wait({task}, timeout=LOOK_EVERY_S))[0]:
            if await request.is_disconnected():
                await _end(task, graph, mark)
                raise _GoneError
    except asyncio.CancelledError:
        await asyncio.shield(_end(task, graph, mark))
        raise
    return await task


async def _end(task: asyncio.Future[T], graph: Reader, mark: str) -> None:
    """Ends the question, again and again until it has, for it may not have begun."""
    while not task.done():
        await run_in_threadpool(end, graph, mark)
        await asyncio.wait({task}, timeout=LOOK_EVERY_S)
    if not task.cancelled():
        task.exception()


@asynccontextmanager
async def _turn(request: Request) -> AsyncIterator[None]:
    """Waits until fewer questions run than may."""
    held = request.app.state
    if not hasattr(held, "turns"):
        held.turns = asyncio.Semaphore(AT_ONCE)
    turns: asyncio.Semaphore = held.turns
    try:
        async with asyncio.timeout(TURN_S):
            await turns.acquire()
    except TimeoutError:
        raise TooSlowError(
            f"{AT_ONCE} questions of others run, and none ended within {TURN_S:.0f} s: ask again soon"
        ) from None
    try:
        yield
    finally:
        turns.release()


def leaving(body: IO[bytes], media_type: str, headers: dict[str, str] | None = None) -> Response:
    """A response of what is written, which is read from its beginning."""
    length = {"Content-Length": str(body.tell())}
    return StreamingResponse(chunks(body), headers={**(headers or {}), **length}, media_type=media_type)


def chunks(body: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, which is closed at its end."""
    with body:
        body.seek(0)
        while chunk := body.read(_CHUNK):
            yield chunk
