"""A subject as RDF: all that is known of it, as who asks sees it."""

from __future__ import annotations

from typing import IO, Annotated, Any, Final, cast

from fastapi import Query, Request, Response

from api.answers.limited import Limited
from api.answers.rdf_form import BY_TYPE, RdfForm, chosen
from api.answers.respond import leaving, whole
from api.errors import BadParameterError
from api.filters import SubjectKey, Within
from api.routes.cypher import Accepted
from api.routes.router import v1
from api.state import Graph
from graph.ask import ANALYSTS, together
from graph.reader import rdf, subjects
from graph.reader.errors import NamedGraphsError
from graph.reader.rdf_selection import Selection

router = v1("subjects")


RESPONSE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "All of it, as RDF (docs/rdf.md).", "content": {media: {} for media in BY_TYPE}}
}
AskedForm = Annotated[
    RdfForm | None, Query(alias="format", description="How it is written, before the header `Accept`.")
]
Expanded = Annotated[
    bool, Query(description="Each fix of a track as an observation of its own: some 14 triples a fix.")
]


@router.get(
    "/subjects/{subject}/rdf", summary="A subject as RDF", response_class=Response, responses=RESPONSE
)
async def described(
    request: Request,
    graph: Graph,
    subject: SubjectKey,
    datetime: Within,
    form: AskedForm = None,
    expand: Expanded = False,
    accept: Accepted = None,
) -> Response:
    """What is known of it: identifiers, states, tracks, what was concluded, and what partners said.

    `datetime` narrows what has a time. Turtle, N-Triples and RDF/XML have no named graphs: where partners'
    statements lie in some, ask for another. It must be written within 60 s, in at most 64 MiB.
    """
    written = chosen(form, accept)

    def work(mark: str, body: IO[bytes]) -> None:
        reader = together(graph, mark)
        selection = Selection(subject=subjects.get(reader, subject).key, within=datetime)
        to = Limited(body, ANALYSTS.bytes, "narrow it by datetime, or leave expand out")
        try:
            rdf.write(reader, selection, cast("IO[bytes]", to), written, expand=expand)
        except NamedGraphsError:
            raise BadParameterError(
                "format",
                f"there are named graphs, which {written.name} has none of; ask for nquads, trig or jsonld",
            ) from None

    return await whole(request, graph, work, lambda _, body: leaving(body, written.media_type))
