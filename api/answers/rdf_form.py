"""In which form RDF is written, by the API and at the command line."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pyoxigraph import RdfFormat

from api.answers.accept import accepted


class RdfForm(StrEnum):
    """Forms of RDF."""

    TURTLE = "turtle"
    NQUADS = "nquads"
    JSONLD = "jsonld"
    TRIG = "trig"
    NTRIPLES = "ntriples"
    RDFXML = "rdfxml"


FORMATS: Final[dict[RdfForm, RdfFormat]] = {
    RdfForm.TURTLE: RdfFormat.TURTLE,
    RdfForm.NQUADS: RdfFormat.N_QUADS,
    RdfForm.JSONLD: RdfFormat.JSON_LD,
    RdfForm.TRIG: RdfFormat.TRIG,
    RdfForm.NTRIPLES: RdfFormat.N_TRIPLES,
    RdfForm.RDFXML: RdfFormat.RDF_XML,
}
BY_TYPE: Final = {format_.media_type: format_ for format_ in FORMATS.values()}


def chosen(wanted: RdfForm | None, accept: str | None) -> RdfFormat:
    """The format that is asked for; Turtle where none is.

    Args:
        wanted: `format`, which goes before the header.
        accept: the header.

    Raises:
        BadParameterError: the header accepts none of the formats.
    """
    return FORMATS[wanted] if wanted else accepted(accept, BY_TYPE)
