"""A question of a request: its answer is whole before a byte of it leaves, and who goes away ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.account import Account
from api.answers.form import MEDIA_TYPES, Form
from api.answers.write import write
from graph.ask import Answer, end, new_mark
from graph.reader.reader import Reader

COMPLETE: Final = "Diurnal-Complete"
"""Header: `false` where rows were left out."""
ROWS: Final = "Diurnal-Rows"
"""Header: how many rows the answer has."""
AT_ONCE: Final = 8
"""Questions that run at once; others wait, so that the rest of the API has threads left."""
IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of an answer kept in memory; a longer one lies in a file without a name until it has left."""
LOOK_EVERY_S: Final = 0.2
GONE: Final = 499
"""The status that nobody sees, for whoever asked went away."""
_CHUNK: Final = 256 * 1024

Ask = Callable[[str], Answer]
"""Asks a question, under a mark by which it can be ended."""


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
        mark, body = new_mark(), SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it leaves with the answer

        def written() -> Answer:
            answer = ask(mark)
            write(answer, self.form, body)
            return answer

        try:
            async with _turns(self.request):
                answer = await self._while_here(written, mark)
        except BaseException:
            body.close()
            raise
        if answer is None:
            body.close()
            return Response(status_code=GONE)
        self.account.counts(answer.count)
        return self._response(answer, body)

    async def _while_here(self, work: Callable[[], Answer], mark: str) -> Answer | None:
        """What the work gives; None where whoever asked went away, and the question was ended."""
        task = asyncio.ensure_future(run_in_threadpool(work))
        try:
            while not (await asyncio.wait({task}, timeout=LOOK_EVERY_S))[0]:
                if await self.request.is_disconnected():
                    await self._end(task, mark)
                    return None
        except asyncio.CancelledError:
            await asyncio.shield(self._end(task, mark))
            raise
        return await task

    async def _end(self, task: asyncio.Future[Answer], mark: str) -> None:
        """Ends the question, again and again until it has, for it may not have begun."""
        while not task.done():
            await run_in_threadpool(end, self.graph, mark)
            await asyncio.wait({task}, timeout=LOOK_EVERY_S)
        task.exception()

    def _response(self, answer: Answer, body: IO[bytes]) -> Response:
        headers = {
            COMPLETE: "true" if answer.complete else "false",
            ROWS: str(answer.count),
            "Content-Length": str(body.tell()),
        }
        return StreamingResponse(chunks(body), headers=headers, media_type=MEDIA_TYPES[self.form])


def _turns(request: Request) -> asyncio.Semaphore:
    held = request.app.state
    if not hasattr(held, "turns"):
        held.turns = asyncio.Semaphore(AT_ONCE)
    turns: asyncio.Semaphore = held.turns
    return turns


def chunks(body: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, which is closed at its end."""
    with body:
        body.seek(0)
        while chunk := body.read(_CHUNK):
            yield chunk
