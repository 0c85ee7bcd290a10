"""Saved queries: which there are, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict

from api.account import Accounted
from api.answers.form import chosen
from api.answers.respond import Asking
from api.paging import Items
from api.routes.cypher import ANSWERS, Accepted, AskedForm
from api.routes.router import v1
from api.state import Graph, Held
from graph.ask import Answer, Limits, as_of, ask
from graph.queries import shelf
from graph.queries.run import run
from graph.queries.saved import NAMES_IT, SavedQuery
from graph.queries.shelf import Shelf
from ontology.times import to_text

router = v1("queries")


def _shelf(request: Request) -> Shelf:
    kept: Shelf = request.app.state.queries
    return kept


Saved = Annotated[Shelf, Depends(_shelf)]
Name = Annotated[str, Path(description="Name of a saved query.", examples=["near-position"])]


class Given(BaseModel):
    """The parameters of a saved query."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"example": {"parameters": {"subject": "mmsi:367000150"}}},
    )

    parameters: dict[str, Any] = {}
    """By name, written as the query says."""


@router.get("/queries", summary="The saved queries")
def listed(saved: Saved) -> Items[SavedQuery]:
    """What each answers, its parameters, and its columns, in the order of their names."""
    return Items(items=tuple(saved.values()))


@router.get("/queries/{name}", summary="A saved query")
def one(saved: Saved, name: Name) -> SavedQuery:
    """What it answers, its parameters, its Cypher, and its columns."""
    return shelf.named(saved, name)


@router.post("/queries/{name}", summary="Run a saved query", response_class=Response, responses=ANSWERS)
async def answered(
    request: Request,
    graph: Graph,
    held: Held,
    account: Accounted,
    saved: Saved,
    name: Name,
    given: Given | None = None,
    form: AskedForm = None,
    accept: Accepted = None,
) -> Response:
    """The answer, in any of the forms, within the limits of a free question."""
    query = shelf.named(saved, name)
    wanted = given.parameters if given else {}
    names = [NAMES_IT, *wanted.keys() & query.parameters.keys()]
    account.asks(query.cypher, {**wanted, NAMES_IT: name}, names)

    def asked(mark: str) -> Answer:
        def one_of(
            cypher: str, parameters: Mapping[str, Any], moment: datetime | None, limits: Limits
        ) -> Answer:
            then = graph if moment is None else as_of(graph, held.moments.moment(to_text(moment)))
            return ask(then, cypher, parameters, limits, mark)

        return run(query, wanted, one_of)

    return await Asking(request, graph, chosen(form, accept), account).answer(asked)
