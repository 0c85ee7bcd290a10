"""A subject as RDF: all that is known of it, as who asks sees it."""

from __future__ import annotations

from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Final

from fastapi import Query
from fastapi.responses import StreamingResponse
from pyoxigraph import RdfFormat

from api.answers.form import accepted
from api.answers.respond import IN_MEMORY, chunks
from api.errors import BadParameterError
from api.filters import SubjectKey, Within
from api.routes.cypher import Accepted
from api.routes.router import v1
from api.state import Graph
from graph.reader import rdf, subjects
from graph.reader.errors import NamedGraphsError
from graph.reader.rdf_selection import Selection

router = v1("subjects")


class RdfForm(StrEnum):
    """How RDF is written."""

    TURTLE = "turtle"
    NQUADS = "nquads"
    JSONLD = "jsonld"


_FORMATS: Final = {
    RdfForm.TURTLE: RdfFormat.TURTLE,
    RdfForm.NQUADS: RdfFormat.N_QUADS,
    RdfForm.JSONLD: RdfFormat.JSON_LD,
}
_BY_TYPE: Final = {format_.media_type: format_ for format_ in _FORMATS.values()}
RESPONSE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "All of it, as RDF (docs/rdf.md).", "content": {media: {} for media in _BY_TYPE}}
}
AskedForm = Annotated[
    RdfForm | None, Query(alias="format", description="How it is written, before the header `Accept`.")
]
Expanded = Annotated[
    bool, Query(description="Each fix of a track as an observation of its own: some 14 triples a fix.")
]


@router.get(
    "/subjects/{subject}/rdf",
    summary="A subject as RDF",
    response_class=StreamingResponse,
    responses=RESPONSE,
)
def described(
    graph: Graph,
    subject: SubjectKey,
    datetime: Within,
    form: AskedForm = None,
    expand: Expanded = False,
    accept: Accepted = None,
) -> StreamingResponse:
    """What is known of it: identifiers, states, tracks, what was concluded, and what partners said.

    `datetime` narrows what has a time. Turtle has no named graphs: where partners' statements lie in some,
    ask for N-Quads or JSON-LD.
    """
    written = _FORMATS[form] if form else accepted(accept, _BY_TYPE)
    key = subjects.get(graph, subject).key
    body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it leaves with the answer
    try:
        rdf.write(graph, Selection(subject=key, within=datetime), body, written, expand=expand)
    except NamedGraphsError:
        body.close()
        raise BadParameterError(
            "format", "there are named graphs, which Turtle has none of; ask for nquads or jsonld"
        ) from None
    except BaseException:
        body.close()
        raise
    return StreamingResponse(chunks(body), media_type=written.media_type)
