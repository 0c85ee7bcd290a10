"""The smallest pieces of N-Triples: an IRI and a literal, as bytes (RDF 1.1 N-Triples, section 2)."""

import re
from functools import lru_cache
from typing import Final

from pyoxigraph import NamedNode

from ontology.errors import UnwritableError
from ontology.terms import STRING

_ESCAPED: Final = re.compile(r'[\x00-\x1f\x7f"\\]')
_NAMED: Final = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


@lru_cache(maxsize=65536)
def iri(text: str) -> bytes:
    """An absolute IRI, `<urn:…>`.

    Raises:
        UnwritableError: the text is no absolute IRI.
    """
    try:
        return str(NamedNode(text)).encode()
    except ValueError as error:
        raise UnwritableError(f"{text!r} is no IRI ({error}); build it with ontology.iri") from error


def quoted(text: str) -> bytes:
    """A plain literal, `"…"`, its control characters escaped.

    Raises:
        UnwritableError: the text holds a lone surrogate, which has no UTF-8.
    """
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(_escape, text)
    try:
        return b'"' + text.encode() + b'"'
    except UnicodeEncodeError as error:
        raise UnwritableError(f"{text!r} has a lone surrogate; decode it properly") from error


def literal(text: str, datatype: str = STRING) -> bytes:
    """A literal with its datatype, `"…"^^<…>`, which a string leaves out."""
    return quoted(text) if datatype == STRING else quoted(text) + b"^^" + iri(datatype)


def triple(subject: bytes, predicate: str, value: bytes) -> bytes:
    """One line, of an IRI, a predicate and a value already in N-Triples."""
    return subject + b" " + iri(predicate) + b" " + value + b" .\n"


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    return _NAMED.get(found) or f"\\u{ord(found):04X}"
