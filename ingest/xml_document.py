"""An XML document: parsed without document types and entities, or refused in words."""

from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.errors import FeedError

_SHOWN: Final = 200


def root_of(document: bytes, advice: str = "", name: str | None = None) -> Element:
    """The root element of a document.

    Args:
        document: its bytes.
        advice: what may help where it is no XML.
        name: the root's local name, if only one will do.

    Raises:
        FeedError: it is no XML, has a document type, or another root.
    """
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        more = f"; {advice}" if advice else ""
        raise FeedError(f"it is no well-formed XML: {str(error)[:_SHOWN]}{more}") from error
    if name is not None and local(root) != name:
        raise FeedError(f"the document is <{local(root)[:40]}>, and {name.upper()} begins with <{name}>")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
