"""The smallest pieces of N-Triples: an IRI and a literal, as bytes (RDF 1.1 N-Triples, section 2)."""

import re
from functools import lru_cache
from typing import Final

from ontology.errors import UnwritableError

_FORBIDDEN_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\\ud800-\udfff]')
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED: Final = re.compile(r'[\x00-\x1f\x7f"\\]')
_NAMED: Final = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


@lru_cache(maxsize=65536)
def iri(text: str) -> bytes:
    """An absolute IRI, `<urn:…>`.

    Raises:
        UnwritableError: the text is no absolute IRI.
    """
    if not _ABSOLUTE.match(text) or _FORBIDDEN_IN_IRI.search(text):
        raise UnwritableError(f"{text!r} is no IRI; build it with ontology.iri, or percent-encode it")
    return b"<" + text.encode() + b">"


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


def typed(text: str, datatype: str) -> bytes:
    """A literal with its datatype, `"…"^^<…>`."""
    return quoted(text) + b"^^" + iri(datatype)


def triple(subject: bytes, predicate: str, value: bytes) -> bytes:
    """One line, of an IRI, a predicate and a value already in N-Triples."""
    return subject + b" " + iri(predicate) + b" " + value + b" .\n"


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    return _NAMED.get(found) or f"\\u{ord(found):04X}"
