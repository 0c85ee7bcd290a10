"""Free questions: any Cypher that reads, as who asks sees the graph."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.account import Accounted
from api.answers.form import MEDIA_TYPES, Form, chosen
from api.answers.parameters import parameters
from api.answers.respond import COMPLETE, ROWS, Asking
from api.routes.router import v1
from api.state import Graph
from graph.ask import ask

router = v1("queries")

AskedForm = Annotated[
    Form | None,
    Query(
        alias="format",
        description="Form of the answer, before the header `Accept`: `json` (the default), `ndjson` (a line a"
        " row), `csv`, `arrow` (an IPC stream), or `graph` (nodes and edges, to draw).",
    ),
]
Accepted = Annotated[str | None, Header(include_in_schema=False)]
_COMPLETE: Final = {
    COMPLETE: {"description": "`false` where rows were left out.", "schema": {"type": "string"}},
    ROWS: {"description": "How many rows the answer has.", "schema": {"type": "integer"}},
}
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The answer, at most 100,000 rows of it. What JSON has no form for is an object with"
        ' its `$type`: `{"$type": "datetime", "value": "2020-12-05T12:00:00+00:00"}` (docs/queries.md).',
        "headers": _COMPLETE,
        "content": {media: {} for media in MEDIA_TYPES.values()}
        | {
            MEDIA_TYPES[Form.JSON]: {
                "schema": {"type": "object"},
                "example": {"columns": ["ships"], "rows": [[140]], "complete": True},
            }
        },
    }
}


class Question(BaseModel):
    """A question in Cypher."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"example": {"query": "MATCH (s:Ship) RETURN count(s) AS ships", "parameters": {}}},
    )

    query: str = Field(min_length=1)
    """One query that reads: Cypher 25, or 5 after `CYPHER 5`."""
    parameters: dict[str, Any] = {}
    """Its parameters; typed as answers are, such as `{"$type": "datetime", "value": "2020-12-05T12:00Z"}`."""


@router.post("/cypher", summary="Ask in Cypher", response_class=Response, responses=ANSWERS)
async def cypher(
    request: Request,
    graph: Graph,
    account: Accounted,
    question: Question,
    form: AskedForm = None,
    accept: Accepted = None,
) -> Response:
    """Any query that reads: what you may not see, or what was not known as of then, is not there.

    It must be answered within 60 s, in about 64 MiB. Who goes away ends their question.
    """
    values = parameters(question.parameters)
    account.asks(question.query, question.parameters)
    asking = Asking(request, graph, chosen(form, accept), account)
    return await asking.answer(lambda mark: ask(graph, question.query, values, mark=mark))
