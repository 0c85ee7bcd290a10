"""In which form an answer is given: asked for by `format`, or by the header `Accept`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final, TypeVar

from api.errors import BadParameterError


class Form(StrEnum):
    """Forms of an answer."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    ARROW = "arrow"
    GRAPH = "graph"


MEDIA_TYPES: Final[dict[Form, str]] = {
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
    Form.CSV: "text/csv; charset=utf-8",
    Form.ARROW: "application/vnd.apache.arrow.stream",
    Form.GRAPH: "application/vnd.diurnal.graph+json",
}
_MEDIA: Final = re.compile(r"\*/\*|[\w.+-]+/(?:\*|[\w.+-]+)")
_BY_TYPE: Final = {media.partition(";")[0]: form for form, media in MEDIA_TYPES.items()}

T = TypeVar("T")


def chosen(wanted: Form | None, accept: str | None) -> Form:
    """The form that is asked for; JSON where nothing is.

    Args:
        wanted: `format`, which goes before the header.
        accept: the header.

    Raises:
        BadParameterError: the header names none of the forms.
    """
    return wanted or accepted(accept, _BY_TYPE)


def accepted(accept: str | None, offered: Mapping[str, T]) -> T:
    """What is wanted most of what is offered, by media type; the first where anything will do.

    Args:
        accept: the header, as RFC 9110 writes it; None accepts anything.
        offered: by media type.

    Raises:
        BadParameterError: none of it is accepted.
    """
    for wanted in _in_order(accept or "*/*"):
        for media, form in offered.items():
            if fnmatchcase(media, wanted):
                return form
    raise BadParameterError("Accept", f"there is no such form; there are {', '.join(offered)}")


def _in_order(accept: str) -> list[str]:
    """The media types by how much they are wanted, those not wanted left out."""
    weighed = []
    for part in accept.split(","):
        media, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = next((_weight(word[2:]) for word in parameters if word.startswith("q=")), 1.0)
        if weight > 0 and _MEDIA.fullmatch(media):
            weighed.append((-weight, media))
    return [media for _, media in sorted(weighed, key=lambda pair: pair[0])]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
