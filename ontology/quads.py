"""RDF of any content type, as quads."""

from typing import Final
from xml.parsers import expat

from pyoxigraph import Quad, RdfFormat, parse

from ontology.errors import RdfError

FORMATS: Final = (
    RdfFormat.N_TRIPLES,
    RdfFormat.N_QUADS,
    RdfFormat.TURTLE,
    RdfFormat.TRIG,
    RdfFormat.JSON_LD,
    RdfFormat.RDF_XML,
)
"""What may come; N3 says more than RDF."""


def quads(data: bytes, content_type: str) -> list[Quad]:
    """The quads of RDF, each once, in their order.

    Raises:
        RdfError: it is no RDF of that content type; names the line where one is known.
    """
    found = RdfFormat.from_media_type(content_type)
    if found not in FORMATS:
        known = ", ".join(each.media_type for each in FORMATS)
        raise RdfError(f"{content_type!r} is no content type of RDF that is read here; send one of {known}")
    if found == RdfFormat.RDF_XML:
        _see_that_it_is_xml(data)
    try:
        return list(dict.fromkeys(parse(data, format=found)))
    except SyntaxError as error:
        reason = str(error.msg)
        if "LoadDocumentCallback" in reason:
            reason = "a @context is at an address, and nothing is fetched here: send it within the document"
        raise RdfError(reason, error.lineno) from error


def _see_that_it_is_xml(data: bytes) -> None:
    """See that XML is well-formed, which tells the line, and that its entities do not swell to gigabytes."""
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise RdfError(expat.ErrorString(error.code), error.lineno) from error
